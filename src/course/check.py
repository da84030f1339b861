"""`course check`: say whether the course can run here, and what to do if not.

The other packages of the project are looked at from outside, each in a Python of
its own: a library that crashes on import is then an answer, not the end.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path

DISTRIBUTION = "batchnorm-course"
OLDEST = (3, 11)
DISK = 1.0  # GB free: a run leaves some 50 MB, installing takes the rest
MEMORY = 2.0  # GB free: training takes 1
INSTALL = 'install again: python -m pip install -e ".[course]"'

IMPORTS = """
import importlib
names = "numpy pandas scipy xarray h5netcdf matplotlib seaborn tqdm joblib"
names += " nbformat nbclient nbval ipykernel ipywidgets"
for name in names.split():
    importlib.import_module(name)
print("{} packages can be imported".format(len(names.split())))
"""
PAIR = """
import torch, torchvision
boxes = torch.tensor([[0.0, 0.0, 1.0, 1.0]])
torch.ops.torchvision.nms(boxes, torch.tensor([1.0]), 0.5)
print("torch", torch.__version__, "and torchvision", torchvision.__version__)
"""
HOOKS = """
import hooks
print("the observer can be imported")
"""
DATA = """
import birdplane
sizes = [len(birdplane.load(split)) for split in ("train", "val")]
print("{:,} training and {:,} validation images".format(*sizes))
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        ok: it is as it should be.
        what: what was found.
        remedy: what to do; "" where all is well.
    """

    ok: bool
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """Write the line that is printed."""
        head = f"[{'ok' if self.ok else 'fail'}]".ljust(7) + self.what
        return head if self.ok else f"{head}\n       → {self.remedy}"


def check(out: Path) -> int:
    """Examine the environment and print a line for each thing looked at.

    Args:
        out: where `course run` would write.

    Returns:
        the exit code: 0, or 1 when something failed.
    """
    looks: list[Callable[[], Finding]] = [
        python,
        packages,
        lambda: asks(IMPORTS, "the packages", INSTALL),
        lambda: asks(PAIR, "torch and torchvision fit together", INSTALL),
        lambda: asks(HOOKS, "the observer", INSTALL),
        lambda: asks(
            DATA, "the images", "restore data/ from version control (git checkout data)"
        ),
        kernel,
        lambda: disk(out),
        memory,
        lambda: writable(out),
    ]
    failed = 0
    for look in looks:
        finding = look()
        failed += not finding.ok
        print(finding, flush=True)
    print("The course can run here." if not failed else f"{failed} to be remedied.")
    return 1 if failed else 0


def python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Finding:
    """Compare Python's version with the oldest that is supported."""
    what = f"Python {'.'.join(map(str, version))} ({sys.executable})"
    oldest = ".".join(map(str, OLDEST))
    return Finding(version[:2] >= OLDEST, what, f"use Python {oldest} or newer")


def packages(requirements: list[str] | None = None) -> Finding:
    """Compare the installed versions with those that the project asks for.

    Args:
        requirements: as in pyproject.toml; None reads them from the installed
            project, with its extra "course".
    """
    from packaging.requirements import Requirement

    try:
        needed = requirements or metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return Finding(False, f"{DISTRIBUTION} is not installed", INSTALL)
    wrong, right = [], 0
    for requirement in map(Requirement, needed):
        marker = requirement.marker
        if marker is not None and not marker.evaluate({"extra": "course"}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if requirement.specifier.contains(version, prereleases=True):
            right += 1
        else:
            expected = f"{requirement.name}{requirement.specifier}"
            wrong.append(f"expected {expected}, got {version}")
    if wrong:
        return Finding(False, f"packages: {'; '.join(wrong)}", INSTALL)
    return Finding(True, f"{right} packages in the versions asked for")


def asks(code: str, subject: str, remedy: str) -> Finding:
    """Run a few lines in a Python of their own.

    Args:
        code: prints what it found, or raises.
        subject: what is looked at, for the line of a failure.
        remedy: what to do about one.
    """
    try:
        answer = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=180,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(False, f"{subject}: {error}", remedy)
    if answer.returncode == 0:
        return Finding(True, answer.stdout.strip())
    lines = answer.stderr.strip().splitlines() or [f"exit code {answer.returncode}"]
    return Finding(False, f"{subject}: {lines[-1]}", remedy)


def kernel() -> Finding:
    """Start a kernel as `course run` does and let it compute and draw."""
    try:
        from course.captions import figures
        from course.execute import NotebookError, execute
        from course.notebooks import node
    except ModuleNotFoundError as error:
        return Finding(False, f"the kernel: {error}", INSTALL)
    cells = [
        node(cell_type="code", source=source, metadata={})
        for source in (
            "%matplotlib inline\nfrom matplotlib.figure import Figure",
            "drawn = Figure(figsize=(1, 1))\ndrawn.subplots()\ndrawn",
        )
    ]
    notebook = node(cells=cells, metadata={})
    with tempfile.TemporaryDirectory() as directory:
        try:
            seconds = execute(notebook, "", Path(directory), quiet=True)
        except NotebookError as error:
            return Finding(False, f"the kernel: {error.reason}", INSTALL)
    if not figures(notebook):
        return Finding(False, "the kernel: it shows no figures", INSTALL)
    return Finding(True, f"a kernel starts, draws and ends in {seconds:.1f} s")


def disk(out: Path, needed: float = DISK) -> Finding:
    """Measure the space left where the results go."""
    there = next(
        path for path in [out.absolute(), *out.absolute().parents] if path.exists()
    )
    free = shutil.disk_usage(there).free / 1e9
    what = f"{free:.1f} GB free on the disk of {out}"
    return Finding(free >= needed, what, f"make room: {needed:g} GB are needed")


def memory(needed: float = MEMORY) -> Finding:
    """Measure the free memory and count the cores."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    cores = cores or os.cpu_count() or 1
    try:
        psutil = import_module("psutil")  # comes with ipykernel
    except ModuleNotFoundError:
        return Finding(True, f"{cores} cores; free memory not known")
    free = psutil.virtual_memory().available / 1e9
    what = f"{cores} cores, {free:.1f} GB of memory free"
    return Finding(free >= needed, what, f"close programs: {needed:g} GB are needed")


def writable(out: Path) -> Finding:
    """Write and remove a file where the results go."""
    from course.files import write

    probe = out / ".course-check"
    try:
        write(probe, "")
        probe.unlink()
    except OSError as error:
        return Finding(False, f"{out}: {error}", "choose another place with --out")
    return Finding(True, f"{out} can be written")

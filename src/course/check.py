"""`course check`: say whether the course can run here, and what to do if not.

The other packages of the project are looked at from outside, each in a Python of
its own: a library that crashes on import is then an answer, not the end.
"""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from course.finding import Finding, asks
from course.machine import disk, memory, python, writable

DISTRIBUTION = "batchnorm-course"
INSTALL = (
    'install again: python -m pip install -e ".[course]"; without a network, delete '
    ".venv and run python3 tools/setup.py --from FOLDER"
)
RESTORE = "restore data/: git checkout data, or copy the course again"

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


def check(out: Path, *, line: bool = False) -> int:
    """Examine the environment and print a line for each thing looked at.

    Args:
        out: where `course run` would write.
        line: print one line for the whole computer, under its name; thirty of them
            make a teacher's list.

    Returns:
        the exit code: 0, or 1 when something failed.

    Example:
        >>> check(Path("build"))  # doctest: +SKIP
        [ok]   Python 3.13.1 (…/.venv/bin/python)
        …
        0
    """
    looks: list[Callable[[], Finding]] = [
        python,
        packages,
        lambda: asks(IMPORTS, "the packages", INSTALL),
        lambda: asks(PAIR, "torch and torchvision fit together", INSTALL),
        lambda: asks(HOOKS, "the observer", INSTALL),
        lambda: asks(DATA, "the images", RESTORE),
        kernel,
        lambda: disk(out),
        memory,
        lambda: writable(out),
    ]
    findings = []
    for look in looks:
        findings.append(look())
        if not line:
            print(findings[-1], flush=True)
    failed = sum(not finding.ok for finding in findings)
    if line:
        print(in_a_line(findings))
    else:
        print("The course can run here." if not failed else f"{failed} to be remedied.")
    return 1 if failed else 0


def in_a_line(findings: list[Finding]) -> str:
    """Say in one line which computer this is, and what is amiss or what it has.

    Args:
        findings: of all looks; the last three are disk, memory and the place.

    Example:
        >>> fine, full = Finding(True, "9 GB free"), Finding(False, "no room", "delete")
        >>> in_a_line([fine, full]).split(" · ")[1:]
        ['no room', '`course check` says what to do']
    """
    wrong = [finding.what for finding in findings if not finding.ok]
    head = "[fail]" if wrong else "[ok]  "
    name = platform.node() or "this computer"
    if wrong:
        return " · ".join([f"{head} {name}", *wrong, "`course check` says what to do"])
    system = f"{platform.system()} {platform.machine()}"
    made = [f"{head} {name}", f"{system}, Python {platform.python_version()}"]
    return " · ".join(made + [finding.what for finding in findings[-3:-1]])


def packages(requirements: list[str] | None = None) -> Finding:
    """Compare the installed versions with those that the project asks for.

    Args:
        requirements: as in pyproject.toml; None reads them from the installed
            project, with its extra "course".

    Example:
        >>> print(packages(["no-such-package"]).what)
        packages: no-such-package is missing
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


def kernel() -> Finding:
    """Start a kernel as `course run` does and let it compute and draw.

    Example:
        >>> kernel().ok
        True
    """
    try:
        from course.captions import figures
        from course.execute import NotebookError, execute
        from course.notebooks import code, node
    except ModuleNotFoundError as error:
        return Finding(False, f"the kernel: {error}", INSTALL)
    cells = [
        code(source)
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

"""What the course needs of the computer: Python, room, memory, a place to write."""

from __future__ import annotations

import os
import shutil
import sys
from importlib import import_module
from pathlib import Path

from course.files import write
from course.finding import Finding

OLDEST = (3, 11)
DISK = 1.0  # GB free: a run leaves some 50 MB, installing takes the rest
MEMORY = 2.0  # GB free: training takes 1


def python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Finding:
    """Compare Python's version with the oldest that is supported.

    Args:
        version: its first three numbers.

    Example:
        >>> python((3, 10, 14)).remedy
        'use Python 3.11 or newer'
    """
    what = f"Python {'.'.join(map(str, version))} ({sys.executable})"
    oldest = ".".join(map(str, OLDEST))
    return Finding(version[:2] >= OLDEST, what, f"use Python {oldest} or newer")


def disk(out: Path, needed: float = DISK) -> Finding:
    """Measure the space left where the results go.

    Args:
        out: the place, which need not exist yet.
        needed: GB.

    Example:
        >>> disk(Path("build"), needed=1e9).remedy
        'make room: 1e+09 GB are needed'
    """
    there = next(
        path for path in [out.absolute(), *out.absolute().parents] if path.exists()
    )
    free = shutil.disk_usage(there).free / 1e9
    what = f"{free:.1f} GB free on the disk of {out}"
    return Finding(free >= needed, what, f"make room: {needed:g} GB are needed")


def memory(needed: float = MEMORY) -> Finding:
    """Measure the free memory and count the cores.

    Args:
        needed: GB.

    Example:
        >>> memory(needed=0).ok
        True
    """
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
    """Write and remove a file where the results go.

    Args:
        out: the place, made if need be.

    Example:
        >>> from tempfile import gettempdir
        >>> writable(Path(gettempdir())).ok
        True
    """
    probe = out / ".course-check"
    try:
        write(probe, "")
        probe.unlink()
    except OSError as error:
        return Finding(False, f"{out}: {error}", "choose another place with --out")
    return Finding(True, f"{out} can be written")

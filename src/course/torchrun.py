"""Start a module in several processes, and see that they end, one way or another."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence

LINES = 60  # of what the processes have said, in an error
PATIENCE = 40  # seconds; torchrun gives its processes 30 to end by themselves


def torchrun(
    module: str,
    arguments: Sequence[str] = (),
    *,
    processes: int = 2,
    seconds: float = 120.0,
) -> str:
    """Run a module under torchrun, on this machine alone, and wait for its end.

    A free port is found by torchrun; nothing outside this machine is reached. Every
    process gets one thread, so that one core will do.

    Args:
        module: dotted name, as for `python -m`.
        arguments: given to every process.
        processes: how many.
        seconds: time they have; then all of them are ended.

    Returns:
        What they have printed.

    Raises:
        RuntimeError: one of them failed, or they took too long; with the last lines
            of what they have said.

    Example:
        >>> torchrun("no_such_module", processes=1)
        Traceback (most recent call last):
        ...
        RuntimeError: torchrun: no_such_module failed (exit status 1): ...
    """
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc-per-node", str(processes), "-m", module, *arguments]
    # A file rather than a pipe: whoever is left behind could hold a pipe open.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told:
        child = subprocess.Popen(
            command,
            env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"},
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        try:
            status = child.wait(timeout=seconds)
            what = "" if status == 0 else f"failed (exit status {status})"
        except subprocess.TimeoutExpired:
            what = f"took over {seconds:g} s"
        finally:  # Ctrl-C as well
            _end(child)
        told.seek(0)
        said = told.read()
    if what:
        raise RuntimeError(_say(module, what, said))
    return said


def _end(child: subprocess.Popen[bytes]) -> None:
    """End torchrun, if it still runs; told to, it ends the processes that it started.

    They are in sessions of their own, out of reach from here.
    """
    child.terminate()
    try:
        child.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _say(module: str, what: str, said: str) -> str:
    last = "\n".join(said.strip().splitlines()[-LINES:])
    return f"torchrun: {module} {what}:\n{last}"

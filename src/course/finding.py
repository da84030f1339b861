"""One thing that was looked at, and how to look without being part of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass


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


def asks(code: str, subject: str, remedy: str) -> Finding:
    """Run a few lines in a Python of their own.

    Args:
        code: prints what it found, or raises.
        subject: what is looked at, for the line of a failure.
        remedy: what to do about one.

    Example:
        >>> print(asks("1 / 0", "arithmetic", "another computer"))
        [fail] arithmetic: ZeroDivisionError: division by zero
               → another computer
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

"""Files are whole or absent: written beside their place, then moved into it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write(path: Path, content: str | bytes) -> None:
    """Write a file so that no reader ever sees a part of it.

    An interruption leaves the old file, or none, and nothing beside it. The
    permissions of a file that exists are kept.

    Args:
        path: where; its directory is made if need be.
        content: text, stored as UTF-8 with plain line ends, or bytes.

    Raises:
        OSError: the directory cannot be written, or the disk is full.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as directory:
        ...     write(Path(directory, "new", "note.txt"), "β = 0")
        ...     Path(directory, "new", "note.txt").read_text("utf-8")
        'β = 0'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    """Read the process's umask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask

"""Files are whole or absent: written beside their place, then moved into it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex


@contextmanager
def whole(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a file to write in place of another, which it replaces at the end.

    An interruption leaves the old file, or none, and nothing beside it.

    Args:
        path: where to.
    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     with whole(f"{folder}/note.txt") as part:
        ...         _ = part.write_text("β = 0", "utf-8")
        ...     Path(folder, "note.txt").read_text("utf-8")
        'β = 0'
    """
    target = Path(path)
    part = target.with_name(f".{target.name}.{token_hex(4)}.part")
    try:
        yield part
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise

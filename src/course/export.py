"""Saving a figure for a slide or a paper, in the kernel that has just drawn it."""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib.style
from IPython.core.getipython import get_ipython
from matplotlib.figure import Figure

from course.dark import darken
from course.draw.style import STYLE
from course.files import write

DPI = 220  # of PNG: twice as fine as in the notebook, for a projector
# the same figure gives the same file
UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}


def save(figure: Figure, path: Path, theme: str = "light") -> None:
    """Save a figure in the format that the file's name says.

    Args:
        figure: for a dark theme it is changed.
        path: ends in .svg, .pdf or .png; the file is whole or not there.
        theme: "light" or "dark".

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     save(Figure(), Path(folder, "x.svg"))
        ...     Path(folder, "x.svg").read_text("utf-8")[:5]
        '<?xml'
    """
    kind = path.suffix.removeprefix(".")
    buffer = io.BytesIO()
    with matplotlib.style.context(STYLE):
        if theme == "dark":
            darken(figure)
        figure.savefig(
            buffer,
            format=kind,
            dpi=DPI,
            bbox_inches="tight",
            facecolor=figure.get_facecolor(),
            metadata=UNDATED[kind],
        )
    write(path, buffer.getvalue())


def save_last(path: str, theme: str) -> None:
    """Save the figure that the last cell has shown; for use in a kernel.

    Args:
        path: as for `save`.
        theme: as for `save`.

    Raises:
        TypeError: the last cell showed something else.

    Example:
        >>> save_last("x.svg", "light")
        Traceback (most recent call last):
        ...
        TypeError: course figures: expected the cell before to end in a figure for
        x.svg, got NoneType
    """
    shell = get_ipython()
    shown = shell.user_ns["_oh"] if shell else {}
    last = shown[max(shown)] if shown else None
    if not isinstance(last, Figure):
        raise TypeError(
            f"course figures: expected the cell before to end in a figure for {path}, "
            f"got {type(last).__name__}"
        )
    save(last, Path(path), theme)

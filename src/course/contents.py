"""The notebooks as chapters: what each asks, how long it takes, what it looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course.captions import Figure, figures
from course.notebooks import find, question, read
from course.verdicts import Record, records

MINUTES = re.compile(r"about (\d+) minutes")
EXERCISES = re.compile(r"minutes[^·]*? and (\d+) for the exercise")
EMBLEMS = {1: 3, 2: 2, 6: 7, 8: 3, 10: 4, 13: 4}  # notebook -> figure; else its first


@dataclass(frozen=True)
class Chapter:
    """A notebook of the course.

    Attributes:
        stem: the file's name without its suffix.
        notebook: as stored, with its outputs.
    """

    stem: str
    notebook: NotebookNode

    @property
    def number(self) -> int:
        """Its place in the course, from 1."""
        return int(self.stem[:2])

    @property
    def question(self) -> str:
        """Its title."""
        return question(self.notebook)

    @property
    def minutes(self) -> tuple[int, int]:
        """How long it takes to read, and its exercises where they are counted apart."""
        head = self.notebook.cells[0].source
        reading, exercises = MINUTES.search(head), EXERCISES.search(head)
        return int(reading[1]) if reading else 0, int(exercises[1]) if exercises else 0

    @property
    def seconds(self) -> int | None:
        """How long it took to execute when it was stored; see `strip`."""
        seconds = self.notebook.metadata.get("course", {}).get("seconds")
        return None if seconds is None else int(seconds)

    @property
    def figures(self) -> list[Figure]:
        """Its figures, in order."""
        return figures(self.notebook)

    def figure(self, number: int) -> Figure | None:
        """Find a figure by its number in this notebook; None where it is not there."""
        for each in self.figures:
            if each.caption and each.caption.number == number:
                return each
        return None

    @property
    def emblem(self) -> Figure | None:
        """The figure that stands for it: its first, where none is chosen."""
        return self.figure(EMBLEMS.get(self.number, 1))

    @property
    def records(self) -> list[Record]:
        """The claims that it settles."""
        return records(self.notebook, self.stem)


def chapters(notebooks: Path) -> list[Chapter]:
    """Read the stored notebooks, in order.

    Args:
        notebooks: the folder where they lie.

    Raises:
        UsageError: there are none.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> import nbformat
        >>> cell = nbformat.v4.new_markdown_cell("# Why?\\n*about 50 minutes*")
        >>> book = nbformat.v4.new_notebook(cells=[cell])
        >>> with TemporaryDirectory() as folder:
        ...     nbformat.write(book, Path(folder, "02_why.ipynb"))
        ...     (chapter,) = chapters(Path(folder))
        >>> chapter.number, chapter.question, chapter.minutes, chapter.seconds
        (2, 'Why?', (50, 0), None)
    """
    return [Chapter(path.stem, read(path)) for path in find(notebooks)]

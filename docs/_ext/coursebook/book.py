"""The course as the book's pages need it, read once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course.captions import Figure, figures
from course.notebooks import find, read
from course.verdicts import Record, records

MINUTES = re.compile(r"about (\d+) minutes")
EXERCISES = re.compile(r"minutes[^·]*? and (\d+) for the exercise")


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
    def page(self) -> str:
        """Its page in the book, without a suffix."""
        return f"notebooks/{self.stem}"

    @property
    def question(self) -> str:
        """Its title."""
        return str(self.notebook.cells[0].source.splitlines()[0].lstrip("# "))

    @property
    def minutes(self) -> tuple[int, int]:
        """How long it takes to read, and its exercises where they are counted apart."""
        head = self.notebook.cells[0].source
        reading, exercises = MINUTES.search(head), EXERCISES.search(head)
        return int(reading[1]) if reading else 0, int(exercises[1]) if exercises else 0

    @property
    def opening(self) -> str:
        """The first paragraph after the line on minutes."""
        return str(self.notebook.cells[0].source.split("\n\n")[2])

    @property
    def figures(self) -> list[Figure]:
        """Its figures, in order."""
        return figures(self.notebook)

    @property
    def records(self) -> list[Record]:
        """The claims that it settles."""
        return records(self.notebook, self.stem)


@dataclass(frozen=True)
class Book:
    """All chapters, and where they come from."""

    project: Path
    chapters: tuple[Chapter, ...]

    @property
    def records(self) -> list[Record]:
        """All claims, by number."""
        found = [record for chapter in self.chapters for record in chapter.records]
        return sorted(found, key=lambda record: str(record["claim"]))


def load(project: Path) -> Book:
    """Read the stored notebooks.

    Args:
        project: the folder that holds notebooks/.
    """
    paths = find(project / "notebooks")
    return Book(project, tuple(Chapter(path.stem, read(path)) for path in paths))

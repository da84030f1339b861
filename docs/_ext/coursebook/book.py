"""The course as the book's pages need it, read once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from course.contents import Chapter, chapters
from course.verdicts import Record


@dataclass(frozen=True)
class Book:
    """All chapters, and the folder that they come from."""

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
    return Book(project, tuple(chapters(project / "notebooks")))


def page(chapter: Chapter) -> str:
    """Name the page of a chapter, without a suffix."""
    return f"notebooks/{chapter.stem}"

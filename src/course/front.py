"""The front page: its table and its pictures come from the stored notebooks."""

from __future__ import annotations

import re
from pathlib import Path

from nbformat import NotebookNode

from course.captions import figures
from course.files import write
from course.notebooks import UsageError, find, read
from course.verdicts import markdown, records

PICTURES = {  # of the front page, each a figure of a notebook: notebook, number
    Path("docs", "channels.png"): (3, 1),
    Path("docs", "resnet18.png"): (13, 4),
}
NUMBERS = 3  # of each claim on the front page; its card in the notebook has them all
MARKED = re.compile(r"(<!-- verdicts -->\n).*?(<!-- end of verdicts -->)", re.DOTALL)


def update(project: Path, notebooks: Path) -> list[Path]:
    """Bring README.md and its pictures up to date with the stored notebooks.

    Args:
        project: the folder with README.md; without one nothing is done.
        notebooks: where the notebooks lie.

    Returns:
        the files that were changed.

    Raises:
        UsageError: README.md has no place for the table.

    Example:
        >>> update(Path("not/there"), Path("not/there"))
        []
    """
    page = project / "README.md"
    if not page.exists():
        return []
    stored = {path.stem: read(path) for path in find(notebooks)}
    wanted = {page: with_table(page.read_text("utf-8"), stored).encode()}
    for path, place in PICTURES.items():
        if image := picture(stored, place):
            wanted[project / path] = image
    changed = [
        path
        for path, content in wanted.items()
        if not path.exists() or path.read_bytes() != content
    ]
    for path in changed:
        write(path, wanted[path])
    return changed


def with_table(page: str, notebooks: dict[str, NotebookNode]) -> str:
    """Put the verdicts of the notebooks between the marks of a page.

    Args:
        page: Markdown with ``<!-- verdicts -->`` and ``<!-- end of verdicts -->``.
        notebooks: executed, by name.

    Raises:
        UsageError: the marks are missing.

    Example:
        >>> with_table("<!-- verdicts -->\\nold\\n<!-- end of verdicts -->", {})[:27]
        '<!-- verdicts -->\\n| claim |'
    """
    if not MARKED.search(page):
        raise UsageError(
            "course: README.md has no place for the table of verdicts; expected the "
            "lines <!-- verdicts --> and <!-- end of verdicts -->"
        )
    table = [row for name, book in notebooks.items() for row in records(book, name)]
    text = markdown(sorted(table, key=lambda row: str(row["claim"])), NUMBERS)
    return MARKED.sub(lambda found: found[1] + text + found[2], page)


def picture(notebooks: dict[str, NotebookNode], place: tuple[int, int]) -> bytes:
    """Find a figure for the front page; nothing where it is not there yet.

    Args:
        notebooks: executed, by name.
        place: the number of its notebook, and its own there.

    Example:
        >>> picture({}, (3, 1))
        b''
    """
    for book in notebooks.values():
        for figure in figures(book):
            caption = figure.caption
            if caption and (caption.notebook, caption.number) == place:
                return figure.png
    return b""

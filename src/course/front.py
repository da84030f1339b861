"""The front page: its table and its picture come from the stored notebooks."""

from __future__ import annotations

import re
from pathlib import Path

from nbformat import NotebookNode

from course.captions import figures
from course.files import write
from course.notebooks import UsageError, find, read
from course.verdicts import markdown, records

PICTURE = Path("docs", "channels.png")
SHOWN = (3, 1)  # the figure on the front page: notebook, number
MARKED = re.compile(r"(<!-- verdicts -->\n).*?(<!-- end of verdicts -->)", re.DOTALL)


def update(project: Path, notebooks: Path) -> list[Path]:
    """Bring README.md and its picture up to date with the stored notebooks.

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
    if image := picture(stored):
        wanted[project / PICTURE] = image
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
    text = markdown(sorted(table, key=lambda row: str(row["claim"])))
    return MARKED.sub(lambda found: found[1] + text + found[2], page)


def picture(notebooks: dict[str, NotebookNode]) -> bytes:
    """Find the figure for the front page; nothing where it is not there yet.

    Args:
        notebooks: executed, by name.

    Example:
        >>> picture({})
        b''
    """
    for book in notebooks.values():
        for figure in figures(book):
            caption = figure.caption
            if caption and (caption.notebook, caption.number) == SHOWN:
                return figure.png
    return b""

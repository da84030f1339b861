"""The front page: its tables and its pictures come from the stored notebooks."""

from __future__ import annotations

import html
import re
from pathlib import Path

from course.contents import Chapter, chapters
from course.files import write
from course.notebooks import UsageError
from course.verdicts import markdown

PICTURES = {  # of the front page, each a figure of a notebook: notebook, number
    Path("docs", "channels.png"): (3, 1),
    Path("docs", "resnet18.png"): (13, 4),
}
EMBLEM_FOLDER = Path("docs", "questions")  # a picture for each question
NUMBERS = 3  # of each claim on the front page; its card in the notebook has them all


def update(project: Path, notebooks: Path) -> list[Path]:
    """Bring README.md and its pictures up to date with the stored notebooks.

    Args:
        project: the folder with README.md; without one nothing is done.
        notebooks: where the notebooks lie.

    Returns:
        the files that were changed.

    Raises:
        UsageError: README.md has no place for a table.

    Example:
        >>> update(Path("not/there"), Path("not/there"))
        []
    """
    page = project / "README.md"
    if not page.exists():
        return []
    stored = chapters(notebooks)
    text = page.read_text("utf-8")
    text = between(text, "verdicts", verdicts(stored))
    text = between(text, "questions", questions(stored))
    wanted = {page: text.encode()}
    for path, place in PICTURES.items():
        if image := picture(stored, place):
            wanted[project / path] = image
    for chapter in stored:
        if chapter.emblem:
            wanted[project / _emblem_path(chapter)] = chapter.emblem.png
    changed = [
        path
        for path, content in wanted.items()
        if not path.exists() or path.read_bytes() != content
    ]
    for path in changed:
        write(path, wanted[path])
    return changed


def between(page: str, name: str, text: str) -> str:
    """Put a text between the two marks of a page.

    Args:
        page: with the lines ``<!-- name -->`` and ``<!-- end of name -->``.
        name: of the marks.
        text: what stands between them from now on.

    Raises:
        UsageError: the marks are missing.

    Example:
        >>> between("<!-- a -->\\nold\\n<!-- end of a -->", "a", "new\\n")
        '<!-- a -->\\nnew\\n<!-- end of a -->'
    """
    marks = f"<!-- {name} -->", f"<!-- end of {name} -->"
    pattern = rf"({re.escape(marks[0])}\n).*?({re.escape(marks[1])})"
    if not re.search(pattern, page, re.DOTALL):
        raise UsageError(
            f"course: README.md has no place for the table of {name}; expected the "
            f"lines {marks[0]} and {marks[1]}"
        )
    return re.sub(pattern, lambda found: found[1] + text + found[2], page, flags=re.S)


def verdicts(stored: list[Chapter]) -> str:
    """Write the table of verdicts.

    Example:
        >>> verdicts([])[:29]
        '| claim | what is said | who '
    """
    table = [record for chapter in stored for record in chapter.records]
    return markdown(sorted(table, key=lambda row: str(row["claim"])), NUMBERS)


def questions(stored: list[Chapter]) -> str:
    """Write the table of questions: a picture, how long to read, how long to run.

    Example:
        >>> print(questions([]))
        | | | minutes to read | seconds to run |
        | --- | --- | --- | --- |
    """
    rows = ["| | | minutes to read | seconds to run |", "| --- | --- | --- | --- |"]
    for chapter in stored:
        figure, (minutes, exercises) = chapter.emblem, chapter.minutes
        image = ""
        if figure and figure.caption:
            title = html.escape(figure.caption.title)
            place = _emblem_path(chapter).as_posix()
            image = f'<img src="{place}" width="240" alt="{title}">'
        link = f"[{chapter.question}](notebooks/{chapter.stem}.ipynb)"
        reading = f"{minutes} + {exercises}" if exercises else f"{minutes}"
        cells = [
            image,
            f"{chapter.number}. {link}",
            reading,
            f"{chapter.seconds or ''}",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _emblem_path(chapter: Chapter) -> Path:
    """Say where the picture of a question lies, from the project's folder."""
    return EMBLEM_FOLDER / f"{chapter.stem[:2]}.png"


def picture(stored: list[Chapter], place: tuple[int, int]) -> bytes:
    """Find a figure for the front page; nothing where it is not there yet.

    Args:
        stored: the chapters.
        place: the number of its notebook, and its own there.

    Example:
        >>> picture([], (3, 1))
        b''
    """
    notebook, number = place
    found = [each.figure(number) for each in stored if each.number == notebook]
    return found[0].png if found and found[0] else b""

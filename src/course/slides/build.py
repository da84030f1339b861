"""`course slides`: the stored notebooks as slides that open without a network."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from course.captions import figures
from course.files import write
from course.notebooks import find, question, read
from course.slides.deck import deck
from course.slides.figure import picture
from course.slides.page import contents, page

COURSE = "Batch normalization"
OURS = ("slides.css", "slides.js")
THEIRS = ("dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js", "LICENSE")


def slides(wanted: Sequence[str], notebooks: Path, out: Path) -> int:
    """Write a deck of slides for each notebook, without executing any.

    Args:
        wanted: numbers or names; none means all.
        notebooks: where they lie.
        out: the decks go into its folder slides/, which can be moved as a whole.

    Returns:
        the exit code, 0.

    Raises:
        UsageError: there is no such notebook.
        ModuleNotFoundError: what the slides need is not installed.

    Example:
        >>> slides([], Path("not/there"), Path("build"))
        Traceback (most recent call last):
        ...
        course.notebooks.UsageError: course: expected notebooks such as 01_….ipynb in
        not/there, found none; run it in the project's folder, or say where with
        --notebooks
    """
    paths = find(notebooks, wanted)
    folder = out / "slides"
    for name, content in _assets().items():
        write(folder / "assets" / name, content)
    books = {f"{path.stem[:2]}.html": read(path) for path in paths}
    decks = {file: deck(notebook) for file, notebook in books.items()}
    if not wanted:  # first: decks that Ctrl-C leaves must have a page that leads there
        made = [(file, question(books[file]), len(decks[file])) for file in books]
        write(folder / "index.html", contents(made, COURSE))
    for file, notebook in books.items():
        for figure in figures(notebook):
            if figure.caption:
                write(folder / picture(figure.caption), figure.png)
        text = page(decks[file], int(file[:2]), question(notebook), COURSE)
        write(folder / file, text)
        print(f"{folder / file}: {len(decks[file])} slides")
    return 0


def _assets() -> dict[str, bytes]:
    """Read what every deck needs: reveal.js, and our own style and script.

    Raises:
        ModuleNotFoundError: the package that brings reveal.js is not installed.
    """
    package = find_spec("sphinx_revealjs")  # not imported: its files are all we need
    if package is None or package.origin is None:
        raise ModuleNotFoundError("No module named 'sphinx_revealjs'")
    theirs = Path(package.origin).parent / "_static" / "revealjs"
    here = Path(__file__).parent
    return {
        **{Path(name).name: (theirs / name).read_bytes() for name in THEIRS},
        **{name: (here / name).read_bytes() for name in OURS},
    }

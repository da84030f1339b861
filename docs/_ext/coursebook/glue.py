"""Where the extension meets Sphinx."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from course.files import write
from coursebook import formulas
from coursebook.book import Book, load
from coursebook.chapter import FIGURES, chapter
from coursebook.pages import PAGES

KEY = "course_book"  # under which the application keeps the book


class Course(SphinxDirective):
    """``{course} name``: what a function of `coursebook.pages` writes."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write it, and read it as a part of the page."""
        book: Book = getattr(self.env.app, KEY)
        for path in (book.project / "notebooks").glob("*.ipynb"):
            self.env.note_dependency(str(path))
        text = PAGES[self.arguments[0]](book)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def prepare(app: Sphinx) -> None:
    """Write the chapters and their figures to where Sphinx finds them."""
    book = load(Path(app.srcdir).parent)
    setattr(app, KEY, book)
    wanted = sources(book)
    folder = Path(app.srcdir, "notebooks")
    for path in [each for each in folder.rglob("*") if each.is_file()]:
        if path.relative_to(folder) not in wanted:
            path.unlink()
    for name, content in wanted.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            write(path, content)


def sources(book: Book) -> dict[Path, bytes]:
    """Make the chapters and their figures: place → content."""
    wanted = {}
    for each in book.chapters:
        text: str = nbformat.writes(chapter(each.notebook))  # type: ignore[no-untyped-call]
        wanted[Path(f"{each.stem}.ipynb")] = text.encode()
        for figure in each.figures:
            if figure.caption:
                wanted[Path(FIGURES, f"{figure.caption.name}.png")] = figure.png
    return wanted


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything."""
    app.add_directive("course", Course)
    app.add_html_math_renderer(
        "svg", (formulas.visit_inline, None), (formulas.visit_block, None)
    )
    app.connect("builder-inited", prepare)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

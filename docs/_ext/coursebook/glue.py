"""Where the extension meets Sphinx."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

import hooks
from course.files import write
from coursebook.book import Book, load
from coursebook.chapter import FIGURES, chapter
from coursebook.formulas import visit_block, visit_inline
from coursebook.mentions import pieces, targets
from coursebook.pages import EXPLORER, PAGES, RECORDING
from coursebook.reference import escape
from hooks.explore import export_html

KEPT = (nodes.reference, nodes.literal, nodes.FixedTextElement, nodes.title)
KEPT += (nodes.strong, nodes.raw, nodes.math)  # no mention is made a link in these


class Course(SphinxDirective):
    """``{course} name``: what a function of `coursebook.pages` writes."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write it, and read it as a part of the page."""
        book: Book = self.env.app.course_book
        text = PAGES[self.arguments[0]](book)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


class Mentions(SphinxPostTransform):
    """Let the text lead to the claims, figures and notebooks that it names."""

    default_priority = 900

    def run(self, **_: object) -> None:
        """Do so on one page."""
        page = self.env.docname
        places = targets(self.app.course_book)
        places = {name: each for name, each in places.items() if each != page}
        for text in list(self.document.findall(nodes.Text)):
            if not any(isinstance(above, KEPT) for above in _above(text)):
                found = pieces(text.astext(), places)
                if any(place for _, place in found):
                    text.parent.replace(text, [self._node(*each) for each in found])

    def _node(self, text: str, place: str) -> nodes.Node:
        if not place:
            return nodes.Text(text)
        page, _, anchor = place.partition("#")
        uri = self.app.builder.get_relative_uri(self.env.docname, page)
        uri = f"{uri}#{anchor}" if anchor else uri
        return nodes.reference("", text, internal=True, refuri=uri)


def _above(node: nodes.Node) -> list[nodes.Node]:
    """List all that a node stands in."""
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found


def prepare(app: Sphinx) -> None:
    """Write the chapters and their figures to where Sphinx finds them."""
    book = load(Path(app.srcdir).parent)
    app.course_book = book  # type: ignore[attr-defined]
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


def explore(app: Sphinx, exception: Exception | None) -> None:
    """Put the explorer with the stored recording beside its page."""
    if exception is None and app.builder.name == "html":
        recording = hooks.load(Path(app.srcdir).parent / RECORDING)
        place = Path(app.outdir, EXPLORER)
        export_html(recording, place, title="Fifty epochs")


def _escape(
    app: Sphinx, kind: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    escape(lines)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything."""
    app.add_directive("course", Course)
    app.add_post_transform(Mentions)
    app.add_html_math_renderer("svg", (visit_inline, None), (visit_block, None))
    app.connect("builder-inited", prepare)
    app.connect("build-finished", explore)
    app.connect("autodoc-process-docstring", _escape)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""What stands on the pages that are made from the notebooks, as Markdown.

Each function of `PAGES` takes the book; a page asks for it with ``{course} name``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape

from course.captions import Caption
from course.front import NUMBERS
from course.ledger import counts
from course.verdicts import Record, markdown
from coursebook import cite as citation
from coursebook.book import Book, Chapter
from coursebook.chapter import FIGURES, claim_id, figure_id, plain

THUMBNAILS = {  # notebook → the figure on its card; else its first one
    1: 3, 3: 1, 4: 1, 6: 7, 7: 1, 8: 1, 9: 1, 12: 1, 13: 4,
}  # fmt: skip


def cards(book: Book) -> str:
    """Write the questions as cards, each with a figure."""
    found = "\n".join(map(_card, book.chapters))
    return f":::::{{grid}} 1 2 2 3\n:gutter: 3\n\n{found}:::::\n"


def _card(chapter: Chapter) -> str:
    words = thumbnail(chapter)
    image = f":img-top: {picture(words)}\n" if words else ""
    alt = f":img-alt: {_quoted(plain(words.title))}\n" if words else ""
    return (
        f"::::{{grid-item-card}} {chapter.number} · {chapter.question}\n"
        f":link: {chapter.page}\n:link-type: doc\n:class-card: question\n{image}{alt}\n"
        f"{_opening(chapter)}\n\n"
        f":::{{card-footer}}\n{chapter.minutes[0]} minutes\n:::\n::::\n"
    )


def _opening(chapter: Chapter) -> str:
    """Give the last sentence of its opening: what the reader will do."""
    return plain(chapter.opening).rsplit(". ", 1)[-1].rstrip(":")


def thumbnail(chapter: Chapter) -> Caption | None:
    """Choose the figure that stands for a chapter."""
    captions = [figure.caption for figure in chapter.figures if figure.caption]
    wanted = THUMBNAILS.get(chapter.number)
    chosen = [each for each in captions if each.number == wanted]
    return (chosen or captions or [None])[0]


def picture(words: Caption) -> str:
    """Say where the image of a figure lies."""
    return f"/notebooks/{FIGURES}/{words.name}.png"


def gallery(book: Book) -> str:
    """Write all figures with their numbers and titles, each leading to its place."""
    parts = []
    for chapter in book.chapters:
        found = "\n".join(
            _tile(chapter, figure.caption)
            for figure in chapter.figures
            if figure.caption
        )
        parts.append(
            f"## {chapter.number} · {chapter.question}\n\n"
            f"::::{{grid}} 1 2 2 3\n:gutter: 3\n\n{found}::::\n"
        )
    return "\n".join(parts)


def _tile(chapter: Chapter, words: Caption) -> str:
    alt = f"{plain(words.title)} {plain(words.words)}"
    return (
        ":::{grid-item-card}\n:class-card: tile\n"
        f":link: {chapter.page}.html#{figure_id(words)}\n:link-type: url\n"
        f":img-top: {picture(words)}\n:img-alt: {_quoted(alt)}\n\n"
        f"**{words.notebook}.{words.number}** {words.title}\n:::\n"
    )


def _quoted(text: str) -> str:
    """Spell a text as an option's value, whatever signs it holds."""
    return json.dumps(text, ensure_ascii=False)


def verdicts(book: Book) -> str:
    """Write the table of verdicts, each claim leading to its card."""
    lines = markdown(book.records, NUMBERS).splitlines()
    rows = [_linked(*pair) for pair in zip(lines[2:], book.records, strict=True)]
    return "\n".join([*lines[:2], *rows, ""])


def _linked(line: str, record: Record) -> str:
    """Let the first cell of a row lead to the claim, and the last to its notebook."""
    claim, name = record["claim"], record["notebook"]
    page = f"notebooks/{name}.html"
    cells = line.removeprefix(f"| {claim} |").removesuffix(f"| {name[:2]} |")
    return (
        f'| <a href="{page}#{claim_id(claim)}">{claim}</a> |'
        f'{cells}| <a href="{page}">{name[:2]}</a> |'
    )


def score(book: Book) -> str:
    """Count the verdicts in a sentence."""
    found = counts(book.records)
    said = [f"{number} **{escape(name)}**" for name, number in found.items()]
    return f"Of {len(book.records)} claims " + ", ".join(said) + ".\n"


def times(book: Book) -> str:
    """Write what each chapter takes and what it holds."""
    lines = [
        "| | question | reading, minutes | exercises, minutes | figures | claims |",
        "| ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    for chapter in book.chapters:
        reading, exercises = chapter.minutes
        lines.append(
            f"| {chapter.number} | [{chapter.question}]({chapter.page}.ipynb) "
            f"| {reading} | {exercises or ''} | {len(chapter.figures)} "
            f"| {len(chapter.records)} |"
        )
    return "\n".join(lines) + "\n"


def cite(book: Book) -> str:
    """Write how to cite the course."""
    found = citation.read(book.project / "CITATION.cff")
    return (
        f"{found['message']}\n\n> {citation.sentence(found)}\n\n"
        f"```bibtex\n{citation.bibtex(found)}\n```\n\n{found['abstract']}\n"
    )


PAGES: dict[str, Callable[[Book], str]] = {
    "cards": cards,
    "cite": cite,
    "gallery": gallery,
    "score": score,
    "times": times,
    "verdicts": verdicts,
}

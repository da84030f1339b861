"""What stands on the pages that are made from the notebooks, as Markdown.

Each function of `PAGES` takes the book; a page asks for it with ``{course} name``.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from course.captions import Caption
from course.contents import Chapter
from course.front import NUMBERS
from course.ledger import counts
from course.recording import FILE as RECORDING
from course.verdicts import markdown
from coursebook import cite as citation
from coursebook.book import Book, page
from coursebook.chapter import FIGURES, figure_id, plain
from coursebook.reference import reference
from hooks import load
from hooks.explore import explore

EXPLORER = "fifty_epochs.html"  # beside its page


def cards(book: Book) -> str:
    """Write the questions as cards, each with a figure."""
    found = "\n".join(map(_card, book.chapters))
    return f"::::{{grid}} 1 2 2 3\n:gutter: 3\n\n{found}::::\n"


def _card(chapter: Chapter) -> str:
    words = chapter.emblem.caption if chapter.emblem else None
    image = f":img-top: {picture(words)}\n" if words else ""
    alt = f":img-alt: {_quoted(plain(words.title))}\n" if words else ""
    things = {
        "minute": chapter.minutes[0],
        "figure": len(chapter.figures),
        "claim": len(chapter.records),
    }
    holds = [f"{n} {thing}{'s' * (n > 1)}" for thing, n in things.items() if n]
    return (
        f":::{{grid-item-card}} {chapter.number} · {chapter.question}\n"
        f":link: {page(chapter)}\n:link-type: doc\n:class-card: question\n"
        f":link-alt: {_quoted(chapter.question)}\n"
        f"{image}{alt}\n{', '.join(holds)}\n:::\n"
    )


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
        f":link: {page(chapter)}.html#{figure_id(words)}\n:link-type: url\n"
        f":link-alt: Figure {words.notebook}.{words.number}\n"
        f":img-top: {picture(words)}\n:img-alt: {_quoted(alt)}\n\n"
        f"**{words.notebook}.{words.number}** {words.title}\n:::\n"
    )


def _quoted(text: str) -> str:
    """Spell a text as an option's value, whatever signs it holds."""
    return json.dumps(text, ensure_ascii=False)


def verdicts(book: Book) -> str:
    """Write the table of verdicts; `coursebook.mentions` makes links of the claims."""
    lines = markdown(book.records, NUMBERS).splitlines()
    for place, record in enumerate(book.records, start=2):
        number = record["notebook"][:2]
        link = f"[{number}](notebooks/{record['notebook']}.ipynb) |"
        lines[place] = lines[place].removesuffix(f"{number} |") + link
    return "\n".join(lines) + "\n"


def score(book: Book) -> str:
    """Count the verdicts of each kind."""
    found = counts(book.records)
    said = [f"**{name}** {number}" for name, number in found.items()]
    return f"{len(book.records)} claims: {', '.join(said)}.\n"


def times(book: Book) -> str:
    """Write what each chapter takes and what it holds."""
    numbers = [
        (*each.minutes, each.seconds or 0, len(each.figures), len(each.records))
        for each in book.chapters
    ]
    names = [
        f"{each.number}. [{each.question}]({page(each)}.ipynb)"
        for each in book.chapters
    ]
    together = tuple(map(sum, zip(*numbers, strict=True)))
    rows = [*zip(names, numbers, strict=True), ("together", together)]
    lines = [
        "| question | reading, minutes | exercises, minutes | running, seconds "
        "| figures | claims |",
        "| --- " + "| ---: " * 5 + "|",
    ]
    for name, row in rows:
        lines.append(f"| {name} " + "".join(f"| {n or ''} " for n in row) + "|")
    return "\n".join(lines) + "\n"


def cite(book: Book) -> str:
    """Write how to cite the course."""
    found = citation.read(book.project / "CITATION.cff")
    return (
        f"{found['message']}\n\n> {citation.sentence(found)}\n\n"
        f"```bibtex\n{citation.bibtex(found)}\n```\n\n{found['abstract']}\n"
    )


def explorer(book: Book) -> str:
    """Show the explorer of the stored recording; it is also a file of its own."""
    shown = explore(load(book.project / RECORDING))
    return (
        f'<p><a href="{EXPLORER}">Open it on a page of its own</a></p>\n\n'
        f"``````{{raw}} html\n{shown.html}\n``````\n"
    )


PAGES: dict[str, Callable[[Book], str]] = {
    "cards": cards,
    "cite": cite,
    "explorer": explorer,
    "gallery": gallery,
    "reference": reference,
    "score": score,
    "times": times,
    "verdicts": verdicts,
}

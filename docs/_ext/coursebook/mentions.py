"""Where the text names a claim, a figure or a notebook, it leads there."""

from __future__ import annotations

import re

from coursebook.book import Book, page
from coursebook.chapter import claim_id, figure_id

MENTION = re.compile(r"\b(?:C\d\d|Figure \d+\.\d+|[Nn]otebook \d+)\b")


def targets(book: Book) -> dict[str, str]:
    """List what can be named, and where it is: "C07" → page#place."""
    found = {}
    for chapter in book.chapters:
        found[f"notebook {chapter.number}"] = page(chapter)
        for record in chapter.records:
            claim = record["claim"]
            found[claim] = f"{page(chapter)}#{claim_id(claim)}"
        for figure in chapter.figures:
            if words := figure.caption:
                name = f"Figure {words.notebook}.{words.number}"
                found[name] = f"{page(chapter)}#{figure_id(words)}"
    return found


def pieces(text: str, places: dict[str, str]) -> list[tuple[str, str]]:
    """Cut a text at what it names.

    Args:
        text: of a paragraph, without marks.
        places: as `targets` gives them.

    Returns:
        the pieces in order, each with its place; "" where it names nothing.

    Example:
        >>> pieces("Notebook 1 tests C02.", {"C02": "a#claim-c02"})
        [('Notebook 1 tests ', ''), ('C02', 'a#claim-c02'), ('.', '')]
    """
    found, end = [], 0
    for mention in MENTION.finditer(text):
        place = places.get(mention[0].replace("Notebook", "notebook"))
        if place:
            found += [(text[end : mention.start()], ""), (mention[0], place)]
            end = mention.end()
    return [piece for piece in [*found, (text[end:], "")] if piece[0]]

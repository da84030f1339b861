"""Slides as one page of HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from course.slides.slide import Slide
from course.slides.text import html

REVEAL = '<link rel="stylesheet" href="assets/reveal.css" media="screen">\n'
HYPHEN = re.compile(r"(?<=\w)-(?=\d)(?![^<]*>)")  # as in ResNet-18, not in a tag
TOP, SECTION, BELOW = 1, 2, 3  # levels of headings


def page(slides: Sequence[Slide], number: int, question: str, course: str) -> str:
    """Write a deck.

    Args:
        slides: in order; the first begins a section.
        number: of the notebook.
        question: its title.
        course: the course's title.

    Returns:
        HTML.

    Example:
        >>> made = page([Slide("title", "Is 1 &lt; 2?")], 1, "Is 1 < 2?", "Numbers")
        >>> "<title>1 · Is 1 &lt; 2? · Numbers</title>" in made
        True
        >>> "<h1>Is 1 &lt; 2?</h1>" in made
        True
        >>> made = page([Slide("title", "ResNet-18")], 13, "What?", "Layers")
        >>> "ResNet\\N{NON-BREAKING HYPHEN}18" in made
        True
    """
    columns: list[list[str]] = []
    section = ""
    for slide in slides:
        if slide.first or not columns:
            columns.append([])
            section = slide.heading
        columns[-1].append(_slide(slide, section))
    body = "\n".join(f"<section>\n{''.join(column)}</section>" for column in columns)
    return f"""{_head(f"{number} · {question} · {course}", REVEAL)}
<body>
<div class="reveal">
<div class="slides">
{body}
</div>
</div>
<script src="assets/reveal.js"></script>
<script src="assets/notes.js"></script>
<script src="assets/slides.js"></script>
</body>
</html>
"""


def _head(title: str, more: str = "") -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
{more}<link rel="stylesheet" href="assets/slides.css">
</head>"""


def _slide(slide: Slide, section: str) -> str:
    level = TOP if slide.kind == "title" else SECTION if slide.first else BELOW
    heading = slide.heading or section
    said = slide.first or heading == section
    heading = HYPHEN.sub("\N{NON-BREAKING HYPHEN}", heading)
    above = "" if said else f'<p class="above">{section}</p>'
    notes = "\n\n".join(slide.notes)
    aside = f'<aside class="notes">{html(notes)}</aside>' if notes else ""
    shade = ' data-background-color="#f1f1ee"' if slide.kind == "predict" else ""
    return (
        f"<section{shade}>"
        f'<div class="page {slide.kind}">{above}<h{level}>{heading}</h{level}>'
        f"{''.join(slide.body)}</div>{aside}</section>\n"
    )


def contents(decks: Sequence[tuple[str, str, int]], course: str) -> str:
    """Write the page that leads to the decks.

    Args:
        decks: file, question and number of slides of each.
        course: the course's title.

    Returns:
        HTML.

    Example:
        >>> '<a href="01.html">Why?</a>' in contents([("01.html", "Why?", 20)], "All")
        True
    """
    rows = "\n".join(
        f'<li><a href="{escape(file)}">{escape(question)}</a> '
        f"<small>{count} slides</small></li>"
        for file, question, count in decks
    )
    return f"""{_head(f"Slides · {course}")}
<body class="contents">
<main>
<h1>{escape(course)}: slides</h1>
<ol>
{rows}
</ol>
<p>In a deck: space or → goes on, ← back; <kbd>S</kbd> opens the speaker's notes,
<kbd>O</kbd> the overview, <kbd>F</kbd> the full screen, <kbd>?</kbd> the list of keys.
Printed, to paper or to PDF, a deck has a slide a page with the answers open.</p>
</main>
</body>
</html>
"""

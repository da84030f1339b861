"""Slides as one page of HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from course.slides.slide import Slide
from course.slides.text import html

TOP, SECTION, BELOW = 1, 2, 3  # levels of headings


def page(slides: Sequence[Slide], number: int, question: str, course: str) -> str:
    """Write a deck.

    Args:
        slides: in order; the first begins a section.
        number: of the notebook.
        question: its title.
        course: the course's title.
    """
    columns: list[list[str]] = []
    section = ""
    for slide in slides:
        if slide.first or not columns:
            columns.append([])
            section = slide.heading
        columns[-1].append(_slide(slide, section))
    body = "\n".join(f"<section>\n{''.join(column)}</section>" for column in columns)
    title = escape(f"{number} · {question}")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {escape(course)}</title>
<link rel="stylesheet" href="assets/reveal.css" media="screen">
<link rel="stylesheet" href="assets/slides.css">
</head>
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


def _slide(slide: Slide, section: str) -> str:
    level = TOP if slide.kind == "title" else SECTION if slide.first else BELOW
    above = (
        ""
        if slide.first or slide.heading == section
        else f'<p class="above">{section}</p>'
    )
    heading = slide.heading or section
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
    """
    rows = "\n".join(
        f'<li><a href="{escape(file)}">{escape(question)}</a> '
        f"<small>{count} slides</small></li>"
        for file, question, count in decks
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slides · {escape(course)}</title>
<link rel="stylesheet" href="assets/slides.css">
</head>
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

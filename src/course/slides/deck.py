"""A notebook as slides, in order."""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise

from nbformat import NotebookNode

from course.captions import caption
from course.slides import cells, prose
from course.slides.mark import (
    HEADING,
    NOTES,
    OWN,
    SKIP,
    SLIDE,
    SUBSLIDE,
    mark,
    slide_type,
)
from course.slides.slide import Slide
from course.slides.text import Block, together


def deck(notebook: NotebookNode) -> list[Slide]:
    """Make the slides of a notebook; the notebook stays as it is.

    Each cell is what its metadata say. Within a cell a heading, a question to predict
    on and a trap start slides of their own.

    Args:
        notebook: executed. Cells that are not marked are taken as `mark` would.

    Example:
        >>> from course.notebooks import node
        >>> cell = {"cell_type": "markdown", "source": "# Why?", "metadata": {}}
        >>> [slide.heading for slide in deck(node(cells=[cell]))]
        ['Why?']
    """
    made = deepcopy(notebook)
    mark(made)
    found: list[Slide] = []
    for cell, after in pairwise([*made.cells, None]):
        kind = str(slide_type(cell))
        if kind == SKIP or (cell.cell_type == "code" and kind == NOTES):
            continue
        if cell.cell_type == "code":
            _put(found, cells.slides(cell, caption(after)), kind)
        elif cell.cell_type == "markdown" and caption(cell) is None:
            for number, group in enumerate(prose.groups(cell.source)):
                own = number and (
                    HEADING.match(group[0].text) or OWN.match(group[0].text)
                )
                _add(found, group, SUBSLIDE if own else kind)
    return found


def _add(found: list[Slide], group: list[Block], kind: str) -> None:
    if kind == NOTES:
        found[-1].notes.append(together(b for b in group if b.kind != "html"))
    else:
        _put(found, prose.slides(group), kind)


def _put(found: list[Slide], new: list[Slide], kind: str) -> None:
    """Add slides, or what is in them to the last one."""
    if kind in (SLIDE, SUBSLIDE) or not found:
        new[0].first = new[0].first or kind == SLIDE
        found.extend(new)
        return
    for slide in new:
        body = "".join(slide.body)
        found[-1].body.append(
            f'<div class="fragment">{body}</div>' if kind == "fragment" else body
        )
        found[-1].notes += slide.notes

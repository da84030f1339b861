"""Which cell becomes which slide, written into the cells' metadata.

The field is Jupyter's own, ``slideshow.slide_type``; JupyterLab shows and changes it
under "Property inspector". What an author has set there stays.
"""

from __future__ import annotations

import re

from nbformat import NotebookNode

from course.captions import caption
from course.claims import MIME
from course.notebooks import node

SLIDE, SUBSLIDE, SAME, NOTES, SKIP = "slide", "subslide", "-", "notes", "skip"

HEADING = re.compile(r"#{1,6} ")
EXERCISE = re.compile(r"#+ Exercise\b")
OWN = re.compile(
    r"\*\*(Predict\.|After this notebook|Trap \d)"
)  # on a slide of its own
SETUP = re.compile(r"%matplotlib|import |from ")  # how a notebook's first cell begins
NEXT = re.compile(r"^(?=#{1,6} |\*\*Predict\.)", re.MULTILINE)
DISPLAY = re.compile(r"^(?:\||\$\$|```|[-*] |\d+\. )", re.MULTILINE)


def mark(notebook: NotebookNode) -> None:
    """Say of each cell what it is in the slides, where nobody has said it yet.

    A heading starts a slide, and so does a question to predict on, a figure, a claim
    and a cell that prints; its caption goes with a figure. Other prose becomes notes
    for the speaker, unless it holds a table, a list or a formula. The imports and all
    that begins with the first exercise are left out.

    Args:
        notebook: executed; changed in place, nothing but its slideshow metadata.

    Example:
        >>> from course.notebooks import node
        >>> sources = ("# Why?", "**Predict.** How many?", "Because.", "## Exercise 1")
        >>> cells = [{"cell_type": "markdown", "source": each, "metadata": {}}
        ...          for each in sources]
        >>> notebook = node(cells=cells)
        >>> mark(notebook)
        >>> [cell.metadata.slideshow.slide_type for cell in notebook.cells]
        ['slide', 'subslide', 'notes', 'skip']
    """
    exercises = False
    for cell in notebook.cells:
        exercises = exercises or bool(EXERCISE.match(cell.source))
        if slide_type(cell) is None:
            chosen = SKIP if exercises else _chosen(cell)
            cell.metadata.setdefault("slideshow", node())["slide_type"] = chosen


def slide_type(cell: NotebookNode) -> str | None:
    """Read what a cell is in the slides, None where nobody has said it.

    Example:
        >>> from course.notebooks import node
        >>> slide_type(node(metadata={"slideshow": {"slide_type": "skip"}}))
        'skip'
    """
    found = cell.metadata.get("slideshow", {}).get("slide_type")
    return None if found is None else str(found)


def _chosen(cell: NotebookNode) -> str:
    if cell.cell_type == "code":
        return SUBSLIDE if _is_shown(cell) else SKIP
    if cell.cell_type != "markdown":
        return SKIP
    if HEADING.match(cell.source):
        return SLIDE
    if caption(cell):
        return SAME
    if OWN.match(cell.source):
        return SUBSLIDE
    until_next = NEXT.split(cell.source, maxsplit=1)[0]  # what is below starts its own
    return SUBSLIDE if DISPLAY.search(until_next) else NOTES


def _is_shown(cell: NotebookNode) -> bool:
    """Say whether there is something to see, or a function that is the lesson."""
    kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
    if kinds & {"image/png", MIME}:
        return True
    if SETUP.match(cell.source):
        return False
    return "\ndef " in f"\n{cell.source}" or bool(cell.outputs)

"""Which figures there are, where they stand and what they belong to."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from nbformat import NotebookNode

from course.captions import Caption, caption
from course.digits import show
from course.notebooks import UsageError, node, question
from course.verdicts import Record, measured, records

NUMBER = re.compile(r"(?:fig(?:ure)?)?[-_ .]*0*(\d+)[._-](\d+)(?:[._-]\D.*)?", re.I)
ENDING = re.compile(r"(?:_dark)?(?:\.(?:svg|pdf|png|json))?$")
LICENCE = "CC BY 4.0"
DARK = "What the caption calls black is white."


@dataclass(frozen=True)
class Place:
    """Where a figure stands.

    Attributes:
        cell: the index of its cell in the notebook.
        caption: what stands below it.
        claim: the claim that its notebook settles next, None after the last.
    """

    cell: int
    caption: Caption
    claim: Record | None

    @property
    def number(self) -> str:
        """Such as "3.1"."""
        return f"{self.caption.notebook}.{self.caption.number}"

    @property
    def line(self) -> str:
        """Number and title."""
        return f"{self.number}  {self.caption.title}"


def places(notebook: NotebookNode, name: str) -> list[Place]:
    """List the figures of a notebook by their captions.

    Args:
        notebook: as stored.
        name: the notebook's.

    Example:
        >>> text = "**Figure 3.1. Two lines.** They cross."
        >>> cells = [node(cell_type="code", outputs=[]),
        ...     node(cell_type="markdown", source=text)]
        >>> [place.line for place in places(node(cells=cells), "03_x")]
        ['3.1  Two lines.']
    """
    found = []
    for index, (cell, after) in enumerate(pairwise([*notebook.cells, None])):
        words = caption(after)
        if words and cell.cell_type == "code":
            later = records(node(cells=notebook.cells[index:]), name)
            found.append(Place(index, words, later[0] if later else None))
    return found


def choose(there: Sequence[Place], only: Iterable[str]) -> list[Place]:
    """Pick figures by number or name.

    Args:
        there: all that can be had.
        only: none means all.

    Raises:
        UsageError: one is not there; the message names those that are near.

    Example:
        >>> choose([Place(0, Caption(3, 1, "Two lines.", ""), None)], ["figure-3.1"])
        [Place(cell=0, caption=Caption(notebook=3, number=1, title='Two lines.', ...
    """
    asked = list(only)
    names = {name: _matches(there, name) for name in asked}
    for name, found in names.items():
        if not found:
            raise UsageError(
                f"course figures: no figure {name!r}; {_near(there, name)}"
            )
    return [
        place
        for place in there
        if not asked or any(place in found for found in names.values())
    ]


def _matches(there: Iterable[Place], name: str) -> list[Place]:
    stem = ENDING.sub("", Path(name).name)
    if found := NUMBER.fullmatch(stem):
        number = f"{int(found[1])}.{int(found[2])}"
        return [place for place in there if place.number == number]
    return [place for place in there if place.caption.name == stem]


def _near(there: Sequence[Place], name: str) -> str:
    """Say which figures come close to a name, else which there are."""
    if found := NUMBER.match(name):
        same = [place for place in there if place.caption.notebook == int(found[1])]
        if same:
            listed = "\n".join(f"  {place.line}" for place in same)
            return f"notebook {int(found[1]):02d} has these:\n{listed}"
    word = name.lower().replace("-", "_").replace(" ", "_")
    titles = {place.caption.name: place for place in there}
    near = [key for key in titles if word in key]
    near += difflib.get_close_matches(word, titles, 3, 0.4)
    if near:
        listed = "\n".join(f"  {titles[key].line}" for key in dict.fromkeys(near))
        return f"did you mean one of these?\n{listed}"
    first, last = (there[0].number, there[-1].number) if there else ("none", "none")
    return f"there are {len(there)}, {first} to {last}; --list names them"


def file_name(place: Place, kind: str, theme: str) -> str:
    """Name the file of a figure.

    Example:
        >>> file_name(Place(0, Caption(3, 1, "Two lines.", ""), None), "pdf", "dark")
        '03_1_two_lines_dark.pdf'
    """
    return f"{place.caption.name}{'_dark' if theme == 'dark' else ''}.{kind}"


def describe(place: Place, notebook: NotebookNode, name: str) -> str:
    """Write a figure's sidecar: JSON with its caption and its claim.

    Args:
        place: the figure's.
        notebook: the one that it stands in.
        name: the notebook's file.

    Example:
        >>> place = Place(0, Caption(3, 1, "Two lines.", "They cross."), None)
        >>> book = node(cells=[node(cell_type="markdown", source="# Do they?")])
        >>> json.loads(describe(place, book, "03_x.ipynb"))["question"]
        'Do they?'
    """
    claim = place.claim
    content = {
        "figure": place.number,
        "title": place.caption.title,
        "caption": place.caption.words,
        "in_the_dark_theme": DARK if "black" in place.caption.words else None,
        "question": question(notebook),
        "notebook": name,
        "claim": claim
        and {
            "number": claim["claim"],
            "text": claim["text"],
            "verdict": claim["verdict"],
            "articles": claim["seed"],
            "measured": {key: show(value) for key, value in measured(claim).items()},
        },
        "licence": LICENCE,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

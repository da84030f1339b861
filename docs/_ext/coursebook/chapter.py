"""A stored notebook as a chapter: real figures, claims to link to, folded solutions."""

from __future__ import annotations

import base64
import json
import re
import struct
from copy import deepcopy
from itertools import pairwise

from nbformat import NotebookNode

from course.captions import Caption, caption
from course.claims import MIME
from course.solutions import is_solution

FIGURES = "figures"  # the folder beside the chapters
FOLDED = {"code_prompt_show": "Show the solution", "code_prompt_hide": "Solution"}
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def chapter(notebook: NotebookNode) -> NotebookNode:
    """Make the chapter of a notebook; the notebook stays as it is.

    An image and the caption below it become one figure with an alternative text, a
    claim's card can be linked to, and a solution is folded with what it prints.

    Args:
        notebook: executed, as stored.
    """
    made = deepcopy(notebook)
    for cell, after in pairwise([*made.cells, None]):
        if cell.cell_type != "code":
            continue
        if is_solution(cell):
            cell.metadata.tags.append("hide-cell")
            cell.metadata["mystnb"] = FOLDED
        for output in cell.outputs:
            anchor(output)
        words = caption(after)
        images = [data(o)["image/png"] for o in cell.outputs if "image/png" in data(o)]
        if words and images:
            cell.outputs = [o for o in cell.outputs if "image/png" not in data(o)]
            after.source = figure(words, is_tall(images[0]))
    return made


def data(output: NotebookNode) -> NotebookNode:
    """Give what an output shows, by kind; text that was printed has no kind."""
    return output.get("data", {})


def anchor(output: NotebookNode) -> None:
    """Give a claim's card a name to link to, in place."""
    record = data(output).pop(MIME, None)
    if record:
        card = output.data["text/html"]
        output.data["text/html"] = f'<div id="{claim_id(record["claim"])}">{card}</div>'


def claim_id(claim: str) -> str:
    """Name the card of a claim.

    Example:
        >>> claim_id("C07")
        'claim-c07'
    """
    return f"claim-{claim.lower()}"


def figure_id(words: Caption) -> str:
    """Name a figure: "figure-3-1"."""
    return f"figure-{words.notebook}-{words.number}"


def is_tall(png: str) -> bool:
    """Say whether a picture needs a page of paper for itself.

    Args:
        png: as a notebook stores it; its header holds width and height.
    """
    width, height = struct.unpack(">II", base64.b64decode(png)[16:24])
    return bool(height > 1.5 * width)


def figure(words: Caption, tall: bool = False) -> str:
    """Write a figure as MyST does, with its caption and its alternative text.

    Args:
        words: its caption.
        tall: whether it needs a page of paper for itself.
    """
    bold = f"**Figure {words.notebook}.{words.number}. {words.title}**"
    alt = f"Figure {words.notebook}.{words.number}. {plain(words.title)}"
    return (
        f"````{{figure}} {FIGURES}/{words.name}.png\n"
        f":name: {figure_id(words)}\n"
        f":alt: {json.dumps(f'{alt} The caption describes it.', ensure_ascii=False)}\n"
        f"{':figclass: tall' if tall else ''}\n"
        f"\n{bold} {words.words}\n````\n"
    )


def plain(text: str) -> str:
    """Take the marks of Markdown out of a text.

    Example:
        >>> plain("`bn1` is *not* in [notebook 3](03_how.ipynb)")
        'bn1 is not in notebook 3'
    """
    return " ".join(re.sub(r"[`*]", "", LINK.sub(r"\1", text)).split())

"""Figures on slides: as large as they go, the caption below or beside."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable
from html import escape
from io import BytesIO

import numpy as np
from nbformat import NotebookNode
from PIL import Image

from course.captions import Caption
from course.slides.slide import Slide
from course.slides.text import inline, plain, shortened

FIGURES = "figures"  # the folder beside the decks
WIDE = 1.5  # heights; below a figure that is as wide there is room for its caption
NARROW = 0.6  # one that is less wide is shown in two halves, side by side
BELOW, BESIDE = 34, 90  # words of a caption
ACROSS, UP = 1190, 556  # pixels that a figure has with its caption below
GAP = 16  # between two halves
NEAR, LINES = 0.04, 9  # of the height, from its middle to the cut; pixels left blank
FULL, CAPTION = 648, 320  # its height with the caption beside, and the caption's width


def slides(data: Iterable[NotebookNode], words: Caption | None) -> list[Slide]:
    """Make the slide of a cell's figure, none where it has no figure.

    A figure without a caption has no name for a file: it stands in the page itself.

    Args:
        data: the cell's outputs by kind.
        words: the figure's caption.

    Returns:
        one slide, or none.

    Example:
        >>> from course.notebooks import node
        >>> slides([node(**{"text/plain": "2"})], None)
        []
    """
    for kinds in data:
        if "image/png" in kinds:
            png = kinds["image/png"]
            image = picture(words) if words else f"data:image/png;base64,{png.strip()}"
            return [_slide(base64.b64decode(png), words, image)]
    return []


def picture(words: Caption) -> str:
    """Name the file of a figure.

    Args:
        words: its caption.

    Returns:
        the path from the decks.

    Example:
        >>> picture(Caption(3, 1, "Two lines.", "They cross."))
        'figures/03_1_two_lines.png'
    """
    return f"{FIGURES}/{words.name}.png"


def _slide(png: bytes, words: Caption | None, image: str) -> Slide:
    across, up = struct.unpack(">II", png[16:24])
    aspect = across / up
    beside = NARROW <= aspect < WIDE
    made = Slide("figure beside" if beside else "figure")
    alt = ""
    if words:
        made.heading = inline(f"Figure {words.notebook}.{words.number}. {words.title}")
        made.notes = [words.words]
        alt = plain(f"{words.title} {words.words}")
    if aspect < NARROW:
        made.body = [_halves(image, alt, aspect, _cut(png))]
    else:
        room = (ACROSS - CAPTION, FULL) if beside else (ACROSS, UP)
        height = min(room[1], room[0] / aspect)
        made.body = [_image(image, alt, height * aspect, height)]
    if words and words.words:
        text = inline(shortened(words.words, BESIDE if beside else BELOW))
        made.body.append(f'<p class="caption">{text}</p>')
    return made


def _image(image: str, alt: str, width: float, height: float, more: str = "") -> str:
    return (
        f'<img src="{image}" alt="{escape(alt)}" '
        f'style="width: {width:.0f}px; height: {height:.0f}px{more}">'
    )


def _halves(image: str, alt: str, aspect: float, cut: float) -> str:
    """Show a tall figure as two columns, what is above the cut and what is below."""
    height = min(UP / max(cut, 1 - cut), (ACROSS - GAP) / (2 * aspect))
    parts = ((alt, "top", cut), ("", "bottom", 1 - cut))
    upper, lower = (
        _image(
            image,
            said,
            height * aspect,
            height * share,
            f"; object-fit: cover; object-position: {at}",
        )
        for said, at, share in parts
    )
    return f'<div class="halves">{upper}{lower}</div>'


def _cut(png: bytes) -> float:
    """Say at which share of its height least is drawn, near the middle."""
    grey = np.asarray(Image.open(BytesIO(png)).convert("L"), float)
    drawn = np.abs(np.diff(grey)).sum(1)  # a blank line is of one grey
    around = np.convolve(drawn, np.ones(LINES), "same")
    middle, reach = len(grey) // 2, round(len(grey) * NEAR)
    rows = range(middle - reach, middle + reach)
    return min(rows, key=lambda row: (around[row], abs(row - middle))) / len(grey)

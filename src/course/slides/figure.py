"""Figures on slides: as large as they go, the caption below or beside."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable
from html import escape

from nbformat import NotebookNode

from course.captions import Caption
from course.slides.slide import Slide
from course.slides.text import inline, plain, shortened

FIGURES = "figures"  # the folder beside the decks
WIDE = 1.5  # heights; below a figure that is as wide there is room for its caption
NARROW = 0.6  # one that is less wide is shown in two halves, side by side
BELOW, BESIDE = 34, 60  # words of a caption
ACROSS, UP = 1190, 556  # pixels that a figure has with its caption below
GAP = 16  # between two halves
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
            size = struct.unpack(">II", base64.b64decode(png)[16:24])
            image = picture(words) if words else f"data:image/png;base64,{png.strip()}"
            return [_slide(size, words, image)]
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


def _slide(size: tuple[int, int], words: Caption | None, image: str) -> Slide:
    aspect = size[0] / size[1]
    beside = NARROW <= aspect < WIDE
    made = Slide("figure beside" if beside else "figure")
    alt = ""
    if words:
        made.heading = inline(f"Figure {words.notebook}.{words.number}. {words.title}")
        made.notes = [words.words]
        alt = plain(f"{words.title} {words.words}")
    if aspect < NARROW:
        made.body = [_halves(image, alt, aspect)]
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


def _halves(image: str, alt: str, aspect: float) -> str:
    """Show a tall figure as two columns: its upper half, its lower half."""
    height = min(UP, (ACROSS - GAP) / (4 * aspect))
    width = height * 2 * aspect
    upper, lower = (
        _image(
            image, said, width, height, f"; object-fit: cover; object-position: {at}"
        )
        for said, at in ((alt, "top"), ("", "bottom"))
    )
    return f'<div class="halves">{upper}{lower}</div>'

"""Sheets of small images: what there is to tell apart, and what was mistaken."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course.draw.style import CLASS_COLORS, GREY, figure, styled

COLUMNS = 6  # images of a class in one row
GAP = 5  # pixels between images
CLASSES = tuple(CLASS_COLORS)

Pixels = npt.NDArray[np.uint8]


@styled
def contact_sheet(
    images: npt.ArrayLike, names: Sequence[str], riddles: npt.ArrayLike
) -> Figure:
    """Images by class, framed in its colour, and riddles: larger, without a name.

    Args:
        images: (N, 3, H, W) uint8.
        names: N class names, "airplane" or "bird"; airplanes are drawn at the left,
            birds at the right, each in the order given, 6 in a row.
        riddles: (M, 3, H, W) uint8, lettered A, B, ….

    Example:
        >>> block = np.zeros((4, 3, 8, 8), dtype=np.uint8)
        >>> drawn = contact_sheet(block, ["bird", "airplane"] * 2, block[:2])
        >>> [text.get_text() for ax in drawn.axes for text in ax.texts]
        ['2 airplanes', '2 birds', 'A', 'B']
    """
    pixels, asked = _pixels(images), _pixels(riddles)
    drawn = figure(5.4, "Birds and airplanes share the sky, a shape and 32 × 32 pixels")
    side, gap = pixels.shape[1], pixels.shape[1] + GAP
    parts = drawn.subplots(2, 1, gridspec_kw={"height_ratios": [2.9, 1]})
    sheet, quiz = parts
    for half, name in enumerate(CLASSES):
        mine = pixels[[given == name for given in names]]
        left = half * (COLUMNS * gap + 2 * GAP)
        for number, image in enumerate(mine):
            row, column = divmod(number, COLUMNS)
            at = (left + column * gap, row * gap)
            _tile(sheet, image, at, CLASS_COLORS[name])
        said = f"{len(mine)} {name}s"
        sheet.text(left, -1.5 * GAP, said, color=CLASS_COLORS[name], weight="bold")
    _fit(sheet, (2 * COLUMNS + 0.4) * gap, _rows(names) * gap)
    wide = side + 3 * GAP
    for number, image in enumerate(asked):
        _tile(quiz, image, (number * wide, 0.0), GREY)
        middle = number * wide + side / 2
        quiz.text(middle, side + 2 * GAP, "ABCDEFGHIJ"[number], ha="center", va="top")
    _fit(quiz, len(asked) * wide, side + 3 * GAP)
    return drawn


@styled
def mistakes(
    images: npt.ArrayLike,
    names: Sequence[str],
    confidence: npt.ArrayLike,
    columns: int = COLUMNS,
) -> Figure:
    """The surest wrong answers: a row of airplanes, a row of birds, surest first.

    Args:
        images: (N, 3, H, W) uint8, all answered wrongly.
        names: what each shows, "airplane" or "bird".
        confidence: (N,) probability that the wrong class was given, 0 to 1.
        columns: images a row, at most.

    Example:
        >>> block = np.zeros((2, 3, 8, 8), dtype=np.uint8)
        >>> drawn = mistakes(block, ["airplane", "bird"], [0.9, 0.98])
        >>> [text.get_text() for ax in drawn.axes for text in ax.texts]
        ['90 % bird', '98 % airplane']
    """
    pixels, sure = _pixels(images), np.asarray(confidence, dtype=np.float64)
    drawn = figure(4.4, "Where it is sure and wrong: the surroundings mislead it")
    panels = drawn.subplots(2, 1)
    gap = pixels.shape[1] + 2 * GAP
    for ax, name, other in zip(panels, CLASSES, reversed(CLASSES), strict=True):
        mine = np.flatnonzero([given == name for given in names])
        order = mine[np.argsort(-sure[mine], kind="stable")][:columns]
        for column, index in enumerate(order):
            _tile(ax, pixels[index], (column * gap, 0.0), CLASS_COLORS[name])
            said = f"{100 * sure[index]:.0f} % {other}"
            middle = column * gap + pixels.shape[1] / 2
            ax.text(middle, pixels.shape[1] + GAP, said, ha="center", va="top")
        ax.set_title(f"{name}s taken for {other}s", color=CLASS_COLORS[name])
        _fit(ax, columns * gap, gap + GAP)
    return drawn


def _pixels(images: npt.ArrayLike) -> Pixels:
    """(N, 3, H, W) to (N, H, W, 3)."""
    return np.moveaxis(np.asarray(images, dtype=np.uint8), 1, -1)


def _tile(ax: Axes, image: Pixels, at: tuple[float, float], colour: str) -> None:
    """Draw an image with its upper left corner at a place, and a frame around it."""
    left, top = at
    height, width = image.shape[:2]
    ax.imshow(image, extent=(left, left + width, top + height, top))
    frame = Rectangle((left - 1, top - 1), width + 2, height + 2, fill=False)
    ax.add_patch(frame)
    frame.set(edgecolor=colour, linewidth=2.5)


def _fit(ax: Axes, width: float, height: float) -> None:
    """Show a sheet whole, from its upper left corner, without axes."""
    ax.set(xlim=(-2, width), ylim=(height, -2), aspect="equal", anchor="W")
    ax.set_axis_off()


def _rows(names: Sequence[str]) -> int:
    """Rows that the class with more images fills."""
    return max(-(-list(names).count(name) // COLUMNS) for name in CLASSES)

"""Sheets of small images: what there is to tell apart, and what was mistaken."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from course.draw.style import CLASS_COLORS, INK, figure, styled

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
        ['2 airplanes', '2 birds', 'A: ?', 'B: ?']
    """
    pixels, asked = _pixels(images), _pixels(riddles)
    drawn = figure(4.7, "Most airplanes have sky around them, most birds do not")
    side, gap = pixels.shape[1], pixels.shape[1] + GAP
    sheet, quiz = drawn.subplots(2, 1, gridspec_kw={"height_ratios": [3, 1]})
    half = COLUMNS * gap + 2 * GAP
    for which, name in enumerate(CLASSES):
        mine = pixels[[given == name for given in names]]
        for number, image in enumerate(mine):
            row, column = divmod(number, COLUMNS)
            at = (which * half + column * gap, row * gap)
            _tile(sheet, image, at, CLASS_COLORS[name])
        said = f"{len(mine)} {name}s"
        colour = CLASS_COLORS[name]
        sheet.text(which * half, -GAP, said, color=colour, weight="bold")
    rows = max(-(-list(names).count(name) // COLUMNS) for name in CLASSES)
    _fit(sheet, 2 * half - 3 * GAP, rows * gap - GAP)
    wide = 2 * half / max(len(asked), 1)
    for number, image in enumerate(asked):
        _tile(quiz, image, (number * wide, 0.0), INK, scale=1.5)
        said = f"{'ABCDEFGHIJ'[number]}: ?"
        quiz.text(number * wide + 1.5 * side + 6, 0.75 * side, said, va="center")
    _fit(quiz, 2 * half - 3 * GAP, 1.5 * side)
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
    drawn = figure(4.3, "Sure and wrong: birds in blue sky, airplanes without one")
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
        _fit(ax, columns * gap - 2 * GAP, gap)
    return drawn


@styled
def surroundings(errors: Mapping[str, Sequence[float]]) -> Figure:
    """Wrong answers by what surrounds the object, a line for each class.

    Args:
        errors: class name → shares of wrong answers, 0 to 1, where the border of the
            image is not bluer than red, and where it is.

    Example:
        >>> drawn = surroundings({"airplane": (0.2, 0.1), "bird": (0.1, 0.3)})
        >>> [line.get_ydata().tolist() for line in drawn.axes[0].lines]
        [[0.2, 0.1], [0.1, 0.3]]
    """
    drawn = figure(3.9, "Birds are mistaken against blue, airplanes without it")
    ax = drawn.subplots()
    for name, shares in errors.items():
        colour = CLASS_COLORS[name]
        ax.plot([0, 1], shares, "o-", color=colour, linewidth=3, markersize=9)
        ax.text(1.04, shares[1], f"{name}s", color=colour, weight="bold", va="center")
        for x, share, side in zip((0, 1), shares, ("right", "left"), strict=True):
            away = (-12, 0) if side == "right" else (0, 14)
            ax.annotate(
                f"{100 * share:.0f} %",
                (x, share),
                xytext=away,
                textcoords="offset points",
                ha=side if x == 0 else "center",
                va="center",
            )
    ax.set_xticks([0, 1], ["not bluer than red", "bluer than red"])
    ax.set(xlim=(-0.3, 1.35), xlabel="border of the image, 3 pixels wide")
    ax.set(
        ylabel="wrong answers", ylim=(0, 0.05 + 1.1 * max(map(max, errors.values())))
    )
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    return drawn


def _pixels(images: npt.ArrayLike) -> Pixels:
    """(N, 3, H, W) to (N, H, W, 3)."""
    return np.moveaxis(np.asarray(images, dtype=np.uint8), 1, -1)


def _tile(
    ax: Axes, image: Pixels, at: tuple[float, float], colour: str, scale: float = 1.0
) -> None:
    """Draw an image with its upper left corner at a place, and a frame around it."""
    left, top = at
    height, width = (scale * size for size in image.shape[:2])
    ax.imshow(image, extent=(left, left + width, top + height, top))
    frame = Rectangle((left - 1, top - 1), width + 2, height + 2, fill=False)
    ax.add_patch(frame)
    frame.set(edgecolor=colour, linewidth=2.5)


def _fit(ax: Axes, width: float, height: float) -> None:
    """Show a sheet whole, from its upper left corner, without axes."""
    ax.set(xlim=(-3, width + 3), ylim=(height + 3, -3), aspect="equal", anchor="W")
    ax.set_axis_off()

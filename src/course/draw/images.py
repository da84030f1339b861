"""Sheets of small images: what there is to tell apart, and what was mistaken."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from course.draw.style import CLASS_COLORS, INK, figure, styled

LETTERS = "ABCDEFGHIJ"  # of the riddles
COLUMNS = 6  # images of a class in one row
GAP = 5  # pixels between images
LARGER = 1.3  # a riddle, beside the other images
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
        _tile(quiz, image, (number * wide, 0.0), INK, scale=LARGER)
        said = f"{LETTERS[number]}: ?"
        beside = (number * wide + LARGER * side + 4, LARGER * side / 2)
        quiz.text(*beside, said, va="center")
    _fit(quiz, 2 * half - 3 * GAP, LARGER * side)
    return drawn


@styled
def mistakes(
    images: npt.ArrayLike,
    names: Sequence[str],
    answers: Sequence[str],
    confidence: npt.ArrayLike,
    riddles: Sequence[int],
    columns: int = COLUMNS,
) -> Figure:
    """The surest wrong answers, and the answers to the riddles.

    A row of airplanes taken for birds and one of birds taken for airplanes, the surest
    first; then the riddles, lettered A, B, …, right or wrong.

    Args:
        images: (N, 3, H, W) uint8.
        names: what each shows, "airplane" or "bird".
        answers: (N,) what each was taken for.
        confidence: (N,) probability that the answer was given, 0 to 1.
        riddles: which of the images are the riddles.
        columns: images a row, at most.

    Example:
        >>> block = np.zeros((2, 3, 8, 8), dtype=np.uint8)
        >>> kinds = ["airplane", "bird"]
        >>> drawn = mistakes(block, kinds, kinds[::-1], [0.9, 0.98], [1])
        >>> [text.get_text() for ax in drawn.axes for text in ax.texts]
        ['90 % bird', '98 % airplane', 'A: wrong\\n98 % airplane']
    """
    pixels, sure = _pixels(images), np.asarray(confidence, dtype=np.float64)
    drawn = figure(6.2, "Sure and wrong: birds in blue sky, airplanes without one")
    *panels, quiz = drawn.subplots(3, 1)
    for ax, name, other in zip(panels, CLASSES, reversed(CLASSES), strict=True):
        mine = np.flatnonzero(
            [true == name != said for true, said in zip(names, answers, strict=True)]
        )
        order = mine[np.argsort(-sure[mine], kind="stable")][:columns]
        words = [f"{100 * sure[index]:.0f} % {other}" for index in order]
        _row(ax, pixels[order], [name] * len(order), words, columns)
        ax.set_title(f"{name}s taken for {other}s", color=CLASS_COLORS[name])
    words = [
        f"{letter}: {'right' if answers[index] == names[index] else 'wrong'}\n"
        f"{100 * sure[index]:.0f} % {answers[index]}"
        for letter, index in zip(LETTERS, riddles, strict=False)
    ]
    _row(quiz, pixels[riddles], [names[index] for index in riddles], words, columns)
    quiz.set_title("the riddles")
    return drawn


@styled
def surroundings(
    errors: Mapping[str, Sequence[float]], counts: Mapping[str, Sequence[int]]
) -> Figure:
    """Wrong answers by what surrounds the object, a line for each class.

    Args:
        errors: class name → shares of wrong answers, 0 to 1, where the border of the
            image is not bluer than red, and where it is.
        counts: class name → how many images these are shares of.

    Example:
        >>> drawn = surroundings({"bird": (0.1, 0.3)}, {"bird": (80, 20)})
        >>> drawn.axes[0].lines[0].get_ydata().tolist()
        [0.1, 0.3]
        >>> [text.get_text() for text in drawn.axes[0].texts]
        ['birds', '10 % of 80', '30 % of 20']
    """
    drawn = figure(3.9, "Birds are mistaken against blue, airplanes without it")
    ax = drawn.subplots()
    for name, shares in errors.items():
        colour = CLASS_COLORS[name]
        ax.plot([0, 1], shares, "o-", color=colour, linewidth=3, markersize=9)
        ax.text(1.04, shares[1], f"{name}s", color=colour, weight="bold", va="bottom")
        said = [
            f"{100 * share:.0f} % of {count}"
            for share, count in zip(shares, counts[name], strict=True)
        ]
        ax.text(-0.04, shares[0], said[0], ha="right", va="center")
        ax.text(1.04, shares[1], said[1], va="top")
    ax.set_xticks([0, 1], ["not bluer than red", "bluer than red"])
    ax.set(xlim=(-0.4, 1.35), xlabel="border of the image, 3 pixels wide")
    ax.set(
        ylabel="wrong answers", ylim=(0, 0.05 + 1.1 * max(map(max, errors.values())))
    )
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    return drawn


def _pixels(images: npt.ArrayLike) -> Pixels:
    """(N, 3, H, W) to (N, H, W, 3)."""
    return np.moveaxis(np.asarray(images, dtype=np.uint8), 1, -1)


def _row(
    ax: Axes,
    pixels: Pixels,
    names: Sequence[str],
    words: Sequence[str],
    columns: int,
) -> None:
    """Draw images side by side, framed by their class, with words under each."""
    side = pixels.shape[1]
    gap = side + 2 * GAP
    for column, (image, name, said) in enumerate(
        zip(pixels, names, words, strict=True)
    ):
        _tile(ax, image, (column * gap, 0.0), CLASS_COLORS[name])
        middle = column * gap + side / 2
        ax.text(middle, side + GAP, said, ha="center", va="top")
    _fit(ax, columns * gap - 2 * GAP, gap + 2)


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

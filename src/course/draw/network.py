"""A network as a row of blocks: what goes in, and what each stage makes of it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon

from course.draw.style import GREY, INK, PALE, figure, styled

SLOT = 100.0  # from the middle of one block to the middle of the next
PIXEL = 2.0  # drawn length of a pixel
CHANNEL = 0.8  # drawn length of a channel
SLANT = np.array([0.5, 0.5])  # which way the channels run
TOP, BOTTOM = 92.0, -42.0  # where the words stand
ROWS = "stage", "parameters", "BN layers"

Point = npt.NDArray[np.float64]


@styled
def stages(
    image: npt.ArrayLike,
    names: Sequence[str],
    shapes: Sequence[Sequence[int]],
    parameters: Sequence[int],
    norms: Sequence[int],
    skips: Sequence[bool],
) -> Figure:
    """Every stage as an arrow between two blocks of numbers, drawn to scale.

    Args:
        image: (3, H, W) uint8, shown on the front of the first block.
        names: of the S stages.
        shapes: S + 1 shapes of one image: the input's, then each stage's output,
            (C, H, W) or (C,).
        parameters: how many each stage has.
        norms: batch normalization layers in each stage.
        skips: whether each stage adds its input to its output; drawn as an arc.

    Example:
        >>> shapes = [(3, 8, 8), (4, 4, 4), (2,)]
        >>> image, numbers = np.zeros((3, 8, 8), dtype=np.uint8), ([7, 10], [1, 0])
        >>> drawn = stages(image, ["stem", "head"], shapes, *numbers, [False] * 2)
        >>> [text.get_text() for text in drawn.axes[0].texts[:6]]
        ['stage', 'parameters', 'BN layers', 'stem', '7', '1']
        >>> drawn.get_suptitle()
        '17 parameters from an image to two numbers'
    """
    total = f"{sum(parameters):,}"
    drawn = figure(3.0, f"{total} parameters from an image to two numbers")
    ax = drawn.subplots()
    _column(ax, -46.0, ROWS, "left")
    for number, row in enumerate(zip(names, parameters, norms, strict=True)):
        said = [f"{entry:,}" if isinstance(entry, int) else entry for entry in row]
        _column(ax, (number + 0.5) * SLOT, said, "center")
    ends = [_block(ax, number * SLOT, shape) for number, shape in enumerate(shapes)]
    _picture(ax, image, ends[0][0], shapes[0])
    for number, skip in enumerate(skips):
        _arrow(ax, ends[number][1] + 5, ends[number + 1][0] - 4, skip)
    ax.set(xlim=(-48, (len(shapes) - 1) * SLOT + 20), ylim=(BOTTOM - 16, TOP))
    ax.set(aspect="equal", anchor="W")
    ax.set_axis_off()
    return drawn


def _column(ax: Axes, x: float, words: Sequence[str], side: str) -> None:
    """Write a column of three words above the blocks, the first in bold."""
    for row, word in enumerate(words):
        weight = "bold" if row == 0 else "normal"
        ax.text(x, TOP - 15 * row, word, ha=side, va="top", weight=weight)


def _block(ax: Axes, middle: float, shape: Sequence[int]) -> tuple[float, float]:
    """Draw a block of (C, H, W) numbers around a place; return its left and right."""
    channels, height, width = (*shape, 1, 1)[:3]
    across = np.array([PIXEL * width, 0.0])
    up = np.array([0.0, PIXEL * height])
    deep = CHANNEL * channels * SLANT
    corner = np.array([middle, 0.0]) - (across + up + deep) / 2
    for faces, colour in (
        ((up, across, deep), "white"),  # top: from the upper left corner
        ((across, up, deep), GREY),  # right side
        ((np.zeros(2), across, up), PALE),  # front
    ):
        start, one, other = faces
        _face(ax, corner + start, one, other, colour)
    said = " × ".join(str(size) for size in shape)
    ax.text(middle, BOTTOM, said, ha="center", va="top")
    return corner[0], corner[0] + across[0] + deep[0]


def _picture(ax: Axes, image: npt.ArrayLike, left: float, shape: Sequence[int]) -> None:
    """Show an image on the front of the block that begins at a place."""
    channels, height, width = shape
    bottom = -(PIXEL * height + CHANNEL * channels * SLANT[1]) / 2
    extent = (left, left + PIXEL * width, bottom, bottom + PIXEL * height)
    ax.imshow(np.moveaxis(np.asarray(image), 0, -1), extent=extent, zorder=2)


def _face(ax: Axes, corner: Point, one: Point, other: Point, colour: str) -> None:
    outline = np.array([corner, corner + one, corner + one + other, corner + other])
    face = Polygon(outline, closed=True, facecolor=colour, edgecolor=INK, linewidth=1.2)
    ax.add_patch(face)


def _arrow(ax: Axes, start: float, stop: float, skip: bool) -> None:
    """Draw a straight arrow, and an arc above it where the input is added again."""
    paths = [(0.0, "arc3")]
    if skip:
        paths.append((3.0, "arc3,rad=-0.7"))
    for height, bend in paths:
        arrow = FancyArrowPatch(
            (start, height),
            (stop, height),
            arrowstyle="-|>",
            connectionstyle=bend,
            mutation_scale=12,
            color=INK,
            linewidth=1.5,
        )
        ax.add_patch(arrow)

"""The computational graph of batch normalization, with the numbers on it."""

from collections.abc import Mapping
from typing import NamedTuple

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from course.draw.style import INK, WIDTH, figure, styled

CELL, LINE = 0.355, 0.25  # inches: a number's width and height
HEAD, GAP = 0.5, 0.36  # a card's two lines of words; from one row of cards to the next
CARD, PITCH, LEFT = 2.4, 2.7, 0.05  # a card's width, from column to column, margin


class Node(NamedTuple):
    """A node's place and what it computes; `parents` are the nodes it reads."""

    column: int
    row: int
    sign: str
    rule: str
    parents: tuple[str, ...] = ()


NODES = {
    "x": Node(0, 0, "x", "given"),
    "mean": Node(1, 0, "mean", "mean of x", ("x",)),
    "centred": Node(0, 1, "centred", "x − mean", ("x", "mean")),
    "squared": Node(1, 1, "squared", "centred²", ("centred",)),
    "var": Node(2, 1, "var", "mean of squared", ("squared",)),
    "root": Node(2, 2, "root", "√(var + eps)", ("var",)),
    "inverse": Node(1, 2, "inverse", "1 / root", ("root",)),
    "xhat": Node(0, 2, "x̂", "centred · inverse", ("centred", "inverse")),
    "gamma": Node(1, 3, "γ", "learned"),
    "scaled": Node(0, 3, "scaled", "γ · x̂", ("xhat", "gamma")),
    "beta": Node(1, 4, "β", "learned"),
    "out": Node(0, 4, "out", "scaled + β", ("scaled", "beta")),
}

Numbers = Mapping[str, npt.ArrayLike]


@styled
def batch_norm(values: Numbers, gradients: Numbers | None = None) -> Figure:
    """Every node as a card with its numbers, every edge as an arrow.

    With gradients the arrows point backwards, and under its values each node shows
    its gradient. A node that two others read first shows what came back along either
    edge, then the sum.

    Args:
        values: of all `NODES`, (n, 1) or (1,), n at most 5.
        gradients: of all `NODES`, in the same shapes; and of the edges out of x and
            centred, named `x_mean`, `x_centred`, `centred_squared` and `centred_xhat`.

    Example:
        >>> one = {name: [1.0] for name in NODES}
        >>> drawn = batch_norm(one)
        >>> len(arrows(drawn)), drawn.axes[0].texts[0].get_text()
        (13, 'x')
        >>> drawn.get_suptitle()
        'Forward: nine small steps from x, γ and β to the output'
    """
    forward = gradients is None
    title = "Forward: nine small steps from x, γ and β to the output"
    if not forward:
        title = "Backward: each node hands its gradient to those that it read"
    lines = {name: _lines(name, values, gradients or {}) for name in NODES}
    tallest = [
        max(len(lines[name]) for name, node in NODES.items() if node.row == row)
        for row in range(5)
    ]
    heights = [HEAD + LINE * count for count in tallest]
    tops = np.cumsum([0.0, *(height + GAP for height in heights)])  # downwards
    height = float(tops[-1]) - GAP + 0.12
    drawn = figure(height + 0.5, title)
    ax = drawn.subplots()
    ax.set(xlim=(0, WIDTH), ylim=(height, -0.05))
    ax.set_axis_off()
    boxes = {}
    for name, node in NODES.items():
        corner = LEFT + node.column * PITCH, float(tops[node.row])
        boxes[name] = _card(ax, corner, node, lines[name])
    for name, node in NODES.items():
        for parent in node.parents:
            _arrow(ax, boxes[parent], boxes[name], forward)
    said = "upper line: the name and the shape\nlower line: what the node computes"
    if not forward:
        said = "grey: the value\nred, blue: its gradient,\n  above and below 0"
    ax.text(LEFT + 2 * PITCH, tops[3] + 0.1, said, va="top", fontsize=10)
    return drawn


def arrows(drawn: Figure) -> list[FancyArrowPatch]:
    """List the arrows of a graph, in the order of the nodes they lead to.

    Args:
        drawn: made by `batch_norm`.

    Returns:
        one for each edge, whichever way it points.

    Example:
        >>> drawn = batch_norm({name: [1.0] for name in NODES})
        >>> len(arrows(drawn)) == sum(len(node.parents) for node in NODES.values())
        True
    """
    patches = drawn.axes[0].patches
    return [patch for patch in patches if isinstance(patch, FancyArrowPatch)]


def _lines(
    name: str, values: Numbers, gradients: Numbers
) -> list[tuple[str, npt.NDArray[np.float64], bool]]:
    """List what a card shows: a label, numbers, whether they are a gradient."""
    shown = [("", values[name], False)]
    if gradients:
        readers = [child for child, node in NODES.items() if name in node.parents]
        forks = readers if len(readers) > 1 else []
        for child in forks:
            part = gradients[f"{name}_{child}"]
            shown.append((NODES[child].sign, part, True))
        shown.append(("sum" if forks else "", gradients[name], True))
    return [(label, np.asarray(x, dtype=np.float64), g) for label, x, g in shown]


def _card(
    ax: Axes,
    corner: tuple[float, float],
    node: Node,
    lines: list[tuple[str, npt.NDArray[np.float64], bool]],
) -> Rectangle:
    """Draw a node; return its outline."""
    left, top = corner
    height = HEAD + LINE * len(lines)
    box = Rectangle(corner, CARD, height, facecolor="white", edgecolor=INK, lw=1.2)
    ax.add_patch(box)
    shape = str(lines[0][1].shape)
    ax.text(left + 0.1, top + 0.13, node.sign, va="center", weight="bold", fontsize=11)
    right = left + CARD - 0.1
    ax.text(right, top + 0.13, shape, va="center", ha="right", fontsize=10)
    ax.text(left + 0.1, top + 0.35, node.rule, va="center", fontsize=10)
    for number, (label, numbers, is_gradient) in enumerate(lines):
        middle = top + HEAD + LINE * (number + 0.42)
        reach = max(float(np.abs(numbers).max()), 1e-12)
        pale = Normalize(-2 * reach, 2 * reach)
        for place, value in enumerate(numbers.ravel()):
            x = left + 0.05 + CELL * (place + 0.5)
            if is_gradient:
                cell = x - CELL / 2 + 0.01, middle - LINE / 2 + 0.01
                shade = matplotlib.colormaps["RdBu_r"](pale(value))
                patch = Rectangle(cell, CELL - 0.02, LINE - 0.02, facecolor=shade)
                ax.add_patch(patch)
            said = f"{value + 0.0:.3g}".replace("-", "−")
            colour = INK if is_gradient or len(lines) == 1 else "#595959"
            ax.text(x, middle, said, ha="center", va="center", color=colour, size=9)
        ax.text(left + 0.09 + 5 * CELL, middle, label, va="center", fontsize=8.5)
    return box


def _arrow(ax: Axes, start: Rectangle, stop: Rectangle, forward: bool) -> None:
    """Join the sides of two cards that face each other."""
    (x0, y0), (x1, y1) = start.get_xy(), stop.get_xy()
    if y0 == y1:  # beside each other
        middle = y0 + 0.25
        ends = (x0 + CARD, middle), (x1, middle)
        if x0 > x1:
            ends = (x0, middle), (x1 + CARD, middle)
    else:
        lean = 0.5 if x0 == x1 else 0.85
        ends = (x0 + CARD * (1 - lean), y0 + start.get_height()), (x1 + CARD * lean, y1)
    arrow = FancyArrowPatch(
        *(ends if forward else ends[::-1]),
        arrowstyle="-|>",
        mutation_scale=13,
        shrinkA=1,
        shrinkB=1,
        color=INK,
        linewidth=1.5,
    )
    ax.add_patch(arrow)

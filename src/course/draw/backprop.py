"""Gradients: how exact a difference quotient is, and what a layer takes away."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from course.draw.style import GREY, INK, PALE, figure, styled


@styled
def step_sizes(
    steps: npt.ArrayLike, errors: Mapping[str, npt.ArrayLike], tolerance: float
) -> Figure:
    """Error of the numerical gradient against the step, a line for each quantity.

    Args:
        steps: how far a value is moved to either side.
        errors: quantity → largest difference from the gradient by hand, relative to
            the largest gradient, for each step; the first in ink, the others grey.
        tolerance: a dashed line; what lies below counts as equal.

    Example:
        >>> drawn = step_sizes([1e-4, 1e-2], {"x": [1e-9, 1e-5]}, 1e-6)
        >>> drawn.axes[0].lines[0].get_ydata().tolist()
        [1e-09, 1e-05]
    """
    drawn = figure(4.4, "The numerical gradient is right, if the step suits it")
    ax = drawn.subplots()
    moved = np.asarray(steps, dtype=np.float64)
    for number, (name, error) in enumerate(errors.items()):
        found = np.maximum(np.asarray(error, dtype=np.float64), 1e-17)
        colour = GREY if number else INK
        ax.loglog(moved, found, "o-", color=colour, markersize=4)
        ax.annotate(
            name,
            (moved[-1], found[-1]),
            xytext=(8, 8 if number == 1 else -8 if number else 0),
            textcoords="offset points",
            va="center",
        )
    ax.axhline(tolerance, color=GREY, linestyle="--")
    ax.text(
        moved[len(moved) // 3], tolerance, "below the line counts as equal", va="bottom"
    )
    ax.margins(y=0.1)  # room for the lowest name
    ax.set(xlabel="step h: each value is moved by ± h")
    ax.set_ylabel("largest difference,\nrelative to the largest gradient")
    return drawn


@styled
def two_directions(arriving: npt.ArrayLike, leaving: npt.ArrayLike) -> Figure:
    """Mean and projection on x̂ of every channel's gradient, before and after.

    Args:
        arriving: (C, 2) mean of d_out and mean of d_out · x̂, in per cent of the
            channel's root mean square of d_out.
        leaving: (C, 2) the same of the gradient of the input.

    Example:
        >>> drawn = two_directions([[1.0, -2.0]], [[0.0, 0.0]])
        >>> [ax.lines[-1].get_xydata().tolist() for ax in drawn.axes]
        [[[1.0, -2.0]], [[0.0, 0.0]]]
    """
    drawn = figure(4.5, "What arrives has two components that never leave")
    panels = drawn.subplots(1, 2, sharex=True, sharey=True)
    sides = ("arriving at the output", arriving), ("leaving at the input", leaving)
    reach = 1.15 * max(float(np.abs(np.asarray(side)).max()) for _, side in sides)
    for ax, (name, side) in zip(panels, sides, strict=True):
        mean, along = np.asarray(side, dtype=np.float64).T
        ax.axhline(0, color=PALE, linewidth=1)
        ax.axvline(0, color=PALE, linewidth=1)
        ax.plot(mean, along, "o", color=INK)
        ax.set_title(name)
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        ax.set_xlabel("mean, % of the gradient's size")
    panels[0].set_ylabel("projection on x̂,\n% of the gradient's size")
    return drawn


@styled
def taken_away(values: npt.ArrayLike, filters: npt.ArrayLike, title: str) -> Figure:
    """How much of a gradient the two components make: of its values, of the filter's.

    Args:
        values: (C,) length of what is taken away over that of the gradient that there
            would be if mean and variance were constants.
        filters: (C,) the same for the gradients of the filters in front.
        title: the finding.

    Example:
        >>> drawn = taken_away([0.01, 0.02], [0.5, 0.4], "Little becomes much")
        >>> small, large = drawn.axes[0].lines[:2]
        >>> small.get_xdata().tolist(), large.get_xdata().tolist()
        ([1.0, 2.0], [50.0, 40.0])
    """
    drawn = figure(5.2, title)
    ax = drawn.subplots()
    small, large = (100 * np.asarray(x, dtype=np.float64) for x in (values, filters))
    rows = np.arange(len(small))
    ax.plot(small, rows, "o", color=GREY)
    ax.plot(large, rows, "o", color=INK)
    ax.hlines(rows, small, large, color=PALE, zorder=0)
    for x, said in ((small, "in the layer's gradient"), (large, "in the filter's")):
        place = float(np.exp(np.log(x).mean()))
        ax.text(place, -1.2, said, ha="center", va="bottom")
    ax.set(xscale="log", ylim=(len(small) - 0.3, -1.2), ylabel="channel")
    ax.set_xlabel("length of what is taken away, % of the gradient with constants")
    ticks = [tick for tick in (0.1, 1, 10, 100) if tick > small.min() / 4]
    ax.set_xticks(ticks, [f"{tick:g} %" for tick in ticks])
    ax.minorticks_off()
    return drawn

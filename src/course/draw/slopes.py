"""The loss along the gradient: walks, a trick with scales, two networks compared."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course.draw.style import GREY, INK, figure, styled

Walk = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]
Interval = tuple[float, float, float]

LOWEST, HIGHEST = -0.6, 1.2  # nats


@styled
def walks(
    networks: Mapping[str, Mapping[int, Walk]],
    rates: Mapping[str, float],
    finding: str,
) -> Figure:
    """The loss along the gradient, a column for each network, drawn over two axes.

    Above over the step size, below over the step's length relative to the weights.
    The last walk is drawn in ink, those before it dotted. Lines that leave the axes
    upwards are cut.

    Args:
        networks: network → epoch of the walk → step sizes, relative lengths
            and losses in nats, each (S,), of which the first is the start, 0.
        rates: network → its own learning rate, an upright dashed line above.
        finding: the title, a sentence.

    Example:
        >>> one = {0: ([0, 0.1, 1], [0, 0.01, 0.1], [0.7, 0.6, 0.9])}
        >>> drawn = walks({"with": one}, {"with": 0.4}, "It falls, then rises")
        >>> above, below = drawn.axes
        >>> above.lines[-1].get_xdata().tolist(), below.lines[-1].get_xdata().tolist()
        ([0.1, 1.0], [0.01, 0.1])
        >>> above.lines[-1].get_ydata().round(2).tolist()
        [-0.1, 0.2]
    """
    drawn = figure(6.4, finding)
    panels = drawn.subplots(2, len(networks), sharex="row", sharey=True, squeeze=False)
    for column, (network, moments) in enumerate(networks.items()):
        above, below = panels[:, column]
        for ax in (above, below):
            ax.axhline(0, color=GREY, linestyle="--", linewidth=1.2)
            ax.set(xscale="log", ylim=(LOWEST, HIGHEST))
        above.axvline(rates[network], color=GREY, linestyle="--", linewidth=1.2)
        above.text(rates[network], LOWEST, " own rate", va="bottom", color="#595959")
        above.set(title=network, xlabel="step size η")
        below.set_xlabel("length of the step, relative to the weights")
        for epoch, walk in moments.items():
            said = f"after epoch {epoch}" if epoch else "before training"
            _line(above, below, walk, said, last=epoch == [*moments][-1])
    panels[0, -1].legend(loc="upper left", frameon=False)
    panels[0, 0].set_ylabel("change of the loss")
    panels[1, 0].set_ylabel("change of the loss")
    return drawn


def _line(above: Axes, below: Axes, walk: Walk, label: str, *, last: bool) -> None:
    """Draw one walk into both panels of a network."""
    sizes, lengths, losses = (np.asarray(x, dtype=np.float64)[1:] for x in walk)
    change = losses - np.asarray(walk[2], dtype=np.float64)[0]
    for ax, x in ((above, sizes), (below, lengths)):
        look: dict[str, Any] = {"color": INK} if last else {"color": GREY, "ls": ":"}
        ax.plot(x, change, lw=2.4, label=label, **look)


@styled
def scale_trick(
    scales: npt.ArrayLike, roughness: npt.ArrayLike, free: npt.ArrayLike
) -> Figure:
    """Roughness of one and the same function, with weights of different size.

    Args:
        scales: (K,) factors on the weights.
        roughness: (K,) relative to that at factor 1; a line shows 1 / k².
        free: (K,) the measure that knows no units, relative to that at factor 1.

    Example:
        >>> drawn = scale_trick([1, 2], [1, 0.25], [1, 1])
        >>> [line.get_ydata().tolist() for line in drawn.axes[0].lines]
        [[1.0, 0.25], [1.0, 0.25], [1, 1]]
    """
    drawn = figure(4.2, "Larger weights, the same outputs, a “smoother” landscape")
    ax = drawn.subplots()
    factor = np.asarray(scales, dtype=np.float64)
    ax.loglog(factor, 1 / factor**2, color=INK, linewidth=1.2)
    ax.plot(factor, roughness, "o", color=INK, markersize=8)
    ax.plot(factor, free, "s-", color=GREY, markersize=7)
    ends = {
        "roughness,\nline: 1 / k²": (np.asarray(roughness)[-1], INK),
        "roughness\nwithout units": (np.asarray(free)[-1], "#595959"),
    }
    for said, (height, colour) in ends.items():
        ax.annotate(
            said,
            (factor[-1], height),
            (12, 0),
            textcoords="offset points",
            va="center",
            color=colour,
        )
    ax.set_xticks(factor, [f"{k:g}" for k in factor])
    ax.minorticks_off()
    ax.set_xlim(factor[0] / 1.2, factor[-1] * 3)
    ax.set_ylim(bottom=0.4 / factor[-1] ** 2)
    ax.set(xlabel="k, factor on the filters", ylabel="relative to k = 1")
    return drawn


@styled
def ratios(
    views: Mapping[str, Mapping[str, npt.ArrayLike]],
    intervals: Mapping[tuple[str, str], Interval],
    finding: str,
) -> Figure:
    """How many times rougher one network is than another, by view and measure.

    A panel for each view, a row for each measure: grey dots are seeds, the bar is the
    95 % interval of their mean.

    Args:
        views: view → measure → (S,) natural logarithms of the ratio.
        intervals: (view, measure) → low, mean, high of the logarithm.
        finding: the title, a sentence.

    Example:
        >>> logs, bars = {"own": {"loss": [0, 1]}}, {("own", "loss"): (-1, 0.5, 2)}
        >>> drawn = ratios(logs, bars, "Smoother")
        >>> drawn.axes[0].lines[1].get_xdata().round(2).tolist()
        [1.0, 2.72]
    """
    drawn = figure(1.6 + 1.35 * len(views), finding)
    panels = drawn.subplots(len(views), 1, sharex=True, squeeze=False)[:, 0]
    for ax, (view, measures) in zip(panels, views.items(), strict=True):
        ax.axvline(1, color=GREY, linestyle="--", linewidth=1.2)
        for row, (measure, logs) in enumerate(measures.items()):
            seeds = np.exp(np.asarray(logs, dtype=np.float64))
            ax.plot(seeds, np.full(seeds.size, row - 0.17), "o", color=GREY, ms=5)
            low, mean, high = np.exp(intervals[view, measure])
            ax.plot([low, high], [row + 0.17] * 2, color=INK, lw=4)
            ax.plot([mean], [row + 0.17], "o", color=INK, markersize=9)
        ax.set_yticks(range(len(measures)), [m.replace("_", " ") for m in measures])
        ax.tick_params(axis="y", length=0)
        ax.set(xscale="log", title=view, ylim=(len(measures) - 0.5, -0.5))
    panels[-1].set_xlabel("without batch norm ÷ with it (right of 1: smoother with)")
    _round_ticks(panels[-1])
    return drawn


def _round_ticks(ax: Axes) -> None:
    """Mark 1, 2, 5 and their tenfolds within the axis, written out."""
    low, high = ax.get_xlim()
    marks = [m * 10.0**e for e in range(-3, 5) for m in (1, 2, 5)]
    shown = [mark for mark in marks if low <= mark <= high]
    ax.set_xticks(shown, [f"{mark:g}" for mark in shown])
    ax.minorticks_off()

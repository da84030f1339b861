"""Two ways to train, compared: their learning rates, and runs paired by the seed."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator, PercentFormatter

from course.draw.style import GREY, INK, figure, styled

Values = npt.NDArray[np.float64]


@styled
def rates(
    tables: Mapping[str, pd.DataFrame],
    chosen: Mapping[str, float],
    finding: str,
    *,
    least: float = 0.5,
) -> Figure:
    """Final accuracy against the learning rate, a panel for each way to train.

    Dots are runs, the line is their mean. A run that diverged (nan) counts as chance,
    50 %; it is drawn as a cross on the edge, and so is one below the axis, with a word
    above. A ring marks the rate chosen.

    Args:
        tables: name of the panel → a row for each run, with the columns `max_lr` and
            `val_accuracy`.
        chosen: name of the panel → its learning rate.
        finding: the title, a sentence.
        least: where the axis of the accuracy begins.

    Example:
        >>> table = pd.DataFrame({"max_lr": [0.1, 0.2], "val_accuracy": [0.8, 0.9]})
        >>> drawn = rates({"plain": table}, {"plain": 0.2}, "Faster is better")
        >>> ring = drawn.axes[0].lines[-1]
        >>> ring.get_xdata().tolist(), ring.get_ydata().tolist()
        ([0.2], [0.9])
    """
    drawn = figure(3.9, finding)
    panels = drawn.subplots(1, len(tables), sharex=True, sharey=True, squeeze=False)[0]
    for ax, (name, table) in zip(panels, tables.items(), strict=True):
        runs = table.fillna({"val_accuracy": 0.5})
        means = runs.groupby("max_lr")["val_accuracy"].mean()
        ax.plot(means.index, np.maximum(means, least), color=INK)
        lost = (
            table["val_accuracy"].isna() | (runs["val_accuracy"] < least)
        ).to_numpy()
        seen, unseen = runs[~lost], runs[lost]
        ax.plot(seen["max_lr"], seen["val_accuracy"], "o", color=GREY, ms=5)
        if len(unseen):  # an empty line without clipping confuses the layout
            edge = np.full(len(unseen), least)
            ax.plot(unseen["max_lr"], edge, "x", color=INK, ms=8, clip_on=False)
            _name_the_lost(ax, float(np.exp(np.log(unseen["max_lr"]).mean())), least)
        best = chosen[name]
        (ring,) = ax.plot([best], [max(least, means[best])], "o", ms=15, mew=2)
        ring.set(markerfacecolor="none", markeredgecolor=INK)
        ax.set(title=name, xlabel="learning rate, at its peak")
    tried = sorted({rate for table in tables.values() for rate in table["max_lr"]})
    for ax in panels:
        ax.set(xscale="log", xlim=(tried[0] / 1.3, tried[-1] * 1.3))
        ax.set_xticks(tried, [f"{rate:g}" for rate in tried])
        ax.xaxis.set_minor_locator(NullLocator())
    top = max(float(table["val_accuracy"].max()) for table in tables.values())
    panels[0].set(ylabel="final validation accuracy", ylim=(least, min(1, top + 0.02)))
    _in_percent(panels[0])
    return drawn


@styled
def paired(
    without: npt.ArrayLike,
    with_norm: npt.ArrayLike,
    interval: tuple[float, float, float],
    quantity: str,
    finding: str,
    *,
    percent: bool = False,
) -> Figure:
    """Runs without and with batch norm, joined by their seed, and the difference.

    Left: a line for each seed. Right: with minus without, a dot for each seed, and
    the 95 % interval of the mean as a bar.

    Args:
        without: (S,), one number for each seed.
        with_norm: (S,), the same seeds.
        interval: low, mean and high of the differences.
        quantity: what the numbers are, with its unit.
        finding: the title, a sentence.
        percent: whether the numbers are shares of 1, to be written in per cent, and
            their differences in percentage points.

    Example:
        >>> drawn = paired([2, 4], [1, 2], (-3.0, -1.5, 0.0), "epochs", "Sooner")
        >>> dots = drawn.axes[1].lines[1]
        >>> dots.get_ydata().tolist()
        [-1.0, -2.0]
    """
    before, after = (np.asarray(x, dtype=np.float64) for x in (without, with_norm))
    drawn = figure(4.0, finding)
    left, right = drawn.subplots(1, 2, gridspec_kw={"width_ratios": [1.25, 1]})
    for pair in zip(before, after, strict=True):
        left.plot([0, 1], pair, color=GREY, marker="o", linewidth=1.0, markersize=5)
    left.plot([0, 1], [before.mean(), after.mean()], color=INK, marker="o", lw=2.6)
    left.set_xticks([0, 1], ["without\nbatch norm", "with\nbatch norm"])
    left.set(xlim=(-0.35, 1.35), ylabel=quantity)
    _difference(right, after - before, interval, percent)
    if percent:
        _in_percent(left)
    return drawn


def _difference(
    ax: Axes, differences: Values, interval: tuple[float, float, float], percent: bool
) -> None:
    """Draw zero, the differences, and the interval of their mean."""
    ax.axhline(0, color=GREY, linestyle="--", linewidth=1.2)
    scatter = np.linspace(-0.12, 0.12, differences.size)
    ax.plot(scatter, differences, "o", color=GREY, markersize=6)
    low, mean, high = interval
    ax.plot([0.5, 0.5], [low, high], color=INK, linewidth=4, solid_capstyle="butt")
    ax.plot([0.5], [mean], "o", color=INK, markersize=10)
    ax.set(xlim=(-0.4, 0.9), ylabel="with minus without")
    ax.set_xticks([0, 0.5], ["each\nseed", "mean and\n95 % interval"])
    if percent:
        ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 * x:.4g}"))
        ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        ax.set_ylabel("with minus without,\npercentage points")
    bottom = min(0.0, low, float(differences.min()))
    top = max(0.0, high, float(differences.max()))
    margin = 0.15 * (top - bottom)
    ax.set_ylim(bottom - margin, top + margin)


def _name_the_lost(ax: Axes, rate: float, least: float) -> None:
    """Write above the crosses on the edge where their runs ended."""
    ax.annotate(
        f"< {100 * least:.0f} %",
        (rate, least),
        xytext=(0, 12),
        textcoords="offset points",
        ha="center",
    )


def _in_percent(ax: Axes) -> None:
    """Label shares of 1 in per cent, at round numbers."""
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 * x:.4g} %"))


@styled
def goals(
    intervals: Mapping[float, tuple[float, float, float]],
    chosen: float,
    finding: str,
) -> Figure:
    """How many epochs sooner each accuracy is reached: mean and 95 % interval.

    Args:
        intervals: accuracy to reach, 0 to 1 → low, mean and high of the epochs won.
        chosen: the goal set beforehand, drawn in ink with a ring; the others are grey.
        finding: the title, a sentence.

    Example:
        >>> drawn = goals({0.8: (-1, 0, 1), 0.9: (1, 2, 3)}, 0.9, "Later is clearer")
        >>> [line.get_ydata().tolist() for line in drawn.axes[0].lines[1:3]]
        [[-1, 1], [0]]
    """
    drawn = figure(4.0, finding)
    ax = drawn.subplots()
    ax.axhline(0, color=GREY, linestyle="--", linewidth=1.2)
    for goal, (low, mean, high) in intervals.items():
        colour = INK if goal == chosen else GREY
        ax.plot([goal, goal], [low, high], color=colour, lw=4, solid_capstyle="butt")
        ax.plot([goal], [mean], "o", color=colour, markersize=9)
    low, mean, high = intervals[chosen]
    ax.plot([chosen], [mean], "o", ms=17, mew=2, mfc="none", mec=INK)
    said = "the goal\nset beforehand"
    ax.annotate(
        said,
        (chosen, high),
        xytext=(0, 50),
        textcoords="offset points",
        ha="center",
        arrowprops={"arrowstyle": "-", "color": INK, "shrinkB": 3},
    )
    ax.set(xlabel="validation accuracy to reach", ylabel="epochs won by batch norm")
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    ax.set_xticks(sorted(intervals))
    return drawn

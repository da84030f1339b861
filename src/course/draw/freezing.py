"""Four ways to fine-tune: learning rates, accuracies, and paired differences."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from course.draw.style import GREY, INK, PALE, figure, styled

Values = npt.NDArray[np.float64]
Interval = tuple[float, float, float]


@styled
def rates(
    panels: Mapping[str, Mapping[str, Mapping[float, float]]],
    finding: str,
) -> Figure:
    """Accuracy by learning rate in two ways to train, the best of each ringed.

    Args:
        panels: name → (way → (rate → mean accuracy, 0 to 1)); the first way is drawn
            in grey, the second in ink. Every panel has its own axes.
        finding: the title, a sentence.

    Example:
        >>> drawn = rates({"shapes": {"all": {0.1: 0.5, 0.3: 0.7}}}, "More is better")
        >>> ring = drawn.axes[0].lines[1]
        >>> ring.get_xdata().tolist(), ring.get_ydata().tolist()
        ([0.3], [70.0])
    """
    drawn = figure(3.9, finding)
    axes = drawn.subplots(1, len(panels), squeeze=False)[0]
    for ax, (name, ways) in zip(axes, panels.items(), strict=True):
        for (way, means), colour in zip(ways.items(), (GREY, INK), strict=False):
            tried = np.array(list(means))
            shares = 100 * np.array(list(means.values()))
            ax.plot(tried, shares, color=colour, marker="o", ms=4, lw=2.2, label=way)
            best = shares.argmax()
            ring = ax.plot(tried[[best]], shares[[best]], "o", ms=13, mfc="none")
            ring[0].set(markeredgecolor=colour, markeredgewidth=1.6)
        ax.set_title(name, fontsize=10)
        ax.set_xscale("log")
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_xticks(tried, [f"{rate:g}" for rate in tried], fontsize=8.5)
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g} %"))
    axes[0].set_ylabel("validation accuracy")
    drawn.supxlabel("learning rate, at its peak", fontsize=11)
    handles = axes[0].get_legend_handles_labels()
    drawn.legend(*handles, loc="outside lower right", ncols=2)
    return drawn


@styled
def differences(
    panels: Mapping[str, Mapping[str, tuple[npt.ArrayLike, Interval]]],
    margin: float,
    quantity: str,
    finding: str,
) -> Figure:
    """Paired differences by task: a dot for each seed, the mean, its interval.

    Args:
        panels: name → (task → (S,) differences, and their interval), in points; each
            panel has its own axes.
        margin: where a dashed line is drawn; 0 for none.
        quantity: what the difference is, with its unit.
        finding: the title, a sentence.

    Example:
        >>> drawn = differences({"4": {"grey": ([1, 3], (0, 2, 4))}}, 1.0, "gain", "Up")
        >>> dots, bar, _ = drawn.axes[0].lines[-3:]
        >>> dots.get_xdata().tolist(), bar.get_xdata().tolist()
        ([1.0, 3.0], [0, 4])
    """
    rows = max(len(tasks) for tasks in panels.values())
    drawn = figure(1.9 + 0.62 * rows, finding)
    axes = drawn.subplots(1, len(panels), squeeze=False)[0]
    for ax, (name, tasks) in zip(axes, panels.items(), strict=True):
        ax.axvline(0, color=GREY, linewidth=1)
        if margin:
            ax.axvline(margin, color=GREY, linestyle="--", linewidth=1.2)
        for row, (points, interval) in enumerate(tasks.values()):
            _difference(ax, row, np.asarray(points, dtype=np.float64), interval)
        ax.set_title(name)
        ax.set_yticks(range(len(tasks)), list(tasks))
        ax.set_ylim(rows - 0.4, -0.6)
    drawn.supxlabel(quantity, fontsize=11)
    return drawn


def _difference(ax: Axes, row: int, points: Values, interval: Interval) -> None:
    low, mean, high = interval
    aside = np.empty(points.size)  # neighbours at three heights: none hides another
    aside[np.argsort(points)] = 0.13 + 0.08 * (np.arange(points.size) % 3)
    ax.plot(points, row + aside, "o", color=GREY, ms=4)
    ax.plot([low, high], [row - 0.1] * 2, color=INK, lw=4, solid_capstyle="butt")
    ax.plot([mean], [row - 0.1], "o", color=INK, ms=8)


@styled
def ways(
    panels: Mapping[str, Mapping[tuple[str, str], npt.ArrayLike]],
    columns: int,
    finding: str,
) -> Figure:
    """Accuracy in four ways to fine-tune: by statistics, and by γ and β.

    From left to right the statistics are trained or frozen; with γ and β trained in
    ink, frozen in grey and dashed. Dots are seeds, lines join the means.

    Args:
        panels: name → ((statistics, γ and β) → (S,) accuracies, 0 to 1); each of the
            two is "train" or "frozen".
        columns: panels in a row.
        finding: the title, a sentence.

    Example:
        >>> keys = [(s, a) for s in ("train", "frozen") for a in ("train", "frozen")]
        >>> drawn = ways({"grey": {key: [0.8, 0.9] for key in keys}}, 1, "Alike")
        >>> drawn.axes[0].lines[-1].get_ydata().round(6).tolist()
        [85.0, 85.0]
    """
    rows = -(-len(panels) // columns)
    drawn = figure(1.5 + 2.0 * rows, finding)
    grid = drawn.subplots(rows, columns, sharex=True, sharey="col", squeeze=False)
    looks = {"train": (INK, "-", -0.05), "frozen": (GREY, "--", 0.05)}
    for ax, (name, table) in zip(grid.flat, panels.items(), strict=False):
        for affine, (colour, dash, aside) in looks.items():
            shares = [
                100 * np.asarray(table[statistics, affine], dtype=np.float64)
                for statistics in looks
            ]
            for place, runs in enumerate(shares):
                at = np.full(runs.size, place + aside)
                ax.plot(at, runs, "o", color=colour, ms=4, alpha=0.5, mew=0)
            means = np.array([runs.mean() for runs in shares])
            label = f"γ, β {'trained' if affine == 'train' else 'frozen'}"
            ax.plot([aside, 1 + aside], means, dash, color=colour, lw=2.2, label=label)
        ax.set_title(name, fontsize=10)
        ax.set(xlim=(-0.4, 1.4))
        ax.set_xticks([0, 1], ["trained", "frozen"])
        ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g} %"))
        ax.spines["left"].set_color(PALE)
    for ax in grid[:, 0]:
        ax.set_ylabel("validation accuracy")
    drawn.supxlabel("statistics", fontsize=11)
    drawn.legend(
        *grid[0, 0].get_legend_handles_labels(), loc="outside lower right", ncols=2
    )
    return drawn

"""The running statistics: the rule they follow, and how well they serve."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from course.draw.style import GREY, INK, figure, styled


@styled
def conventions(
    batch: npt.ArrayLike,
    buffer: npt.ArrayLike,
    rules: Mapping[str, npt.ArrayLike],
    finding: str,
    quantity: str = "mean of channel 0",
) -> Figure:
    """A running buffer, step by step, and what several rules say it should be.

    Grey dots are the batches, rings the buffer after every third, the line a rule.

    Args:
        batch: (T,) the statistic of each batch.
        buffer: (T,) the buffer after each batch.
        rules: name of the rule → (T,) its prediction; a panel each.
        finding: the title, a sentence.
        quantity: what the numbers are, with its unit.

    Example:
        >>> drawn = conventions([1, 1], [0.1, 0.19], {"a": [0.1, 0.19]}, "It fits")
        >>> dots, line, rings = drawn.axes[0].lines
        >>> line.get_ydata().tolist(), rings.get_ydata().tolist()
        ([0.1, 0.19], [0.1])
    """
    means, held = np.asarray(batch), np.asarray(buffer)
    steps = 1 + np.arange(len(means))
    drawn = figure(4.2, finding)
    panels = drawn.subplots(1, len(rules), sharex=True, sharey=True, squeeze=False)[0]
    for ax, (name, line) in zip(panels, rules.items(), strict=True):
        ax.plot(steps, means, "o", color=GREY, ms=3)
        ax.plot(steps, np.asarray(line), color=INK)
        rings = ax.plot(steps[::3], held[::3], "o", ms=9, mfc="none", mec=INK, mew=1.2)
        rings[0].set_zorder(3)
        ax.set_title(name)
        ax.set_xlabel("batch")
    panels[0].set_ylabel(quantity)
    return drawn


@styled
def catching_up(
    steps: npt.ArrayLike,
    sides: Mapping[str, npt.ArrayLike],
    intervals: npt.ArrayLike,
    memory: int,
    finding: str,
) -> Figure:
    """Accuracy over the steps with two kinds of statistics, and the difference.

    A thin line is a seed, the thick one their mean. Right: second minus first, in
    percentage points, with its 95 % interval.

    Args:
        steps: (T,) where it was measured.
        sides: kind of statistics → (T, S) accuracies, 0 to 1, a column a seed; two.
        intervals: (T, 3) low, mean and high of the difference, as shares.
        memory: the step marked by a dashed line.
        finding: the title, a sentence.

    Example:
        >>> sides = {"buffers": [[0.7], [0.9]], "whole set": [[0.8], [0.9]]}
        >>> spans = [[0.0, 0.1, 0.2], [-0.1, 0.0, 0.1]]
        >>> drawn = catching_up([10, 100], sides, spans, memory=44, finding="Late")
        >>> drawn.axes[2].lines[1].get_ydata().tolist()
        [10.0, 0.0]
    """
    drawn = figure(4.2, finding)
    grid = drawn.add_gridspec(1, 3)
    left = drawn.add_subplot(grid[0])
    panels = [left, drawn.add_subplot(grid[1], sharey=left)]
    for ax, (name, shares) in zip(panels, sides.items(), strict=True):
        table = 100 * np.asarray(shares, dtype=np.float64)
        ax.plot(steps, table, color=GREY, linewidth=0.9)
        ax.plot(steps, table.mean(axis=1), color=INK, linewidth=2.4)
        ax.set_title(name)
    left.set_ylabel("validation accuracy")
    left.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g} %"))
    panels[1].tick_params(labelleft=False)
    right = drawn.add_subplot(grid[2])
    low, mean, high = 100 * np.asarray(intervals, dtype=np.float64).T
    right.axhline(0, color=GREY, linewidth=1)
    right.vlines(np.asarray(steps), low, high, color=INK, linewidth=3)
    right.plot(steps, mean, "o", color=INK, markersize=7)
    right.set_title("difference, points")
    for ax in (*panels, right):
        _count_steps(ax, np.asarray(steps), memory)
    return drawn


def _count_steps(ax: Axes, steps: npt.NDArray[np.int_], memory: int) -> None:
    ax.axvline(memory, color=GREY, linestyle="--", linewidth=1.2, zorder=0)
    ax.set(xscale="log", xlabel="step", xlim=(steps[0] / 1.15, steps[-1] * 1.15))
    shown: list[int] = []
    for step in map(int, steps):  # 20 would touch 15
        if not shown or step > 1.4 * shown[-1]:
            shown.append(step)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks(shown, [str(step) for step in shown])

"""Learning curves: a table of runs in, a figure out.

The tables have a row for each epoch of each run, with the columns `seed`, `epoch`,
`train_accuracy` and `val_accuracy` (shares from 0 to 1). One seed is one run.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, PercentFormatter

from course.draw.style import GREY, INK, figure, styled

SERIES = {"train_accuracy": ("training", GREY), "val_accuracy": ("validation", INK)}
TICKS = (1, 2, 3, 5, 10, 20, 50)


@styled
def curves(
    runs: Mapping[str, pd.DataFrame],
    finding: str,
    *,
    live: Mapping[str, pd.DataFrame] | None = None,
    goals: Sequence[float] = (),
    least: float = 0.6,
) -> Figure:
    """Training and validation accuracy over the epochs, a panel for each table.

    A thin line is one seed, a thick one the mean over the seeds. The axis of the
    epochs is logarithmic, because most happens early.

    Args:
        runs: name of the panel → its runs.
        finding: the title, a sentence.
        live: name of the panel → one run to be drawn into it as dots.
        goals: accuracies to reach, dashed, with their values in the first panel.
        least: where the axis of the accuracy begins; points below it are drawn on
            the edge.

    Example:
        >>> table = pd.DataFrame({"seed": [0, 0, 1, 1], "epoch": [1, 2, 1, 2]})
        >>> table["train_accuracy"] = [0.7, 0.9, 0.7, 0.9]
        >>> table["val_accuracy"] = [0.7, 0.8, 0.6, 0.7]
        >>> drawn = curves({"plain": table}, "It learns")
        >>> [float(y.round(2)) for y in drawn.axes[0].lines[-1].get_ydata()]
        [0.65, 0.75]
    """
    drawn = figure(4.2, finding)
    panels = drawn.subplots(1, len(runs), sharex=True, sharey=True, squeeze=False)[0]
    for ax, (name, table) in zip(panels, runs.items(), strict=True):
        for goal in goals:
            ax.axhline(goal, color=GREY, linestyle="--", linewidth=1.2)
        for measure, (_, colour) in SERIES.items():
            _runs(ax, table, measure, colour, least)
        if live is not None and name in live:
            _dots(ax, live[name], least)
        ax.set_title(name)
    for goal in goals:
        panels[0].annotate(
            f"{100 * goal:.0f} %",
            (0.02, goal),
            xycoords=("axes fraction", "data"),
            color="#595959",
            va="bottom",
        )
    last = list(runs.values())[-1]
    _name_the_ends(panels[-1], last, least)
    _scale(panels, max(int(table["epoch"].max()) for table in runs.values()), least)
    return drawn


def _runs(
    ax: Axes, table: pd.DataFrame, measure: str, colour: str, least: float
) -> None:
    """Draw every seed as a thin line and their mean as a thick one, the last."""
    wide = table.pivot(index="epoch", columns="seed", values=measure)
    for _, run in wide.items():
        seen = np.maximum(run, least)
        ax.plot(wide.index, seen, color=colour, linewidth=0.7, alpha=0.5)
    ax.plot(wide.index, np.maximum(wide.mean(axis=1), least), color=colour, lw=2.4)


def _dots(ax: Axes, run: pd.DataFrame, least: float) -> None:
    """Draw one run as dots, training hollow, validation full."""
    for measure, (_, colour) in SERIES.items():
        fill = INK if measure == "val_accuracy" else "white"
        seen = np.maximum(run[measure], least)
        (dots,) = ax.plot(run["epoch"], seen, "o", color=colour, zorder=3)
        dots.set(markerfacecolor=fill, markersize=8, markeredgewidth=1.8)


def _name_the_ends(ax: Axes, table: pd.DataFrame, least: float) -> None:
    """Write beside the last panel which line is which."""
    final = table[table["epoch"] == table["epoch"].max()]
    heights = {measure: max(least, float(final[measure].mean())) for measure in SERIES}
    low, high = sorted(heights, key=lambda measure: heights[measure])
    close = max(0.0, 0.07 * (1 - least) - heights[high] + heights[low])
    heights[low], heights[high] = heights[low] - close / 2, heights[high] + close / 2
    for measure, (name, colour) in SERIES.items():
        ax.annotate(
            name,
            (1.02, heights[measure]),
            xycoords=("axes fraction", "data"),
            color="#595959" if colour == GREY else INK,
            va="center",
            annotation_clip=False,
        )


def _scale(panels: npt.NDArray[np.object_], epochs: int, least: float) -> None:
    for ax in panels:
        ax.set(xscale="log", xlabel="epoch", xlim=(0.86, 1.05 * epochs))
        shown = [tick for tick in TICKS if tick <= epochs]
        ax.xaxis.set_major_locator(FixedLocator(shown))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_xticks(shown, [str(tick) for tick in shown])
    panels[0].set(ylabel="accuracy", ylim=(least, 1.0))
    panels[0].yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))

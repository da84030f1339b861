"""How well a network trains when something about the training is made harder."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from course.draw.style import GREY, INK, figure, styled

CHANCE = 0.5
Interval = tuple[float, float, float]


@styled
def ladder(
    tables: Mapping[str, pd.DataFrame],
    column: str,
    label: str,
    finding: str,
    *,
    goal: float | None = None,
    live: Mapping[str, tuple[float, float]] | None = None,
) -> Figure:
    """Final validation accuracy against one number, a panel for each network.

    Grey dots are seeds, the line is their mean. A run that diverged (nan) is a cross
    at 50 %, which is what guessing gives.

    Args:
        tables: name of the panel → a row for each run, with the column named and
            `val_accuracy`.
        column: what the runs differ in; drawn on a logarithmic axis.
        label: of that axis.
        finding: the title, a sentence.
        goal: a dashed line.
        live: name of the panel → the number and the accuracy of a run made here, a
            hollow diamond.

    Example:
        >>> runs = pd.DataFrame({"scale": [1, 1, 10], "val_accuracy": [0.8, 0.9, None]})
        >>> drawn = ladder({"with": runs}, "scale", "factor", "Ten is too much")
        >>> mean, dots, crosses = drawn.axes[0].lines
        >>> mean.get_ydata().round(2).tolist(), crosses.get_xdata().tolist()
        ([0.85, 0.5], [10])
    """
    drawn = figure(4.2, finding)
    panels = drawn.subplots(1, len(tables), sharey=True, squeeze=False)[0]
    for ax, (name, table) in zip(panels, tables.items(), strict=True):
        if goal is not None:
            ax.axhline(goal, color=GREY, linestyle="--", linewidth=1.2)
        lost = table["val_accuracy"].isna().to_numpy()
        runs = table.assign(val_accuracy=table["val_accuracy"].fillna(CHANCE))
        means = runs.groupby(column)["val_accuracy"].mean()
        ax.plot(means.index, means, color=INK)
        ax.plot(*_places(runs[~lost], column), "o", color=GREY, ms=5)
        ax.plot(*_places(runs[lost], column), "x", color=INK, ms=8, mew=1.6)
        if live is not None and name in live:
            x, y = live[name]
            y = CHANCE if np.isnan(y) else y
            ax.plot([x], [y], "D", mfc="none", mec=INK, ms=11, mew=1.8)
        ax.set(title=name, xlabel=label, xscale="log")
        tried = sorted(table[column].unique())
        ax.set_xlim(tried[0] / 1.5, tried[-1] * 1.5)
        ax.set_xticks(tried, [f"{x:g}" for x in tried])
        ax.xaxis.set_minor_locator(NullLocator())
    top = max(float(table["val_accuracy"].max()) for table in tables.values())
    panels[0].set(ylabel="validation accuracy", ylim=(0.45, top + 0.04))
    _in_percent(panels[0])
    return drawn


def _places(runs: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    return runs[column], runs["val_accuracy"]


@styled
def stages(
    names: Sequence[str],
    settings: Mapping[str, npt.ArrayLike],
    intervals: Mapping[str, Sequence[Interval | None]],
    finding: str,
) -> Figure:
    """Validation accuracy from one way of training to the next, in several settings.

    A panel for each setting: thin grey lines are seeds, the thick one is their mean.
    Between two ways the 95 % interval of the mean difference is written.

    Args:
        names: (W,) of the ways to train.
        settings: setting → (seeds, W) accuracies in per cent.
        intervals: setting → W − 1 times low, mean and high; None where the seeds are
            too few for one.
        finding: the title, a sentence.

    Example:
        >>> found = {"one pass": [[79, 83, 83], [78, 83, 84]]}
        >>> steps = {"one pass": [(4, 4.5, 5), None]}
        >>> drawn = stages(["a", "b", "c"], found, steps, "One step")
        >>> drawn.axes[0].lines[-1].get_ydata().tolist()
        [78.5, 83.0, 83.5]
        >>> [text.get_text() for text in drawn.axes[0].texts]
        ['+4 to +5']
    """
    drawn = figure(4.6, finding)
    panels = drawn.subplots(1, len(settings), sharey=True, squeeze=False)[0]
    tables = {key: np.asarray(runs, dtype=float) for key, runs in settings.items()}
    top = max(table.max() for table in tables.values()) + 1.5
    places = np.arange(len(names))
    for ax, (setting, table) in zip(panels, tables.items(), strict=True):
        for run in table:
            ax.plot(places, run, color=GREY, marker="o", linewidth=1.0, markersize=5)
        ax.plot(places, table.mean(0), color=INK, marker="o", linewidth=2.6)
        for place, step in enumerate(intervals[setting]):
            if step is not None:
                said = f"{step[0]:+.2g} to {step[2]:+.2g}".replace("-", "−")
                ax.text(place + 0.5, top, said, ha="center", fontsize=11)
        ax.set_xticks(places, [name.replace(", ", ",\n") for name in names])
        ax.set(xlim=(-0.4, len(names) - 0.6), title=setting)
    panels[0].set_ylim(top=top + 1.5)
    panels[0].set_ylabel("validation accuracy, %")
    return drawn


def _in_percent(ax: Axes) -> None:
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 * x:.4g} %"))

"""Internal covariate shift: channels on the move, and how much they move, compared."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from course.draw.style import GREY, INK, PALE, figure, styled

Interval = tuple[float, float, float]
TEXT = "#595959"  # a grey that can be read


@styled
def tracks(
    steps: npt.ArrayLike,
    means: Mapping[str, Mapping[str, npt.ArrayLike]],
    finding: str,
) -> Figure:
    """Means of many channels over the steps: a column a network, a row a place.

    The channel that comes farthest from where it started is in ink.

    Args:
        steps: (T,) numbers of the steps.
        means: network → (place → (T, C) means); the same places in each.
        finding: the title, a sentence.

    Example:
        >>> drawn = tracks([1, 2], {"with": {"out": [[0, 0], [1, 3]]}}, "It moves")
        >>> drawn.axes[0].lines[-1].get_ydata().tolist()
        [0.0, 3.0]
    """
    rows = list(next(iter(means.values())))
    drawn = figure(1.4 + 1.9 * len(rows), finding)
    panels = drawn.subplots(
        len(rows), len(means), sharex=True, sharey="row", squeeze=False
    )
    for column, (network, places) in zip(panels.T, means.items(), strict=True):
        for ax, values in zip(column, places.values(), strict=True):
            lines = np.asarray(values, dtype=np.float64)
            farthest = int(np.abs(lines - lines[0]).max(axis=0).argmax())
            ax.plot(steps, lines, color=GREY, lw=0.6)
            ax.plot(steps, lines[:, farthest], color=INK, lw=2)
        column[0].set_title(network)
        column[-1].set_xlabel("step")
    for ax, place in zip(panels[:, 0], rows, strict=True):
        ax.set_ylabel(f"{place}\nmean of a channel")
    return drawn


@styled
def over_steps(logs: Mapping[str, pd.DataFrame], finding: str) -> Figure:
    """How much single updates shift, a panel for each way to measure it.

    Args:
        logs: network → the logarithms of the shifts, a row for each step (the index),
            a column for each way; the first network is drawn in grey, the last in
            ink; the axis is logarithmic.
        finding: the title, a sentence.

    Example:
        >>> table = pd.DataFrame({"gradients": np.log([0.1, 0.2])}, index=[6, 12])
        >>> drawn = over_steps({"without": table, "with": table - 2}, "Less")
        >>> [line.get_color() for line in drawn.axes[0].lines]
        ['#8c8c8c', '#1a1a1a']
    """
    ways = list(next(iter(logs.values())))
    drawn = figure(3.7, finding)
    panels = drawn.subplots(1, len(ways), sharex=True, squeeze=False)[0]
    for ax, way in zip(panels, ways, strict=True):
        for table, colour in zip(logs.values(), _colours(logs), strict=True):
            ax.plot(table.index, np.exp(table[way]), "o-", color=colour, ms=4, lw=1.6)
        ax.set(yscale="log", title=way, xlabel="step")
        ax.margins(y=0.16)
        _plain_numbers(ax.yaxis)
    by_height = sorted(logs, key=lambda name: -float(logs[name][ways[0]].max()))
    corners = (0.97, "top"), (0.03, "bottom")
    names = dict(zip(logs, _colours(logs, grey=TEXT), strict=True))
    for name, (height, side) in zip(by_height, corners, strict=False):
        place = {"transform": panels[0].transAxes, "ha": "right", "va": side}
        panels[0].text(0.98, height, name, color=names[name], **place)
    panels[0].set_ylabel("shift by one update")
    return drawn


def _colours(
    networks: Sequence[str] | Mapping[str, object], grey: str = GREY
) -> list[str]:
    """The last network is the one meant."""
    return [grey] * (len(networks) - 1) + [INK]


def _plain_numbers(axis: Axis, *, dense: bool = True) -> None:
    """Write 0.01 rather than a power of ten, 0.02 and 0.05 if there is room."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if dense else (1,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


@styled
def ratios(
    groups: Mapping[str, Mapping[str, npt.ArrayLike]] | Mapping[str, pd.DataFrame],
    intervals: Mapping[str, Mapping[str, Interval]],
    finding: str,
) -> Figure:
    """Ratios of paired runs on a logarithmic axis, with the interval of their mean.

    A row has the runs as grey dots and, below them, mean and interval in ink.

    Args:
        groups: group → (row → logarithms of ratios (S,), one for each seed).
        intervals: the same keys → low, mean and high of the logarithm.
        finding: the title, a sentence.

    Example:
        >>> dots = {"own rates": {"gradients": [-0.5, 0.5]}}
        >>> bar = {"own rates": {"gradients": (-0.6, 0.0, 0.6)}}
        >>> ax = ratios(dots, bar, "Undecided").axes[0]
        >>> [label.get_text() for label in ax.get_yticklabels()]
        ['gradients']
    """
    rows = [(group, row) for group, found in intervals.items() for row in found]
    drawn = figure(1.6 + 0.42 * len(rows) + 0.4 * len(groups), finding)
    ax = drawn.subplots()
    ax.axvline(1, color=GREY, linestyle="--", linewidth=1.2)
    height, heights = 0.0, []
    for (group, row), (above, _) in zip(rows, [("", ""), *rows], strict=False):
        if group != above:
            height += 1.0
            ax.annotate(
                group,
                (0.012, height - 0.85),
                xycoords=("axes fraction", "data"),
                weight="bold",
                va="center",
            )
        heights.append(height)
        seeds = np.exp(np.asarray(groups[group][row], dtype=np.float64))
        ax.plot(seeds, np.full(seeds.size, height - 0.17), "o", color=GREY, ms=5)
        low, mean, high = np.exp(intervals[group][row])
        below = height + 0.17
        ax.plot([low, high], [below] * 2, color=INK, lw=4, solid_capstyle="butt")
        ax.plot([mean], [below], "o", color=INK, ms=8)
        height += 1.0
    ax.set(xscale="log", ylim=(height + 0.25, -0.6))
    ax.set_xlabel("shift with batch norm ÷ without")
    left, right = ax.get_xlim()
    ax.set_xlim(min(left, 0.5), max(right, 2.5))
    ax.set_yticks(heights, [row for _, row in rows])
    ax.tick_params(axis="y", length=0)
    low, high = ax.get_xlim()
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 100 * low else (1,)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}×"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    sides = ("◂ less shift", "right", -8), ("more shift ▸", "left", 8)
    for word, align, shift in sides:
        ax.annotate(
            word,
            (1, height + 0.2),
            (shift, 0),
            textcoords="offset points",
            ha=align,
            va="bottom",
            color=TEXT,
        )
    return drawn


@styled
def places(
    logs: Mapping[str, pd.DataFrame], ways: Mapping[str, str], finding: str
) -> Figure:
    """Where in the network the shift is, a panel for each way to measure it.

    Args:
        logs: network → the logarithms of the shifts, a row for each seed, a column for
            each place, from the first layer on; the first network is drawn in grey,
            the last in ink; dots are seeds, the line is their geometric mean.
        ways: way → the first word of its columns' names.
        finding: the title, a sentence.

    Example:
        >>> table = pd.DataFrame({"in conv1": [-2.0, -2.0], "in fc": [-2.0, 0.0]})
        >>> drawn = places({"with": table}, {"moments": "in"}, "More in the end")
        >>> np.log(drawn.axes[0].lines[0].get_xdata()).round(3).tolist()
        [-2.0, -1.0]
    """
    tables = {
        way: [table.filter(regex=f"^{first} ") for table in logs.values()]
        for way, first in ways.items()
    }
    most = max(len(columns[0].columns) for columns in tables.values())
    drawn = figure(1.9 + 0.36 * most, finding)
    panels = drawn.subplots(1, len(ways), squeeze=False)[0]
    for ax, (way, networks) in zip(panels, tables.items(), strict=True):
        rows = np.arange(len(networks[0].columns))
        for found, colour in zip(networks, _colours(logs), strict=True):
            ax.plot(np.exp(found.mean()), rows, color=colour, lw=2)
            ax.plot(np.exp(found.T), rows, "o", color=colour, ms=3, alpha=0.6)
        ax.set(xscale="log", title=way, ylim=(len(rows) + 0.3, -0.6))
        ax.set_yticks(rows, _short(list(networks[0].columns)))
        ax.margins(x=0.42 if ax is panels[0] else 0.2)  # room for the names
        low, high = ax.get_xlim()
        _plain_numbers(ax.xaxis, dense=high < 25 * low)
        ax.set_xlabel("shift by one update")
    names = zip(logs, _colours(logs, grey=TEXT), strict=True)
    ends = tables[next(iter(ways))]
    for (name, colour), found in zip(names, ends, strict=True):
        panels[0].annotate(
            name.replace(" ", "\n", 1),
            (float(np.exp(found.iloc[:, -1].mean())), len(found.columns) - 1),
            (4, -10),
            textcoords="offset points",
            ha="center",
            va="top",
            color=colour,
        )
    return drawn


def _short(names: Sequence[str]) -> list[str]:
    """Layer names that fit beside a narrow panel."""
    return [name.split(" ")[-1].replace("res_block", "block") for name in names]


@styled
def three(
    accuracies: Mapping[str, npt.ArrayLike],
    differences: Mapping[str, npt.ArrayLike],
    intervals: Sequence[Interval],
    margin: float,
    finding: str,
) -> Figure:
    """Accuracies of three networks, joined by their seed, and two differences.

    Args:
        accuracies: network → (S,), shares of 1.
        differences: which → the paired differences (S,), shares.
        intervals: low, mean and high of each of them.
        margin: so much less still counts as as good, a pale band below 0.
        finding: the title, a sentence.

    Example:
        >>> shares = {"none": [0.8], "noisy": [0.9], "batch": [0.9]}
        >>> gap = {"noisy − none": [0.1]}
        >>> drawn = three(shares, gap, [(0.05, 0.1, 0.15)], 0.01, "Better")
        >>> drawn.axes[0].lines[0].get_ydata().tolist()
        [80.0, 90.0, 90.0]
    """
    drawn = figure(4.0, finding)
    left, right = drawn.subplots(1, 2, gridspec_kw={"width_ratios": [1.25, 1]})
    table = 100 * np.array(
        [np.asarray(v, dtype=np.float64) for v in accuracies.values()]
    )
    for pair in table.T:
        left.plot(range(len(table)), pair, "o-", color=GREY, lw=1, ms=5)
    left.plot(range(len(table)), table.mean(axis=1), "o-", color=INK, lw=2.6)
    left.set_xticks(range(len(table)), list(accuracies))
    left.set(xlim=(-0.35, len(table) - 0.65), ylabel="validation accuracy, %")
    right.axhspan(-100 * margin, 0, color=PALE, lw=0)
    right.axhline(0, color=GREY, linestyle="--", linewidth=1.2)
    pairs = zip(differences.values(), intervals, strict=True)
    for at, (values, interval) in enumerate(pairs):
        dots = 100 * np.asarray(values, dtype=np.float64)
        scatter = at - 0.22 + np.linspace(-0.1, 0.1, dots.size)
        right.plot(scatter, dots, "o", color=GREY, ms=6)
        low, mean, high = (100 * x for x in interval)
        right.plot([at + 0.15] * 2, [low, high], color=INK, lw=4)
        right.plot([at + 0.15], [mean], "o", color=INK, ms=10)
    right.set_xticks(range(len(differences)), list(differences))
    right.set(xlim=(-0.6, len(differences) - 0.4), ylabel="percentage points")
    return drawn

"""Where the values of many channels lie, and how normal their shapes are."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from course.draw.style import GREY, INK, PALE, figure, styled

Values = npt.NDArray[np.float64]
ZOOM = 0.24  # height of the enlarged corner, as a share
Layers = Mapping[str, npt.ArrayLike]  # layer → one row a channel


@styled
def quartiles(
    runs: Mapping[str, tuple[Layers, Layers]], band: tuple[float, float], title: str
) -> Figure:
    """A line for every channel of every layer: its middle 90 % and its middle half.

    Channels with more than half of their values in the band are drawn in ink, the
    others grey; how many there are stands beside the layer.

    Args:
        runs: run → two mappings: layer → (C, 5), 5, 25, 50, 75 and 95 % of each
            channel; and layer → (C,), the share of its values in the band. A column
            a run.
        band: from, to; shaded.
        title: the finding.

    Example:
        >>> lines = [[-2.0, -1.0, 0.0, 1.0, 2.0], [-0.4, -0.2, 0.0, 0.2, 0.4]]
        >>> fresh = {"bn1": lines}, {"bn1": [0.25, 1.0]}
        >>> drawn = quartiles({"fresh": fresh}, (-0.5, 0.5), "One of two")
        >>> [text.get_text() for text in drawn.axes[0].texts]
        ['1 of 2']
    """
    drawn = figure(7.6, title)
    panels = drawn.subplots(1, len(runs), sharex=True, sharey=True, squeeze=False)
    for ax, (run, (quantiles, shares)) in zip(panels[0], runs.items(), strict=True):
        ax.axvspan(*band, color="#e4e4e4", zorder=0)
        centres, top = [], 0.0
        for name, lines in quantiles.items():
            passed = np.asarray(shares[name]) > 0.5
            height = _block(ax, top, np.asarray(lines), passed)
            centres.append(top + height / 2)
            top += height + 6
        ax.set_title(run.replace(", ", ",\n"))
        ax.set(xlabel="input value", xlim=(-4, 4), xticks=(-3, 0, 3))
        ax.set_ylim(top - 4, -3)
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="y", length=0)
    panels[0, 0].set_yticks(centres, list(quantiles))
    return drawn


def _block(ax: Axes, top: float, lines: Values, passed: npt.NDArray[np.bool]) -> float:
    """Draw the channels of a layer, sorted by median; return the block's height."""
    order = np.argsort(lines[:, 2])
    lines, passed = lines[order], passed[order]
    height = 16.0 + 0.25 * (len(lines) - 16)  # small layers need no less room
    pitch = height / len(lines)
    rows = top + (np.arange(len(lines)) + 0.5) * pitch
    colours = np.where(passed, INK, "#a0a0a0").tolist()
    ax.hlines(rows, lines[:, 0], lines[:, 4], colors=colours, linewidth=0.5)
    ax.hlines(rows, lines[:, 1], lines[:, 3], colors=colours, linewidth=2 * pitch)
    said = f"{int(passed.sum())} of {len(lines)}"
    ax.text(4.1, top + height / 2, said, va="center", fontsize=10)
    return height


@styled
def shapes(
    edges: npt.ArrayLike,
    counts: npt.ArrayLike,
    mean: npt.ArrayLike,
    deviation: npt.ArrayLike,
    names: Sequence[str],
    distance: npt.ArrayLike,
) -> Figure:
    """A few channels with the normal curve of the same mean and deviation.

    Above the histograms; below the cumulative shares, with a bar where measured and
    normal share lie farthest apart: the distance. A corner enlarges the place.

    Args:
        edges: (bins + 1,).
        counts: (k, bins) of k channels.
        mean: (k,).
        deviation: (k,).
        names: k names.
        distance: (k,) largest gap between the cumulative shares.

    Example:
        >>> drawn = shapes([-1, 0, 1], [[1, 3]], [0.0], [1.0], ["one"], [0.25])
        >>> drawn.axes[0].get_title(loc="left"), len(drawn.axes)
        ('one: 0.250', 2)
    """
    borders, table = np.asarray(edges, dtype=np.float64), np.asarray(counts)
    width = borders[1] - borders[0]
    drawn = figure(
        5.2, "Distance from normal: the largest gap between the lower curves"
    )
    panels = drawn.subplots(2, len(table), sharex=True, sharey="row", squeeze=False)
    numbers = map(np.asarray, (mean, deviation, distance))
    for column, name, each, mu, sd, gap in zip(
        panels.T, names, table, *numbers, strict=True
    ):
        share = each / each.sum()
        column[0].stairs(share / width, borders, fill=True, color=PALE)
        grid = np.linspace(borders[0], borders[-1], 400)
        column[0].plot(grid, stats.norm.pdf(grid, mu, sd), color=INK, linewidth=1.3)
        below = np.concatenate([[0.0], share.cumsum()])
        normal = stats.norm.cdf(borders, mu, sd)
        at = int(np.argmax(np.abs(below - normal)))
        ends = sorted((below[at], normal[at]))
        corner = column[1].inset_axes((0.56, 0.06, 0.42, 0.58))
        for ax in (column[1], corner):
            ax.plot(borders, below, color="#9e9e9e", linewidth=3)
            ax.plot(borders, normal, color=INK, linewidth=1.3)
            ax.vlines(borders[at], *ends, INK, lw=3)
        corner.set(xticks=[], yticks=[], xlim=borders[at] + ZOOM * np.array([-2, 2]))
        corner.set_ylim(np.mean(ends) + ZOOM * np.array([-0.5, 0.5]))
        corner.spines[:].set_visible(True)
        column[1].indicate_inset_zoom(corner, edgecolor=GREY)
        column[0].set_title(f"{name}: {gap:.3f}")
        column[1].set(xlabel="output value", xlim=(-3.5, 3.5))
    panels[0, 0].set_ylabel("density")
    panels[1, 0].set_ylabel("share below")
    return drawn


@styled
def distances(
    found: Mapping[str, npt.ArrayLike],
    references: Mapping[str, float],
    limit: float,
    title: str,
) -> Figure:
    """Distances from normal: a dot for each channel, a row for each layer.

    Args:
        found: layer → (C,) distances.
        references: known shape → its distance; rows of their own, at the bottom.
        limit: a dashed line; what lies left of it counts as normal.
        title: the finding.

    Example:
        >>> drawn = distances({"bn1": [0.01, 0.05]}, {"flat": 0.06}, 0.02, "One of two")
        >>> [label.get_text() for label in drawn.axes[0].get_yticklabels()]
        ['bn1', 'flat']
    """
    drawn = figure(2.0 + 0.42 * (len(found) + len(references)), title)
    ax = drawn.subplots()
    for row, each in enumerate(found.values()):
        values = np.asarray(each)
        shift = 0.28 * np.sin(2.4 * np.arange(values.size))  # even, without chance
        ax.plot(values, row + shift, "o", color=INK, markersize=4, alpha=0.45)
    first = len(found)
    for row, value in enumerate(references.values(), start=first):
        ax.plot([value], [row], "D", color=GREY, markersize=8, clip_on=False)
    ax.axvline(limit, color=GREY, linestyle="--")
    ax.axhline(first - 0.5, color=GREY, linewidth=0.8)
    ax.text(limit, -0.75, " ◂ counts as normal", va="center")
    names = [*found, *references]
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(names) - 0.5, -1.1)
    ax.set_xlim(left=-0.03 * ax.get_xlim()[1])  # a diamond at 0 stays off the names
    ax.set_xlabel("distance from normal: largest gap between cumulative shares")
    return drawn

"""Where batch norm stands: what passes by it, and what the place is worth."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from course.draw.style import GREY, INK, figure, styled

Values = npt.NDArray[np.float64]
Station = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]
Interval = tuple[float, float, float]


@styled
def stations(
    edges: npt.ArrayLike, rows: Mapping[str, Mapping[str, Station]], finding: str
) -> Figure:
    """What values pass several stations on their way, a strip of colour a channel.

    White marks are the channel's mean and one deviation to both sides.

    Args:
        edges: (bins + 1,) of the histograms.
        rows: row of panels → station → counts (C, bins), mean (C,) and variance (C,);
            as many stations in every row.
        finding: the title, a sentence.

    Example:
        >>> here = [[4, 0], [2, 2]], [0.5, 1.0], [0.0, 0.25]
        >>> drawn = stations([0, 1, 2], {"before": {"conv": here}}, "They pass")
        >>> drawn.axes[0].get_title(loc="left"), drawn.axes[0].get_ylabel()
        ('conv', 'before\\nchannel')
    """
    borders = np.asarray(edges, dtype=np.float64)
    everything = [each for row in rows.values() for each in row.values()]
    tables = [np.log1p(np.asarray(counts)) for counts, _, _ in everything]
    shade = Normalize(0, max(table.max() for table in tables))
    across = len(everything) // len(rows)
    drawn = figure(0.9 + 2.5 * len(rows), finding)
    panels = drawn.subplots(
        len(rows), across, sharex=True, sharey=True, squeeze=False
    ).ravel()
    titles = [name for row in rows.values() for name in row]
    for ax, title, table, here in zip(panels, titles, tables, everything, strict=True):
        channels = np.arange(len(table) + 1) - 0.5
        shown = ax.pcolormesh(borders, channels, table, norm=shade, rasterized=True)
        _mean_and_deviation(ax, *(np.asarray(part) for part in here[1:]))
        ax.set_title(title)
    for ax, name in zip(panels[::across], rows, strict=True):
        ax.set_ylabel(f"{name}\nchannel")
    for ax in panels[-across:]:
        ax.set_xlabel("value")
    panels[0].set_xlim(_window(borders, sum(map(np.expm1, tables))))
    panels[0].set_ylim(len(tables[0]) - 0.5, -0.5)
    panels[0].yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    ticks = [n for n in (0, 10, 100, 1000, 10_000) if np.log1p(n) < shade.vmax]
    bar = drawn.colorbar(shown, ax=list(panels), aspect=40, pad=0.01, label="values")
    bar.set_ticks([np.log1p(n) for n in ticks], labels=[f"{n:,}" for n in ticks])
    return drawn


def _mean_and_deviation(ax: Axes, mean: Values, var: Values) -> None:
    """Draw a line of one deviation to both sides of each channel's mean."""
    rows, deviation = np.arange(len(mean)), np.sqrt(var)
    # lines, which stay white on dark paper for the colours below them
    ends = np.stack([mean - deviation, mean + deviation])
    ax.plot(ends, [rows] * 2, color="white", lw=1.2, solid_capstyle="butt")
    ax.plot(mean, rows, "|", color="white", markersize=9, markeredgewidth=2.2)


def _window(edges: Values, counts: Values) -> tuple[float, float]:
    """Where all but the outermost thousandth of the values lie."""
    share = np.cumsum(counts.sum(0)) / counts.sum()
    first = int(np.searchsorted(share, 0.001))
    last = int(np.searchsorted(share, 0.999))
    return float(edges[first]), float(edges[last + 1])


@styled
def differences(
    rows: Mapping[str, tuple[npt.ArrayLike, Interval]],
    quantity: str,
    finding: str,
    references: Mapping[str, float] | None = None,
) -> Figure:
    """Paired differences and the interval of their mean, a row for each comparison.

    Args:
        rows: what is compared → differences, one a seed, and low, mean, high of their
            mean; in percentage points, say.
        quantity: what the numbers are, with their unit.
        finding: the title, a sentence.
        references: what others compared → their difference: open diamonds, below.

    Example:
        >>> rows = {"after − before": ([1.0, 3.0], (-1.0, 2.0, 5.0))}
        >>> ax = differences(rows, "points", "Undecided", {"a paper": 2.1}).axes[0]
        >>> [label.get_text() for label in ax.get_yticklabels()]
        ['after − before', 'reference:\\na paper']
    """
    others = dict(references or {})
    drawn = figure(1.6 + 0.75 * (len(rows) + len(others)), finding)
    ax = drawn.subplots()
    ax.axvline(0, color=GREY, linestyle="--", linewidth=1.2)
    for row, (values, (low, mean, high)) in enumerate(rows.values()):
        dots = np.asarray(values, dtype=np.float64)
        ax.plot(dots, np.full(dots.size, row - 0.18), "o", color=GREY, markersize=6)
        height = row + 0.14
        ax.plot([low, high], [height] * 2, color=INK, lw=4, solid_capstyle="butt")
        ax.plot([mean], [height], "o", color=INK, markersize=9)
    for row, value in enumerate(others.values(), start=len(rows)):
        ax.plot([value], [row], "D", mfc="white", mec=INK, mew=1.6, markersize=9)
    names = [*rows, *(f"reference:\n{name}" for name in others)]
    ax.set_yticks(range(len(names)), names)
    ax.set(ylim=(len(names) - 0.4, -0.6), xlabel=quantity)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return drawn


@styled
def widened(
    probabilities: npt.ArrayLike,
    panels: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]],
    finding: str,
) -> Figure:
    """How much dropout widens what the next batch norm gets, with the theory.

    Dots are channels, grey lines what each of them should do; dashed is 1 / (1 − p).

    Args:
        probabilities: (P,) of the theory's lines, rising.
        panels: place → tried (T,), measured ratio (T, C), theory (P, C).
        finding: the title, a sentence.

    Example:
        >>> place = [0.5], [[2.0, 3.0]], [[1.0, 1.0], [2.0, 3.0]]
        >>> ax = widened([0, 0.5], {"directly before": place}, "Wider").axes[0]
        >>> [float(y) for y in ax.lines[-1].get_ydata()]
        [2.0, 3.0]
    """
    p = np.asarray(probabilities, dtype=np.float64)
    drawn = figure(4.2, finding)
    grid = drawn.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
    for ax, (place, (tried, measured, theory)) in zip(
        grid, panels.items(), strict=True
    ):
        ax.plot(p, np.asarray(theory), color=GREY, linewidth=0.8)
        ax.plot(p, 1 / (1 - p), color=INK, linestyle="--", linewidth=1.4)
        ratios = np.asarray(measured, dtype=np.float64)
        at = np.repeat(np.asarray(tried, dtype=np.float64), ratios.shape[1])
        ax.plot(at, ratios.ravel(), "o", color=INK, markersize=4, alpha=0.6)
        ax.set_title(place)
        ax.set_xlabel("p of dropout")
    grid[0].set_ylabel("variance with dropout /\nvariance without")
    grid[0].text(
        0.03, 0.95, "dashed: 1 / (1 − p)", va="top", transform=grid[0].transAxes
    )
    return drawn


@styled
def by_layer(
    layers: Sequence[str],
    panels: Mapping[str, Sequence[npt.ArrayLike]],
    expected: float,
    finding: str,
) -> Figure:
    """Train mode's variance over eval mode's at every layer, on a logarithmic axis.

    Dots are channels, the line joins their medians.

    Args:
        layers: L names.
        panels: way to train → L arrays (C,), a ratio for each channel.
        expected: a dashed line, as is 1.
        finding: the title, a sentence.

    Example:
        >>> ratios = [[1.0, 1.2, 1.4], [2.0, 2.0]]
        >>> ax = by_layer(["bn1", "bn2"], {"before": ratios}, 1.4, "It grows").axes[0]
        >>> ax.lines[-1].get_ydata().tolist()
        [1.2, 2.0]
    """
    drawn = figure(4.8, finding)
    grid = drawn.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
    for ax, (name, ratios) in zip(grid, panels.items(), strict=True):
        for level in (1.0, expected):
            ax.axhline(level, color=GREY, linestyle="--", linewidth=1.2)
        channels = [np.asarray(each, dtype=np.float64) for each in ratios]
        for at, each in enumerate(channels):
            ax.plot(np.full(each.size, at), each, "o", color=GREY, ms=4, alpha=0.5)
        medians = [float(np.median(each)) for each in channels]
        ax.plot(range(len(layers)), medians, "o-", color=INK, markersize=7)
        ax.set_title(name)
        ax.set_xticks(range(len(layers)), layers, rotation=90)
    grid[0].set(yscale="log", ylabel="variance in train mode /\nvariance in eval mode")
    ticks = (0.5, 1, 2, 4, 8, 16, 32)
    low, high = grid[0].get_ylim()
    shown = [tick for tick in ticks if low <= tick <= high]
    grid[0].set_yticks(shown, [f"{tick:g}" for tick in shown])
    grid[0].minorticks_off()
    return drawn

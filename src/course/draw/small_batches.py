"""Few images in a batch: how well they stand for all, and what that costs."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from course.draw.style import GREY, INK, figure, styled

Values = npt.NDArray[np.float64]
Interval = tuple[float, float, float]


@styled
def spread(
    sizes: Sequence[int],
    found: Mapping[str, npt.ArrayLike],
    of_image: Sequence[float],
    of_value: Sequence[float],
) -> Figure:
    """How far statistics of a batch scatter, against its images, on log axes.

    Dots are measured; the black line is the law for independent images, the dashed
    one that for independent values.

    Args:
        sizes: (B,) images in a batch.
        found: statistic → (B,) measured; a panel each.
        of_image: scatter of the same statistic of a single image; one for each panel.
        of_value: the same, if the values of an image were independent.

    Example:
        >>> drawn = spread([4, 16], {"mean": [0.4, 0.2]}, [0.8], [0.1])
        >>> [line.get_ydata().tolist() for line in drawn.axes[0].lines]
        [[0.05, 0.025], [0.4, 0.2], [0.4, 0.2]]
    """
    drawn = figure(4.2, "Statistics of few images miss, and pixels do not help")
    axes = drawn.subplots(1, len(found), sharex=True, sharey=True, squeeze=False)[0]
    counts = np.asarray(sizes)
    for ax, (name, measured), image, value in zip(
        axes, found.items(), of_image, of_value, strict=True
    ):
        laws = {
            "if values were\nindependent": (value / np.sqrt(counts), "--", GREY),
            "of independent\nimages": (image / np.sqrt(counts), "-", INK),
        }
        for word, (law, dashes, colour) in laws.items():
            ax.loglog(counts, law, dashes, color=colour)
            at = (counts[len(counts) // 2], law[len(counts) // 2])
            ax.annotate(word, at, xytext=(4, 10), textcoords="offset points")
        ax.plot(counts, np.asarray(measured), "o", color=INK, ms=7)
        ax.set_title(name)
        ax.set_xlabel("images in the batch")
        ax.set_xticks(counts, [str(size) for size in sizes])
        ax.xaxis.set_minor_locator(NullLocator())
    axes[0].set_ylabel("scatter from batch to batch")
    return drawn


@styled
def cost(
    shared: Mapping[int, npt.ArrayLike],
    others: Mapping[str, npt.ArrayLike],
    differences: Mapping[int, Interval],
    band: float,
    finding: str,
    *,
    live: Mapping[int, float] | None = None,
) -> Figure:
    """Accuracy against the images that share their statistics; the difference below.

    Above: a grey dot is a run, the line their mean; other norms, which share nothing,
    stand at the right of the axis, which is logarithmic. Below: the difference from
    the largest number, with a 95 % interval.

    Args:
        shared: images that share statistics → (S,) accuracies, 0 to 1.
        others: norm → (S,) accuracies.
        differences: images → low, mean, high, in percentage points.
        band: points to either side of 0 that count as none.
        finding: the title, a sentence.
        live: images → accuracy of the reader's own run, as a ring.

    Example:
        >>> runs = {2: [0.6, 0.7], 64: [0.8, 0.8]}
        >>> drawn = cost(runs, {"group": [0.8, 0.7]}, {2: (-20, -15, -10)}, 2, "Fewer")
        >>> drawn.axes[0].lines[0].get_ydata().round(2).tolist()
        [65.0, 80.0]
    """
    drawn = figure(6.0, finding)
    top, bottom = drawn.subplots(2, 1, sharex=True, height_ratios=[1.6, 1])
    first, last = min(shared), max(shared)
    places = {k: float(np.log2(k / first)) for k in shared}
    means = [100 * np.mean(np.asarray(runs)) for runs in shared.values()]
    top.plot(list(places.values()), means, color=INK)
    for k, runs in shared.items():
        _runs(top, places[k], 100 * np.asarray(runs, dtype=np.float64))
    beside = [places[last] + 1.2 + i for i in range(len(others))]
    for x, runs in zip(beside, others.values(), strict=True):
        values = 100 * np.asarray(runs, dtype=np.float64)
        _runs(top, x, values)
        top.plot([x - 0.3, x + 0.3], [values.mean()] * 2, color=INK, lw=2.4)
    for k, accuracy in (live or {}).items():
        ring = top.plot([places[k]], [100 * accuracy], "o", ms=13, mfc="none")[0]
        ring.set(markeredgecolor=INK, markeredgewidth=1.6)
    bottom.axhspan(-band, band, color="#ececec", zorder=0)
    bottom.axhline(0, color=GREY, linewidth=1)
    for k, interval in differences.items():
        _interval(bottom, places[k], interval)
    labels = [*map(str, shared), *(name.replace(" ", "\n") for name in others)]
    bottom.set_xticks([*places.values(), *beside], labels)
    bottom.set_xlabel("images that share their statistics", loc="left")
    top.set_ylabel("validation\naccuracy, %")
    bottom.set_ylabel(f"difference from\n{last}, points")
    return drawn


@styled
def pairs_of_images(
    sides: Mapping[str, npt.ArrayLike],
    differences: Mapping[str, Interval],
    band: float,
    finding: str,
) -> Figure:
    """Runs of several sides, joined by their seed, and differences with intervals.

    Args:
        sides: side → (S,) accuracies, 0 to 1.
        differences: what is subtracted from what → low, mean, high, in points.
        band: points to either side of 0 that count as none.
        finding: the title, a sentence.

    Example:
        >>> sides = {"batch": [0.5, 0.6], "group": [0.7, 0.8]}
        >>> drawn = pairs_of_images(sides, {"b − g": (-25, -20, -15)}, 2, "Behind")
        >>> drawn.axes[0].lines[0].get_ydata().round(2).tolist()
        [50.0, 70.0]
    """
    drawn = figure(4.2, finding)
    left, right = drawn.subplots(1, 2, gridspec_kw={"width_ratios": [1.3, 1]})
    table = 100 * np.array([np.asarray(runs) for runs in sides.values()])
    places = np.arange(len(sides))
    left.plot(places, table, color=GREY, marker="o", linewidth=1, markersize=5)
    left.plot(places, table.mean(axis=1), color=INK, marker="o", linewidth=2.6)
    left.set_xticks(places, list(sides))
    left.set(xlim=(-0.4, len(sides) - 0.6), ylabel="validation accuracy, %")
    right.axhspan(-band, band, color="#ececec", zorder=0)
    right.axhline(0, color=GREY, linewidth=1)
    for i, interval in enumerate(differences.values()):
        _interval(right, float(i), interval)
    right.set_xticks(range(len(differences)), list(differences))
    right.set(xlim=(-0.6, len(differences) - 0.4), ylabel="difference, points")
    return drawn


def _runs(ax: Axes, place: float, values: Values) -> None:
    scatter = np.linspace(-0.14, 0.14, values.size)
    ax.plot(place + scatter, values, "o", color=GREY, markersize=5)


def _interval(ax: Axes, place: float, interval: Interval) -> None:
    low, mean, high = interval
    ax.plot([place] * 2, [low, high], color=INK, lw=4, solid_capstyle="butt")
    ax.plot([place], [mean], "o", color=INK, markersize=9)

"""The small print of the formula: eps, the two variances, agreement to rounding."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from course.draw.style import GREY, INK, figure, styled


@styled
def eps_gap(
    eps: npt.ArrayLike,
    gap: npt.ArrayLike,
    variance: float,
    printed: tuple[float, float],
) -> Figure:
    """How far the deviation of the output stays below 1, against eps.

    Args:
        eps: values tried.
        gap: 1 minus the measured deviation for each.
        variance: of the input, for the theory 1 − √(v/(v + eps)).
        printed: (eps, gap) of a result found elsewhere, drawn as a ring.

    Example:
        >>> drawn = eps_gap([1e-5, 1e-3], [6e-5, 6e-3], 1 / 12, (1e-5, 6e-5))
        >>> theory, tried, ring = drawn.axes[0].lines
        >>> float(theory.get_ydata()[0].round(7)), ring.get_ydata().tolist()
        (6e-05, [6e-05])
    """
    drawn = figure(4.2, "The missing 0.00006 is what eps takes away")
    ax = drawn.subplots()
    tried = np.asarray(eps, dtype=np.float64)
    grid = np.geomspace(tried.min(), tried.max(), 200)
    theory = 1 - np.sqrt(variance / (variance + grid))
    ax.loglog(grid, theory, color=GREY)
    ax.plot(tried, np.asarray(gap), "o", color=INK)
    ax.plot([printed[0]], [printed[1]], "o", ms=15, mfc="none", mec=INK, mew=2)
    ax.annotate(
        "printed in article 001:\nSD = 0.999940",
        printed,
        xytext=(-14, 22),
        textcoords="offset points",
        ha="right",
    )
    ax.annotate(
        "line: 1 − √(v / (v + eps)), v = 1/12\ndots: measured",
        (grid[-1], theory[len(grid) // 3]),
        ha="right",
        va="center",
    )
    ax.set(xlabel="eps", ylabel="1 − deviation of the output")
    return drawn


@styled
def variance_ratio(count: npt.ArrayLike, ratio: npt.ArrayLike) -> Figure:
    """Variance stored in the buffer over the variance divided by, against n.

    Args:
        count: n, values per channel in the batch.
        ratio: measured for each n; the theory n/(n − 1) is drawn behind.

    Example:
        >>> drawn = variance_ratio([2, 65536], [2.0, 65536 / 65535])
        >>> [text.get_text() for text in drawn.axes[0].texts[:2]]
        ['n = 2: ratio 2', 'n = 65,536: ratio 1.000015']
    """
    drawn = figure(4.0, "The two variances differ visibly for small n only")
    ax = drawn.subplots()
    counts, measured = np.asarray(count), np.asarray(ratio)
    grid = np.geomspace(counts.min(), counts.max(), 400)
    ax.semilogx(grid, grid / (grid - 1), color=GREY, base=2)
    ax.plot(counts, measured, "o", color=INK)
    for at, offset, side in ((0, (12, 0), "left"), (-1, (4, 14), "right")):
        ax.annotate(
            f"n = {counts[at]:,}: ratio {measured[at]:.7g}",
            (counts[at], measured[at]),
            xytext=offset,
            textcoords="offset points",
            ha=side,
            va="center",
        )
    ax.text(8, 1.24, "line: n / (n − 1)\ndots: measured", va="bottom")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda n, _: f"{n:,.0f}"))
    ax.set_xticks([2, 8, 64, 1024, 65536])
    ax.set_xlabel("n, values per channel in the batch")
    ax.set_ylabel("variance stored in the buffer /\nvariance divided by")
    return drawn


@styled
def rounding(differences: Mapping[str, npt.ArrayLike], tolerance: float) -> Figure:
    """Differences of two computations on a logarithmic axis, a row for each quantity.

    Exact agreement is drawn at the left edge; missing values (nan) are left out. The
    title names the quantities that differ by more than the tolerance, if any do.

    Args:
        differences: quantity → differences, one for each case tried; a DataFrame
            will do.
        tolerance: a dashed line; what lies left of it counts as equal.

    Example:
        >>> drawn = rounding({"output": [0.0, 2e-15], "mean": [1e-16]}, 1e-10)
        >>> [label.get_text() for label in drawn.axes[0].get_yticklabels()]
        ['output', 'mean']
    """
    names = list(differences)
    rows = [np.asarray(differences[name], dtype=np.float64) for name in names]
    rows = [found[~np.isnan(found)] for found in rows]
    beyond = [
        name for name, found in zip(names, rows, strict=True) if found.max() > tolerance
    ]
    finding = "By hand and built in differ by rounding, and nothing else"
    if beyond:
        finding = f"More than rounding: {', '.join(beyond)}"
    drawn = figure(1.4 + 0.4 * len(names), finding)
    ax = drawn.subplots()
    edge = 1e-17
    for row, found in enumerate(rows):
        shift = np.linspace(-0.25, 0.25, found.size) if found.size > 1 else 0.0
        at = np.maximum(found, edge)
        ax.plot(at, row + shift, "o", color=INK, markersize=4, alpha=0.5)
    ax.axvline(tolerance, color=GREY, linestyle="--")
    ax.text(tolerance, -0.75, "counts as equal  ", ha="right", va="center")
    largest = max(float(found.max()) for found in rows)
    right = max(1e-8, 10 * largest)
    ax.set(xscale="log", xlim=(edge / 2, right), ylim=(len(names) - 0.4, -1.1))
    powers = [power for power in range(-15, 6, 3) if 10.0**power < right]
    ticks = [f"1e{power}".replace("-", "−") for power in powers]
    ax.set_xticks([edge, *(10.0**power for power in powers)], ["0", *ticks])
    ax.set_yticks(range(len(names)), names)
    ax.set_xlabel("largest difference, relative to the largest value, if above 1")
    return drawn

"""What batch normalization does to the distribution of a channel."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from course.draw.style import GREY, INK, PALE, figure, styled

BINS = 64  # four of a pixel's 256 levels each
NAMES = ("red", "green", "blue")

Values = npt.NDArray[np.float64]


@styled
def before_after(
    before: npt.ArrayLike, after: npt.ArrayLike, names: Sequence[str] = NAMES
) -> Figure:
    """Histograms of each channel before and after a layer, with a normal curve.

    Each histogram spans its own smallest to largest value in 64 equal bins, so that
    moving and rescaling the values leaves the counts as they are.

    Args:
        before: (N, C, H, W) into the layer, values 0 to 1.
        after: (N, C, H, W) out of it.
        names: C channel names.

    Example:
        >>> block = np.array([0.0, 0.2, 1.0, 1.0]).reshape(4, 1, 1, 1)
        >>> drawn = before_after(block, 2 * block - 1, ["red"])
        >>> [int(ax.patches[0].get_data().values.sum()) for ax in drawn.axes]
        [4, 4]
    """
    drawn = figure(1.4 + 1.6 * len(names), "Moved and rescaled: the shape stays")
    panels = drawn.subplots(len(names), 2, sharex="col", sharey="row", squeeze=False)
    sides = zip(panels.T, ("before", "after"), (before, after), strict=True)
    for column, side, block in sides:
        for ax, name, values in zip(column, names, _channels(block), strict=True):
            _histogram(ax, values)
            two, three = _moments(values)
            said = f"{name}, {side}: {two}\n{three}"
            ax.set_title(said, fontsize=11, weight="normal")
    grid = np.linspace(-3.2, 3.2, 200)
    for ax, values in zip(panels[:, 1], _channels(after), strict=True):
        per_bin = values.size * np.ptp(values) / BINS
        ax.plot(grid, stats.norm.pdf(grid) * per_bin, color=GREY)
    beside = panels[0, 1].transAxes
    panels[0, 1].text(0.8, 0.45, "normal\ncurve", color="#595959", transform=beside)
    panels[-1, 0].set_xlabel("pixel value, 0 to 1")
    panels[-1, 1].set_xlabel("normalized value, in deviations")
    for ax in panels[:, 0]:
        ax.set_ylabel("count")
    return drawn


@styled
def scale_shift(
    outputs: npt.ArrayLike,
    weight: npt.ArrayLike,
    bias: npt.ArrayLike,
    deviation: npt.ArrayLike,
    names: Sequence[str] = NAMES,
) -> Figure:
    """Histograms of the output of channels with different γ and β.

    Under each histogram a pale bar from β − deviation to β + deviation, the theory,
    and on it a dot and a line: measured mean and deviation.

    Args:
        outputs: (N, C, H, W) out of the layer.
        weight: (C,) γ.
        bias: (C,) β.
        deviation: (C,) expected, |γ|·√(v/(v + eps)).
        names: C channel names.

    Example:
        >>> block = np.array([2.0, 4.0]).reshape(2, 1, 1, 1)
        >>> drawn = scale_shift(block, [1.0], [3.0], [1.0], ["red"])
        >>> theory, measured, mean = drawn.axes[0].lines
        >>> measured.get_xdata().tolist(), mean.get_xdata().tolist()
        ([2.0, 4.0], [3.0])
    """
    finding = "β places a channel, γ stretches or mirrors it"
    drawn = figure(1.3 + 1.4 * len(names), finding)
    panels = drawn.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
    numbers = map(np.asarray, (weight, bias, deviation))
    for ax, name, values, gamma, beta, expected in zip(
        panels, names, _channels(outputs), *numbers, strict=True
    ):
        tallest = _histogram(ax, values)
        under = np.full(2, -0.16 * tallest)
        both = np.array([-1.0, 1.0])
        theory, measured = beta + both * expected, values.mean() + both * values.std()
        ax.plot(theory, under, color=PALE, linewidth=11, solid_capstyle="butt")
        ax.plot(measured, under, color=INK, linewidth=1.5)
        ax.plot([values.mean()], under[:1], "o", color=INK)
        ax.set_title(_minus(f"{name}: γ = {gamma:g}, β = {beta:g}"))
        ax.set(ylim=(-0.32 * tallest, None), yticks=[], ylabel="count")
        ax.spines["left"].set_visible(False)
    said = "bar: β ± |γ|·√(v / (v + eps))\ndot and line: measured mean ± deviation"
    middle = panels[len(names) // 2]
    middle.text(0.02, 0.5, said, va="center", transform=middle.transAxes)
    panels[-1].set_xlabel("output of the layer")
    return drawn


def _channels(block: npt.ArrayLike) -> Values:
    """(N, C, H, W) to (C, N·H·W)."""
    values = np.moveaxis(np.asarray(block, dtype=np.float64), 1, 0)
    return values.reshape(len(values), -1)


def _histogram(ax: Axes, values: Values) -> float:
    """Draw counts in 64 bins from smallest to largest; return the tallest."""
    counts, edges = np.histogram(values, BINS)
    ax.stairs(counts, edges, fill=True, color=INK, alpha=0.8)
    return float(counts.max())


def _moments(values: Values) -> tuple[str, str]:
    """Mean and deviation, then skewness and excess kurtosis, in words."""
    skewness, kurtosis = stats.skew(values), stats.kurtosis(values)
    two = f"mean {values.mean():.2f}, deviation {values.std():.2f}"
    three = f"skewness {skewness:.2f}, excess kurtosis {kurtosis:.2f}"
    return _minus(two.replace("-0.00", "0.00")), _minus(three)


def _minus(text: str) -> str:
    """Write a minus sign as long as a plus sign."""
    return text.replace("-", "−")

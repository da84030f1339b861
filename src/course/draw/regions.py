"""Where activations are active, and how many of their inputs are."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from course.draw.style import GREY, INK, figure, styled

Region = tuple[float, float]  # from, to; either may be infinite
Shares = Mapping[str, npt.ArrayLike]  # layer → (C,), 0 to 1
Networks = Mapping[tuple[str, str], Shares]  # (kind, activation) → its layers
SHADE = "#e4e4e4"
REACH = 4.0  # of the axes, to both sides


@styled
def derivatives(
    x: npt.ArrayLike,
    slopes: Mapping[str, npt.ArrayLike],
    article: Mapping[str, Region],
    half: Mapping[str, Region],
) -> Figure:
    """The derivative of each activation, as a share of its largest value.

    Args:
        x: (n,) inputs.
        slopes: activation → (n,) derivatives; a panel each.
        article: activation → the region of the article, shaded.
        half: activation → where the derivative is at least half of its largest, a
            thick line at the bottom.

    Example:
        >>> relu = {"ReLU": [0.0, 1.0]}
        >>> drawn = derivatives([-1, 1], relu, {"ReLU": (0, 1)}, {"ReLU": (0, np.inf)})
        >>> [line.get_ydata().tolist() for line in drawn.axes[0].lines[-1:]]
        [[0.0, 1.0]]
    """
    drawn = figure(3.9, "The article's regions end at three different slopes")
    panels = drawn.subplots(1, len(slopes), sharex=True, sharey=True, squeeze=False)[0]
    grid = np.asarray(x, dtype=np.float64)
    for ax, (name, slope) in zip(panels, slopes.items(), strict=True):
        values = np.asarray(slope, dtype=np.float64)
        ax.axvspan(*article[name], color=SHADE, zorder=0)
        ax.axhline(0.5, color=GREY, linestyle="--", linewidth=1)
        low, high = np.clip(half[name], grid[0], grid[-1])
        ax.plot([low, high], [-0.06, -0.06], color=INK, lw=6, solid_capstyle="butt")
        ax.plot(grid, values / values.max(), color=INK)
        ax.set_title(f"{name}, at most {values.max():g}")
        ax.set(xlabel="input", xticks=(-4, -2, 0, 2, 4), xlim=(-REACH, REACH))
    panels[0].set_ylabel("derivative,\nof its largest value")
    panels[0].set_ylim(-0.1, 1.06)
    panels[0].yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    return drawn


@styled
def active(
    before: Networks, after: Networks, normal: Mapping[str, float], title: str
) -> Figure:
    """The share of active inputs of every channel, before and after training.

    Args:
        before: (kind of network, activation) → layer → (C,) shares before training,
            grey. A row of panels a kind, a column an activation.
        after: the same after training, in ink, of those networks that were trained.
        normal: activation → the share of a normal distribution around 0 with
            deviation 1, a dashed line.
        title: the finding.

    Example:
        >>> fresh, trained = {"act1": [0.5, 0.4]}, {"act1": [0.6, 0.5]}
        >>> key = ("with", "ReLU")
        >>> drawn = active({key: fresh}, {key: trained}, {"ReLU": 0.5}, "Half")
        >>> [line.get_xdata().tolist() for line in drawn.axes[0].lines[1:]]
        [[0.5, 0.4], [0.6, 0.5]]
    """
    kinds = list(dict.fromkeys(kind for kind, _ in before))
    drawn = figure(3.6 * len(kinds), title)
    shape = len(kinds), len(normal)
    grid = drawn.subplots(*shape, sharex=True, sharey=True, squeeze=False)
    for ax, (kind, activation) in zip(grid.flat, product(kinds, normal), strict=True):
        ax.axvline(normal[activation], color=GREY, linestyle="--", linewidth=1.2)
        for networks, side, colour in ((before, -0.18, GREY), (after, 0.18, INK)):
            layers = networks.get((kind, activation), {})
            for place, shares in enumerate(layers.values()):
                values = np.asarray(shares, dtype=np.float64)
                wave = 0.12 * np.sin(2.4 * np.arange(values.size))  # no chance
                style = {"color": colour, "markersize": 3, "alpha": 0.6}
                ax.plot(values, place + side + wave, "o", **style)
        ax.set_title(f"{activation},\n{kind}")
        ax.tick_params(axis="y", length=0)
        ax.set(xlim=(-0.04, 1.04), xticks=(0, 0.5, 1))
        ax.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    names = list(next(iter(before.values())))
    grid[0, 0].set_yticks(range(len(names)), names)
    grid[0, 0].set_ylim(len(names) - 0.5, -0.5)
    for ax in grid[-1]:
        ax.set_xlabel("active inputs")
    return drawn

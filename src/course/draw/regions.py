"""Where activations are active, and how many of their inputs are."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from course.draw.style import GREY, INK, figure, styled

Region = tuple[float, float]  # from, to; either may be infinite
Shares = Mapping[str, npt.ArrayLike]  # layer → (C,), 0 to 1
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
    networks: Mapping[str, Mapping[str, tuple[Shares, Shares]]],
    normal: Mapping[str, float],
    title: str,
) -> Figure:
    """The share of active inputs of every channel, before and after training.

    Args:
        networks: kind of network → activation → two mappings, layer → (C,) shares:
            before training, grey, and after, in ink. A row of panels a kind, a column
            an activation.
        normal: activation → the share of a normal distribution around 0 with
            deviation 1, a dashed line.
        title: the finding.

    Example:
        >>> both = {"act1": [0.5, 0.4]}, {"act1": [0.6, 0.5]}
        >>> drawn = active({"with": {"ReLU": both}}, {"ReLU": 0.5}, "Half")
        >>> [line.get_xdata().tolist() for line in drawn.axes[0].lines[1:]]
        [[0.5, 0.4], [0.6, 0.5]]
    """
    drawn = figure(3.6 * len(networks), title)
    shape = len(networks), len(normal)
    grid = drawn.subplots(*shape, sharex=True, sharey=True, squeeze=False)
    for row, (kind, columns) in zip(grid, networks.items(), strict=True):
        for ax, (activation, states) in zip(row, columns.items(), strict=True):
            ax.axvline(normal[activation], color=GREY, linestyle="--", linewidth=1.2)
            for state, layers in enumerate(states):
                for place, shares in enumerate(layers.values()):
                    values = np.asarray(shares, dtype=np.float64)
                    wave = 0.12 * np.sin(2.4 * np.arange(values.size))  # no chance
                    height = place + (0.18, -0.18)[1 - state] + wave
                    style = {"color": INK if state else GREY, "markersize": 3}
                    ax.plot(values, height, "o", alpha=0.6, **style)
            ax.set_title(f"{activation},\n{kind}")
            ax.tick_params(axis="y", length=0)
            ax.set(xlim=(-0.04, 1.04), xticks=(0, 0.5, 1))
            ax.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
        layers = next(iter(columns.values()))[0]
        row[0].set_yticks(range(len(layers)), list(layers))
        row[0].set_ylim(len(layers) - 0.5, -0.5)
    for ax in grid[-1]:
        ax.set_xlabel("active inputs")
    return drawn

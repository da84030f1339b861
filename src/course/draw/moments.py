"""Mean and deviation of many channels, layer by layer."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from course.draw.style import INK, PALE, figure, styled

Layers = Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]]  # layer → mean, deviation


@styled
def scatter(sides: Mapping[str, Layers], title: str) -> Figure:
    """A dot and a bar for every channel of every layer: mean ± deviation.

    Within a layer the channels stand in one order on all sides, the smallest mean of
    the first side on top.

    Args:
        sides: side → layer → mean (C,) and deviation (C,); a column a side, with the
            same layers.
        title: the finding.

    Example:
        >>> layers = {"bn1": ([1.0, -1.0], [2.0, 0.5])}
        >>> drawn = scatter({"input": layers}, "Two channels")
        >>> drawn.axes[0].lines[0].get_xdata().tolist()
        [-1.0, 1.0]
    """
    drawn = figure(7.6, title)
    panels = drawn.subplots(1, len(sides), sharex=True, sharey=True, squeeze=False)[0]
    first = next(iter(sides.values()))
    orders = {name: np.argsort(np.asarray(mean)) for name, (mean, _) in first.items()}
    for ax, (side, layers) in zip(panels, sides.items(), strict=True):
        centres, top = [], 0.0
        for name, numbers in layers.items():
            mean, deviation = (np.asarray(each)[orders[name]] for each in numbers)
            height = 16.0 + 0.25 * (mean.size - 16)  # small layers need no less room
            rows = top + (np.arange(mean.size) + 0.5) * height / mean.size
            bars = mean - deviation, mean + deviation
            ax.hlines(rows, *bars, colors="#a0a0a0", linewidth=1.2 * height / mean.size)
            ax.plot(mean, rows, "o", color=INK, markersize=3)
            centres.append(top + height / 2)
            top += height + 6
        ax.axvline(0, color=PALE, linewidth=0.8, zorder=0)
        ax.set_title(side.capitalize())
        ax.set(xlabel="value", ylim=(top - 4, -3))
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="y", length=0)
    panels[0].set_yticks(centres, list(first))
    return drawn

"""Parts of an axis of batches, told apart by words."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from course.draw.style import styled


@styled
def stages(drawn: Figure, parts: Mapping[str, int]) -> Figure:
    """Write under every panel which batches belong together, with lines between.

    Args:
        drawn: as `hooks.plot.heatmap` draws it, batches 0, 1, 2 … across; the last of
            its axes is the colour bar.
        parts: name → how many batches, in their order.

    Returns:
        The same figure.

    Example:
        >>> drawn = Figure()
        >>> axes = drawn.subplots(1, 2)
        >>> _ = stages(drawn, {"train": 10, "eval": 20})
        >>> [float(x) for x in axes[0].get_xticks()]
        [4.5, 19.5]
    """
    ends = np.cumsum([0, *parts.values()]) - 0.5
    for ax in drawn.axes[:-1]:
        ax.set_xticks((ends[:-1] + ends[1:]) / 2, list(parts))
        ax.tick_params(axis="x", length=0)
        for end in ends[1:-1]:
            ax.axvline(end, color="white", linestyle="--", linewidth=1.2)
    return drawn

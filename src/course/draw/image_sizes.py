"""One network at several image sizes: how good it is, and what has moved."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from course.draw.style import GREY, INK, figure, styled

LEAST = 1e-3  # deviations; a channel that moved less is drawn there


@styled
def accuracies(
    sizes: Sequence[int],
    lines: Mapping[str, npt.ArrayLike],
    trained: int,
    finding: str,
) -> Figure:
    """Accuracy against the image size; the first line in ink, the others grey.

    Args:
        sizes: (B,) pixels in height and width.
        lines: statistics → (B,) accuracies, 0 to 1.
        trained: the size that the network was trained on, dashed.
        finding: the title, a sentence.

    Example:
        >>> drawn = accuracies([16, 32], {"stored": [0.6, 0.9]}, 32, "Worse")
        >>> drawn.axes[0].lines[1].get_ydata().tolist()
        [60.0, 90.0]
    """
    drawn = figure(4.0, finding)
    ax = drawn.subplots()
    ax.axvline(trained, color=GREY, linestyle="--", linewidth=1.2)
    for i, (name, shares) in enumerate(lines.items()):
        values = 100 * np.asarray(shares, dtype=np.float64)
        ax.plot(sizes, values, "o-", color=GREY if i else INK, lw=2.2)
        ax.annotate(
            name,
            (sizes[-1], values[-1]),
            xytext=(10, 0),
            textcoords="offset points",
            va="center",
        )
    ax.set_xscale("log", base=2)
    ax.set_xlim(right=sizes[-1] * 1.5)  # room for the names at the lines' ends
    ax.set_xticks(sizes, [f"{size}" for size in sizes])
    ax.set(xlabel="height and width of the images, pixels")
    ax.set_ylabel("validation accuracy, %")
    return drawn


@styled
def moved(
    panels: Mapping[str, Mapping[str, npt.ArrayLike]],
    limits: Mapping[str, float],
    finding: str,
) -> Figure:
    """How far each channel's input has moved, a row a layer, a panel a size.

    Args:
        panels: size → layer → (C,), at least 0.
        limits: layer → what as many other images of the old size move its channels,
            as a mark.
        finding: the title, a sentence.

    Example:
        >>> drawn = moved({"16": {"bn1": [0.5, 0.2]}}, {"bn1": 0.05}, "They move")
        >>> drawn.axes[0].lines[0].get_xdata().tolist()
        [0.5, 0.2]
    """
    drawn = figure(4.6, finding)
    axes = drawn.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
    for ax, (size, layers) in zip(axes, panels.items(), strict=True):
        for row, (name, distances) in enumerate(layers.items()):
            values = np.maximum(np.asarray(distances, dtype=np.float64), LEAST)
            shift = 0.28 * np.sin(2.4 * np.arange(values.size))  # even, without chance
            ax.plot(values, row + shift, "o", color=INK, markersize=4, alpha=0.4)
            ax.plot([limits[name]] * 2, [row - 0.4, row + 0.4], color=INK, lw=2.4)
        ax.set_title(size)
        ax.set_yticks(range(len(layers)), list(layers))
        ax.set_xscale("log")
        ax.set_ylim(len(layers) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        ax.set_xlabel("shift, in deviations")
    return drawn

"""What a hook brings back: activations as pictures and as histograms."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from course.draw.blocks import lay_out, on_paper
from course.draw.style import GREY, INK, PALE, figure, styled

Values = npt.NDArray[np.float64]
BINS = 60


@styled
def feature_maps(
    images: npt.ArrayLike,
    given: npt.ArrayLike,
    returned: npt.ArrayLike,
    names: Sequence[str],
) -> Figure:
    """Images, and beside each what a layer is given and what it returns.

    One tile a channel, blue below zero and red above; one scale for all, full where
    4 % of the values lie beyond it.

    Args:
        images: (N, 3, H, W), red, green and blue, values 0 to 1.
        given: (N, C, h, w) input of the layer, for a few channels.
        returned: (N, C, h, w) its output.
        names: N names, one for each image.

    Example:
        >>> given = np.zeros((2, 3, 4, 4))
        >>> drawn = feature_maps(given, given, given + 1, ["airplane", "bird"])
        >>> [axes.get_title(loc="left") for axes in drawn.axes[:3]]
        ['Image', 'Input', 'Output']
    """
    sides = [np.asarray(side, dtype=np.float64) for side in (given, returned)]
    count, channels = sides[0].shape[:2]
    reach = float(np.quantile(np.abs(np.stack(sides)), 0.96))
    shade = Normalize(-reach, reach)

    drawn = figure(
        1.3 + 5.8 * count / (2 * channels + 1),
        "Batch norm shifts and scales a map; the drawing stays",
    )
    drawn.set_layout_engine("constrained", wspace=0.15)
    wide = (9 * channels - 1) / 8  # tiles and gaps, in tiles: all panels are as tall
    panels = drawn.subplots(1, 3, width_ratios=[1, wide, wide])
    photos = np.asarray(images, dtype=np.float64)
    gap = photos.shape[3] // 8
    colours = [lay_out(photos[:, [c]].swapaxes(0, 1), gap) for c in range(3)]
    panels[0].imshow(on_paper(np.stack(colours, axis=-1)))
    _name_rows(panels[0], names, photos.shape[2], gap)
    for ax, side in zip(panels[1:], sides, strict=True):
        gap = max(1, side.shape[3] // 8)
        tiles = lay_out(side.swapaxes(0, 1), gap)  # images downwards, channels across
        shown = ax.imshow(tiles, cmap="RdBu_r", norm=shade)
        step = side.shape[3] + gap
        ax.set_xticks(np.arange(channels) * step + (step - gap) / 2, range(channels))
        ax.set_xlabel("channel")
        ax.set_yticks([])
    for ax, title in zip(panels, ("Image", "Input", "Output"), strict=True):
        ax.set_title(title)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    drawn.colorbar(shown, ax=panels, label="value", extend="both", shrink=0.75)
    return drawn


def _name_rows(ax: Axes, names: Sequence[str], height: int, gap: int) -> None:
    rows = np.arange(len(names)) * (height + gap) + height / 2
    ax.set_yticks(rows, names)
    ax.set_xticks([])


@styled
def kept(values: Mapping[str, npt.ArrayLike], title: str) -> Figure:
    """Histograms of the same activations, kept in different ways.

    The axis ends where one value in two thousand lies beyond it.

    Args:
        values: how they were kept → the values, any shape; two or three.
        title: the finding.

    Example:
        >>> drawn = kept({"a copy": [-1.0, 1.0], "a name": [0.0, 1.0]}, "They differ")
        >>> [int(ax.patches[0].get_data().values.sum()) for ax in drawn.axes]
        [2, 2]
    """
    flat = {name: np.asarray(each).ravel() for name, each in values.items()}
    everything = np.concatenate(list(flat.values()))
    edges = _edges(everything)
    first, last = np.quantile(everything, [0.0005, 0.9995])
    drawn = figure(3.4, title)
    panels = drawn.subplots(1, len(flat), sharex=True, sharey=True)
    for ax, (name, each) in zip(panels, flat.items(), strict=True):
        ax.stairs(np.histogram(each, edges)[0], edges, fill=True, color=INK, alpha=0.8)
        ax.axvline(0, color=GREY, linewidth=1)
        ax.set_title(name)
        ax.set_xlabel("value")
        below = float((each < 0).mean())
        said = f"below 0:\n{below:.0%}"
        ax.text(0.03, 0.93, said, va="top", transform=ax.transAxes)
    panels[0].set_ylabel("values")
    panels[0].yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    if first < last:
        panels[0].set_xlim(first, last)
    return drawn


def _edges(values: Values) -> Values:
    """Bins with an edge at zero, from the smallest to the largest value."""
    width = np.ptp(values) / BINS or 1.0
    first, last = np.floor(values.min() / width), np.floor(values.max() / width)
    steps = np.arange(first, last + 2)
    edges: Values = steps * width
    return edges


@styled
def pooled(
    edges: npt.ArrayLike, counts: Mapping[str, npt.ArrayLike], title: str
) -> Figure:
    """All channels thrown together, and over them each channel alone.

    Args:
        edges: (bins + 1,) of the histograms.
        counts: side, "input" or "output" → (C, bins).
        title: the finding.

    Example:
        >>> drawn = pooled([0, 1, 2], {"input": [[2, 2], [4, 0]]}, "One of many")
        >>> drawn.axes[0].patches[0].get_data().values.tolist()
        [0.75, 0.25]
    """
    borders = np.asarray(edges, dtype=np.float64)
    width = borders[1] - borders[0]
    drawn = figure(4.0, title)
    panels = drawn.subplots(1, len(counts), sharex=True, sharey=True, squeeze=False)[0]
    for ax, (side, each) in zip(panels, counts.items(), strict=True):
        table = np.asarray(each, dtype=np.float64)
        whole = table.sum(0) / table.sum() / width
        shares = table / np.maximum(table.sum(1, keepdims=True), 1) / width
        ax.stairs(whole, borders, fill=True, color=PALE)
        ax.stairs(whole, borders, color=INK, linewidth=1.8)
        for share in shares:
            ax.stairs(share, borders, color=GREY, linewidth=0.8, alpha=0.9)
        ax.set_title(side.capitalize())
        ax.set(xlabel="value", yticks=[], xlim=(-4.5, 4.5))
        ax.spines["left"].set_visible(False)
    panels[0].set_ylabel("density")
    panels[0].set_ylim(0, 1.3 * panels[0].get_ylim()[1])
    said = f"thick: all {len(table)} channels pooled\nthin: each channel alone"
    panels[0].text(-4.5, 0.98 * panels[0].get_ylim()[1], said, va="top")
    return drawn

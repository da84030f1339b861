"""Counts as rows of a panel: a histogram a row, or a strip of colour a row."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize

from hooks.plot.style import GREY, INK

ROOM = 0.9  # height of the tallest bin of a row, in rows
LEAST = 0.005  # share of a row's values outside the window that is worth a word


def window(*layers: xr.Dataset, share: float = 0.005) -> tuple[float, float]:
    """Give the part of the value axis on which something is to be seen.

    Args:
        layers: datasets or selections with the same edges.
        share: a bin counts as visible where it holds this share of its row's peak.
    Returns:
        First and last edge of the visible bins, in the unit of the values.
    Example:
        >>> counts = (("channel", "bin"), [[0, 5, 9, 0], [0, 0, 7, 0]])
        >>> edges = ("edge", [-2.0, -1.0, 0.0, 1.0, 2.0])
        >>> window(xr.Dataset({"counts": counts}, {"bin_edges": edges}))
        (-1.0, 1.0)
    """
    visible = np.zeros(layers[0].sizes["bin"], dtype=bool)
    for layer in layers:
        counts = layer["counts"].values.reshape(-1, visible.size)
        peak = counts.max(axis=1, keepdims=True)
        visible |= ((counts >= share * peak) & (counts > 0)).any(axis=0)
    edges = layers[0].bin_edges.values
    if not visible.any():
        return float(edges[0]), float(edges[-1])
    first, last = np.flatnonzero(visible)[[0, -1]]
    return float(edges[first]), float(edges[last + 1])


def outside(layer: xr.Dataset, limits: tuple[float, float]) -> np.ndarray:
    """Give the share of each row's values that a window does not show.

    Args:
        layer: counts (row, bin) with the values beyond the bins, (row,).
        limits: the window on the value axis.
    Returns:
        (rows, 2): under and over the window; NaN and ±inf count to neither.
    Example:
        >>> import torch, hooks
        >>> relu = torch.nn.Sequential(torch.nn.ReLU())
        >>> with hooks.record(relu, "0") as recorder:
        ...     _ = relu(torch.tensor([[-9.0], [-1.0], [1.0], [9.0]]))
        >>> layer = recorder.recording["0"].sel(snapshot=0, side="input")
        >>> outside(layer, (-3.0, 3.0)).tolist(), outside(layer, (0.0, 3.0)).tolist()
        ([[0.25, 0.25]], [[0.5, 0.25]])
    """
    middle = (layer.bin_edges.values[:-1] + layer.bin_edges.values[1:]) / 2
    left = layer.below + layer.counts[..., middle < limits[0]].sum("bin")
    right = layer.above + layer.counts[..., middle > limits[1]].sum("bin")
    total = np.maximum(layer.binned.values, 1)
    return np.stack([left.values / total, right.values / total], axis=-1)


def histograms(
    axes: Axes, layer: xr.Dataset, limits: tuple[float, float], spread: bool = True
) -> None:
    """Draw one histogram a row, the first on top, each to its own height.

    Under each stands its mean as a dot with a line of one standard deviation to
    both sides; at the edge, the share of values that lie outside.

    Args:
        axes: the panel; its y axis becomes the rows.
        layer: counts (row, bin) with their moments (row,).
        limits: the window on the value axis.
        spread: whether to draw the means and deviations.
    Example:
        >>> import torch, hooks
        >>> relu = torch.nn.Sequential(torch.nn.ReLU())
        >>> with hooks.record(relu, "0") as recorder:
        ...     _ = relu(torch.tensor([[-9.0], [-1.0], [1.0], [9.0]]))
        >>> layer = recorder.recording["0"].sel(snapshot=0, side="input")
        >>> from hooks.plot.style import new_figure
        >>> axes = new_figure(3.0, "ReLU").subplots()
        >>> histograms(axes, layer, (-3.0, 3.0))
        >>> [text.get_text() for text in axes.texts]
        ['◂ 25%', '25% ▸']
    """
    edges, heights = layer.bin_edges.values, layer["counts"].values
    scale = ROOM / np.maximum(heights.max(axis=1, keepdims=True), 1)
    rows = np.arange(len(heights))
    outline = np.repeat(edges, 2)
    shapes = []
    for row, each in zip(rows, heights * scale, strict=True):
        top = np.concatenate([[0], np.repeat(each, 2), [0]])
        shapes.append(np.column_stack([outline, row + 0.4 - top]))
    axes.add_collection(
        PolyCollection(shapes, facecolor="#c4c4c4", edgecolor=INK, linewidth=0.7)
    )
    if spread:
        mean, deviation = layer["mean"].values, np.sqrt(layer["var"].values)
        axes.hlines(rows + 0.4, mean - deviation, mean + deviation, INK, linewidth=2.2)
        axes.plot(mean, rows + 0.4, "o", color=INK, markersize=4)
    _mark_outside(axes, layer, limits)
    axes.set_xlim(limits)
    axes.set_ylim(len(rows) - 0.35, -0.7)


def strips(
    axes: Axes, layer: xr.Dataset, limits: tuple[float, float], together: int = 1
) -> None:
    """Draw one strip a row, coloured by log(1 + count) relative to its peak.

    Args:
        axes: the panel; its y axis becomes the rows.
        layer: counts (row, bin).
        limits: the window on the value axis.
        together: neighbouring rows whose counts are added up in one strip, so that
            no row is lost where a panel has fewer pixels than rows.
    Example:
        >>> counts = (("channel", "bin"), [[0, 9, 0], [1, 0, 1], [0, 0, 0]])
        >>> layer = xr.Dataset({"counts": counts}, {"bin_edges": ("edge", range(4))})
        >>> from hooks.plot.style import new_figure
        >>> axes = new_figure(3.0, "ReLU").subplots()
        >>> strips(axes, layer, (0, 3))
        >>> axes.collections[0].get_array().tolist()  # each row to its own peak
        [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    """
    counts = layer["counts"].values.astype(float)
    starts = np.arange(0, len(counts), together)
    shade = np.log1p(np.add.reduceat(counts, starts, axis=0))
    shade /= np.maximum(shade.max(axis=1, keepdims=True), np.log(2))  # of one value
    rows = np.append(starts, len(counts)) - 0.5
    axes.pcolormesh(
        layer.bin_edges.values, rows, shade, norm=Normalize(0, 1), rasterized=True
    )
    axes.set_xlim(limits)
    axes.set_ylim(len(counts) - 0.5, -0.5)


def say_outside(limits: tuple[float, float], *layers: xr.Dataset) -> str:
    """Say, on a line of its own, how much of a channel strips leave out.

    Args:
        limits: the window on the value axis.
        layers: what is drawn of each layer.
    Returns:
        A line that begins with its break; "" where next to nothing is left out.
    Example:
        >>> import torch, hooks
        >>> relu = torch.nn.Sequential(torch.nn.ReLU())
        >>> with hooks.record(relu, "0") as recorder:
        ...     _ = relu(torch.tensor([[-9.0], [-1.0], [1.0], [9.0]]))
        >>> layer = recorder.recording["0"].sel(snapshot=0, side="input")
        >>> print("a strip is a channel" + say_outside((-3.0, 3.0), layer))
        a strip is a channel
        up to 50% of a channel lies outside
    """
    most = max(outside(layer, limits).sum(axis=-1).max() for layer in layers)
    return f"\nup to {most:.0%} of a channel lies outside" if most >= LEAST else ""


def _mark_outside(axes: Axes, layer: xr.Dataset, limits: tuple[float, float]) -> None:
    shares = outside(layer, limits)
    for row, (left, right) in enumerate(shares):
        for share, place, sign, side in (
            (left, limits[0], "◂ {}", "left"),
            (right, limits[1], "{} ▸", "right"),
        ):
            if share >= LEAST:
                text = sign.format(f"{share:.0%}")
                axes.text(place, row + 0.1, text, ha=side, fontsize=9, color=GREY)

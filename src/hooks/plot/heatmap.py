"""Value by snapshot: how the distribution of each channel moves."""

from collections.abc import Sequence
from math import ceil

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from hooks.plot.distributions import choose, describe
from hooks.plot.rows import window
from hooks.plot.style import Figure, footer, how_counted, new_figure, quantity, styled


@styled
def heatmap(
    layer: xr.Dataset,
    side: str = "input",
    *,
    channels: Sequence[int] | None = None,
    title: str | None = None,
    snapshots: str = "epoch",
) -> Figure:
    """Draw value by snapshot for every channel, coloured by log(1 + count).

    The white lines are the mean and one standard deviation to both sides. Edges,
    window and colours are the same in all panels. Where the window reaches an end of
    the bins, one more row holds all values beyond it.

    Args:
        layer: a layer's dataset with at least two snapshots.
        side: "input" or "output".
        channels: which channels; None: all.
        title: None: the layer's name and side.
        snapshots: what a snapshot is, for the axis.
    Raises:
        KeyError: no such side or channel.
    Example:
        >>> import torch, hooks
        >>> model = torch.nn.Sequential(torch.nn.BatchNorm2d(4))
        >>> with hooks.record(model) as recorder:
        ...     for epoch in (1, 2):
        ...         _ = model(torch.arange(128.0).reshape(2, 4, 4, 4) / 64)
        ...         recorder.snapshot(epoch)
        >>> len(heatmap(recorder.recording["0"], channels=[0, 3]).axes)
        3
    """
    if side not in ("input", "output"):
        raise KeyError(f"heatmap: expected side 'input' or 'output', got {side!r}")
    limits, tails = _reach(layer)
    chosen = layer.sel(side=side)
    chosen = chosen if channels is None else choose(chosen, channels)
    count = chosen.sizes["channel"]
    columns = min(4, count)
    rows = ceil(count / columns)
    figure = new_figure(1.7 + 1.15 * rows, title or f"{describe(layer)}, {side}")
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    shade = Normalize(0, float(np.log1p(_counts(chosen).max())))
    for axes, number in zip(grid.flat, chosen.channel.values, strict=False):
        mesh = _panel(axes, chosen.sel(channel=number), shade)
        axes.set_title(f"channel {number}", fontsize=10, pad=3, fontweight="normal")
        axes.set_ylim(limits)
    for axes in grid.flat[count:]:
        axes.set_visible(False)
    for axes in grid[-1]:
        axes.set_xlabel(snapshots)
    figure.supylabel(quantity(chosen))
    bar = figure.colorbar(mesh, ax=grid, shrink=0.5, aspect=30, pad=0.02)
    ticks = [0, 10, 1000, 100000, 10**7]
    bar.set_ticks([np.log1p(t) for t in ticks if np.log1p(t) <= shade.vmax])
    bar.set_ticklabels([f"{t:,}" for t in ticks if np.log1p(t) <= shade.vmax])
    bar.set_label("values in a bin")
    outer = "outermost rows: values beyond; " if tails else ""
    footer(figure, f"white: mean ± deviation; {outer}{how_counted(chosen)}")
    return figure


def _panel(axes: Axes, channel: xr.Dataset, shade: Normalize):  # type: ignore[no-untyped-def]
    times = np.arange(channel.sizes["snapshot"])
    labels = channel.snapshot.values
    if np.issubdtype(labels.dtype, np.number) and (np.diff(labels) > 0).all():
        times = labels.astype(float)
    else:
        ends = slice(None, None, max(1, len(times) - 1))  # more words would overlap
        axes.set_xticks(times[ends], [str(label) for label in labels[ends]])
    step = np.diff(times).min() if len(times) > 1 else 1.0
    borders = np.append(times - step / 2, times[-1] + step / 2)
    values = np.log1p(_counts(channel).T)
    mesh = axes.pcolormesh(borders, _edges(channel), values, norm=shade)
    mesh.set_rasterized(True)
    mean, deviation = channel["mean"].values, np.sqrt(channel["var"].values)
    for line, width in ((mean, 1.3), (mean - deviation, 0.8), (mean + deviation, 0.8)):
        axes.plot(times, line, color="white", linewidth=width)
    return mesh


def _counts(layer: xr.Dataset) -> np.ndarray:
    """Counts with one more bin at each end, for all values beyond."""
    parts = [layer["below"].expand_dims("bin", -1), layer["counts"]]
    parts.append(layer["above"].expand_dims("bin", -1))
    return xr.concat(parts, "bin").transpose(..., "bin").values


def _edges(layer: xr.Dataset) -> np.ndarray:
    edges = layer.bin_edges.values
    width = edges[1] - edges[0]
    return np.array([edges[0] - width, *edges, edges[-1] + width])


def _reach(layer: xr.Dataset) -> tuple[tuple[float, float], bool]:
    """Give the window on the values, and whether it reaches an end of the bins."""
    low, high = window(layer.sel(side="input"), layer.sel(side="output"))
    edges = _edges(layer)
    ends = low <= edges[1], high >= edges[-2]
    return (edges[0] if ends[0] else low, edges[-1] if ends[1] else high), any(ends)

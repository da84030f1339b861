"""One channel over time, as a stack of histograms."""

import numpy as np
import xarray as xr

from hooks.plot.distributions import choose, describe
from hooks.plot.rows import histograms, window
from hooks.plot.style import Figure, footer, how_counted, new_figure, quantity, styled

MOST_ROWS = 16


@styled
def ridge(layer: xr.Dataset, channel: int = 0, *, title: str | None = None) -> Figure:
    """Draw a channel's input and output, one histogram a snapshot, the first on top.

    Of more than 16 snapshots, 16 spread evenly from the first to the last are shown.

    Args:
        layer: a layer's dataset.
        channel: which channel.
        title: None: the layer's name and the channel.
    Raises:
        KeyError: no such channel.
    Example:
        >>> import torch, hooks
        >>> model = torch.nn.Sequential(torch.nn.BatchNorm2d(4))
        >>> with hooks.record(model) as recorder:
        ...     for epoch in (1, 2):
        ...         _ = model(torch.arange(128.0).reshape(2, 4, 4, 4) / 64)
        ...         recorder.snapshot(epoch)
        >>> figure = ridge(recorder.recording["0"], channel=3)
        >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
        ['1', '2']
    """
    one = choose(layer, [channel]).isel(channel=0)
    count = one.sizes["snapshot"]
    shown = np.linspace(0, count - 1, min(count, MOST_ROWS)).round().astype(int)
    one = one.isel(snapshot=shown)
    heading = title or f"{describe(layer)}, channel {channel}"
    figure = new_figure(1.9 + 0.33 * len(shown), heading)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    limits = window(one.sel(side="input"), one.sel(side="output"))
    for axes, side in zip(panels, ("input", "output"), strict=True):
        histograms(axes, one.sel(side=side), limits)
        axes.set_title(side.capitalize())
        axes.set_xlabel(quantity(one))
        axes.tick_params(axis="y", length=0)
    labels = [str(label) for label in one.snapshot.values.tolist()]
    panels[0].set_yticks(np.arange(len(shown)) + 0.2, labels)
    panels[0].set_ylabel("snapshot")
    footer(figure, how_counted(one))
    return figure

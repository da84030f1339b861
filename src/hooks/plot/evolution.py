"""Running statistics and parameters over the snapshots."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from hooks.plot.distributions import describe
from hooks.plot.style import GREY, INK, Figure, label_line, new_figure, styled

PANELS = {
    "running_mean": ("running mean", 0.0),
    "running_var": ("running variance", 1.0),
    "weight": ("weight γ", 1.0),
    "bias": ("bias β", 0.0),
}


@styled
def evolution(
    layer: xr.Dataset, *, title: str | None = None, snapshots: str = "epoch"
) -> Figure:
    """Draw running mean and variance, weight and bias of every channel over time.

    A thin grey line is a channel; those that end highest and lowest are drawn in ink
    and numbered. The dashed line is where all channels started.

    Args:
        layer: a layer's dataset with at least two snapshots.
        title: None: the layer's name.
        snapshots: what a snapshot is, for the axis.
    Example:
        >>> import torch, hooks
        >>> model = torch.nn.Sequential(torch.nn.BatchNorm2d(4))
        >>> with hooks.record(model) as recorder:
        ...     for epoch in (1, 2):
        ...         _ = model(torch.arange(128.0).reshape(2, 4, 4, 4) / 64)
        ...         recorder.snapshot(epoch)
        >>> len(evolution(recorder.recording["0"]).axes)
        4
    """
    figure = new_figure(5.6, title or describe(layer))
    panels = figure.subplots(2, 2, sharex=True)
    for axes, (name, (label, start)) in zip(panels.flat, PANELS.items(), strict=True):
        lines(axes, layer, name, start)
        axes.set_title(label)
        _number_extremes(axes, layer, name)
    for axes in panels[1]:
        axes.set_xlabel(snapshots)
    return figure


def lines(axes: Axes, layer: xr.Dataset, name: str, start: float) -> None:
    """Draw one thin line a channel, and dashed where all of them started.

    Args:
        axes: the panel.
        layer: a layer's dataset.
        name: of a variable (snapshot, channel); of nothing but NaN, "none" is written.
        start: its value before the training.
    Example:
        >>> means = (("snapshot", "channel"), [[0.1, 0.2], [0.3, 0.4]])
        >>> layer = xr.Dataset({"running_mean": means}, {"snapshot": [1, 2]})
        >>> axes = new_figure(2.0, "Running mean").subplots()
        >>> lines(axes, layer, "running_mean", start=0.0)
        >>> [np.asarray(line.get_ydata()).tolist() for line in axes.lines]
        [[0.0, 0.0], [0.1, 0.3], [0.2, 0.4]]
    """
    values = layer[name].transpose("snapshot", "channel").values
    if np.isnan(values).all():
        axes.text(0.5, 0.5, "none", transform=axes.transAxes, ha="center", color=GREY)
        return
    axes.axhline(start, color=INK, linewidth=1, linestyle=(0, (4, 3)), zorder=3)
    alpha = 0.8 if values.shape[1] <= 16 else 0.4  # many lines: see where they crowd
    axes.plot(layer.snapshot.values, values, color=GREY, linewidth=0.9, alpha=alpha)


def _number_extremes(axes: Axes, layer: xr.Dataset, name: str) -> None:
    """Draw the channels that end highest and lowest in ink, with their numbers."""
    values = layer[name].transpose("snapshot", "channel").values
    if np.isnan(values[-1]).all():
        return
    times = layer.snapshot.values
    for column in {int(np.nanargmax(values[-1])), int(np.nanargmin(values[-1]))}:
        axes.plot(times, values[:, column], color=INK, linewidth=1.6)
        number = f"channel {int(layer.channel[column])}"
        label_line(axes, times[-1], values[-1, column], number)

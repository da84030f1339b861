"""Input and output of a layer, channel by channel."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from hooks.dataset import Label
from hooks.plot.rows import histograms, say_outside, strips, window
from hooks.plot.style import (
    INK,
    Figure,
    footer,
    how_counted,
    new_figure,
    quantity,
    styled,
)

MOST_HISTOGRAMS = 32  # rows that can still be told apart


@styled
def distributions(
    layer: xr.Dataset,
    snapshot: Label | None = None,
    *,
    channels: Sequence[int] | None = None,
    title: str | None = None,
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Draw the distribution of every channel, input on the left, output on the right.

    A row is a channel, each histogram drawn to its own height. The thick line is one
    measured standard deviation around the mean; the open marks on the output are what
    batch norm's formula predicts in train mode: β and β ± |γ|·√(v/(v + ε)). With more
    than 32 channels a row is a strip of colour.

    Args:
        layer: a layer's dataset, or `hooks.pooled` of one.
        snapshot: the row's label; None: the last one.
        channels: which channels; None: all.
        title: None: the layer's name.
        limits: the value axis; None: where something is to be seen.
    Raises:
        KeyError: no such snapshot or channel.
    Example:
        >>> import torch, hooks
        >>> model = torch.nn.Sequential(torch.nn.BatchNorm2d(4))
        >>> with hooks.record(model) as recorder:
        ...     _ = model(torch.arange(128.0).reshape(2, 4, 4, 4) / 64)
        >>> figure = distributions(recorder.recording["0"])
        >>> [axes.get_title(loc="left") for axes in figure.axes]
        ['Input', 'Output']
    """
    chosen = pick(layer, snapshot, channels)
    rows = chosen.sizes["channel"]
    many = rows > MOST_HISTOGRAMS
    height = 1.9 + (0.085 if many else 0.33) * rows
    figure = new_figure(height, title or describe(chosen))
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    limits = limits or window(chosen)
    for axes, side in zip(panels, ("input", "output"), strict=True):
        one = chosen.sel(side=side)
        (strips if many else histograms)(axes, one, limits)
        axes.set_title(side.capitalize())
        axes.set_xlabel(quantity(chosen))
        axes.axvline(0, color="#bfbfbf", linewidth=0.8, zorder=0)
    if not many:
        _label_channels(panels[0], chosen)
        _predict(panels[1], chosen)
    panels[0].set_ylabel("channel")
    note = f"{int(chosen.n.max()):,} values a channel; {how_counted(chosen)}"
    footer(figure, note + (say_outside(limits, chosen) if many else ""))
    return figure


def pick(
    layer: xr.Dataset, snapshot: Label | None, channels: Sequence[int] | None
) -> xr.Dataset:
    """Select one snapshot, and some channels, of a layer's dataset.

    Args:
        layer: a layer's dataset.
        snapshot: the row's label; None: the last one.
        channels: which channels; None: all.
    Returns:
        The same variables without the dimension `snapshot`.
    Raises:
        KeyError: no such snapshot or channel.
    Example:
        >>> layer = xr.Dataset(coords={"snapshot": [1, 2, 5], "channel": [0, 1, 2]})
        >>> chosen = pick(layer, None, channels=[2, 0])
        >>> chosen.snapshot.item(), chosen.channel.values.tolist()
        (5, [2, 0])
        >>> pick(layer, 3, channels=None)
        Traceback (most recent call last):
        KeyError: 'plot: no snapshot 3; there are [1, 2, 5] … 5'
    """
    labels = layer.snapshot.values.tolist()
    if snapshot is not None and snapshot not in labels:
        raise KeyError(
            f"plot: no snapshot {snapshot!r}; there are {labels[:3]} … {labels[-1]!r}"
        )
    chosen = layer.isel(snapshot=labels.index(snapshot) if snapshot is not None else -1)
    return chosen if channels is None else choose(chosen, channels)


def choose(layer: xr.Dataset, channels: Sequence[int]) -> xr.Dataset:
    """Select some channels of a layer's dataset.

    Args:
        layer: a layer's dataset.
        channels: which ones, in the order in which they are wanted.
    Raises:
        KeyError: no such channel.
    Example:
        >>> choose(xr.Dataset(coords={"channel": range(16)}), [3, 16])
        Traceback (most recent call last):
        KeyError: 'plot: no channel [16]; the layer has 16, from 0'
    """
    unknown = set(channels) - set(layer.channel.values.tolist())
    if unknown:
        raise KeyError(
            f"plot: no channel {sorted(unknown)}; the layer has "
            f"{layer.sizes['channel']}, from 0"
        )
    return layer.sel(channel=list(channels))


def describe(layer: xr.Dataset) -> str:
    """Name the layer and, of a single snapshot, its label.

    Args:
        layer: a layer's dataset, or one snapshot of it.
    Example:
        >>> layer = xr.Dataset(coords={"snapshot": [1, 2]}, attrs={"layer": "stem.bn"})
        >>> describe(layer), describe(layer.sel(snapshot=2))
        ('stem.bn', 'stem.bn, snapshot 2')
    """
    where = f", snapshot {layer.snapshot.item()}" if layer.snapshot.ndim == 0 else ""
    return f"{layer.attrs.get('layer', 'layer')}{where}"


def _label_channels(axes: Axes, layer: xr.Dataset) -> None:
    """Number the rows of a panel by channel."""
    names = layer.channel.values.tolist()
    axes.set_yticks(np.arange(len(names)) + 0.2, [str(name) for name in names])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _predict(axes: Axes, layer: xr.Dataset) -> None:
    """Mark what the formula of batch norm says of the output in train mode."""
    is_batch_norm = "eps" in layer.attrs and "running_var" in layer
    gradients = "quantity" in layer.attrs
    if layer.attrs.get("mode") != "train" or gradients or not is_batch_norm:
        return
    var = layer["var"].sel(side="input").values
    beta = np.nan_to_num(layer["bias"].values)
    gamma = np.nan_to_num(layer["weight"].values, nan=1.0)
    deviation = np.abs(gamma) * np.sqrt(var / (var + layer.attrs["eps"]))
    rows = np.arange(len(beta)) + 0.4
    for place in (beta - deviation, beta, beta + deviation):
        axes.plot(place, rows, "|", color=INK, markersize=11, markeredgewidth=1.2)

"""All layers of a recording in one figure."""

from math import ceil

from matplotlib.axes import Axes

from hooks.dataset import Label
from hooks.plot.distributions import pick
from hooks.plot.evolution import PANELS, lines
from hooks.plot.rows import say_outside, strips, window
from hooks.plot.style import Figure, footer, how_counted, new_figure, quantity, styled
from hooks.recording import Recording

KINDS = ("distributions", "evolution")
MOST_STRIPS = 64  # of a layer; more are thinner than the pixels of a small picture


@styled
def overview(
    recording: Recording,
    kind: str = "distributions",
    *,
    snapshot: Label | None = None,
    title: str | None = None,
    snapshots: str = "epoch",
) -> Figure:
    """Draw every layer of a recording, one row a layer.

    Args:
        recording: at least one layer.
        kind: "distributions": input and output at one snapshot, a strip of colour a
            channel, or a few neighbours where a layer has more than 64 channels;
            "evolution": running mean and variance, weight and bias over the snapshots,
            a thin line a channel.
        snapshot: for "distributions"; None: the last one.
        title: None: what is drawn.
        snapshots: what a snapshot is, for the axis.
    Raises:
        ValueError: an unknown kind, or an empty recording.
    Example:
        >>> import torch, hooks
        >>> model = torch.nn.Sequential(torch.nn.BatchNorm2d(4))
        >>> with hooks.record(model) as recorder:
        ...     _ = model(torch.arange(128.0).reshape(2, 4, 4, 4) / 64)
        >>> len(overview(recorder.recording).axes)
        2
    """
    if kind not in KINDS:
        raise ValueError(f"overview: expected kind one of {KINDS}, got {kind!r}")
    if not recording:
        raise ValueError("overview: the recording holds no layer")
    heading = title or f"{len(recording)} layers: {kind}"
    if kind == "evolution":
        return _evolution(recording, heading, snapshots)
    return _distributions(recording, heading, snapshot)


def _distributions(recording: Recording, title: str, label: Label | None) -> Figure:
    figure = new_figure(1.5 + 1.05 * len(recording), title)
    grid = figure.subplots(len(recording), 2, sharex=True, squeeze=False)
    chosen = [pick(layer, label, None) for layer in recording.values()]
    limits = window(*chosen)
    widest = 1  # channels of a strip
    for row, (name, layer) in enumerate(zip(recording, chosen, strict=True)):
        together = ceil(layer.sizes["channel"] / MOST_STRIPS)
        widest = max(widest, together)
        for axes, side in zip(grid[row], ("input", "output"), strict=True):
            strips(axes, layer.sel(side=side), limits, together)
            axes.set_yticks([0, layer.sizes["channel"] - 1])
        grid[row, 1].tick_params(labelleft=False)
        _name_row(grid[row, 0], name)
    for axes, side in zip(grid[0], ("Input", "Output"), strict=True):
        axes.set_title(side)
    for axes in grid[-1]:
        axes.set_xlabel(quantity(*chosen))
    note = how_counted(*chosen) + say_outside(limits, *chosen)
    strip = "a strip is a channel, its colour log(1 + count); "
    if widest > 1:
        strip = (
            f"a strip is a channel, or up to {widest} neighbours in a wide layer; "
            "its colour: log(1 + count)\n"
        )
    footer(figure, strip + note)
    return figure


def _evolution(recording: Recording, title: str, snapshots: str) -> Figure:
    figure = new_figure(1.3 + 1.05 * len(recording), title)
    grid = figure.subplots(len(recording), 4, sharex=True, squeeze=False)
    for row, (name, layer) in enumerate(recording.items()):
        for axes, (variable, (_, start)) in zip(grid[row], PANELS.items(), strict=True):
            lines(axes, layer, variable, start)
            axes.tick_params(labelsize=9)
        _name_row(grid[row, 0], name)
    for axes, (heading, _) in zip(grid[0], PANELS.values(), strict=True):
        axes.set_title(heading)
    for axes in grid[-1]:
        axes.set_xlabel(snapshots)
    return figure


def _name_row(axes: Axes, name: str) -> None:
    axes.set_ylabel(
        name.replace(".", "\n"), rotation=0, ha="right", va="center", fontsize=10
    )

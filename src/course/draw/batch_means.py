"""The mean of a batch, the moving average of such means, and what becomes of them."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from course.draw.style import GREY, INK, figure, styled

Series = Mapping[str, npt.ArrayLike]


@styled
def memory(
    batch: Series,
    running: Series,
    first_step: int,
    per_epoch: int,
    channel: int = 0,
    momentum: float = 0.1,
) -> Figure:
    """What a moving average remembers, and what that makes of the means of batches.

    Left: the weight of each of the last 60 batches. Right, a panel for each layer: the
    mean of each batch, the running mean, and rings where an epoch ends.

    Args:
        batch: layer → (T,) one channel's mean in each batch, less its average over
            the batches, in the channel's deviations.
        running: layer → (T,) the moving average after each batch, likewise.
        first_step: number of the first batch.
        per_epoch: batches in an epoch; an epoch ends with every so many-th batch.
        channel: number of the channel, for the titles.
        momentum: weight of the newest batch.

    Example:
        >>> noise = {"bn": np.array([0.1, -0.1, 0.0, 0.2])}
        >>> drawn = memory(noise, {"bn": np.zeros(4)}, first_step=1, per_epoch=2)
        >>> weights, panel = drawn.axes
        >>> panel.lines[1].get_xdata().tolist()  # the rings
        [2, 4]
    """
    drawn = figure(
        5.4, f"A snapshot keeps one running mean, not the means of {per_epoch} batches"
    )
    grid = drawn.add_gridspec(len(batch), 2, width_ratios=(1, 2.3))
    left = drawn.add_subplot(grid[:, 0])
    ago = np.arange(60)
    weights = momentum * (1 - momentum) ** ago
    most = int(np.ceil(np.log(0.01) / np.log(1 - momentum)))
    left.bar(ago, weights, width=1, color=np.where(ago < most, INK, GREY))
    said = f"the last\n{most} batches\nweigh 99 %"
    left.text(58, momentum * 0.4, said)
    left.set(xlim=(60, -1), xlabel="batches ago", title="weight of a batch")
    panels = [drawn.add_subplot(grid[row, 1]) for row in range(len(batch))]
    for ax, (layer, means) in zip(panels, batch.items(), strict=True):
        values, held = np.asarray(means), np.asarray(running[layer])
        steps = first_step + np.arange(len(values))
        ends = steps % per_epoch == 0
        ax.plot(steps, held, color=INK)
        ax.plot(steps[ends], held[ends], "o", ms=11, mfc="none", mec=INK, mew=2)
        ax.scatter(steps, values, s=10, color=GREY, zorder=1)
        ax.set_title(f"{layer}, channel {channel}")
        ax.set_ylabel("mean less its\naverage, in SDs")
        ax.sharey(panels[0])
    panels[0].tick_params(labelbottom=False)
    panels[-1].set_xlabel(
        "step; dots: means of batches,\nline: running mean, rings: snapshots"
    )
    return drawn


@styled
def frozen(epochs: npt.ArrayLike, trained: Series, still: Series) -> Figure:
    """Running means over the same epochs, with weights that train and that do not.

    Args:
        epochs: (S,) labels of the snapshots.
        trained: layer → (S, C) running means while the weights train, each channel
            less its average, in its deviations.
        still: layer → (S, C) while batches pass and the weights stay, likewise.

    Example:
        >>> drawn = frozen([1, 2], {"bn": np.eye(2)}, {"bn": np.zeros((2, 2))})
        >>> [ax.get_title(loc="left") for ax in drawn.axes]
        ['bn, weights train', 'bn, weights frozen']
    """
    drawn = figure(
        1.2 + 2.1 * len(trained),
        "Frozen weights silence one layer and only quieten the other",
    )
    panels = drawn.subplots(len(trained), 2, sharex=True, sharey="row", squeeze=False)
    for row, layer in zip(panels, trained, strict=True):
        pair = (("train", trained), ("frozen", still))
        for ax, (what, means) in zip(row, pair, strict=True):
            ax.plot(epochs, np.asarray(means[layer]), color=INK, lw=0.9)
            ax.set_title(f"{layer}, weights {what}")
        row[0].set_ylabel("running mean less\nits average, in SDs")
    for ax in panels[-1]:
        ax.set_xlabel("epoch")
    return drawn


@styled
def noise_share(share: Mapping[str, float]) -> Figure:
    """How much of the running mean's movement is the chance of which batches came.

    Args:
        share: layer → variance with frozen weights over variance in training; the
            first layer on top.

    Example:
        >>> drawn = noise_share({"bn1": 1.0, "bn2": 0.001})
        >>> drawn.axes[0].lines[0].get_xdata().tolist()
        [1.0, 0.001]
    """
    drawn = figure(3.6, "Batch noise counts in the first layer only")
    ax = drawn.subplots()
    rows = np.arange(len(share))
    values = list(share.values())
    left = 10.0 ** np.floor(np.log10(min([*values, 1e-2])))
    ax.plot(values, rows, "o", color=INK, ms=8, clip_on=False)
    ax.set(xscale="log", xlim=(left, max([*values, 1])))
    ax.set_ylim(len(values) - 0.5, -0.5)
    ax.grid(axis="y", color=GREY, lw=0.5)
    ax.set_yticks(rows, list(share))
    ax.xaxis.set_major_locator(FixedLocator([10.0**k for k in range(-6, 1)]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 * x:g} %"))
    ax.set_xlabel(
        "share of batch noise in the epoch-to-epoch variance of the running mean"
    )
    return drawn


@styled
def through(stages: Mapping[str, Series]) -> Figure:
    r"""Means of batches on their way through the network, a row for each experiment.

    Args:
        stages: experiment → (place in the network → (T, C) the channels' means in each
            batch, less their average over the batches, in deviations of the channel).

    Example:
        >>> means = {"into bn1": np.eye(2), "out of bn1": np.zeros((2, 2))}
        >>> drawn = through({"bn1 in train mode": means})
        >>> [ax.get_title(loc="left") for ax in drawn.axes]
        ['into\nbn1', 'out of\nbn1']
    """
    drawn = figure(
        1.5 + 1.75 * len(stages),
        "Batch norm in train mode stops the noise of the means",
    )
    columns = len(next(iter(stages.values())))
    panels = drawn.subplots(
        len(stages), columns, sharex=True, sharey=True, squeeze=False
    )
    for row, (name, places) in zip(panels, stages.items(), strict=True):
        for ax, (place, means) in zip(row, places.items(), strict=True):
            values = np.asarray(means)
            ax.plot(1 + np.arange(len(values)), values, color=INK, lw=0.6, alpha=0.6)
            ax.set_title("\n".join(place.rsplit(maxsplit=1)))
        row[0].set_ylabel(f"{name}\nmeans, in SDs")
    for ax in panels[-1]:
        ax.set_xlabel("batch")
    return drawn

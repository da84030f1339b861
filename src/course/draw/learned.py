"""What batch normalization's own parameters and buffers come to in training."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from course.draw.style import GREY, INK, PALE, figure, styled

PANELS = ("|γ − 1|", "|β|")


@styled
def departure(
    epochs: npt.ArrayLike,
    weight: Mapping[str, npt.ArrayLike],
    bias: Mapping[str, npt.ArrayLike],
    meant: str,
    limit: float,
) -> Figure:
    """How far γ and β are from where they started: a layer's median channel.

    Args:
        epochs: (S,) labels of the snapshots.
        weight: layer → (S, C) γ.
        bias: layer → (S, C) β, of the same layers.
        meant: the layer that is drawn in ink.
        limit: what counts as slight, a dashed line.

    Example:
        >>> ones, zeros = {"bn": np.ones((2, 3))}, {"bn": np.zeros((2, 3))}
        >>> drawn = departure([1, 2], ones, zeros, "bn", limit=0.1)
        >>> [ax.lines[1].get_ydata().tolist() for ax in drawn.axes]
        [[0.0, 0.0], [0.0, 0.0]]
    """
    drawn = figure(4.2, "γ goes far from 1 in every layer, β stays near 0")
    panels = drawn.subplots(1, 2, sharey=True)
    for ax, name, layers, start in zip(
        panels, PANELS, (weight, bias), (1.0, 0.0), strict=True
    ):
        ax.axhline(limit, color=INK, lw=1.2, ls="--")
        for layer, values in layers.items():
            far = np.median(np.abs(np.asarray(values) - start), axis=1)
            ink = layer == meant
            ax.plot(epochs, far, color=INK if ink else GREY, lw=2.2 if ink else 1.0)
            if ink:
                end = (np.asarray(epochs)[-1], far[-1])
        ax.set_title(f"{name}, median channel")
        ax.set_xlabel("epoch")
    panels[0].set_ylabel("distance from the start")
    across = panels[0].get_yaxis_transform()
    said = f"slight: below {limit:g} "
    panels[0].text(1, limit, said, ha="right", va="top", transform=across)
    panels[1].annotate(f" {meant}", end, va="center", annotation_clip=False, color=INK)
    return drawn


@styled
def recipes(
    epochs: npt.ArrayLike,
    weight: Mapping[str, npt.ArrayLike],
    bias: Mapping[str, npt.ArrayLike],
    live: tuple[npt.ArrayLike, npt.ArrayLike],
    limit: float,
) -> Figure:
    """How far γ and β go under several recipes of training, a grey line for each run.

    Args:
        epochs: (S,) labels of the snapshots.
        weight: recipe → (S, runs) |γ − 1| of the median channel.
        bias: recipe → (S, runs) |β| of the median channel, of the same recipes.
        live: (S,) the same two of the run at hand, in ink.
        limit: what counts as slight, a dashed line.

    Example:
        >>> flat = {"small steps": np.full((2, 3), 0.02)}
        >>> drawn = recipes([1, 2], flat, flat, live=([0, 0.5], [0, 0.1]), limit=0.1)
        >>> [len(ax.lines) for ax in drawn.axes]  # limit, three runs, live
        [5, 5]
    """
    drawn = figure(4.2, "How far γ goes is a matter of the training's recipe")
    panels = drawn.subplots(1, 2, sharey=True)
    everything = zip(panels, PANELS, (weight, bias), live, strict=True)
    for ax, name, stored, here in everything:
        ax.axhline(limit, color=INK, lw=1.2, ls="--")
        for runs in stored.values():
            ax.plot(epochs, np.asarray(runs), color=GREY, lw=0.9)
        ax.plot(epochs, here, color=INK, lw=2.2)
        ax.set_title(f"{name}, median channel")
        ax.set_xlabel("epoch")
    panels[0].margins(y=0.15)  # room for the name over the highest line
    last = float(np.asarray(epochs)[-1])
    for recipe, runs in weight.items():
        end = (last, float(np.asarray(runs)[-1].mean()))
        panels[0].annotate(
            recipe, end, (0, 10), textcoords="offset points", ha="right", va="bottom"
        )
    panels[0].set_ylabel("distance from the start")
    return drawn


@styled
def walk(
    walked: npt.ArrayLike,
    weight: npt.ArrayLike,
    alone: npt.ArrayLike,
    limit: float,
    mark: float,
) -> Figure:
    """γ against the sum of all steps so far, beside what weight decay alone would do.

    Args:
        walked: (S,) distance: sum of the learning rates / (1 − momentum).
        weight: (S, C) γ.
        alone: (S,) γ under weight decay alone.
        limit: γ within 1 ± limit counts as slight, a pale band.
        mark: a distance to be marked.

    Example:
        >>> drawn = walk([10, 100], np.ones((2, 3)), [0.9, 0.5], limit=0.1, mark=78)
        >>> median, decay = drawn.axes[0].lines[-2:]
        >>> median.get_ydata().tolist(), decay.get_ydata().tolist()
        ([1.0, 1.0], [0.9, 0.5])
    """
    drawn = figure(4.4, "γ follows weight decay at first, then training holds it up")
    ax = drawn.subplots()
    values, ends = np.asarray(weight), np.asarray(alone)
    ax.axhspan(1 - limit, 1 + limit, color=PALE, alpha=0.7, lw=0)
    ax.axvline(mark, color=GREY, lw=1.2)
    ax.plot(walked, values, color=GREY, lw=0.8, alpha=0.7)
    median = np.median(values, axis=1)
    ax.plot(walked, median, color=INK, lw=2.2)
    ax.plot(walked, ends, color=INK, ls="--", lw=1.4)
    last = float(np.asarray(walked)[-1])
    for text, height in (("median channel", median[-1]), ("decay alone", ends[-1])):
        ax.annotate(f" {text}", (last, height), va="center", annotation_clip=False)
    ax.text(mark, 0.04, f" the book's 50 epochs:\n {mark:g}")
    ax.annotate(f" 1 ± {limit:g}", (last, 1), va="center", annotation_clip=False)
    ax.set(xscale="log", ylim=(0, None), ylabel="weight γ")
    ax.set_xticks([10, 100, 1000], ["10", "100", "1,000"])
    ax.set_xlim(right=last)
    ax.set_xlabel("distance walked: sum of learning rates / (1 − momentum)")
    return drawn


@styled
def deviation_or_variance(
    buffer: npt.ArrayLike,
    of_deviations: npt.ArrayLike,
    of_variances: npt.ArrayLike,
) -> Figure:
    """The buffer against two moving averages made by hand; equal on the diagonal.

    Args:
        buffer: running_var, any shape.
        of_deviations: moving average of the batches' standard deviations.
        of_variances: moving average of their variances.

    Example:
        >>> drawn = deviation_or_variance([4.0], [2.0], [4.0])
        >>> [ax.collections[0].get_offsets().tolist() for ax in drawn.axes]
        [[[2.0, 4.0]], [[4.0, 4.0]]]
    """
    drawn = figure(4.4, "The buffer averages variances, not deviations")
    panels = drawn.subplots(1, 2, sharex=True, sharey=True)
    held = np.ravel(buffer)
    top = float(max(held.max(), np.max(of_variances)))
    for ax, name, values in zip(
        panels,
        ("deviations σ of the batches", "variances σ² of the batches"),
        (of_deviations, of_variances),
        strict=True,
    ):
        ax.plot([0, top], [0, top], color=GREY, lw=1)
        ax.scatter(np.ravel(values), held, s=9, color=INK, alpha=0.5, rasterized=True)
        ax.set_xlabel(f"moving average of the\n{name}")
    panels[0].set_ylabel("running_var")
    panels[0].text(0.7 * top, 0.66 * top, "equal", va="top", color="#595959")
    return drawn

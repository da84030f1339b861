"""What batch normalization's own parameters and buffers come to in training."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Transform

from course.draw.style import GREY, INK, figure, styled

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
    panels[0].text(
        1, limit, "slight ", ha="right", va="top", transform=_across(panels[0])
    )
    panels[1].annotate(f" {meant}", end, va="center", annotation_clip=False, color=INK)
    return drawn


@styled
def recipes(
    stored: Mapping[str, npt.ArrayLike],
    live: Sequence[float],
    limit: float,
) -> Figure:
    """How far γ and β end from their start under several recipes, a dot for a run.

    Args:
        stored: recipe → (runs, 2) distances of γ and β; the first recipe is the one
            of the live run.
        live: distances of the live run, γ and β, drawn as rings.
        limit: what counts as slight, a dashed line.

    Example:
        >>> found = {"course": [[0.5, 0.1], [0.6, 0.1]]}
        >>> drawn = recipes(found, live=(0.55, 0.1), limit=0.1)
        >>> [ax.lines[1].get_xdata().tolist() for ax in drawn.axes]
        [[0.5, 0.6], [0.1, 0.1]]
    """
    drawn = figure(3.4, "How far γ goes is a matter of the training's recipe")
    panels = drawn.subplots(1, 2, sharex=True, sharey=True)
    for column, (ax, name) in enumerate(zip(panels, PANELS, strict=True)):
        ax.axvline(limit, color=INK, lw=1.2, ls="--")
        for row, found in enumerate(stored.values()):
            values = np.asarray(found)[:, column]
            ax.plot(values, np.full(values.shape, row), "o", color=INK, alpha=0.6)
        ax.plot(live[column], 0, "o", ms=15, mfc="none", mec=INK, mew=2)
        ax.set_title(f"{name}, median channel")
        ax.set(xscale="log", xlim=(0.008, 1.3), ylim=(len(stored) - 0.4, -0.9))
        ax.set_xticks([0.01, 0.03, 0.1, 0.3, 1], ["0.01", "0.03", "0.1", "0.3", "1"])
        ax.minorticks_off()
        ax.set_xlabel("distance from the start")
        ax.text(limit, -0.65, "◂ slight ", ha="right", va="center")
    panels[0].set_yticks(range(len(stored)), list(stored))
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


def _across(ax: Axes) -> Transform:
    """Across in shares of the panel, upwards in its values."""
    return ax.get_yaxis_transform()  # type: ignore[no-untyped-call, no-any-return]

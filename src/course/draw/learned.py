"""How far batch normalization's own parameters go in training."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course.draw.style import GREY, INK, PALE, figure, styled

PANELS = ("|γ − 1|", "|β|")
STYLES = ("-", ":", "-", ":")  # of the recipes, one after another


@styled
def recipes(
    epochs: npt.ArrayLike,
    weight: Mapping[str, npt.ArrayLike],
    bias: Mapping[str, npt.ArrayLike],
    live: tuple[npt.ArrayLike, npt.ArrayLike],
    decay: npt.ArrayLike,
    limit: float,
) -> Figure:
    """How far γ and β go under several recipes of training, a grey line for each run.

    The lines of every other recipe are dotted.

    Args:
        epochs: (S,) labels of the snapshots.
        weight: recipe → (S, runs) |γ − 1| of the median channel.
        bias: recipe → (S, runs) |β| of the median channel, of the same recipes.
        live: (S,) the same two of the run at hand, in ink.
        decay: (S,) |γ − 1| if weight decay alone acted on it, a dashed line.
        limit: up to here counts as slight, a pale band.

    Example:
        >>> flat = {"small steps": np.full((2, 3), 0.02)}
        >>> live = [0, 0.5], [0, 0.1]
        >>> drawn = recipes([1, 2], flat, flat, live, decay=[0, 0.9], limit=0.1)
        >>> [len(ax.lines) for ax in drawn.axes]  # three runs, live, decay
        [5, 4]
    """
    drawn = figure(4.6, "How far γ goes is a matter of the training's recipe")
    panels = drawn.subplots(1, 2)
    everything = zip(panels, PANELS, (weight, bias), live, strict=True)
    for ax, name, stored, here in everything:
        ax.axhspan(0, limit, color=PALE, alpha=0.7, lw=0)
        for runs, style in zip(stored.values(), STYLES, strict=False):
            ax.plot(epochs, np.asarray(runs), color=GREY, lw=0.9, ls=style)
        ax.plot(epochs, here, color=INK, lw=2.2)
        ax.set_title(f"{name}, median channel")
        ax.set_xlabel("epoch")
    left = panels[0]
    left.plot(epochs, decay, color=INK, ls="--", lw=1.4)
    left.set_ylabel("distance from the start")
    for ax in panels:
        ax.set_ylim(bottom=0)
    ends = {name: np.asarray(runs)[-1] for name, runs in weight.items()}
    mine = np.asarray(live[0])[-1]
    like = min(ends, key=lambda name: float(abs(ends[name].mean() - mine)))
    last = np.asarray(epochs)[-1]
    for said, runs in ends.items():
        group = np.append(runs, mine) if said == like else runs
        above = said == like or runs.max() < limit  # below the others there is room
        if not above:
            said = said.replace(", ", ",\n")  # farther left the lines are lower
        _name(left, said, (last, group.max() if above else group.min()), above)
    end = last, np.asarray(decay)[-1]
    _name(left, "weight decay alone", end, above=False, gap=26)
    return drawn


def _name(
    ax: Axes, said: str, end: tuple[float, float], above: bool, gap: float = 4
) -> None:
    """Name a line at its right end, above or below it by a gap in points."""
    shift, where = ((0, gap), "bottom") if above else ((0, -gap), "top")
    ax.annotate(said, end, shift, textcoords="offset points", ha="right", va=where)

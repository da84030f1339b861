"""Train mode and eval mode side by side: tables of accuracies and of facts."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from course.draw.style import INK, PALE, figure, styled

CHANCE = 0.5  # accuracy of guessing between two classes


@styled
def accuracies(
    measured: Mapping[str, npt.ArrayLike],
    rows: Sequence[str],
    columns: Sequence[str],
    finding: str,
) -> Figure:
    """Tables of accuracies, each cell the darker the less is right.

    Args:
        measured: name of the panel → (R, C) accuracies, 0 to 1; black at 0.5.
        rows: R names.
        columns: C names.
        finding: the title, a sentence.

    Example:
        >>> table = [[0.9, 0.9], [0.5, 0.85]]
        >>> drawn = accuracies({"sorted": table}, ["eval", "train"], ["1", "2"], "Bad")
        >>> [text.get_text() for text in drawn.axes[0].texts]
        ['90 %', '90 %', '50 %', '85 %']
    """
    drawn = figure(1.8 + 0.6 * len(rows), finding)
    panels = drawn.subplots(1, len(measured), sharey=True, squeeze=False)[0]
    for ax, (name, shares) in zip(panels, measured.items(), strict=True):
        table = np.asarray(shares, dtype=np.float64)
        # a mesh, for a picture keeps its greys on dark paper
        ax.pcolormesh(table, cmap="gray", norm=Normalize(CHANCE, 1))
        for (row, column), share in np.ndenumerate(table):
            ink = "white" if share < 0.5 * (CHANCE + 1) else INK
            said = f"{100 * share:.0f} %"
            ax.text(column + 0.5, row + 0.5, said, ha="center", va="center", color=ink)
        ax.set_title(name)
        ax.set_xticks(np.arange(len(columns)) + 0.5, columns)
        ax.set_xlabel("images in a batch")
        _frame(ax, len(rows), len(columns))
    panels[0].set_yticks(np.arange(len(rows)) + 0.5, rows)
    return drawn


@styled
def facts(
    table: Mapping[str, Mapping[str, str]], loud: Collection[str], finding: str
) -> Figure:
    """A table of words, with some of them white on black.

    Args:
        table: row → (column → word); the same columns in every row.
        loud: the words that are to stand out.
        finding: the title, a sentence.

    Example:
        >>> rows = {"eval()": {"buffers": "stay"}, "train()": {"buffers": "move"}}
        >>> drawn = facts(rows, ["move"], "One of two moves")
        >>> drawn.axes[0].collections[0].get_array().tolist()
        [[0.0], [1.0]]
    """
    words = np.array([list(row.values()) for row in table.values()])
    columns = list(next(iter(table.values())))
    dark = np.isin(words, list(loud)).astype(float)
    drawn = figure(1.4 + 0.55 * len(words), finding)
    ax = drawn.subplots()
    # from a pale to a black that text can be read on
    ax.pcolormesh(dark, cmap="gray_r", norm=Normalize(-0.15, 1.1))
    for (row, column), word in np.ndenumerate(words):
        ink = "white" if dark[row, column] else INK
        ax.text(column + 0.5, row + 0.5, word, ha="center", va="center", color=ink)
    ax.set_yticks(np.arange(len(words)) + 0.5, list(table))
    ax.set_xticks(np.arange(len(columns)) + 0.5, columns)
    ax.xaxis.tick_top()
    _frame(ax, len(words), len(columns))
    return drawn


@styled
def part(drawn: Figure, border: float, ticks: Sequence[int]) -> Figure:
    """Part a heat map over batches where the mode changes from eval to train.

    Args:
        drawn: panels on one x axis, and last a colour bar; changed in place.
        border: where, on the x axis: a dashed line in every panel.
        ticks: of the x axis.

    Returns:
        the figure that was given.

    Example:
        >>> drawn = figure(2.0)
        >>> panel, bar = drawn.subplots(1, 2)
        >>> [text.get_text() for text in part(drawn, 2.5, [1, 3]).axes[0].texts]
        ['eval ', ' train']
    """
    first, *_ = panels = drawn.axes[:-1]
    for ax in panels:
        ax.axvline(border, color="white", linestyle="--", linewidth=1.2)
    first.set_xticks(ticks)  # the others share them
    outline = withStroke(linewidth=2.5, foreground=INK)  # the map is bright in places
    for said, side in (("eval ", "right"), (" train", "left")):
        first.text(
            border, 0.96, said, ha=side, va="top", color="white", fontsize=10,
            transform=first.get_xaxis_transform(), path_effects=[outline],
        )  # fmt: skip
    return drawn


def _frame(ax: Axes, rows: int, columns: int) -> None:
    """Part the cells of a table by white lines, and take the axes away."""
    for row in range(1, rows):
        ax.axhline(row, color="white", linewidth=3)
    for column in range(1, columns):
        ax.axvline(column, color="white", linewidth=3)
    ax.set(xlim=(0, columns), ylim=(rows, 0))
    ax.tick_params(length=0)
    ax.spines[:].set(visible=True, color=PALE)

"""A recurrent network: its statistics step by step, and its accuracy by length."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from course.draw.style import GREY, INK, figure, styled


@styled
def steps(
    panels: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]], finding: str
) -> Figure:
    """Mean and deviation of every unit against the step, a column for each kind.

    A thin line is a unit; in ink the one whose mean moves the most.

    Args:
        panels: kind → means and deviations, each (steps, units).
        finding: the title, a sentence.

    Example:
        >>> means, deviations = [[0, 0], [0, 1]], [[1, 1], [1, 2]]
        >>> drawn = steps({"dusk": (means, deviations)}, "They move")
        >>> drawn.axes[0].lines[-1].get_ydata().tolist()
        [0, 1]
    """
    drawn = figure(5.4, finding)
    axes = drawn.subplots(2, len(panels), sharex=True, sharey="row", squeeze=False)
    for column, (kind, (means, deviations)) in zip(axes.T, panels.items(), strict=True):
        table = np.asarray(means)
        most = int(np.ptp(table, axis=0).argmax())
        for ax, lines in zip(column, (table, np.asarray(deviations)), strict=True):
            number = 1 + np.arange(len(lines))
            ax.plot(number, lines, color="#b0b0b0", linewidth=0.7)
            ax.plot(number, lines[:, most], color=INK, linewidth=2.2)
        column[0].set_title(kind)
        column[1].set_xlabel("step")
    highest = max(float(np.max(np.asarray(d))) for _, d in panels.values())
    axes[1, 0].set_ylim(0, 1.05 * highest)
    axes[0, 0].set_ylabel("mean of a unit")
    axes[1, 0].set_ylabel("deviation of a unit")
    return drawn


@styled
def lengths(
    rows: Sequence[int],
    panels: Mapping[str, Mapping[str, npt.ArrayLike]],
    trained: int,
    finding: str,
    *,
    live: Mapping[tuple[str, str], float] | None = None,
) -> Figure:
    """Accuracy against the length of the sequence; a line is the mean over seeds.

    Args:
        rows: (L,) lengths.
        panels: kind of sequence → way to normalize → (S, L) accuracies, 0 to 1.
        trained: the length trained on, dashed.
        finding: the title, a sentence.
        live: (kind, way) → accuracy at the length trained on, of the reader's own
            run: a ring for the first way, a square for the second.

    Example:
        >>> ways = {"layer norm": [[0.7, 0.8], [0.8, 0.9]]}
        >>> drawn = lengths([16, 32], {"dusk": ways}, 32, "Longer is better")
        >>> drawn.axes[0].lines[1].get_ydata().round(2).tolist()
        [75.0, 85.0]
    """
    drawn = figure(4.4, finding)
    axes = drawn.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
    styles = [("-", INK, "o"), ("--", INK, "s"), ("-", GREY, "^")]
    for ax, (kind, ways) in zip(axes, panels.items(), strict=True):
        ax.axvline(trained, color=GREY, linestyle=":", linewidth=1.2)
        for (way, runs), style in zip(ways.items(), styles, strict=False):
            dashes, colour, marker = style
            table = 100 * np.asarray(runs, dtype=np.float64)
            ax.plot(rows, table.mean(0), dashes, color=colour, lw=2.2, label=way)
            low, high = table.min(0), table.max(0)
            ax.vlines(np.asarray(rows), low, high, color=colour, linewidth=1)
            if live and (kind, way) in live:
                own = 100 * live[kind, way]
                ax.plot([trained], [own], marker, ms=11, mfc="none", mec=colour)
        ax.set_title(kind)
        ax.set_xscale("log", base=2)
        ax.set_xticks(list(rows), [str(row) for row in rows])
        ax.minorticks_off()
        ax.set_xlabel("rows, steps of the sequence")
    axes[0].set_ylabel("validation accuracy, %")
    # In front of the dotted line, which would run through the words.
    axes[0].legend(loc="lower center", frameon=True, framealpha=1, edgecolor="none")
    return drawn

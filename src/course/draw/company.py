"""What an image's company does: noise in its logits, and a gap in the accuracy."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from course.draw.style import GREY, INK, PALE, figure, styled


@styled
def spread(
    sizes: npt.ArrayLike,
    spreads: npt.ArrayLike,
    dropout: Mapping[str, float],
    finding: str,
) -> Figure:
    """How much the margin of an image depends on its company, against the size of it.

    Args:
        sizes: (B,) images that share their statistics.
        spreads: (B, images) standard deviation of each image's margin over orders.
        dropout: name → the median deviation that dropout causes, dashed lines.
        finding: the title, a sentence.

    Example:
        >>> drawn = spread([4, 16], [[1, 2, 3], [0.5, 1, 1.5]], {"p": 0.7}, "Noise")
        >>> drawn.axes[0].lines[-1].get_ydata().tolist()
        [2.0, 1.0]
    """
    drawn = figure(4.4, finding)
    ax = drawn.subplots()
    count = np.asarray(sizes, dtype=np.float64)
    table = np.asarray(spreads, dtype=np.float64)
    middle = np.median(table, axis=1)
    low, high = np.quantile(table, [0.25, 0.75], axis=1)
    ax.fill_between(count, low, high, color=PALE, lw=0)
    ax.loglog(count, middle[0] * np.sqrt(count[0] / count), color=GREY, lw=1.2)
    for name, level in dropout.items():
        ax.axhline(level, color=GREY, linestyle="--", linewidth=1.2)
        place = (count[-1] * 1.15, level)
        ax.annotate(name, place, (0, 5), textcoords="offset points", color="#595959")
    ax.plot(count, middle, "o-", color=INK, markersize=7)
    ax.set_xticks(count, [f"{n:.0f}" for n in count])
    ax.set_xlim(count[0] / 1.2, count[-1] * 6)
    ax.minorticks_off()
    ax.set_xlabel("images that share their statistics")
    ax.set_ylabel("deviation of an image’s margin\nover random orders")
    ax.text(count[-1] * 1.15, middle[-1], "batch norm", va="center")
    return drawn


@styled
def gaps(
    kinds: Mapping[str, pd.DataFrame],
    finding: str,
    *,
    live: Mapping[str, tuple[float, float]] | None = None,
    least: float = 0.5,
) -> Figure:
    """Training and validation accuracy of several kinds of networks, a row each.

    Grey is training, ink validation; small dots are seeds, large ones their means,
    joined by a line, whose length in percentage points is written at the right.

    Args:
        kinds: kind → a row for each seed, with `train_accuracy` and `val_accuracy`.
        finding: the title, a sentence.
        live: kind → both accuracies of a run made here, hollow diamonds.
        least: where the axis begins.

    Example:
        >>> runs = pd.DataFrame({"train_accuracy": [0.9], "val_accuracy": [0.8]})
        >>> drawn = gaps({"256": runs}, "A gap of ten points")
        >>> [text.get_text() for text in drawn.axes[0].texts]
        ['gap 10.0', 'validation', 'training']
    """
    drawn = figure(1.7 + 0.62 * len(kinds), finding)
    ax = drawn.subplots()
    for row, (kind, table) in enumerate(kinds.items()):
        both = table["val_accuracy"], table["train_accuracy"]
        low, high = (float(x.mean()) for x in both)
        ax.plot([low, high], [row, row], color=PALE, linewidth=5, zorder=0)
        for values, mean, colour in zip(both, (low, high), (INK, GREY), strict=True):
            ax.plot(values, np.full(len(values), row + 0.26), "o", color=colour, ms=3.5)
            ax.plot([mean], [row], "o", color=colour, markersize=11)
        for x in (live or {}).get(kind, ()):
            ax.plot([x], [row + 0.26], "D", mfc="none", mec=INK, ms=9, mew=1.6)
        gap = f"gap {100 * (high - low):.1f}".replace("-", "−")
        ax.text(1.03, row, gap, va="center")
    first = next(iter(kinds.values()))
    for said, name in (("validation", "val_accuracy"), ("training", "train_accuracy")):
        ax.text(first[name].mean(), -0.34, said, ha="center", va="bottom")
    ax.set_yticks(range(len(kinds)), list(kinds))
    ax.tick_params(axis="y", length=0)
    ax.set(xlim=(least, 1.02), ylim=(len(kinds) - 0.4, -0.85), xlabel="accuracy")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 * x:.4g} %"))
    return drawn

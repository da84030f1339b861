"""The bias of a convolution in front of batch norm: what it gets, where it goes."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from course.draw.style import GREY, INK, figure, styled

EDGE = 1e-20  # where exact zeros are drawn


@styled
def gradients(rows: Mapping[str, npt.ArrayLike], limit: float, finding: str) -> Figure:
    """Gradients of biases, relative to those of the weights, a row for each network.

    Args:
        rows: kind of network → ratios, one for each convolution; 0 at the left edge.
        limit: a dashed line; what lies left of it counts as zero.
        finding: the title, a sentence.

    Example:
        >>> ax = gradients({"batch norm": [1e-17, 0.0]}, 1e-12, "Nothing").axes[0]
        >>> ax.lines[0].get_xdata().tolist()
        [1e-17, 1e-20]
    """
    drawn = figure(1.6 + 0.6 * len(rows), finding)
    ax = drawn.subplots()
    for row, ratios in enumerate(rows.values()):
        found = np.maximum(np.asarray(ratios, dtype=np.float64), EDGE)
        height = row + np.linspace(-0.2, 0.2, found.size)
        ax.plot(found, height, "o", color=INK, markersize=6, alpha=0.7)
    ax.axvline(limit, color=GREY, linestyle="--")
    ax.text(limit, -0.75, "counts as zero  ", ha="right", va="center")
    ax.set(xscale="log", xlim=(EDGE / 4, 300), ylim=(len(rows) - 0.4, -1.1))
    powers = (-18, -15, -12, -9, -6, -3, 0)
    names = [f"1e{power}".replace("-", "−") if power else "1" for power in powers]
    ax.set_xticks([EDGE, *(10.0**power for power in powers)], ["0", *names])
    ax.minorticks_off()
    ax.set_yticks(range(len(rows)), list(rows))
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("length of the biases' gradient / length of the weights'")
    return drawn


@styled
def fate(
    followed: tuple[npt.ArrayLike, npt.ArrayLike],
    trained: Mapping[str, npt.ArrayLike],
    decay: npt.ArrayLike,
    finding: str,
) -> Figure:
    """How the running mean follows a bias, and what training does to one.

    Args:
        followed: (T + 1,) how far the running mean has moved, as a share of the bias,
            after 0 to T batches; and the share expected.
        trained: way to train → (S, biases) each bias after every step, as a share of
            its start; the first in ink, the others grey.
        decay: (S,) the share left if weight decay alone acted on it, dashed.
        finding: the title, a sentence.

    Example:
        >>> trained = {"with decay": [[1.0], [0.9]]}
        >>> followed = [0, 0.1, 0.2], [0, 0.1, 0.19]
        >>> drawn = fate(followed, trained, [1.0, 0.9], "It fades")
        >>> line, dots = drawn.axes[0].lines
        >>> dots.get_xdata().tolist(), dots.get_ydata().tolist()
        ([0, 2], [0.0, 0.2])
    """
    drawn = figure(4.2, finding)
    left, right = drawn.subplots(1, 2)
    moved, expected = (np.asarray(part, dtype=np.float64) for part in followed)
    batches = np.arange(moved.size)
    left.plot(batches, expected, color=GREY)
    left.plot(batches[::2], moved[::2], "o", color=INK, markersize=5)
    left.set_title("the running mean follows")
    left.set(xlabel="batch in train mode", ylabel="moved, as a share of the bias")
    left.text(batches[-1], 0.08, "line: 1 − 0.9ⁿ", ha="right")
    for number, (name, shares) in enumerate(trained.items()):
        table, colour = np.asarray(shares, dtype=np.float64), GREY if number else INK
        right.plot(table, color=colour, linewidth=1.2)
        middle = len(table) // 2
        right.annotate(
            name,
            (middle, table[middle].mean()),
            xytext=(6, 6) if number == 0 else (0, -6),
            textcoords="offset points",
            va="bottom" if number == 0 else "top",
        )
    share = np.asarray(decay, dtype=np.float64)
    right.plot(share, color="white", linestyle=(0, (3, 3)), linewidth=1.6)
    right.set_title("training moves it by decay alone")
    right.set(xlabel="step", ylabel="bias, as a share of its start")
    return drawn

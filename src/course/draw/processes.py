"""One batch in two processes: what each of them sees, and what comes out."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from course.draw.style import GREY, INK, figure, styled


@styled
def shares(
    means: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]],
    whole: npt.ArrayLike,
    finding: str,
) -> Figure:
    """The mean of every channel that two processes use, and that of the whole batch.

    Args:
        means: kind of batch norm → the means of process 0 and of process 1, (C,);
            a panel each.
        whole: (C,) means of the whole batch, as lines.
        finding: the title, a sentence.

    Example:
        >>> drawn = shares({"plain": ([0.0, 1.0], [0.4, 1.2])}, [0.2, 1.1], "They miss")
        >>> first, second = drawn.axes[0].lines
        >>> second.get_ydata().tolist()
        [0.4, 1.2]
    """
    drawn = figure(4.0, finding)
    axes = drawn.subplots(1, len(means), sharey=True, squeeze=False)[0]
    everything = np.asarray(whole)
    channels = np.arange(everything.size)
    for ax, (kind, both) in zip(axes, means.items(), strict=True):
        ax.hlines(everything, channels - 0.4, channels + 0.4, color=INK, linewidth=2)
        for number, (mean, marker) in enumerate(zip(both, "o^", strict=True)):
            said = f"process {number}"
            ax.plot(
                channels, np.asarray(mean), marker, color=GREY, markersize=6, label=said
            )
        ax.set_title(kind)
        ax.set_xlabel("channel")
        ax.set_xticks(channels[::5])
    axes[0].set_ylabel("mean subtracted")
    axes[-1].legend(loc="best")
    return drawn


@styled
def differences(
    kinds: Mapping[str, Mapping[str, npt.ArrayLike]],
    limits: Mapping[str, float],
    finding: str,
) -> Figure:
    """How far two processes are from one, a row for each quantity, a panel a kind.

    Args:
        kinds: kind of batch norm → quantity → differences, one for each tensor,
            relative to its largest value. Exact agreement is drawn at the left edge.
        limits: kind → the difference that its rule speaks of, a dashed line.
        finding: the title, a sentence.

    Example:
        >>> found = {"plain": {"output": [0.0, 0.1]}}
        >>> drawn = differences(found, {"plain": 1e-3}, "Not the same")
        >>> drawn.axes[0].lines[0].get_xdata().tolist()
        [1e-09, 0.1]
    """
    drawn = figure(3.8, finding)
    axes = drawn.subplots(1, len(kinds), sharex=True, sharey=True, squeeze=False)[0]
    for ax, (kind, quantities) in zip(axes, kinds.items(), strict=True):
        for row, found in enumerate(quantities.values()):
            values = np.maximum(np.asarray(found, dtype=np.float64), 1e-9)
            shift = np.linspace(-0.25, 0.25, values.size) if values.size > 1 else 0.0
            ax.plot(values, row + shift, "o", color=INK, markersize=4, alpha=0.5)
        ax.axvline(limits[kind], color=GREY, linestyle="--")
        ax.set_title(kind)
        ax.set_yticks(range(len(quantities)), list(quantities))
        ax.set(xscale="log", xlim=(5e-10, 5), ylim=(len(quantities) - 0.5, -0.5))
        ax.set_xticks([1e-9, 1e-6, 1e-3, 1], ["0", "1e−6", "1e−3", "1"])
        ax.minorticks_off()
        ax.set_xlabel("relative difference from one process")
    return drawn

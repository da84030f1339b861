"""Biases of batch norm held off 0: what that should do, and what it does."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from scipy import stats

from course.draw.style import GREY, INK, figure, styled

Region = tuple[float, float]  # from, to; either may be infinite
Interval = tuple[float, float, float]  # low, mean, high
SHADE = "#e4e4e4"


def normal_share(mean: float, low: float, high: float) -> float:
    """The share of a normal distribution of deviation 1 between two limits.

    Example:
        >>> round(normal_share(0.0, -1.0, 1.0), 3)
        0.683
    """
    return float(stats.norm.cdf(high, mean) - stats.norm.cdf(low, mean))


def case(activation: str, beta: float) -> str:
    """Name a network by its activation and its held β.

    Example:
        >>> case("tanh", -2.0), case("relu", 2.0)
        ('tanh, β = −2', 'relu, β = +2')
    """
    return f"{activation}, β = {_signed(beta)}"


def _signed(beta: float) -> str:
    return f"{beta:+g}".replace("-", "−") if beta else "0"


@styled
def shifted(biases: Sequence[float], regions: Mapping[str, Region]) -> Figure:
    """Normal densities around β and the share of each in the active regions.

    Args:
        biases: where the densities are centred; 0 in ink, the others grey.
        regions: activation → active region, shaded; a panel each.

    Example:
        >>> drawn = shifted([0.0], {"ReLU": (0.0, np.inf)})
        >>> [text.get_text() for text in drawn.axes[0].texts]
        ['50 %']
    """
    drawn = figure(3.4, "What the explanation expects: how many inputs are active")
    panels = drawn.subplots(1, len(regions), sharex=True, sharey=True, squeeze=False)[0]
    grid = np.linspace(-5.5, 5.5, 441)
    for ax, (name, (low, high)) in zip(panels, regions.items(), strict=True):
        ax.axvspan(max(low, grid[0]), min(high, grid[-1]), color=SHADE, zorder=0)
        for beta in biases:
            colour = INK if beta == 0 else GREY
            ax.plot(grid, stats.norm.pdf(grid, beta), color=colour)
            said = f"{normal_share(beta, low, high):.0%}".replace("%", " %")
            ax.text(1.4 * beta, 0.425, said, ha="center", color=INK)
        ax.set_title(name)
        ax.set(xlabel="input of the activation", xticks=(-4, -2, 0, 2, 4))
        ax.set(xlim=(-5.5, 5.5), ylim=(0, 0.47))
    panels[0].set_ylabel("density")
    return drawn


@styled
def rates(table: pd.DataFrame, chosen: Mapping[tuple[str, float], float]) -> Figure:
    """Accuracy after an epoch against the learning rate, a line for each held β.

    Args:
        table: a row a run, with activation, held_bias, max_lr and val_accuracy; a run
            that diverged (nan) counts as chance, 50 %.
            A dot is the mean at a rate; lines are black at β = 0, grey above, dotted
            below.
        chosen: (activation, held β) → the rate chosen, a ring.

    Example:
        >>> run = {"activation": "relu", "held_bias": 0.0, "max_lr": 0.1}
        >>> table = pd.DataFrame([run | {"val_accuracy": x} for x in (0.8, 0.9)])
        >>> drawn = rates(table, {("relu", 0.0): 0.1})
        >>> round(float(drawn.axes[0].lines[-1].get_ydata()[0]), 2)
        0.85
    """
    drawn = figure(3.9, "Each of the nine networks has a best rate inside its range")
    runs = table.fillna({"val_accuracy": 0.5})
    means = runs.groupby(["activation", "held_bias", "max_lr"])["val_accuracy"].mean()
    names = list(dict.fromkeys(name for name, _ in chosen))
    panels = drawn.subplots(1, len(names), sharex=True, sharey=True, squeeze=False)[0]
    for ax, name in zip(panels, names, strict=True):
        for beta in [beta for each, beta in chosen if each == name]:
            line = means[name, beta]
            colour, dashes = (
                (INK, "-") if beta == 0 else (GREY, "-" if beta > 0 else ":")
            )
            style = {"color": colour, "linestyle": dashes, "markersize": 4}
            ax.semilogx(line.index, line, marker="o", **style)
            best = chosen[name, beta]
            start = (line.index[0], line.iloc[0])
            said = {"textcoords": "offset points", "ha": "right", "va": "center"}
            ax.annotate(_signed(beta), start, (-6, 0), **said)
            ring = {"mfc": "none", "mec": INK, "ms": 11}
            ax.plot([best], [line[best]], "o", **ring)
        ax.set(title=name, xlabel="learning rate, at its peak")
        ax.set_xlim(left=runs.max_lr.min() / 4)
    panels[0].yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    panels[0].set_ylabel("validation accuracy\nafter an epoch")
    return drawn


@styled
def predicted(
    cases: Mapping[tuple[str, float], tuple[Interval, float]],
    regions: Mapping[str, Region],
    finding: str,
) -> Figure:
    """The expected change of the share of active inputs, and the measured accuracy.

    Args:
        cases: (activation, held β) → low, mean and high of the change of accuracy
            against β = 0, and the share of active inputs after training, a ring. All
            are shares of 1, drawn in per cent.
        regions: activation → active region. Around β = 0, and around the held one, it
            holds the expected shares, from which and to which the arrow leads. The
            side on which the accuracy is expected to change is shaded.
        finding: the title, a sentence.

    Example:
        >>> case = (-0.2, -0.1, 0.0), 0.9
        >>> drawn = predicted({("ReLU", 2.0): case}, {"ReLU": (0, np.inf)}, "Against")
        >>> [line.get_xdata().tolist() for line in drawn.axes[1].lines[-2:]]
        [[-20.0, 0.0], [-10.0]]
    """
    drawn = figure(1.6 + 0.55 * len(cases), finding)
    left, right = drawn.subplots(1, 2, sharey=True)
    ends = 100 * np.array([interval for interval, _ in cases.values()])
    reach = 1.15 * float(np.abs(ends).max())
    right.axvline(0, color=GREY, linewidth=1)
    for row, ((name, beta), (interval, after)) in enumerate(cases.items()):
        start, end = (100 * normal_share(b, *regions[name]) for b in (0.0, beta))
        arrow = {"arrowstyle": "->", "color": INK, "linewidth": 1.6}
        left.annotate("", (end, row), (start, row), arrowprops=arrow)
        left.plot([start], [row], "o", color=GREY)
        left.plot([100 * after], [row], "o", mfc="none", mec=INK, ms=9)
        side = [0, reach] if end > start else [-reach, 0]
        right.fill_between(side, row - 0.4, row + 0.4, color=SHADE, linewidth=0)
        low, mean, high = (100 * number for number in interval)
        right.plot([low, high], [row, row], color=INK, lw=4, solid_capstyle="butt")
        right.plot([mean], [row], "o", color=INK, markersize=6)
    right.set(xlabel="change of validation accuracy,\npercentage points")
    right.set(title="measured; shaded: predicted", xlim=(-reach, reach))
    left.set(xlabel="active inputs, %", title="expected; ring: after training")
    left.set(xlim=(-4, 104), ylim=(len(cases) - 0.4, -0.6))
    left.set_yticks(range(len(cases)), [case(*each) for each in cases])
    for ax in (left, right):
        ax.tick_params(axis="y", length=0)
    return drawn

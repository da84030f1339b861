"""How long gradients are, layer by layer, in networks of many depths."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from course.draw.style import GREY, INK, figure, styled

Seeds = npt.ArrayLike  # (S, …), a row a seed
SHADE = "#e4e4e4"


@styled
def passed(
    networks: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]], stem: int = 0
) -> Figure:
    """How much of a gradient a ReLU lets through, against its share of active inputs.

    Args:
        networks: kind of network → (C,) shares of active inputs, and (C,) lengths of
            the gradient at the ReLU's input over those at its output. A panel each;
            the curve is the square root of the share.
        stem: the first so many channels are the stem's, drawn hollow.

    Example:
        >>> drawn = passed({"with": ([0.25, 1.0], [0.5, 1.0])})
        >>> drawn.axes[0].lines[1].get_ydata().tolist()
        [0.5, 1.0]
    """
    drawn = figure(4.2, "What a ReLU lets through follows its share of active inputs")
    panels = drawn.subplots(1, len(networks), sharex=True, sharey=True, squeeze=False)
    share = np.linspace(0, 1, 201)
    for ax, (kind, (active, length)) in zip(panels[0], networks.items(), strict=True):
        ax.plot(share, np.sqrt(share), color=GREY)
        shares, lengths = np.asarray(active), np.asarray(length)
        style = {"color": INK, "markersize": 4, "alpha": 0.5}
        ax.plot(shares[stem:], lengths[stem:], "o", **style)
        if stem:
            style |= {"markerfacecolor": "none", "markersize": 6, "alpha": 1}
            ax.plot(shares[:stem], lengths[:stem], "o", **style)
        ax.set_title(kind)
        ax.set(xlabel="share of active inputs, a dot a channel", xlim=(-0.03, 1.03))
        ax.set(xticks=(0, 0.5, 1), ylim=(-0.03, 1.1))
    panels[0, 0].set_ylabel("length of the gradient,\nat the input / at the output")
    said = "curve: √share" + ("\nhollow: the stem" if stem else "")
    panels[0, 0].text(0.45, 0.14, said)
    return drawn


@styled
def by_layer(
    networks: Mapping[str, Seeds], factor: float, shown: str, title: str
) -> Figure:
    """The length of the gradient at every activation: grey seeds, ink mean.

    The gradient comes from the right, where the loss is.

    Args:
        networks: kind of network → (S, L) lengths, from the first layer to the last;
            the panels form rows of two.
        factor: by which theory multiplies the length from layer to layer, a dashed
            line in the panel shown.
        shown: a kind of network.
        title: the finding.

    Example:
        >>> kinds = {"with": [[4.0, 2.0]], "without": [[1.0, 1.0]]}
        >>> drawn = by_layer(kinds, 2.0, "with", "It doubles")
        >>> [line.get_ydata().tolist() for line in drawn.axes[0].lines]
        [[4.0, 2.0], [4.0, 2.0], [4.0, 2.0]]
    """
    rows = (len(networks) + 1) // 2
    drawn = figure(0.8 + 2.6 * rows, title)
    grid = drawn.subplots(rows, 2, sharex=True, sharey=True, squeeze=False)
    for ax, (kind, lengths) in zip(grid.flat, networks.items(), strict=False):
        values = np.asarray(lengths, dtype=np.float64)
        number = np.arange(1, values.shape[1] + 1)
        for seed in values:
            ax.semilogy(number, seed, color=GREY, linewidth=0.8)
        mean = np.exp(np.log(values).mean(0))
        ax.semilogy(number, mean, color=INK)
        if kind == shown:
            theory = mean[-1] * factor ** (number[-1] - number)
            ax.semilogy(number, theory, color=INK, linestyle="--", linewidth=1.2)
            said = f"dashed: × {factor:.2f} a layer"
            ax.text(0.97, 0.93, said, ha="right", va="top", transform=ax.transAxes)
        ax.set_title(kind)
    for ax in grid[-1]:
        ax.set_xlabel("layer, the last beside the loss")
    for row in grid:
        row[0].set_ylabel("length of the\ngradient")
    return drawn


@styled
def by_depth(layers: npt.ArrayLike, kinds: Mapping[str, Seeds], title: str) -> Figure:
    """First gradient over last, against the number of layers.

    Args:
        layers: (D,) how many each network has.
        kinds: kind of network → (S, D) ratios: seeds are dots, their geometric mean
            is a line, in ink if the kind begins with "with ", else grey.
        title: the finding.

    Example:
        >>> drawn = by_depth([8, 14], {"with BN": [[2.0, 4.0]]}, "It grows")
        >>> drawn.axes[0].lines[-1].get_ydata().tolist()
        [2.0, 4.0]
    """
    drawn = figure(4.6, title)
    ax = drawn.subplots()
    depth = np.asarray(layers, dtype=np.float64)
    ax.plot(depth[[0, -1]], [1, 1], color=GREY, linestyle="--", linewidth=1)
    for kind, ratios in kinds.items():
        values = np.asarray(ratios, dtype=np.float64)
        colour = INK if kind.startswith("with ") else GREY
        for seed in values:
            ax.semilogy(depth, seed, "o", color=colour, markersize=3, alpha=0.5)
        mean = np.exp(np.log(values).mean(0))
        ax.semilogy(depth, mean, color=colour)
        end = (depth[-1], float(mean[-1]))
        ax.annotate(kind, end, (9, 0), textcoords="offset points", va="center")
    ax.set(xlabel="layers", xlim=(depth[0] - 2, 1.62 * depth[-1]))
    ax.set_xticks(depth, [f"{each:.0f}" for each in depth])
    ax.set_ylabel("length of the gradient,\nfirst layer / last layer")
    return drawn


@styled
def settings(
    found: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]], title: str
) -> Figure:
    """First gradient over last without batch norm and with it, a row a setting.

    Args:
        found: setting → (S,) ratios without, grey, and (S,) with, in ink; an arrow
            leads from one geometric mean to the other.
        title: the finding.

    Example:
        >>> drawn = settings({"weights × 2": ([100.0], [10.0])}, "Nearer to 1")
        >>> [line.get_xdata().tolist() for line in drawn.axes[0].lines[1:]]
        [[2.0], [1.0]]
    """
    drawn = figure(1.6 + 0.5 * len(found), title)
    ax = drawn.subplots()
    ax.axvline(0, color=GREY, linestyle="--", linewidth=1)
    for row, pair in enumerate(found.values()):
        exponents = [np.log10(np.asarray(side, dtype=np.float64)) for side in pair]
        for values, colour in zip(exponents, (GREY, INK), strict=True):
            heights = np.full(values.size, row)
            ax.plot(values, heights, "o", color=colour, markersize=6, alpha=0.7)
        start, end = (float(values.mean()) for values in exponents)
        arrow = {"arrowstyle": "->", "color": INK, "linewidth": 1.2}
        ax.annotate("", (end, row + 0.27), (start, row + 0.27), arrowprops=arrow)
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ticks = np.arange(-30, 20, 10)
    ax.set_xticks(ticks, [f"$10^{{{tick}}}$" if tick else "1" for tick in ticks])
    ax.set_xlabel("length of the gradient, first layer / last layer")
    return drawn

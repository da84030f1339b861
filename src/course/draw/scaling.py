"""Two things batch normalization undoes or lets be undone: γ, β, and a scale."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course.draw.style import GREY, INK, figure, styled

Series = Mapping[str, npt.ArrayLike]


@styled
def batch_noise(
    sizes: npt.ArrayLike,
    errors: Series,
    theory: npt.ArrayLike,
    evaluation: float,
) -> Figure:
    """How far a layer that should be the identity is from it, against batch size.

    Args:
        sizes: images in a batch.
        errors: whose statistics γ and β undo → error in train mode for each size, in
            the channel's deviations; the first in ink, the others grey.
        theory: the error expected for each size, a thin line in ink.
        evaluation: error in eval mode, a dashed line in a panel of its own.

    Example:
        >>> drawn = batch_noise([2, 8], {"all": [0.5, 0.25]}, [0.5, 0.25], 1e-7)
        >>> line, dots = drawn.axes[0].lines
        >>> line.get_ydata().tolist(), dots.get_ydata().tolist()
        ([0.5, 0.25], [0.5, 0.25])
        >>> drawn.axes[1].lines[0].get_ydata()
        [1e-07, 1e-07]
    """
    drawn = figure(5.8, "Undone in eval mode; in train mode but for batch noise")
    ax, below = drawn.subplots(2, 1, sharex=True, height_ratios=[4, 1.4])
    count = np.asarray(sizes, dtype=np.float64)
    ax.loglog(count, np.asarray(theory), color=INK, linewidth=1)
    for number, (name, error) in enumerate(errors.items()):
        found = np.asarray(error, dtype=np.float64)
        ax.plot(count, found, "o", color=GREY if number else INK)
        _name_end(ax, name, count[-1], float(found[-1]), 12 if number else 0)
    ax.text(count[0], np.asarray(theory)[-1], "line: predicted, ∝ 1/√n")
    ax.set_title("train mode")
    ax.set_ylabel("difference from the input,\nin the channel's deviations")
    ax.set_ylim(bottom=0.8 * float(np.min(theory)))
    ax.set_yticks([0.03, 0.1, 0.3, 1], ["0.03", "0.1", "0.3", "1"])
    below.axhline(evaluation, color=INK, linestyle="--")
    below.set(yscale="log", ylim=(1e-8, 1e-5), xlabel="n, images in a batch")
    below.set_title("eval mode: rounding only, in the worst of the layers")
    below.set_ylabel("of the\nlargest input")
    below.set_xticks(count, [f"{n:.0f}" for n in count])
    below.set_xlim(count[0] / 1.4, count[-1] * 9)
    for panel in (ax, below):
        panel.minorticks_off()
    return drawn


@styled
def scaled_gradients(k: npt.ArrayLike, networks: Mapping[str, Series]) -> Figure:
    """Gradients of a scaled convolution and of others, with and without batch norm.

    Args:
        k: factors on the convolution's weights.
        networks: network → convolution → length of its gradient over that at k = 1;
            a panel each, the first convolution in ink. A dashed line, named in the
            last panel, is 1 / k.

    Example:
        >>> drawn = scaled_gradients([1, 10], {"with": {"conv1": [1.0, 0.1]}})
        >>> theory, conv1 = drawn.axes[0].lines
        >>> theory.get_ydata().tolist(), conv1.get_ydata().tolist()
        ([1.0, 0.1], [1.0, 0.1])
    """
    drawn = figure(4.8, "With batch norm the scale of one layer is its own affair")
    panels = drawn.subplots(1, len(networks), sharex=True, sharey=True, squeeze=False)
    factor = np.asarray(k, dtype=np.float64)
    for ax, (network, series) in zip(panels[0], networks.items(), strict=True):
        ax.loglog(factor, 1 / factor, color=GREY, linestyle="--", linewidth=1.2)
        for number, (name, ratio) in enumerate(series.items()):
            colour = GREY if number else INK
            found = np.asarray(ratio, dtype=np.float64)
            ax.plot(factor, found, "o-", color=colour, markersize=4)
            _name_end(ax, name, factor[-1], float(found[-1]), 0)
        ax.set_title(network)
        ax.set_xlabel("k, factor on res_block1.conv1")
        ax.set_xlim(factor[0] / 1.3, factor[-1] * 60)
        ax.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
        ax.minorticks_off()
    panels[0, 0].set_ylabel("length of the gradient,\nrelative to k = 1")
    _name_end(panels[0, -1], "dashed: 1 / k", factor[-1], float(1 / factor[-1]), 0)
    return drawn


@styled
def scale_limit(
    k: npt.ArrayLike, measured: Series, theory: npt.ArrayLike, limit: float
) -> Figure:
    """How far the output is from that without eps when the weights are scaled.

    Args:
        k: factors.
        measured: name → relative difference of the output, largest of all channels,
            left out where it is 0; the first in ink, the others grey.
        theory: expected for the first, a thin line in ink.
        limit: where k² · variance = eps, an upright dashed line.

    Example:
        >>> drawn = scale_limit([0.1, 10], {"eps": [1e-3, 1e-5]}, [1e-3, 1e-5], 0.01)
        >>> drawn.axes[0].lines[2].get_ydata().tolist()
        [0.001, 1e-05]
    """
    drawn = figure(4.8, "The scale cancels until eps is no longer small beside it")
    ax = drawn.subplots()
    factor = np.asarray(k, dtype=np.float64)
    ax.loglog(factor, np.asarray(theory), color=INK, linewidth=1)
    ax.axvline(limit, color=GREY, linestyle="--")
    ax.text(limit * 1.15, 3, "k² · variance = eps", va="center")
    for number, (name, gap) in enumerate(measured.items()):
        found = np.asarray(gap, dtype=np.float64)
        ax.plot(factor[found > 0], found[found > 0], "o", color=GREY if number else INK)
        _name_end(ax, name, factor[-1], float(found[-1]), 0)
    ax.set(xlabel="k, factor on res_block1.conv1", ylim=(1e-16, 30))
    ax.set_xlim(factor[0] / 2, factor[-1] * 30)
    decades = 10.0 ** np.arange(np.log10(factor[0]).round(), np.log10(factor[-1]) + 0.5)
    ax.set_xticks(decades, [f"{x:g}".replace("e-0", "e−") for x in decades])
    ax.minorticks_off()
    ax.set_ylabel("difference from the output\nwithout eps, relative")
    return drawn


def _name_end(ax: Axes, name: str, x: float, y: float, up: int) -> None:
    """Write a name to the right of the last point, so many points above it."""
    ax.annotate(name, (x, y), (9, up), textcoords="offset points", va="center")

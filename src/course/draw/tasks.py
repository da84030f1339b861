"""Tasks to fine-tune on: their images, and what they are to the old statistics."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from course.draw.style import CLASS_COLORS, GREY, INK, figure, styled


@styled
def sheet(
    rows: Mapping[str, tuple[npt.ArrayLike, Sequence[str]]], finding: str
) -> Figure:
    """Images of several tasks, a row for each, framed in the colour of their class.

    Args:
        rows: task → its images, (N, 3, H, W) uint8, and their classes; N is the same
            in all. Classes other than airplane and bird are framed in ink.
        finding: the title, a sentence.

    Example:
        >>> block = np.zeros((2, 3, 8, 8), dtype=np.uint8)
        >>> drawn = sheet({"grey": (block, ["bird", "disc"])}, "Two images")
        >>> [ax.get_title() for ax in drawn.axes]
        ['bird', 'disc']
    """
    columns = max(len(names) for _, names in rows.values())
    drawn = figure(0.6 + 1.15 * len(rows), finding)
    grid = drawn.subplots(len(rows), columns, squeeze=False)
    for line, (task, (images, names)) in zip(grid, rows.items(), strict=True):
        pixels = np.moveaxis(np.asarray(images, dtype=np.uint8), 1, -1)
        for ax, image, name in zip(line, pixels, names, strict=True):
            ax.imshow(image)
            ax.set(xticks=[], yticks=[])
            colour = CLASS_COLORS.get(name, INK)
            ax.set_title(name, loc="center", fontsize=9, color=colour, pad=2)
            ax.spines[:].set(visible=True, color=colour, linewidth=2)
        line[0].set_ylabel(task, rotation=0, ha="right", va="center", labelpad=8)
    return drawn


@styled
def shifts(
    tasks: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]],
    notes: Sequence[str],
    finding: str,
) -> Figure:
    """How far each channel's input is from its running statistics, a panel for a task.

    A dot is a channel; the cross of dashed lines is where the statistics fit.

    Args:
        tasks: task → (C,) distance of the mean from the running mean, in running
            deviations, and (C,) deviation over the running deviation. What lies
            outside the axes is drawn on their edge.
        notes: a word on each task, below its name.
        finding: the title, a sentence.

    Example:
        >>> drawn = shifts({"grey": ([0.5, -9.0], [1.0, 0.25])}, ["80 %"], "Off")
        >>> dots = drawn.axes[0].lines[-1]
        >>> dots.get_xdata().tolist(), dots.get_ydata().tolist()
        ([0.5, -3.0], [1.0, 0.25])
    """
    drawn = figure(3.5, finding)
    panels = drawn.subplots(1, len(tasks), sharex=True, sharey=True, squeeze=False)[0]
    for ax, (task, pair), note in zip(panels, tasks.items(), notes, strict=True):
        means, ratios = (np.asarray(x, dtype=np.float64) for x in pair)
        ax.axhline(1, color=GREY, linestyle="--", linewidth=1)
        ax.axvline(0, color=GREY, linestyle="--", linewidth=1)
        place = np.clip(means, -3, 3), np.clip(ratios, 1 / 8, 8)
        ax.plot(*place, "o", color=INK, ms=3.5, alpha=0.5, mew=0, clip_on=False)
        ax.set_title(f"{task}\n{note}", fontsize=10)
        ax.set(xlim=(-3, 3), ylim=(1 / 8, 8), yscale="log", xticks=(-2, 0, 2))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.set_yticks([1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8], ["⅛", "¼", "½", *"1248"])
    panels[0].set_ylabel("deviation / running deviation")
    drawn.supxlabel("distance of the mean, in running deviations", fontsize=11)
    return drawn


@styled
def traces(panels: Mapping[int, npt.ArrayLike], quantity: str, finding: str) -> Figure:
    """The deviation of batches and the one a layer remembers, while images go by.

    The memory is PyTorch's: a tenth of the new batch's variance, nine of the old. A
    dotted line marks 44 batches, if there were as many: 1 % of the beginning is left.

    Args:
        panels: images in a batch → (T,) variance of each batch, over the variance
            remembered before the first.
        quantity: what the deviation is, with its unit.
        finding: the title, a sentence.

    Example:
        >>> drawn = traces({4: [1.0, 0.25]}, "deviation", "It moves")
        >>> frozen, dots, memory = drawn.axes[0].lines
        >>> memory.get_xdata().tolist(), memory.get_ydata().round(3).tolist()
        ([0, 4, 8], [1.0, 1.0, 0.962])
    """
    drawn = figure(3.8, finding)
    axes = drawn.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
    for ax, (size, values) in zip(axes, panels.items(), strict=True):
        batches = np.asarray(values, dtype=np.float64)
        memory = [1.0]
        for batch in batches:
            memory.append(0.9 * memory[-1] + 0.1 * batch)
        seen = size * np.arange(len(memory))
        ax.axhline(1, color=GREY, linestyle="--", linewidth=1.2)
        ax.plot(seen[1:], np.sqrt(batches), "o", color=GREY, ms=3, alpha=0.7, mew=0)
        ax.plot(seen, np.sqrt(memory), color=INK, linewidth=2)
        if seen[-1] >= 44 * size:
            ax.axvline(44 * size, color=INK, linestyle=":", linewidth=1.2)
        ax.set_title(f"batches of {size}: 44 are {44 * size:,} images", fontsize=10)
        ax.set_xlabel("images seen")
    axes[0].set_ylabel(quantity)
    return drawn

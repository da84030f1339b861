"""Pictures of an (N, C, H, W) block: images from left to right, channels downwards."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course.draw.style import CLASS_COLORS, INK, PALE, figure, styled


def lay_out(block: npt.ArrayLike, gap: int = 1) -> npt.NDArray[np.float64]:
    """Lay the H×W tiles of a block side by side; tile (n, c) in column n, row c.

    Args:
        block: (N, C, H, W).
        gap: cells left empty (nan) between tiles.

    Returns:
        (C·(H + gap) − gap, N·(W + gap) − gap).

    Example:
        >>> lay_out(np.arange(4).reshape(2, 2, 1, 1))
        array([[ 0., nan,  2.],
               [nan, nan, nan],
               [ 1., nan,  3.]])
    """
    values = np.asarray(block, dtype=np.float64)
    count, channels, height, width = values.shape
    padded = np.full((count, channels, height + gap, width + gap), np.nan)
    padded[:, :, :height, :width] = values
    rows, columns = channels * (height + gap), count * (width + gap)
    laid = padded.transpose(1, 2, 0, 3).reshape(rows, columns)
    return laid[: rows - gap, : columns - gap]


def on_paper(laid: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Make the empty cells of a picture transparent, whatever the colour of the paper.

    Args:
        laid: (H, W, 3), red, green and blue, 0 to 1; nan where a cell is empty.

    Returns:
        (H, W, 4), white of no opacity where it was empty.

    Example:
        >>> on_paper(np.array([[[0.5, 0.5, 0.5], [np.nan] * 3]]))[..., 3]
        array([[1., 0.]])
    """
    opacity = ~np.isnan(laid[..., :1])
    return np.concatenate([np.nan_to_num(laid, nan=1.0), opacity], axis=-1)


@styled
def channel_tiles(images: npt.ArrayLike, names: Sequence[str]) -> Figure:
    """Images in colour, and under each image its channels in grey.

    A frame marks the set over which batch normalization takes one mean.

    Args:
        images: (N, 3, H, W), red, green and blue, values 0 to 1.
        names: N class names, "airplane" or "bird".

    Example:
        >>> drawn = channel_tiles(np.zeros((2, 3, 4, 4)), ["airplane", "bird"])
        >>> [label.get_text() for label in drawn.axes[0].get_xticklabels()]
        ['airplane', 'bird']
    """
    block = np.asarray(images, dtype=np.float64)
    height, width = block.shape[2:]
    gap = max(1, width // 8)
    grey = lay_out(np.concatenate([block[:, :1], block], axis=1), gap)
    canvas = np.stack([grey] * 3, axis=-1)
    colours = [lay_out(block[:, [channel]], gap) for channel in range(3)]
    canvas[:height] = np.stack(colours, axis=-1)
    rows, columns = grey.shape

    drawn = figure(4.3, "Batch norm takes one mean per channel, over all images")
    ax = drawn.subplots()
    ax.imshow(on_paper(canvas), extent=(0, columns, rows, 0))
    corner, top = -gap / 2, height + gap / 2
    frame = Rectangle((corner, top), columns + gap, height + gap, clip_on=False)
    ax.add_patch(frame)
    frame.set(fill=False, edgecolor=INK, linewidth=2.5)
    middle = top + (height + gap) / 2
    said = "batch norm:\none mean over\nthe whole row"
    ax.text(columns + 2 * gap, middle, said, va="center")
    ax.set_xlim(corner, columns * 1.27)
    row_names = ["in colour", "channel 0\n(red)", "channel 1\n(green)"]
    _label_tiles(ax, [*row_names, "channel 2\n(blue)"], names, height, width, gap)
    ax.tick_params(axis="y", pad=10)
    for label in ax.get_xticklabels():
        label.set(color=CLASS_COLORS[label.get_text()], weight="bold")
    return drawn


@styled
def neighbours(moved: Mapping[str, npt.ArrayLike], poked: tuple[int, ...]) -> Figure:
    """Which values of a block move when one is poked; a panel for each norm.

    What moves is dark, and the poked value is left white.

    Args:
        moved: name of the norm → (N, C, H, W) booleans.
        poked: index (n, c, h, w) of the poked value.

    Example:
        >>> flags = np.eye(4).reshape(2, 2, 2, 2)
        >>> drawn = neighbours({"batch norm": flags}, (0, 0, 0, 0))
        >>> drawn.axes[0].get_xlabel().splitlines()
        ['image', '4 of 16 values']
    """
    drawn = figure(2.9, "Each norm shares its mean among another set of values")
    panels = drawn.subplots(1, len(moved), sharey=True, squeeze=False)[0]
    n, c, h, w = poked
    for ax, (name, flags) in zip(panels, moved.items(), strict=True):
        block = np.asarray(flags, dtype=np.float64)
        count, channels, height, width = block.shape
        laid = np.ma.masked_invalid(lay_out(block))
        mesh = ax.pcolormesh(laid, cmap=ListedColormap([PALE, INK]), vmin=0, vmax=1)
        mesh.set(edgecolor="white", linewidth=0.8)
        corner = (n * (width + 1) + w, c * (height + 1) + h)
        hole = Rectangle(corner, 1, 1, facecolor="white", edgecolor=INK, linewidth=2)
        ax.add_patch(hole)
        ax.set(aspect="equal", title=name, ylim=(laid.shape[0], 0))
        ax.set_xlabel(f"image\n{int(block.sum())} of {block.size} values")
        numbers = [str(i) for i in range(max(channels, count))]
        _label_tiles(ax, numbers[:channels], numbers[:count], height, width, 1)
    panels[0].set_ylabel("channel")
    return drawn


@styled
def steps(blocks: Mapping[str, npt.ArrayLike]) -> Figure:
    """A small block after each step of a computation, every number written out.

    Grey is the value, on one scale for all channels of a step.

    Args:
        blocks: what the step does → (N, C, H, W).

    Example:
        >>> start = np.array([1, 3]).reshape(1, 1, 1, 2)
        >>> drawn = steps({"x": start, "x − 2": start - 2})
        >>> [text.get_text() for text in drawn.axes[1].texts]
        ['−1', '1']
    """
    drawn = figure(3.5, "Two unlike channels end up with the same eight numbers")
    apart = {"wspace": 0.08}  # panels further apart than the tiles inside them
    panels = drawn.subplots(
        1, len(blocks), sharey=True, squeeze=False, gridspec_kw=apart
    )[0]
    for ax, (name, block) in zip(panels, blocks.items(), strict=True):
        count, channels, height, width = np.shape(block)
        laid = lay_out(block, gap=0)
        rows, columns = laid.shape
        low, high = float(laid.min()), float(laid.max())
        ax.imshow(laid, "gray", vmin=low, vmax=high, extent=(0, columns, rows, 0))
        for (row, column), value in np.ndenumerate(laid):
            colour = "white" if value < (low + high) / 2 else INK
            ax.text(
                column + 0.5,
                row + 0.5,
                f"{value:g}".replace("-", "−"),
                ha="center",
                va="center",
                color=colour,
            )
        # collections, for lines on a picture keep their colour on dark paper
        upright = ax.vlines(np.arange(1, count) * width, 0, rows)
        level = ax.hlines(np.arange(1, channels) * height, 0, columns)
        for gaps in (upright, level):
            gaps.set(color="white", linewidth=6, capstyle="projecting")
        ax.set_title(name)
        images = [f"image {n}" for n in range(count)]
        channel_names = [f"channel {c}" for c in range(channels)]
        _label_tiles(ax, channel_names, images, height, width, 0)
    return drawn


def _label_tiles(
    ax: Axes,
    rows: Sequence[str],
    columns: Sequence[str],
    height: int,
    width: int,
    gap: int,
) -> None:
    """Write names beside the rows and under the columns of tiles."""
    across = [n * (width + gap) + width / 2 for n in range(len(columns))]
    down = [c * (height + gap) + height / 2 for c in range(len(rows))]
    ax.set_xticks(across, columns)
    ax.set_yticks(down, rows)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)

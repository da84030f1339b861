"""What all figures share: the style file, the width, the title, the greys."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from pathlib import Path
from typing import ParamSpec, TypeVar

import matplotlib.figure
import matplotlib.style
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

STYLE = Path(__file__).parents[1] / "hooks.mplstyle"
WIDTH = 8.0  # inches
INK = "#1a1a1a"  # what the figure is about
GREY = "#8c8c8c"  # what it is compared with
PALE = "#d9d9d9"  # fills and guides

P = ParamSpec("P")
T = TypeVar("T")


class Figure(matplotlib.figure.Figure):
    """A figure that a notebook can show without pyplot having been imported."""

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png", bbox_inches="tight")
        return buffer.getvalue()


def styled(draw: Callable[P, T]) -> Callable[P, T]:
    """Run a figure function under `hooks.mplstyle`, whatever the caller's style.

    Args:
        draw: a function that makes a figure.
    Returns:
        The same function, under that style while it runs.
    Example:
        >>> styled(lambda: matplotlib.rcParams["svg.hashsalt"])()
        'batchnorm-course'
    """

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> T:
        with matplotlib.style.context(STYLE):
            return draw(*args, **kwargs)

    return inside


def new_figure(height: float, title: str) -> Figure:
    """Make an empty figure with its title on top at the left.

    Args:
        height: inches.
        title: one or two lines.
    Returns:
        8 inches wide, without axes.
    Example:
        >>> figure = new_figure(3.0, "The mean is zero")
        >>> figure.get_size_inches().tolist(), figure.get_suptitle()
        ([8.0, 3.0], 'The mean is zero')
    """
    figure = Figure(figsize=(WIDTH, height))
    figure.suptitle(title, x=0.008, ha="left")
    return figure


def footer(figure: Figure, text: str) -> None:
    """Write a line of small print under the figure.

    Args:
        figure: any.
        text: one or two lines.
    Example:
        >>> figure = new_figure(3.0, "The mean is zero")
        >>> footer(figure, "every value counted")
        >>> figure.get_supxlabel()
        'every value counted'
    """
    figure.supxlabel(text, x=0.008, ha="left", fontsize=10, color="#595959")


def how_counted(*layers: xr.Dataset) -> str:
    """Say how values were counted, and how many are not drawn as they are no numbers.

    Args:
        layers: what is drawn of each layer.
    Example:
        >>> numbers = {"binned": 50, "nan": 1, "inf": 0}
        >>> how_counted(xr.Dataset(numbers, attrs={"cdf_error": 0.061}))
        'sampled: cumulative shares within ±6.1% (95 %); NaN or ±inf: 2%'
    """
    error = max(float(layer.attrs.get("cdf_error", 0.0)) for layer in layers)
    note = "every value counted"
    if error:
        note = f"sampled: cumulative shares within ±{error:.1%} (95 %)"
    lost = sum(int((layer["nan"] + layer["inf"]).sum()) for layer in layers)
    if lost:
        share = lost / sum(int(layer.binned.sum()) for layer in layers)
        note += f"; NaN or ±inf: {100 * share:.2g}%"
    return note


def quantity(*layers: xr.Dataset) -> str:
    """Name what was counted, for an axis.

    Args:
        layers: what is drawn of each layer; all of one quantity.
    Example:
        >>> quantity(xr.Dataset(attrs={"quantity": "log10 |gradient|"}))
        'log10 |gradient|'
        >>> quantity(xr.Dataset())
        'value'
    """
    return str(layers[0].attrs.get("quantity", "value"))


def label_line(axes: Axes, x: float, y: float, text: str) -> None:
    """Write a label at the end of a line.

    Args:
        axes: the panel.
        x, y: where the line ends, in the units of the axes.
        text: the label.
    Example:
        >>> axes = new_figure(3.0, "The mean is zero").subplots()
        >>> label_line(axes, 50, 0.2, "channel 3")
        >>> axes.texts[0].xy, axes.texts[0].get_text()
        ((50, 0.2), 'channel 3')
    """
    axes.annotate(
        text,
        (x, y),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=10,
        color=INK,
        annotation_clip=False,
        path_effects=[withStroke(linewidth=5, foreground="white")],  # over other lines
    )

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
    """Run a figure function under `hooks.mplstyle`, whatever the caller's style."""

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
    """
    figure = Figure(figsize=(WIDTH, height))
    figure.suptitle(title, x=0.008, ha="left")
    return figure


def footer(figure: Figure, text: str) -> None:
    """Write a line of small print under the figure."""
    figure.supxlabel(text, x=0.008, ha="left", fontsize=10, color="#595959")


def how_counted(*layers: xr.Dataset) -> str:
    """Say how values were counted, and how many are not drawn as they are no numbers.

    Args:
        layers: what is drawn of each layer.
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
    """Name what was counted, for an axis."""
    return str(layers[0].attrs.get("quantity", "value"))


def label_line(axes: Axes, x: float, y: float, text: str) -> None:
    """Write a label at the end of a line."""
    axes.annotate(
        text,
        (x, y),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=10,
        color=INK,
        annotation_clip=False,
    )

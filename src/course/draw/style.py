"""What all figures share: the style file, the width, the colours."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import matplotlib.style
from matplotlib.figure import Figure

STYLE = Path(__file__).parents[1] / "course.mplstyle"
WIDTH = 8.0  # inches
CLASS_COLORS = {"airplane": "#0072B2", "bird": "#C25400"}  # hue means nothing else
INK = "#1a1a1a"  # what the figure is about
GREY = "#8c8c8c"  # what it is compared with
PALE = "#d9d9d9"  # fills and guides

P = ParamSpec("P")
T = TypeVar("T")


def styled(draw: Callable[P, T]) -> Callable[P, T]:
    """Run a figure function inside the style of the course.

    Args:
        draw: a function that makes a figure.
    Returns:
        The same function, under `course.mplstyle` while it runs.

    Example:
        >>> styled(lambda: matplotlib.rcParams["svg.hashsalt"])()
        'batchnorm-course'
    """

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> T:
        with matplotlib.style.context(STYLE):
            return draw(*args, **kwargs)

    return inside


@styled
def figure(height: float, title: str = "") -> Figure:
    """An empty figure, 8 inches wide, with its finding on top at the left.

    Args:
        height: inches.
        title: what the figure shows, as a sentence; "" leaves the place free.

    Example:
        >>> drawn = figure(3.0, "The mean is zero")
        >>> drawn.get_size_inches().tolist()
        [8.0, 3.0]
        >>> drawn.get_suptitle()
        'The mean is zero'
    """
    drawn = Figure(figsize=(WIDTH, height))
    if title:
        drawn.suptitle(title, x=0.008, ha="left")
    return drawn

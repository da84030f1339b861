"""Draw a recording. Every function but `animation` returns a `Figure` of matplotlib.

Made without pyplot, so that a notebook cell shows a figure once: when it is the
cell's last expression.
"""

from hooks.plot.animation import animation
from hooks.plot.distributions import distributions
from hooks.plot.evolution import evolution
from hooks.plot.heatmap import heatmap
from hooks.plot.overview import overview
from hooks.plot.ridge import ridge
from hooks.plot.style import Figure

__all__ = [
    "Figure",
    "animation",
    "distributions",
    "evolution",
    "heatmap",
    "overview",
    "ridge",
]

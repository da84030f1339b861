"""Draw a recording. Every function returns a `matplotlib.figure.Figure`.

Made without pyplot, so that a notebook cell shows a figure once: when it is the
cell's last expression.
"""

from hooks.plot.distributions import distributions
from hooks.plot.evolution import evolution
from hooks.plot.heatmap import heatmap
from hooks.plot.overview import overview
from hooks.plot.ridge import ridge
from hooks.plot.style import Figure

__all__ = ["Figure", "distributions", "evolution", "heatmap", "overview", "ridge"]

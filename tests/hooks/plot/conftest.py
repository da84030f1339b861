"""Recordings to draw, and readers of what a figure shows."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection, QuadMesh
from matplotlib.figure import Figure
from torch import Tensor, nn

import hooks


@pytest.fixture(scope="session")
def bn_run(normal: Callable[..., Tensor]) -> Callable[..., hooks.Recording]:
    """Record a batch norm whose input and parameters move from row to row."""

    def run(
        channels: int = 5,
        labels: tuple = (1, 2, 4),
        shift: float = 0,
        **settings: object,
    ) -> hooks.Recording:
        bn = nn.BatchNorm2d(channels)
        across = torch.linspace(-1, 1, channels)
        with hooks.record(bn, "", **settings) as recorder:
            for row, label in enumerate(labels):
                with torch.no_grad():
                    bn.weight.copy_(1 + across * row)
                    bn.bias.copy_(across * row)
                x = normal(40, channels, 4, 4, seed=row)
                bn(x * 0.5 + across[:, None, None] * row + shift)
                recorder.snapshot(label)
        return recorder.recording

    return run


@pytest.fixture(scope="session")
def exact(bn_run: Callable[..., hooks.Recording]) -> xr.Dataset:
    """Three snapshots, 1, 2 and 4, of five channels, every value counted."""
    return bn_run(exact=True)[""]


@pytest.fixture(scope="session")
def sampled(watch: Callable[..., xr.Dataset], normal: Callable[..., Tensor]):
    return watch(nn.BatchNorm2d(3), *[normal(64, 3, 16, 16, seed=s) for s in range(3)])


@pytest.fixture(scope="session")
def rows() -> Callable[[Axes], np.ndarray]:
    """Read the heights of the histograms of a panel, (rows, bins), and the edges."""

    def read(axes: Axes) -> tuple[np.ndarray, np.ndarray]:
        (shapes,) = (c for c in axes.collections if isinstance(c, PolyCollection))
        heights, edges = [], []
        for row, path in enumerate(shapes.get_paths()):
            x, y = path.vertices[:-1].T  # the last vertex closes the shape
            heights.append(row + 0.4 - y[1:-1:2])
            edges.append(x[::2])
        return np.array(heights), np.array(edges)

    return read


@pytest.fixture(scope="session")
def mesh() -> Callable[[Axes], tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Read the colours of a panel, (rows, columns), and both borders."""

    def read(axes: Axes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        (found,) = (c for c in axes.collections if isinstance(c, QuadMesh))
        x, y = np.moveaxis(np.asarray(found.get_coordinates()), -1, 0)
        return np.asarray(found.get_array()), x[0], y[:, 0]

    return read


@pytest.fixture(scope="session")
def texts() -> Callable[[Axes], list[str]]:
    return lambda axes: [text.get_text() for text in axes.texts]


@pytest.fixture(scope="session")
def small_print() -> Callable[[Figure], str]:
    return lambda figure: figure.get_supxlabel()


@pytest.fixture(autouse=True)
def _no_pyplot(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A figure that pyplot knows would be shown twice."""
    from matplotlib import _pylab_helpers

    yield
    assert _pylab_helpers.Gcf.get_all_fig_managers() == []

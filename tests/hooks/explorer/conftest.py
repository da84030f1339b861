"""Recordings made of numbers, with no network behind them."""

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr
from scipy.special import ndtr

import hooks

EDGES = np.linspace(-6, 6, 65)


def layer(
    name: str, channels: int, labels: tuple, seed: int, values: int, **attrs: object
) -> xr.Dataset:
    """A batch norm whose inputs wander, each channel on its own way."""
    rng = np.random.default_rng(seed)
    rows = len(labels)
    walk = rng.normal(0, 0.05, (rows, channels)).cumsum(axis=0)
    mean = np.stack([walk + rng.normal(0, 1, channels), 0.1 * walk], axis=1)
    wide = np.exp(rng.normal(0, 0.02, (rows, 2, channels)).cumsum(axis=0))
    under = ndtr((EDGES - mean[..., None]) / wide[..., None])
    shares = np.diff(under, axis=-1, prepend=0, append=1)
    counts = rng.multinomial(values, shares)
    chance = rng.normal(0, 1 / np.sqrt(values), (2, *mean.shape))
    dims = ("snapshot", "side", "channel")
    none = np.zeros(counts.shape[:3], int)
    number = np.full_like(none, values)
    ours = {
        "counts": ((*dims, "bin"), counts[..., 1:-1]),
        "below": (dims, counts[..., 0]),
        "above": (dims, counts[..., -1]),
        **{name: (dims, none.copy()) for name in ("nan", "inf")},
        **{name: (dims, number.copy()) for name in ("n", "finite", "binned")},
        "mean": (dims, mean + wide * chance[0]),
        "var": (dims, (wide * (1 + chance[1])) ** 2),
    }
    ours |= {
        name: (dims[::2], value)
        for name, value in {
            "running_mean": mean[:, 0],
            "running_var": wide[:, 0] ** 2,
            "weight": wide[:, 1],
            "bias": mean[:, 1],
        }.items()
    }
    coords = {
        "snapshot": list(labels),
        "side": ["input", "output"],
        "channel": np.arange(channels),
        "bin_edges": ("edge", EDGES),
    }
    known = {"layer": name, "module": "BatchNorm2d", "mode": "train", "eps": 1e-5}
    return xr.Dataset(ours, coords, known | {"exact": 1, "cdf_error": 0.0} | attrs)


@pytest.fixture(scope="session")
def wander() -> Callable[..., hooks.Recording]:
    """Make a recording: names of layers with their numbers of channels."""

    def make(
        layers: dict[str, int] | None = None,
        labels: tuple = (1, 2, 3, 4, 5),
        seed: int = 0,
        values: int = 2000,
        **attrs: object,
    ) -> hooks.Recording:
        sizes = layers or {"stem.bn": 4, "block.bn": 6}
        made = {
            name: layer(name, channels, labels, seed + number, values, **attrs)
            for number, (name, channels) in enumerate(sizes.items())
        }
        return hooks.Recording(made)

    return make

"""The rows of one layer, assembled into one labelled dataset."""

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
import xarray as xr

from hooks.gradients import GradientObserver
from hooks.histogram import bin_edges
from hooks.observer import Observer
from hooks.rows import PARAMETERS, SIDES
from hooks.side import Row

CONFIDENCE = 0.95

Label = int | float | str
LabelledRow = tuple[Label, Row]


def dataset(
    rows: Sequence[LabelledRow], observer: Observer | GradientObserver, mode: str
) -> xr.Dataset:
    """Stack the rows of a layer and label them; `Recording` says what is in it.

    Args:
        rows: at least one, with the labels of the snapshots.
        observer: where the rows, the trace and the settings come from.
        mode: the recorder's.
    Example:
        >>> import torch
        >>> from hooks.side import Settings
        >>> relu = torch.nn.ReLU()
        >>> observer = Observer("relu", relu, Settings(bins=8))
        >>> observer.before(torch.zeros(4, 2))
        >>> observer.after(torch.zeros(4, 2), torch.zeros(4, 2))
        >>> layer = dataset([("end", observer.row())], observer, "train")
        >>> layer.counts.shape
        (1, 2, 2, 8)
    """
    settings = observer.settings
    dims = {
        "counts": ("snapshot", "side", "channel", "bin"),
        **dict.fromkeys(PARAMETERS, ("snapshot", "channel")),
    }
    stacked = {name: _stack([row[name] for _, row in rows]) for name in rows[0][1]}
    variables = {
        name: (dims.get(name, ("snapshot", "side", "channel")), values)
        for name, values in stacked.items()
    }
    if observer.trace:
        for name in observer.trace[0]:
            values = np.concatenate([rows[name] for rows in observer.trace])
            variables[name] = (("step", "side", "channel"), values)
    edges = bin_edges(settings.bins, settings.range)
    channels = stacked["mean"].shape[2]
    coords = {
        "snapshot": [label for label, _ in rows],
        "side": list(SIDES),
        "channel": np.arange(channels),
        "bin_edges": ("edge", edges),
    }
    attrs = attributes(observer, mode)
    attrs["cdf_error"] = cdf_error(stacked["n"], stacked["binned"])
    return xr.Dataset(variables, coords, attrs)


def _stack(values: list[np.ndarray]) -> np.ndarray:
    whole = np.issubdtype(values[0].dtype, np.integer)
    return np.stack(values, dtype=np.int64 if whole else None)


def attributes(observer: Observer | GradientObserver, mode: str) -> dict[str, object]:
    """Say what a layer is and how it is recorded; `Recording` says in which words.

    Args:
        observer: the layer's.
        mode: the recorder's.
    Returns:
        The attributes of its dataset, but for `cdf_error`.
    Example:
        >>> import torch
        >>> from hooks.side import Settings
        >>> attributes(Observer("stem.bn", torch.nn.BatchNorm2d(16), Settings()), "any")
        {'layer': 'stem.bn', 'module': 'BatchNorm2d', 'mode': 'any', 'exact': 0,
         'every': 1, 'eps': 1e-05, 'momentum': 0.1}
    """
    module = observer.module
    attrs: dict[str, object] = {
        "layer": observer.name,
        "module": type(module).__name__,
        "mode": mode,
        "exact": int(observer.settings.exact),
        "every": observer.settings.every,
    }
    if isinstance(observer, GradientObserver):
        attrs["quantity"] = observer.quantity
    for name in ("eps", "momentum"):
        value = getattr(module, name, None)
        if isinstance(value, int | float):
            attrs[name] = value
    return attrs


def cdf_error(n: np.ndarray, binned: np.ndarray) -> float:
    """Bound the error of every sampled cumulative share (Massart 1990).

    Args:
        n: numbers of values.
        binned: how many of them are in the histograms, as many numbers.
    Returns:
        With 95 % probability no share is off by more; 0 where all are counted.
    Example:
        >>> round(cdf_error(np.array([5000]), np.array([500])), 3)
        0.061
    """
    if (n == binned).all():
        return 0.0
    fewest = binned[binned > 0].min(initial=np.iinfo(np.int64).max)
    return sqrt(log(2 / (1 - CONFIDENCE)) / (2 * int(fewest)))

"""A recording as plain values that JSON can hold, for the explorer's page."""

import json
import zlib
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import xarray as xr

from hooks.append import labels
from hooks.dataset import Label
from hooks.explorer.pack import LEVELS, levels, series, streams
from hooks.recording import Recording
from hooks.rows import PARAMETERS, SIDES

ROOM = 27  # bytes, gzipped, for a channel at a snapshot, if that can be done
LEAST_ROOM = 12_000 * ROOM  # for a recording: 240 channels, 50 snapshots
VISIBLE = 0.005  # share of a channel's peak from which a bin is worth showing
LEAST = 0.0001  # of the values beyond an edge; words say tenths of a per cent
TAILS = ("below", "above", "nan", "inf")


def encode(recordings: Sequence[Recording], titles: Sequence[str]) -> dict[str, object]:
    """Pack recordings that are to be looked at together.

    Args:
        recordings: one, or two that share some labels of snapshots.
        titles: what they are called.
    Returns:
        `frames`, the labels of all snapshots in their order; `layers`, the window on
        the value axis of each; `recordings`, the packed numbers of their layers.
    Example:
        >>> encode([Recording({})], ["empty"])
        {'frames': [], 'layers': {}, 'recordings': [{'title': 'empty', 'layers': {}}]}
    """
    frames = frames_of(recordings)
    names = dict.fromkeys(name for recording in recordings for name in recording)
    both = {n: [r[n] for r in recordings if n in r] for n in names}
    return {
        "frames": frames,
        "layers": {name: list(window(layers)) for name, layers in both.items()},
        "recordings": [
            {"title": title, "layers": _encode(recording, frames)}
            for recording, title in zip(recordings, titles, strict=True)
        ],
    }


def frames_of(recordings: Sequence[Recording]) -> list[Label]:
    """Give the labels of the snapshots of all recordings in their order, each once.

    Example:
        >>> def rows(*labels):
        ...     return Recording({"a": xr.Dataset(coords={"snapshot": list(labels)})})
        >>> frames_of([rows(0, 10, 20), rows(5, 10)])
        [0, 5, 10, 20]
    """
    known = sorted((labels(each) for each in recordings), key=len, reverse=True)
    together = list(dict.fromkeys(label for each in known for label in each))
    numbers = all(isinstance(label, int | float) for label in together)
    if numbers and all(each == sorted(each) for each in known):
        return sorted(together)
    return together


def window(layers: Sequence[xr.Dataset]) -> tuple[float, float]:
    """Give the part of the value axis on which something is to be seen.

    With one more bin at each end, for all values beyond.

    Args:
        layers: one dataset of the layer, or two.
    Returns:
        Its lower and its upper end.
    Example:
        >>> import hooks, torch
        >>> layer = torch.nn.BatchNorm2d(1)
        >>> with hooks.record(layer, bins=8, range=(-4, 4)) as recorder:
        ...     _ = layer(torch.tensor([-1.5, 1.5]).reshape(2, 1, 1, 1))
        ...     recorder.snapshot(0)
        >>> window([recorder.recording[""]])
        (-3.0, 3.0)
    """
    ends = []
    for layer in layers:
        counts = with_tails(layer).sum(axis=0)[..., 1:-1]  # of all snapshots
        peaks = counts.max(axis=-1, keepdims=True)
        seen = ((counts >= VISIBLE * peaks) & (counts > 0)).any(axis=(0, 1))
        edges = layer.bin_edges.values
        width = edges[1] - edges[0]
        first, last = np.flatnonzero(seen)[[0, -1]] if seen.any() else (0, -2)
        ends.append((float(edges[first] - width), float(edges[last + 1] + width)))
    return min(low for low, _ in ends), max(high for _, high in ends)


def with_tails(layer: xr.Dataset) -> np.ndarray:
    """Give counts with one more bin at each end, for the values beyond.

    Args:
        layer: a layer's dataset.
    Returns:
        (snapshot, side, channel, bin), two bins more than in the dataset.
    Example:
        >>> order = ("snapshot", "side", "channel")
        >>> beyond = (order, [[[7]]])
        >>> counts = ((*order, "bin"), [[[[1, 2]]]])
        >>> with_tails(xr.Dataset({"counts": counts, "below": beyond, "above": beyond}))
        array([[[[7, 1, 2, 7]]]])
    """
    order = ("snapshot", "side", "channel")
    counts = layer["counts"].transpose(*order, "bin").values
    low, high = (layer[n].transpose(*order).values[..., None] for n in TAILS[:2])
    return np.concatenate([low, counts, high], axis=-1)


def _encode(recording: Recording, frames: list[Label]) -> dict[str, object]:
    """Pack all layers, with heights as fine as there is room for."""
    packed = {name: _numbers(layer, frames) for name, layer in recording.items()}
    shares = {name: _shares(layer) for name, layer in recording.items()}
    cells = sum(each.shape[0] * each.shape[2] for each in shares.values())
    room = max(LEAST_ROOM, ROOM * cells) - _size(packed)

    def rounded(finest: int) -> dict[str, dict[str, object]]:
        return {name: _heights(each, finest) for name, each in shares.items()}

    fits = bisect_left(LEVELS, True, key=lambda each: _size(rounded(each)) <= room)
    heights = rounded(LEVELS[min(fits, len(LEVELS) - 1)])
    return {name: packed[name] | heights[name] for name in packed}


def _size(values: object) -> int:
    return len(zlib.compress(json.dumps(values).encode()))


def _shares(layer: xr.Dataset) -> np.ndarray:
    order = ("snapshot", "side", "channel")
    binned = layer["binned"].transpose(*order).values
    return np.asarray(with_tails(layer) / np.maximum(binned, 1)[..., None])


def _heights(shares: np.ndarray, finest: int) -> dict[str, object]:
    heights, level = levels(shares, finest)
    rounded = [[float(f"{x:.5g}") for x in side] for side in level]
    return {"finest": finest, "level": rounded, "heights": streams(heights)}


def _numbers(layer: xr.Dataset, frames: list[Label]) -> dict[str, object]:
    """Pack all of a layer but its histograms."""
    order = ("snapshot", "side", "channel", ...)
    per_row = layer.drop_dims("step", errors="ignore").transpose(*order)
    binned = np.maximum(per_row["binned"].values, 1)
    # A small deviation would be lost among the rounded variances.
    deviation = np.sqrt(per_row["var"].values)
    values = {"mean": per_row["mean"].values, "deviation": deviation}
    values |= {name: per_row[name].values / binned for name in TAILS}
    gradients = "quantity" in layer.attrs
    if gradients:
        values["rms"] = per_row["rms"].values
    else:
        values |= {name: per_row[name].values for name in PARAMETERS}
    edges = layer.bin_edges.values
    rows = per_row["snapshot"].values.tolist()
    return {
        "module": str(layer.attrs.get("module", "layer")),
        "quantity": str(layer.attrs.get("quantity", "value")),
        "theory": "eps" in layer.attrs and not gradients,
        "error": float(f"{layer.attrs.get('cdf_error', 0.0):.2g}"),
        "size": [len(rows), len(SIDES), layer.sizes["channel"], layer.sizes["bin"] + 2],
        "edges": [float(edges[0]), float(edges[-1])],
        "rows": [rows.index(label) if label in rows else None for label in frames],
        "n": per_row["n"].values.max(axis=2, initial=0).tolist(),
        "series": {
            name: series(each, LEAST if name in TAILS[:2] else 0.0)
            for name, each in values.items()
        },
    }

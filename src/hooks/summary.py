"""Shares, quantiles and shapes from the counts of a layer's dataset."""

from collections.abc import Sequence

import numpy as np
import xarray as xr


def density(layer: xr.Dataset) -> xr.DataArray:
    """Give the share of values in each bin, per unit of the value axis.

    Args:
        layer: a layer's dataset, or a selection from it, with the dimension `bin`.
    Returns:
        The counts' dimensions; sums to the share inside the edges when multiplied
        by the bin width. NaN where nothing was counted.
    Example:
        >>> layer = xr.Dataset(
        ...     {"counts": ("bin", [1, 3]), "binned": 4},
        ...     coords={"bin_edges": ("edge", [0.0, 0.5, 1.0])},
        ... )
        >>> density(layer).values.tolist()
        [0.5, 1.5]
    """
    width = float(layer.bin_edges[1] - layer.bin_edges[0])
    binned = layer.binned.where(layer.binned > 0)
    share: xr.DataArray = layer.counts / binned / width
    return share


def cdf(layer: xr.Dataset) -> xr.DataArray:
    """Give the share of finite values under each edge, at or under the last one.

    Args:
        layer: as for `density`, with `below` and `above`.
    Returns:
        The counts' dimensions with `edge` in place of `bin`; not quite 1 at the last
        edge where values lie above it.
    Example:
        >>> layer = xr.Dataset(
        ...     {"counts": ("bin", [1, 2]), "below": 1, "above": 0},
        ...     coords={"bin_edges": ("edge", [0.0, 0.5, 1.0])},
        ... )
        >>> cdf(layer).values.tolist()
        [0.25, 0.5, 1.0]
    """
    first = layer.below.expand_dims(bin=1, axis=-1)
    under = xr.concat([first, layer.counts], "bin").cumsum("bin")
    total = (layer.counts.sum("bin") + layer.below + layer.above).astype(float)
    share = under / total.where(total > 0)
    renamed: xr.DataArray = share.rename(bin="edge")
    return renamed.assign_coords(bin_edges=layer.bin_edges)


def quantiles(layer: xr.Dataset, q: Sequence[float]) -> xr.DataArray:
    """Read quantiles off the counts, linear inside a bin.

    Args:
        layer: as for `cdf`.
        q: probabilities between 0 and 1.
    Returns:
        The counts' dimensions with `quantile` in place of `bin`; off by at most a
        bin width; the outermost edge where the quantile lies outside the edges.
    Example:
        >>> layer = xr.Dataset(
        ...     {"counts": ("bin", [2, 2]), "below": 0, "above": 0},
        ...     coords={"bin_edges": ("edge", [0.0, 1.0, 2.0])},
        ... )
        >>> quantiles(layer, [0.25, 0.5]).values.tolist()
        [0.5, 1.0]
    """
    wanted = np.asarray(q, dtype=float)
    if wanted.ndim != 1 or not ((wanted >= 0) & (wanted <= 1)).all():
        raise ValueError(f"quantiles: expected probabilities in [0, 1], got {q!r}")
    edges = layer.bin_edges.values

    def invert(share: np.ndarray) -> np.ndarray:
        if np.isnan(share[-1]):
            return np.full(wanted.shape, np.nan)
        if share[-1] == 0:  # all values lie above the edges
            return np.full(wanted.shape, edges[-1])
        # Nothing lies between the edge where the share is complete and the last one.
        end = int(share.searchsorted(share[-1])) + 1
        return np.asarray(np.interp(wanted, share[:end], edges[:end], right=edges[-1]))

    found: xr.DataArray = xr.apply_ufunc(
        invert,
        cdf(layer),
        input_core_dims=[["edge"]],
        output_core_dims=[["quantile"]],
        vectorize=True,
    )
    return found.assign_coords(quantile=wanted)


def normal_distance(layer: xr.Dataset) -> xr.DataArray:
    """Measure how far each distribution's shape is from a normal one.

    Args:
        layer: as for `cdf`, with `mean` and `var`.
    Returns:
        The counts' dimensions without `bin`: the largest difference between the
        share of values under an edge and that of a normal distribution of the same
        mean and variance; 0 is normal, a uniform distribution has 0.06, a normal one
        cut off at zero by a ReLU about 0.25.
    Source: the Kolmogorov–Smirnov distance, at the edges of the bins.
    Example:
        >>> layer = xr.Dataset(
        ...     {"counts": ("bin", [1, 0, 1]), "below": 0, "above": 0,
        ...      "mean": 0.0, "var": 4.0},
        ...     coords={"bin_edges": ("edge", [-3.0, -1.0, 1.0, 3.0])},
        ... )
        >>> round(float(normal_distance(layer)), 3)
        0.191
    """
    from scipy.special import ndtr

    deviation = layer["var"].where(layer["var"] > 0) ** 0.5
    normal = xr.apply_ufunc(ndtr, (layer.bin_edges - layer["mean"]) / deviation)
    distance: xr.DataArray = abs(cdf(layer) - normal).max("edge")
    return distance


def pooled(layer: xr.Dataset) -> xr.Dataset:
    """Throw all channels of a layer together, as most tools do.

    Args:
        layer: a layer's dataset.
    Returns:
        A dataset with one channel: the counts added up, mean and variance of all
        values; without the quantities that belong to single channels.
    Example:
        >>> import torch, hooks
        >>> model = torch.nn.Sequential(torch.nn.BatchNorm1d(2))
        >>> with hooks.record(model, "0") as recorder:
        ...     _ = model(torch.tensor([[1.0, 5.0], [3.0, 7.0]]))
        >>> both = pooled(recorder.recording["0"])
        >>> given = both.sel(side="input")
        >>> round(given["mean"].item(), 4), round(given["var"].item(), 4)
        (4.0, 5.0)
        >>> cdf(given).sizes["edge"]
        65
    """
    finite = layer["finite"].astype(float)
    share = finite / finite.sum("channel").where(lambda total: total > 0)
    mean = (layer["mean"] * share).sum("channel", min_count=1)
    spread = layer["var"] + (layer["mean"] - mean) ** 2
    var = (spread * share).sum("channel", min_count=1)
    names = ["counts", "below", "above", "nan", "inf", "n", "finite", "binned"]
    added = layer[names].sum("channel").assign(mean=mean, var=var)
    if "rms" in layer:  # of gradients, zeros and all
        squares = (layer["rms"] ** 2 * layer["n"]).sum("channel", min_count=1)
        added["rms"] = (squares / added["n"]) ** 0.5
    # A selection of variables leaves coordinates of other dimensions behind.
    added = added.assign_coords(bin_edges=layer.bin_edges)
    whole = added.expand_dims(channel=[0], axis=-1)
    ordered = whole.transpose("snapshot", "side", "channel", ..., missing_dims="ignore")
    return ordered.assign_attrs(layer.attrs)

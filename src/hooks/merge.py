"""Recordings of one model on different batches, made into one."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from hooks.dataset import cdf_error
from hooks.recording import Recording
from hooks.rows import PARAMETERS
from hooks.side import TAILS, Row

COUNTED = ("counts", *TAILS, "n", "finite", "binned")
LEARNED = ("weight", "bias")
REMEDY = "record one model with the same settings and snapshots on different batches"


def merge(a: Recording, b: Recording) -> Recording:
    """Make one recording of two, as if one recorder had seen all batches.

    The two are of one model in the same states, with the same settings and snapshots,
    on different batches: those of two processes, or of two parts of a data set.
    Counts are added, and means and variances merged; order and grouping change
    nothing but the float64 rounding of these. The passes of a trace follow one
    another, those of `a` first.

    `running_mean` and `running_var` are those of `a`: processes that train together
    share the weights, but each updates running statistics of its own, of which
    DistributedDataParallel goes on with the first process's.

    Args:
        a: the first recording; one without layers adds nothing.
        b: the second.
    Returns:
        A new recording with the layers in the order of `a`.
    Raises:
        ValueError: other layers, snapshots, bins, settings, channels or weights.
    Source: Chan, Golub & LeVeque (1983), pairwise update.
    Example:
        >>> import torch, hooks
        >>> model = torch.nn.Sequential(torch.nn.BatchNorm1d(1))
        >>> def recorded(*values):
        ...     with hooks.record(model, "0") as recorder:
        ...         _ = model(torch.tensor(values)[:, None])
        ...     return recorder.recording
        >>> both = merge(recorded(1.0, 3.0), recorded(4.0, 8.0))["0"].sel(side="input")
        >>> both.n.item(), both["mean"].item(), round(both["var"].item(), 3)
        (4, 4.0, 6.5)
    """
    if a and b:
        if set(a) != set(b):
            raise ValueError(
                f"merge: expected recordings of the same layers, got "
                f"{sorted(set(a) - set(b))} only in the first and "
                f"{sorted(set(b) - set(a))} only in the second; {REMEDY}"
            )
        hold_same("merge", {"snapshots": _labels(a)}, {"snapshots": _labels(b)})
    return union("merge", list(a or b), a, b)


def union(who: str, layers: Sequence[str], a: Recording, b: Recording) -> Recording:
    """Merge two recordings, each of which may lack layers that were not called.

    Args:
        who: the caller's name, for the error.
        layers: names, in the order of the result.
        a: the first recording.
        b: the second.
    Raises:
        ValueError: what the two have of a layer does not go together.
    Example:
        >>> stem, head = (Recording({name: xr.Dataset()}) for name in ("stem", "head"))
        >>> list(union("merge", ["stem", "block", "head"], head, stem))
        ['stem', 'head']
    """
    merged = {}
    for name in layers:
        if name in a and name in b:
            whose = f"{who}: layer {name!r}"
            merged[name] = _merge_layer(whose, a[name], b[name])
        elif name in a or name in b:
            merged[name] = (a if name in a else b)[name]
    return Recording(merged)


def _merge_layer(who: str, a: xr.Dataset, b: xr.Dataset) -> xr.Dataset:
    hold_same(who, settings(a), settings(b))
    few, many = sorted((a["snapshot"], b["snapshot"]), key=len)
    common = many[-len(few) :]  # a layer has no rows from before its first pass
    mine, theirs = ({"snapshots": each.values.tolist()} for each in (few, common))
    hold_same(who, mine, theirs)
    _hold_learned(who, a.sel(snapshot=common), b.sel(snapshot=common))
    no_pass = dict.fromkeys(COUNTED, 0)  # and NaN elsewhere
    whole, other = (x.reindex(snapshot=many, fill_value=no_pass) for x in (a, b))
    first, second = (
        {str(name): variable.values for name, variable in x.variables.items()}
        for x in (whole, other)
    )
    has_row = np.isin(many, a["snapshot"])[:, None]
    traces = [str(name) for name in whole if "step" in whole[name].dims]
    merged = {name: first[name] + second[name] for name in COUNTED}
    merged |= _moments(first, second)
    merged |= {n: np.where(has_row, first[n], second[n]) for n in PARAMETERS}
    merged |= {n: np.concatenate([first[n], second[n]]) for n in traces}
    error = cdf_error(merged["n"], merged["binned"])
    return (
        whole.drop_dims("step", errors="ignore")
        .assign({n: (whole[n].dims, values) for n, values in merged.items()})
        .assign_attrs(cdf_error=error)
    )


def _moments(a: Row, b: Row) -> Row:
    """Merge what cannot be added; what one has no values of is exactly the other's."""
    n = [each["finite"] for each in (a, b)]
    mean = _average(n, [each["mean"] for each in (a, b)])
    within = _average(n, [each["var"] for each in (a, b)])
    between = _average(n, [(each["mean"] - mean) ** 2 for each in (a, b)])
    merged = {"mean": mean, "var": within + between}
    if "rms" in a:  # of gradients, zeros and all
        squares = [each["rms"] ** 2 for each in (a, b)]
        merged["rms"] = _average([a["n"], b["n"]], squares) ** 0.5
    return merged


def _average(n: list[np.ndarray], values: list[np.ndarray]) -> np.ndarray:
    """Average two arrays with the weights `n`; NaN where both weigh nothing."""
    total = n[0] + n[1]
    shares = [each / total.clip(min=1) for each in n]
    parts = [np.where(s > 0, v, 0) * s for s, v in zip(shares, values, strict=True)]
    return np.where(total > 0, parts[0] + parts[1], np.nan)


def settings(layer: xr.Dataset) -> dict[str, object]:
    """Say how a layer was recorded, apart from what depends on the batches.

    Args:
        layer: its dataset.
    Returns:
        Attributes and sizes by name, for `hold_same`.
    Example:
        >>> edges, n = ("edge", [-6.0, 0.0, 6.0]), ("channel", [128, 128, 128])
        >>> settings(xr.Dataset({"n": n}, {"bin_edges": edges}, {"mode": "train"}))
        {'mode': 'train', 'bins': '2 from -6.0 to 6.0', 'number of channels': 3,
         'variables': ['n']}
    """
    attrs = {name: v for name, v in layer.attrs.items() if name != "cdf_error"}
    return attrs | {
        "bins": bins(layer["bin_edges"].values),
        "number of channels": layer.sizes["channel"],
        "variables": sorted(map(str, layer)),
    }


def bins(edges: np.ndarray) -> str:
    """Say in words which bins there are.

    Example:
        >>> bins(np.array([-1.0, 0.0, 1.0]))
        '2 from -1.0 to 1.0'
    """
    return f"{len(edges) - 1} from {edges[0]} to {edges[-1]}"


def _labels(recording: Recording) -> list[object]:
    """Give the snapshots of the layer that was called first."""
    labels = (layer["snapshot"].values.tolist() for layer in recording.values())
    return max(labels, key=len)


def hold_same(
    who: str,
    mine: Mapping[str, object],
    theirs: Mapping[str, object],
    remedy: str = REMEDY,
) -> None:
    """Refuse what differs between two recordings.

    Args:
        who: the caller's name, for the error.
        mine: settings by name.
        theirs: the other's.
        remedy: what to do, for the error.
    Raises:
        ValueError: a setting differs, or only one has it.
    Example:
        >>> hold_same("merge", {"mode": "train"}, {"mode": "eval"}, "record again")
        Traceback (most recent call last):
        ValueError: merge: expected the same mode in both, got 'train' and 'eval';
        record again
    """
    for name in {**mine, **theirs}:
        if mine.get(name) != theirs.get(name):
            raise ValueError(
                f"{who}: expected the same {name} in both, got {mine.get(name)!r} and "
                f"{theirs.get(name)!r}; {remedy}"
            )


def _hold_learned(who: str, a: xr.Dataset, b: xr.Dataset) -> None:
    for name in LEARNED:
        apart = ~np.isclose(a[name], b[name], rtol=0, atol=0, equal_nan=True)
        if apart.any():
            raise ValueError(
                f"{who}: expected the same {name} in both, as processes that train "
                f"together have it; got another one in {apart.any(0).sum()} of "
                f"{apart.shape[1]} channels; {REMEDY}"
            )

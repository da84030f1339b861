"""One row of a recording: what both sides of a layer, and the layer itself, hold."""

from collections.abc import Mapping

import numpy as np
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from hooks.moments import BatchMoments
from hooks.side import Row, Side, array

SIDES = ("input", "output")
PARAMETERS = ("running_mean", "running_var", "weight", "bias")


def layer_row(module: nn.Module, sides: Mapping[str, Side]) -> Row:
    """Give the statistics of both sides and the layer's parameters as arrays by name.

    Args:
        module: the layer.
        sides: what was accumulated of its "input" and its "output".
    Returns:
        counts (2, C, bins); mean, var, n, binned, below, above, nan, inf (2, C);
        running_mean, running_var, weight, bias (C,), NaN where the layer has none or
        none at hand: parametrized, or in parts on several processes. A side with
        fewer channels is filled up with n = 0.
    Example:
        >>> import torch
        >>> from hooks.side import Settings
        >>> sides = {s: Side(3, torch.device("cpu"), Settings(bins=8)) for s in SIDES}
        >>> row = layer_row(nn.BatchNorm2d(3), sides)
        >>> row["counts"].shape, row["n"].shape, row["running_var"].tolist()
        ((2, 3, 8), (2, 3), [1.0, 1.0, 1.0])
    """
    rows = [sides[side].row() for side in SIDES]
    row = {name: stack([each[name] for each in rows]) for name in rows[0]}
    widths = [len(each["n"]) for each in rows]
    for name in PARAMETERS:
        value = _at_hand(module, name)
        row[name] = np.full(max(widths), np.nan)
        if value is not None and value.shape in {(w,) for w in widths}:
            row[name][: len(value)] = array(value.double())
    return row


def _at_hand(module: nn.Module, name: str) -> Tensor | None:
    # To read a parametrized weight computes it, which spectral_norm, say, remembers.
    if is_parametrized(module, name):
        return None
    value = getattr(module, name, None)
    sharded = hasattr(value, "full_tensor")  # to put it together is for all processes
    return value if isinstance(value, Tensor) and not sharded else None


def compact(row: Row) -> Row:
    """Put whole numbers, none below 0, into as few bytes as hold them.

    Rows wait until a recording is asked for: 50 of them in a fifth of the memory.

    Example:
        >>> compact({"n": np.array([300, 7])})["n"].dtype
        dtype('uint16')
    """
    return {
        name: values.astype(np.min_scalar_type(values.max(initial=0)))
        if np.issubdtype(values.dtype, np.integer)
        else values
        for name, values in row.items()
    }


def batch_rows(batch: tuple[BatchMoments, ...]) -> Row:
    """Give batch_mean and batch_var of P passes, (P, 2, C).

    Args:
        batch: moments of the input and of the output, (P, C) each, or (C,) of a pass.
    Example:
        >>> import torch
        >>> n, mean, m2 = torch.tensor([[[4.0, 4.0]], [[1.0, 2.0]], [[0.0, 8.0]]])
        >>> rows = batch_rows(((n, mean, m2), (n, 10 * mean, 100 * m2)))
        >>> rows["batch_mean"].tolist(), rows["batch_var"].tolist()
        ([[[1.0, 2.0], [10.0, 20.0]]], [[[0.0, 2.0], [0.0, 200.0]]])
    """
    means = [np.atleast_2d(array(mean)).T for _, mean, _ in batch]
    variances = [np.atleast_2d(array(m2 / n)).T for n, _, m2 in batch]
    return {
        "batch_mean": np.moveaxis(stack(means), 2, 0),
        "batch_var": np.moveaxis(stack(variances), 2, 0),
    }


def stack(sides: list[np.ndarray]) -> np.ndarray:
    """Stack input and output, (C, …) each, the one with fewer channels filled up.

    Args:
        sides: two arrays of one dtype.
    Returns:
        (2, C, …), filled up with 0 where they hold whole numbers, else with NaN.
    Example:
        >>> stack([np.array([1.0, 2.0]), np.array([3.0])]).tolist()
        [[1.0, 2.0], [3.0, nan]]
    """
    channels = max(len(side) for side in sides)
    whole = np.issubdtype(sides[0].dtype, np.integer)
    fill = 0 if whole else np.nan
    stacked = np.full((2, channels, *sides[0].shape[1:]), fill, sides[0].dtype)
    for target, side in zip(stacked, sides, strict=True):
        target[: len(side)] = side
    return stacked

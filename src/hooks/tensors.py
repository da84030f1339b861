"""From what a module is given and returns to one tensor of shape (N, C, L)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from math import gcd

from torch import Tensor

PRIME = 7919


def first_tensor(value: object) -> Tensor | None:
    """Find the first tensor in a tensor, tuple, list, dict or dataclass.

    Example:
        >>> import torch
        >>> first_tensor((None, {"hidden": torch.zeros(2, 3)})).shape
        torch.Size([2, 3])
    """
    if isinstance(value, Tensor):
        return value
    children: Iterable[object] = ()
    if isinstance(value, Mapping):
        children = value.values()
    elif isinstance(value, tuple | list):
        children = value
    elif is_dataclass(value) and not isinstance(value, type):
        children = (getattr(value, field.name) for field in fields(value))
    for child in children:
        found = first_tensor(child)
        if found is not None:
            return found
    return None


def by_channel(x: Tensor, axis: int = 1) -> Tensor:
    """View activations as (N, C, L): samples, channels, everything else.

    Where the channels lie innermost in memory (`channels_last`, or the last axis),
    every place counts as a sample of its own and L is 1, so that nothing is copied.

    Args:
        x: activations of any shape with at least one axis.
        axis: the axis that counts the channels; 0 where there is only one.
    Returns:
        (N, C, L), detached, float32 or float64.
    Raises:
        ValueError: `x` has no such axis.
    Example:
        >>> import torch
        >>> by_channel(torch.zeros(8, 16, 4, 4)).shape
        torch.Size([8, 16, 16])
        >>> by_channel(torch.zeros(8, 5, 32), axis=-1).shape
        torch.Size([40, 32, 1])
    """
    if not -x.ndim <= axis < x.ndim and x.ndim != 1:
        raise ValueError(
            f"by_channel: expected a tensor with a channel axis {axis}, got shape "
            f"{tuple(x.shape)}; pass channel_axis= one of its {x.ndim} axes"
        )
    x = x.detach()
    if not x.is_floating_point():
        x = x.double()
    elif x.itemsize < 4:
        x = x.float()
    if x.ndim == 1:
        return x[None, :, None]
    innermost = x.movedim(axis, -1)
    if innermost.is_contiguous():
        return innermost.reshape(-1, x.shape[axis], 1)
    if x.ndim == 2:
        return innermost[..., None]
    return x.movedim(axis, 1).flatten(2)


def over_channels(reduce: Callable[[Tensor, int], Tensor], x: Tensor) -> Tensor:
    """Reduce each channel to one number, in float64 after the first half.

    Args:
        reduce: `torch.sum`, `torch.amin` or `torch.amax`.
        x: (N, C, L).
    Returns:
        (C,), float64.
    Example:
        >>> import torch
        >>> over_channels(torch.sum, torch.ones(4, 2, 3)).tolist()
        [12.0, 12.0]
    """
    samples, channels, length = x.shape
    if length > 1:
        return reduce(reduce(x, 2).double(), 0)
    together = gcd(samples, 64)  # wide rows are added several values at a time
    wide = x.reshape(samples // together, together * channels)
    return reduce(reduce(wide, 0).double().view(together, channels), 0)


def thin(x: Tensor, keep: int, turn: int) -> Tensor:
    """Take about `keep` values of every channel, evenly and without chance.

    The stride is odd, so that it walks over all columns of an image, and the start
    moves with `turn`, so that successive batches are read at other places.

    Args:
        x: (N, C, L).
        keep: how many values a channel to aim for.
        turn: the number of the batch.
    Returns:
        (n, C, l), a view, with n·l between about `keep` and 4·`keep` where there
        are as many.
    Example:
        >>> import torch
        >>> thin(torch.zeros(128, 16, 1024), keep=1024, turn=0).shape
        torch.Size([128, 16, 8])
    """
    samples, _, length = x.shape
    stride = max(1, samples * length // keep)
    places = _odd(min(stride, max(1, length // 4)))
    images = max(1, stride // places) if length > 1 else _odd(stride)
    start = turn * PRIME  # visits every place before it comes back to the first
    return x[start % images :: images, :, start % places :: places]


def _odd(number: int) -> int:
    return number if number % 2 else number + 1

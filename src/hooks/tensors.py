"""From what a module is given and returns to one tensor of shape (N, C, L)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from math import gcd

import torch
from torch import Tensor

PRIME = 7919
JOINED = 16  # rows of channels that are read as one
CACHED = 262144  # values that are worked on at once: a megabyte, twice as fast


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
    if isinstance(value, tuple | list):
        children = value
    elif isinstance(value, Mapping):
        children = value.values()
    elif is_dataclass(value) and not isinstance(value, type):
        children = (getattr(value, field.name) for field in fields(value))
    for child in children:
        found = first_tensor(child)
        if found is not None:
            return found
    return None


def unreadable(x: Tensor) -> str | None:
    """Say what keeps the values of a tensor from being read; None: nothing.

    Example:
        >>> import torch
        >>> unreadable(torch.zeros(2)), unreadable(torch.zeros(2).to_sparse())
        (None, 'sparse')
    """
    if x.is_complex():
        return "complex"
    if x.is_quantized:
        return "quantized"
    if x.is_nested:
        return "nested"
    if x.layout is not torch.strided:
        return "sparse"
    if torch._C._functorch.is_functorch_wrapped_tensor(x):
        return "torch.func"
    return None


def by_channel(x: Tensor, axis: int = 1) -> Tensor:
    """View activations as (N, C, L): samples, channels, everything else.

    Where the channels lie innermost in memory (`channels_last`, or the last axis),
    every place counts as a sample of its own and L is 1, so that nothing is copied.

    Args:
        x: activations of any shape.
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
    if not -x.ndim <= axis < x.ndim and x.ndim > 1:
        raise ValueError(
            f"by_channel: expected a tensor with a channel axis {axis}, got shape "
            f"{tuple(x.shape)}; pass channel_axis= one of its {x.ndim} axes"
        )
    axis %= max(1, x.ndim)
    x = x.detach()
    if x.device.type == "mps":  # it has no float64
        x = x.cpu()
    if axis == 1 and x.dtype is torch.float32 and x.ndim > 2 and x.is_contiguous():
        return x.flatten(2)  # as all that follows would, in a third of the time
    if not x.is_floating_point():
        x = x.double()
    elif x.itemsize < 4:
        x = x.float()
    if x.ndim < 2:
        return x.reshape(1, x.numel(), 1)
    if x.numel() == 0:
        return x.new_empty(0, x.shape[axis], 1)
    innermost = x.movedim(axis, -1)
    if innermost.is_contiguous():
        return innermost.reshape(-1, x.shape[axis], 1)
    if x.ndim == 2:
        return innermost[..., None]
    return x.movedim(axis, 1).flatten(2)


def channel_sums(x: Tensor) -> Tensor:
    """Add up each channel, in float64 after the first half.

    Args:
        x: (N, C, L).
    Returns:
        (C,), float64.
    Example:
        >>> import torch
        >>> channel_sums(torch.ones(4, 2, 3)).tolist()
        [12.0, 12.0]
    """
    if x.shape[2] > 1:
        return x.sum(0).double().sum(1)
    return rows(x).sum(0).double().view(-1, x.shape[1]).sum(0)


def rows(x: Tensor) -> Tensor:
    """View activations so that work on each value runs along long rows.

    Where the channels lie innermost, a row of C values would be a short one, and a
    vector over channels would have to be read anew for each: up to 16 are joined.

    Args:
        x: (N, C, L).
    Returns:
        (N / 16, 16 * C) where L is 1, or another number that divides N; else `x`.
    Example:
        >>> import torch
        >>> rows(torch.zeros(128, 16, 1)).shape, rows(torch.zeros(8, 16, 256)).shape
        (torch.Size([8, 256]), torch.Size([8, 16, 256]))
    """
    together = joined(x)
    return x if together == 0 else x.reshape(-1, together * x.shape[1])


def joined(x: Tensor) -> int:
    """Say how many rows of channels `rows` joins to one; 0: it leaves x as it is.

    Args:
        x: (N, C, L).
    Example:
        >>> [joined(torch.zeros(n, 3, l)) for n, l in [(128, 1), (20, 1), (128, 2)]]
        [16, 4, 0]
    """
    samples, _, length = x.shape
    return 0 if length > 1 else gcd(samples, JOINED)


def spread(values: Tensor, x: Tensor) -> Tensor:
    """Lay out one value a channel, (C,), so that it broadcasts over `rows(x)`.

    Example:
        >>> import torch
        >>> spread(torch.tensor([1, 2]), torch.zeros(6, 2, 1)).tolist()
        [1, 2, 1, 2]
    """
    together = joined(x)
    return values[:, None] if together == 0 else values.repeat(together)


def pieces(x: Tensor) -> Iterator[Tensor]:
    """Split activations, (N, C, L), into parts that stay in a processor's cache.

    Example:
        >>> import torch
        >>> [tuple(piece.shape) for piece in pieces(torch.zeros(3, 64, 2000))]
        [(2, 64, 2000), (1, 64, 2000)]
    """
    _, channels, length = x.shape
    samples = CACHED // max(1, channels * length)
    samples -= samples % JOINED if samples > JOINED else 0
    places = CACHED // max(1, channels)
    for part in torch.split(x, max(1, samples)):
        yield from torch.split(part, max(1, places), dim=2)


def thin(x: Tensor, keep: int, turn: int) -> Tensor:
    """Take about `keep` values of every channel, evenly and without chance.

    The stride is odd, so that it walks over all columns of an image, and the start
    moves with `turn`, so that successive samples are of other places.

    Args:
        x: (N, C, L).
        keep: how many values a channel to aim for.
        turn: the number of the sample.
    Returns:
        (n, C, l), a view, with n·l about `keep`, between half of it and 4·`keep`,
        where there are as many.
    Example:
        >>> import torch
        >>> thin(torch.zeros(128, 16, 1024), keep=1024, turn=0).shape
        torch.Size([128, 16, 8])
    """
    samples, _, length = x.shape
    stride = max(1, samples * length // keep)
    places = _odd(min(stride, max(1, length // 4)))
    images = max(1, round(stride / places)) if length > 1 else _odd(stride)
    # Every pair of starts comes up before the first comes up again.
    image, place = divmod(turn * PRIME % (images * places), places)
    return x[image::images, :, place::places]


def _odd(number: int) -> int:
    return number if number % 2 else number + 1

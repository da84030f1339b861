"""From what a module is given and returns to one tensor of shape (N, C, L)."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass

from torch import Tensor


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
    elif is_dataclass(value):
        children = (getattr(value, field.name) for field in fields(value))
    for child in children:
        found = first_tensor(child)
        if found is not None:
            return found
    return None


def by_channel(x: Tensor, axis: int = 1) -> Tensor:
    """View activations as (N, C, L): samples, channels, everything else.

    Args:
        x: activations of any shape with at least one axis.
        axis: the axis that counts the channels; 0 where there is only one.
    Returns:
        (N, C, L), detached, floating point.
    Raises:
        ValueError: `x` has no such axis.
    Example:
        >>> import torch
        >>> by_channel(torch.zeros(8, 16, 4, 4)).shape
        torch.Size([8, 16, 16])
        >>> by_channel(torch.zeros(8, 5, 32), axis=-1).shape
        torch.Size([8, 32, 5])
    """
    if not -x.ndim <= axis < x.ndim:
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
        return x.reshape(1, -1, 1)
    if axis % x.ndim == 0:
        return x.reshape(1, x.shape[0], -1)
    x = x.movedim(axis, 1)
    return x.flatten(2) if x.ndim > 2 else x[..., None]


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
    images = max(1, stride // places)
    return x[(turn * 5) % images :: images, :, (turn * 7) % places :: places]


def _odd(number: int) -> int:
    return number if number % 2 else number + 1

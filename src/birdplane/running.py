"""The running statistics of a batch norm that computes its batch's own way."""

import torch
from torch import Tensor, nn


@torch.no_grad()
def follow(layer: nn.BatchNorm2d, mean: Tensor, var: Tensor) -> None:
    """Move a layer's running statistics towards a batch's, as `nn.BatchNorm2d` does.

    Args:
        layer: without running statistics nothing is done.
        mean: of the batch, (C,).
        var: of the batch, (C,), unbiased.

    Example:
        >>> layer = nn.BatchNorm2d(1, momentum=0.25)
        >>> follow(layer, torch.tensor([4.0]), torch.tensor([5.0]))
        >>> layer.running_mean.item(), layer.running_var.item()
        (1.0, 2.0)
    """
    if layer.running_mean is None or layer.running_var is None:
        return
    if layer.num_batches_tracked is not None:
        layer.num_batches_tracked.add_(1)
    momentum = layer.momentum
    if momentum is None:
        momentum = 1 / int(layer.num_batches_tracked or 1)
    layer.running_mean.lerp_(mean, momentum)
    layer.running_var.lerp_(var, momentum)

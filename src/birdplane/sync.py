"""Batch normalization over all processes, on any device that gloo or NCCL reaches."""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from birdplane.running import follow


class SumOverProcesses(torch.autograd.Function):
    """Add up a tensor over all processes; so every process gets the same sum.

    Backwards: every process's loss depends on the sum, so that its gradient is the
    sum of what the processes say, too.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        """Give the sum, in the shape of x."""
        total = x.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        """Give the sum of the gradients."""
        total = gradients[0].clone()
        dist.all_reduce(total)
        return total


class SyncBatchNorm2d(nn.BatchNorm2d):
    """Batch norm with the mean and variance of the batches of all processes together.

    In training the processes add up three things: n and Σx, then Σ(x − mean)², from
    which each computes the same mean and variance, and the same running statistics.
    Evaluation, and a program of one process, are those of `nn.BatchNorm2d`. PyTorch's
    own `nn.SyncBatchNorm` does this on a GPU, in one exchange, and refuses a CPU.

    Example:
        >>> SyncBatchNorm2d(3)(torch.zeros(2, 3, 4, 4)).shape  # no other process
        torch.Size([2, 3, 4, 4])
    """

    def forward(self, x: Tensor) -> Tensor:
        """Normalize this process's share, (N, C, H, W)."""
        if not (self.training and dist.is_available() and dist.is_initialized()):
            return super().forward(x)
        self._check_input_dim(x)
        count = x.new_tensor([x.numel() / x.shape[1]])  # values a channel, here
        sums = SumOverProcesses.apply(torch.cat([count, x.sum((0, 2, 3))]))
        n, mean = sums[0], sums[1:] / sums[0]  # of all processes
        centred = x - mean[:, None, None]
        var = SumOverProcesses.apply(centred.square().sum((0, 2, 3))) / n
        follow(self, mean.detach(), (var * n / (n - 1)).detach())
        out: Tensor = centred * (var + self.eps).rsqrt()[:, None, None]
        if self.affine:
            out = out * self.weight[:, None, None] + self.bias[:, None, None]
        return out


def synchronize(model: nn.Module) -> nn.Module:
    """Put a `SyncBatchNorm2d` in the place of every `nn.BatchNorm2d`, in place.

    Parameters and buffers stay the very same tensors.

    Args:
        model: any module, best before it is wrapped in DistributedDataParallel.

    Returns:
        The model.

    Example:
        >>> type(synchronize(nn.Sequential(nn.BatchNorm2d(3)))[0]).__name__
        'SyncBatchNorm2d'
    """
    for name, child in model.named_children():
        if type(child) is nn.BatchNorm2d:
            new = SyncBatchNorm2d(child.num_features, child.eps, child.momentum)
            new.__dict__.update(child.__dict__)
            setattr(model, name, new)
        else:
            synchronize(child)
    return model

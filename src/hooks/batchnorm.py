"""Read the batch statistics that a BatchNorm layer has computed anyway."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from hooks.moments import BatchMoments

BatchNorm = nn.modules.batchnorm._BatchNorm
PASSES = 64  # whose statistics are merged at once
FAR = 30.0  # deviations from zero; the sums of a channels_last batch are plain float32


class BatchStatistics(NamedTuple):
    """What one pass of a BatchNorm layer in train mode worked with.

    Attributes:
        n: values a channel.
        mean: of the input, (C,).
        inverse: 1/√(variance + eps) of the input, (C,).
        weight, bias: γ and β, (C,); 1 and 0 where the layer has none.

    They are the layer's own: the next step of the training may change them.
    """

    n: int
    mean: Tensor
    inverse: Tensor
    weight: Tensor
    bias: Tensor


class KeptStatistics:
    """The statistics of some passes of one layer, which wait to be merged together.

    Args:
        like: a vector of the length, type and device of the statistics, (C,).
        eps: the layer's.
    """

    def __init__(self, like: Tensor, eps: float) -> None:
        """Take the memory for all passes.

        Small pieces, kept among a training's large ones, would make its heap grow.
        """
        self.eps = eps
        self._n: list[int] = []
        self._values = like.new_empty((PASSES, 4, len(like)))

    def __len__(self) -> int:
        """Count the passes; there is room for `PASSES`."""
        return len(self._n)

    def add(self, statistics: BatchStatistics) -> None:
        """Copy the statistics of one more pass."""
        n, *vectors = statistics
        torch.stack(vectors, out=self._values[len(self._n)])
        self._n.append(n)

    def take(self) -> tuple[BatchMoments, BatchMoments]:
        """Give the moments of the inputs, and of the outputs that follow; empty it.

        An output has the mean β and the variance γ²·v/(v + eps).

        Returns:
            (n, mean, m2) of input and output, each (P, C) for P passes, float64, exact
            up to float32 rounding.
        Source: Ioffe & Szegedy (2015), Algorithm 1.
        """
        vectors = self._values[: len(self._n)].double()
        mean, inverse, weight, bias = vectors.unbind(1)
        n = torch.tensor(self._n, dtype=torch.float64)[:, None].expand_as(mean)
        self._n.clear()
        var = (inverse.square().reciprocal() - self.eps).clamp(min=0)
        return (n, mean, var * n), (n, bias, (inverse * weight).square() * var * n)


def is_plain(module: nn.Module) -> bool:
    """Say whether a layer runs PyTorch's own batch norm on the input as it comes.

    Example:
        >>> is_plain(nn.BatchNorm2d(3)), is_plain(nn.SyncBatchNorm(3))
        (True, False)
    """
    forward = getattr(module.forward, "__func__", None)
    return forward is BatchNorm.forward


def batch_statistics(module: nn.Module, output: Tensor) -> BatchStatistics | None:
    """Read what autograd keeps of a BatchNorm layer for the backward pass.

    Args:
        module: the layer.
        output: what it returned, (N, C, *spatial), still attached to the graph.
    Returns:
        None where the layer kept nothing (evaluation mode, no gradient, another
        function made the output), kept it in 16 bits or on another device than the
        CPU, the batch holds NaN or ±inf, or a mean is so many deviations from zero
        that float32 has cost it digits.
    Example:
        >>> bn = nn.BatchNorm1d(1)
        >>> read = batch_statistics(bn, bn(torch.tensor([[1.0], [3.0]])))
        >>> read.n, read.mean.tolist(), read.inverse.round(decimals=4).tolist()
        (2, [2.0], [1.0])
    """
    made_by = output.grad_fn
    saved = getattr(made_by, "_raw_saved_result1", None)
    if getattr(saved, "unpack_hook", saved) is not None:
        return None  # reading would run somebody's hook: a checkpoint's, say
    mean = getattr(made_by, "_saved_result1", None)
    inverse = getattr(made_by, "_saved_result2", None)
    if (
        not isinstance(module, BatchNorm)
        or not isinstance(mean, Tensor)
        or not isinstance(inverse, Tensor)
        or mean.shape != (module.num_features,)
        or mean.itemsize < 4  # a model of float16 or bfloat16: two or three digits
        or mean.device.type != "cpu"  # to check it would wait for the device
        or not _is_accurate(mean, inverse)
    ):
        return None
    n = output.numel() // output.shape[1]
    if not module.affine:
        ones = torch.ones_like(mean)
        return BatchStatistics(n, mean, inverse, ones, torch.zeros_like(mean))
    weight, bias = module.weight.detach(), module.bias.detach()
    return BatchStatistics(n, mean, inverse, weight, bias)


def _is_accurate(mean: Tensor, inverse: Tensor) -> bool:
    """Say whether all is finite, and float32 sums were enough."""
    # Lists: for so few numbers the calls of a library take longer than the work.
    far = all(-FAR < ratio < FAR for ratio in (mean * inverse).tolist())
    return far and 0.0 not in inverse.tolist()  # there the variance was inf

"""Read the batch statistics that a BatchNorm layer has computed anyway."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from hooks.moments import BatchMoments

BatchNorm = nn.modules.batchnorm._BatchNorm
FAR = 30.0  # deviations from zero; the sums of a channels_last batch are plain float32


@dataclass(frozen=True)
class BatchStatistics:
    """What one pass of a BatchNorm layer in train mode worked with.

    Attributes:
        n: values a channel.
        mean: of the input, (C,), float32.
        inverse: 1/√(variance + eps) of the input, (C,), float32.
        weight, bias: γ and β during the pass, (C,); None where the layer has none.
    """

    n: int
    mean: Tensor
    inverse: Tensor
    weight: Tensor | None
    bias: Tensor | None

    def moments(self, eps: float) -> tuple[BatchMoments, BatchMoments]:
        """Give the moments of the input, and those of the output that follow.

        The output has the mean β and the variance γ²·v/(v + eps).

        Returns:
            (n, mean, m2) of the input and of the output, each (C,), float64, exact up
            to float32 rounding.
        Source: Ioffe & Szegedy (2015), Algorithm 1.
        """
        mean, inverse = self.mean.double(), self.inverse.double()
        n = torch.full_like(mean, self.n)
        var = (inverse.square().reciprocal() - eps).clamp(min=0)
        bias = torch.zeros_like(mean) if self.bias is None else self.bias.double()
        scaled = inverse if self.weight is None else inverse * self.weight.double()
        return (n, mean, var * n), (n, bias, scaled.square() * var * n)


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
        function made the output), kept it in 16 bits, the batch holds NaN or ±inf,
        or a mean is so many deviations from zero that float32 has cost it digits.
    Example:
        >>> bn = nn.BatchNorm1d(1)
        >>> kept = batch_statistics(bn, bn(torch.tensor([[1.0], [3.0]])))
        >>> [round(v.item(), 4) for v in kept.moments(bn.eps)[0]]
        [2.0, 2.0, 2.0]
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
        or not ((mean * inverse).abs() < FAR).all()  # nor where there is NaN or ±inf
        or not (inverse > 0).all()
    ):
        return None
    n = output.numel() // output.shape[1]
    if not module.affine:
        return BatchStatistics(n, mean, inverse, None, None)
    # The optimizer changes these in place before the snapshot is taken.
    weight, bias = module.weight.detach().clone(), module.bias.detach().clone()
    return BatchStatistics(n, mean, inverse, weight, bias)

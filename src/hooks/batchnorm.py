"""Read the batch statistics that a BatchNorm layer has computed anyway."""

import torch
from torch import Tensor, nn

from hooks.moments import BatchMoments

BatchNorm = nn.modules.batchnorm._BatchNorm


def batch_statistics(
    module: nn.Module, output: Tensor
) -> tuple[BatchMoments, BatchMoments] | None:
    """Give the moments of a BatchNorm layer's input and output without a pass.

    Autograd keeps the batch mean and 1/√(variance + eps) for the backward pass.
    The moments of the output follow from them: its mean is the layer's bias β and
    its variance γ²·v/(v + eps).

    Args:
        module: the layer.
        output: what it returned, (N, C, *spatial), still attached to the graph.
    Returns:
        (n, mean, m2) of the input and of the output, each (C,) in float64, exact up
        to float32 rounding; None where the layer kept nothing (evaluation mode, no
        gradient, another function) or the batch holds NaN or ±inf.
    Source: Ioffe & Szegedy (2015), Algorithm 1.
    Example:
        >>> bn = nn.BatchNorm1d(1)
        >>> moments = batch_statistics(bn, bn(torch.tensor([[1.0], [3.0]])))
        >>> [round(v.item(), 4) for v in moments[0]]
        [2.0, 2.0, 2.0]
    """
    made_by = output.grad_fn
    kept = getattr(made_by, "_saved_result1", None)
    if (
        not isinstance(module, BatchNorm)
        or not isinstance(kept, Tensor)
        or not getattr(made_by, "_saved_training", False)
        or kept.shape != (module.num_features,)
    ):
        return None
    mean = kept.detach().double()
    inverse: Tensor = made_by._saved_result2.detach().double()  # type: ignore[union-attr]
    var = (inverse.square().reciprocal() - module.eps).clamp(min=0)
    if not torch.isfinite(mean + var).all():
        return None
    n = torch.full_like(mean, output.numel() / output.shape[1])
    weight, bias = torch.ones_like(mean), torch.zeros_like(mean)
    if module.affine:
        weight, bias = module.weight.detach().double(), module.bias.detach().double()
    scaled = (weight * inverse).square() * var
    return (n, mean, var * n), (n, bias, scaled * n)

"""Does a batch normalization written by hand agree with PyTorch's own layer?"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

ByHand = Callable[..., tuple[Tensor, Tensor, Tensor]]
Layer = nn.BatchNorm1d | nn.BatchNorm2d

QUANTITIES = (
    "training output",
    "running mean",
    "running variance",
    "evaluation output",
    "input gradient",
    "weight gradient",
    "bias gradient",
)
"""What `compare` compares, in its order."""


def compare(
    by_hand: ByHand,
    shape: Sequence[int],
    eps: float = 1e-5,
    momentum: float = 0.1,
    affine: bool = True,
    *,
    seed: int = 0,
) -> dict[str, float]:
    """Run by-hand and built-in batch normalization side by side, in float64.

    Two training batches, so that the buffers move twice; one batch in evaluation;
    and the gradients of the second training batch, for a random gradient from
    above. γ and β are random where there are any. The global random state is left
    as it was.

    Args:
        by_hand: called as `by_hand(x, weight, bias, running_mean, running_var,
            training, momentum, eps)`; returns the output and the two new buffers.
            Without γ and β, weight is 1 and bias is 0.
        shape: (N, C), (N, C, L) or (N, C, H, W) of a batch.
        eps: added to the variance.
        momentum: the weight of the new batch in the buffers.
        affine: whether there are γ and β.
        seed: of the batches, γ and β.

    Returns:
        Largest difference of each of the `QUANTITIES`, divided by the quantity's
        largest value where that is above 1. Without γ and β the last two are
        left out.

    Raises:
        ValueError: the shape has fewer than two or more than four numbers.

    Example:
        >>> def shift_only(x, weight, bias, mean, var, training, momentum, eps):
        ...     return x - x.mean(0), mean, var
        >>> found = compare(shift_only, (8, 3), affine=False)
        >>> list(found)
        ['training output', 'running mean', 'running variance', 'evaluation output',
         'input gradient']
        >>> found["training output"] > 0.1
        True
    """
    if not 2 <= len(shape) <= 4:
        raise ValueError(
            "compare: expected the shape (N, C), (N, C, L) or (N, C, H, W), "
            f"got {tuple(shape)}"
        )
    kind = nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d
    layer = kind(shape[1], eps, momentum, affine, dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    _randomize(layer, generator)
    *batches, above = torch.randn(
        (4, *shape), generator=generator, dtype=torch.float64
    ).unbind()
    batches = [_raw(noise) for noise in batches]
    found = _by_hand(by_hand, layer, momentum, batches, above)
    expected = _built_in(layer, batches, above)
    return dict(zip(QUANTITIES, map(_difference, found, expected), strict=False))


def _by_hand(
    by_hand: ByHand, layer: Layer, momentum: float, batches: list[Tensor], above: Tensor
) -> list[Tensor]:
    """Run the function on copies of the layer's γ and β, from fresh buffers."""
    first, second, third = batches
    learned = [p.detach().clone().requires_grad_() for p in layer.parameters()]
    weight, bias = learned or (1.0, 0.0)
    mean, var = first.new_zeros(first.shape[1]), first.new_ones(first.shape[1])
    rest = (momentum, layer.eps)
    _, mean, var = by_hand(first, weight, bias, mean, var, True, *rest)
    x = second.clone().requires_grad_()
    out, mean, var = by_hand(x, weight, bias, mean, var, True, *rest)
    evaluated, *_ = by_hand(third, weight, bias, mean, var, False, *rest)
    gradients = torch.autograd.grad(out, [x, *learned], above)
    return [out, mean, var, evaluated, *gradients]


def _built_in(layer: Layer, batches: list[Tensor], above: Tensor) -> list[Tensor]:
    """Do the same with PyTorch's layer."""
    first, second, third = batches
    layer(first)
    x = second.clone().requires_grad_()
    out = layer(x)
    gradients = torch.autograd.grad(out, [x, *layer.parameters()], above)
    layer.eval()
    buffers = [buffer for name, buffer in layer.named_buffers() if "running" in name]
    return [out, *buffers, layer(third), *gradients]


def _raw(noise: Tensor) -> Tensor:
    """Give channel c a mean of 5 + c and a deviation of about 3."""
    spread = (1, -1) + (1,) * (noise.dim() - 2)
    return 3 * noise + 5 + torch.arange(noise.shape[1]).reshape(spread)


def _randomize(layer: nn.Module, generator: torch.Generator) -> None:
    """Draw γ and β, so that neither hides behind 1 and 0."""
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.normal_(generator=generator)


def _difference(found: Tensor, expected: Tensor) -> float:
    scale = max(1.0, float(expected.detach().abs().max()))
    return float((found - expected).detach().abs().max()) / scale

"""Walk along the gradient of a batch, and look at the loss on the way."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Walk:
    """What was met on a straight line from the weights w against their gradient g.

    Attributes:
        sizes: (S,) step sizes η, starting with 0; the weights are w − η·g.
        losses: (S,) cross-entropy in nats.
        changes: (S,) length of the gradient's change, ‖g(η) − g‖.
        gradient: ‖g‖, the length of the gradient where the walk begins.
        weight: ‖w‖, the length of the weights there.
    """

    sizes: Values
    losses: Values
    changes: Values
    gradient: float
    weight: float

    @property
    def lengths(self) -> Values:
        """How far each step leads, relative to the weights: η·‖g‖ / ‖w‖, (S,)."""
        return self.sizes * self.gradient / self.weight

    @property
    def loss_range(self) -> float:
        """Largest minus smallest loss, in nats."""
        return float(self.losses.max() - self.losses.min())

    @property
    def gradient_change(self) -> float:
        """The largest ‖g(η) − g‖."""
        return float(self.changes.max())

    @property
    def roughness(self) -> float:
        """The largest ‖g(η) − g‖ / (η·‖g‖): how far g turns for each unit of way.

        Source: Santurkar et al. (2018), who call it effective β-smoothness. It is
        small where the landscape is smooth.
        """
        ways = self.sizes[1:] * self.gradient
        return float((self.changes[1:] / ways).max())


def filters(model: nn.Module) -> list[Tensor]:
    """Take the weights of a model's 3x3 convolutions.

    In `birdplane.ResNet` these are the layers with a norm behind them; the 1x1
    shortcuts and the head have none.

    Example:
        >>> import birdplane
        >>> sum(weight.numel() for weight in filters(birdplane.ResNet()))
        74160
    """
    convolutions = [m for m in model.modules() if isinstance(m, nn.Conv2d)]
    return [m.weight for m in convolutions if m.kernel_size == (3, 3)]


def walk(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    sizes: Sequence[float],
    *,
    relative: bool = False,
) -> Walk:
    """Walk against the gradient of the 3x3 filters, on a copy of a model.

    The copy is in the mode of the model, everything else in it stays as it is.

    Args:
        model: a module from (N, 3, H, W) to (N, classes).
        images: (N, 3, H, W), normalized, in the model's precision.
        labels: (N,).
        sizes: step sizes η above 0, in ascending order.
        relative: whether the sizes are lengths relative to the weights instead.

    Returns:
        The walk, with η = 0 in front.

    Example:
        >>> import birdplane
        >>> images, labels = torch.rand(8, 3, 8, 8), torch.tensor([0, 1] * 4)
        >>> found = walk(birdplane.ResNet(), images, labels, [0.01], relative=True)
        >>> found.lengths.round(4).tolist(), found.changes[0].item()
        ([0.0, 0.01], 0.0)
    """
    probe = deepcopy(model)
    weights = filters(probe)
    start = parameters_to_vector(weights).detach().clone()
    loss, first = _look(probe, weights, images, labels)
    gradient, weight = float(first.norm()), float(start.norm())
    unit = weight / gradient if relative else 1.0
    losses, changes = [loss], [0.0]
    for size in sizes:
        vector_to_parameters(start - size * unit * first, weights)
        loss, here = _look(probe, weights, images, labels)
        losses.append(loss)
        changes.append(float((here - first).norm()))
    return Walk(
        np.array([0.0, *sizes]) * unit,
        np.array(losses),
        np.array(changes),
        gradient,
        weight,
    )


def _look(
    model: nn.Module, weights: list[Tensor], images: Tensor, labels: Tensor
) -> tuple[float, Tensor]:
    """Compute the loss and its gradient, as one vector."""
    loss = F.cross_entropy(model(images), labels)
    gradients = torch.autograd.grad(loss, weights)
    # reshape: the CPU's convolutions give gradients in their own memory layout
    return loss.item(), torch.cat([gradient.reshape(-1) for gradient in gradients])

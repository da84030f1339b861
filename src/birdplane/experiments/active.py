"""The sweeps behind notebook 10: activations pushed out of their active region."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from birdplane.data import normalize
from birdplane.experiments import core
from birdplane.experiments.core import Config, Sweep, train_and_look
from birdplane.model import ResNet

ACTIVE = {
    "relu": (0.0, math.inf),
    "tanh": (-math.atanh(math.sqrt(0.5)), math.atanh(math.sqrt(0.5))),
    "sigmoid": (-2 * math.atanh(math.sqrt(0.5)), 2 * math.atanh(math.sqrt(0.5))),
}
"""Where each activation's derivative is at least half of its largest: from, to."""

EVERY = 8
"""Every so many-th validation image is looked at after an epoch."""


def train_and_count(config: Config, seed: int) -> dict[str, Any]:
    """Train one network and say after every epoch how many inputs are active.

    Args:
        config, seed: as for `train`.

    Returns:
        The columns of `train`, and active: see `active_share`, of validation images.

    Raises:
        ValueError: the config names an option that does not exist.

    Example:
        >>> train_and_count({"epoch": 3}, seed=0)
        Traceback (most recent call last):
        ...
        ValueError: train: no option 'epoch'; did you mean 'epochs'? ...
    """

    def look(model: ResNet) -> dict[str, float]:
        images = normalize(core.images("val").images[::EVERY])
        return {"active": active_share(model, images)}

    return train_and_look(config, seed, look)


@torch.no_grad()
def active_share(model: ResNet, images: Tensor) -> float:
    """Count the inputs of activations that lie in the active region, in eval mode.

    Args:
        model: is left in the mode it was in.
        images: normalized, (N, 3, H, W).

    Returns:
        The mean share over the layers, 0 to 1.

    Example:
        >>> model = ResNet(activation="sigmoid")
        >>> active_share(model, torch.zeros(2, 3, 8, 8))
        1.0
    """
    low, high = ACTIVE[model.variant.activation]
    shares: list[float] = []

    def count(module: nn.Module, inputs: tuple[Tensor]) -> None:
        inside = (inputs[0] > low) & (inputs[0] < high)
        shares.append(inside.double().mean().item())

    names = {f"act{number}" for number in (1, 2)}
    handles = [
        module.register_forward_pre_hook(count)
        for name, module in model.named_modules()
        if name.rpartition(".")[2] in names
    ]
    training = model.training
    model.eval()
    try:
        model(images)
    finally:
        model.train(training)
        for handle in handles:
            handle.remove()
    return math.fsum(shares) / len(shares)


BIASES = (-2.0, 0.0, 2.0)
LADDER = (0.004, 0.012, 0.04, 0.12, 0.4, 1.2, 4.0)
"""Largest learning rates, each about 3 times the one before."""

TRIED = {
    ("relu", -2.0): LADDER[2:6],
    ("relu", 0.0): LADDER[2:5],
    ("relu", 2.0): LADDER[1:5],
    ("tanh", -2.0): LADDER[2:5],
    ("tanh", 0.0): LADDER[2:5],
    ("tanh", 2.0): LADDER[2:6],
    ("sigmoid", -2.0): LADDER[2:6],
    ("sigmoid", 0.0): LADDER[2:5],
    ("sigmoid", 2.0): LADDER[2:5],
}
"""(activation, held β) → its part of the ladder, extended until the best is inside."""

bias_rates = Sweep(
    name="bias_rates",
    question="Which learning rate suits a network whose β are held at −2, 0 or 2?",
    experiment=train_and_count,
    grid=tuple(
        {"activation": activation, "held_bias": bias, "max_lr": rate, "epochs": 1}
        for (activation, bias), rates in TRIED.items()
        for rate in rates
    ),
    seeds=(100, 101),
)

BEST_RATES = {
    ("relu", -2.0): 0.4,
    ("relu", 0.0): 0.12,
    ("relu", 2.0): 0.04,
    ("tanh", -2.0): 0.12,
    ("tanh", 0.0): 0.12,
    ("tanh", 2.0): 0.4,
    ("sigmoid", -2.0): 0.4,
    ("sigmoid", 0.0): 0.12,
    ("sigmoid", 2.0): 0.12,
}
"""The rate of `bias_rates` with the highest mean validation accuracy."""

bias_paired = Sweep(
    name="bias_paired",
    question="Does it hurt to push the activations out of their active region?",
    experiment=train_and_count,
    grid=tuple(
        {"activation": activation, "held_bias": bias, "max_lr": rate, "epochs": 1}
        for (activation, bias), rate in BEST_RATES.items()
    ),
    seeds=tuple(range(6)),
)
"""Six times the same first weights and batches, with β of all norms held elsewhere.

The rules, written down before the first run:

- An input is active where the activation's derivative is at least half of its largest
  (`ACTIVE`). Around β = 0 with γ = 1, normal inputs are active to 50 % for ReLU, 62 %
  for tanh and 92 % for sigmoid; around β = 2 to 98 %, 13 % and 41 %; around β = −2 to
  2 %, 13 % and 41 %.
- If a large share of active inputs is what helps, moving β from 0 lowers the
  validation accuracy after the epoch in five cases and raises it in one, ReLU with
  β = 2. A case goes as predicted if the 95 % t interval of the mean paired difference
  lies on the predicted side of 0, and against it if the interval lies on the other.
- The prediction holds if all six cases go as predicted, does not hold if at least one
  goes against it, and is undecided otherwise.
- Each network's rate is the one of `bias_rates` with the highest mean validation
  accuracy after the epoch, a diverged run counted as 0.5. It must not lie at the edge
  of what was tried for this network.
"""

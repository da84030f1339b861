"""The sweep behind notebook 04: how far batch norm's parameters go, and why."""

from typing import Any

from torch import Tensor, nn

from birdplane.experiments.core import Config, Sweep, train_and_look
from birdplane.model import ResNet

BOOK = {
    "augment": False,
    "epochs": 50,
    "batch_size": 64,
    "max_lr": 0.01,
    "schedule": "constant",
    "momentum": 0.0,
    "weight_decay": 0.0,
}
"""The plain steps of *Deep Learning with PyTorch*, which article 000 builds on."""


def train_and_measure(config: Config, seed: int) -> dict[str, Any]:
    """Train one network and say after every epoch how far its γ and β have gone.

    Args:
        config, seed: as for `train`.

    Returns:
        The columns of `train`; weight_departure and bias_departure, the median of
        |γ − 1| and of |β| over the channels of res_block1.bn1; the same with
        _largest, of the layer among all whose median is the largest.

    Raises:
        ValueError: the config names an option that does not exist.

    Example:
        >>> train_and_measure({"epoch": 3}, seed=0)
        Traceback (most recent call last):
        ...
        ValueError: train: no option 'epoch'; did you mean 'epochs'? ...
    """
    return train_and_look(config, seed, departures)


def departures(model: ResNet) -> dict[str, float]:
    """Measure how far γ and β of the batch norm layers are from 1 and 0.

    Example:
        >>> departures(ResNet())["weight_departure"]
        0.0
    """
    norms = {n: m for n, m in model.named_modules() if isinstance(m, nn.BatchNorm2d)}
    weights = {name: _median(norm.weight - 1) for name, norm in norms.items()}
    biases = {name: _median(norm.bias) for name, norm in norms.items()}
    return {
        "weight_departure": weights["res_block1.bn1"],
        "bias_departure": biases["res_block1.bn1"],
        "weight_departure_largest": max(weights.values()),
        "bias_departure_largest": max(biases.values()),
    }


def _median(distances: Tensor) -> float:
    return float(distances.detach().abs().double().quantile(0.5))


plain_steps = Sweep(
    name="plain_steps",
    question="How far do γ and β go in 50 epochs of small steps without weight decay?",
    experiment=train_and_measure,
    grid=(BOOK,),
    seeds=(0, 1, 2, 3, 4),
)
"""To be read beside the runs of `fifty_epochs` without augmentation, pair by pair.

The rule, written down before the first run: "slight" is less than 0.1 in the median
channel of a layer, for |γ − 1| and |β| alike. Article 000's "slight variation" holds of
a recipe if it is slight in res_block1.bn1 after 50 epochs with all five seeds, does not
hold if with none, and is undecided otherwise.
"""

no_decay = Sweep(
    name="no_decay",
    question="How far do γ and β go in 50 epochs of large steps without weight decay?",
    experiment=train_and_measure,
    grid=({"augment": False, "epochs": 50, "weight_decay": 0.0},),
    seeds=(0, 1, 2, 3, 4),
)
"""The runs of `fifty_epochs` without augmentation, less weight decay, pair by pair.

The rule, written down before the first run: weight decay takes γ down if the 95 % t
interval of the mean paired difference of weight_departure after 50 epochs, with decay
minus without, lies above 0. The large steps take it down too if without decay it ends
at 0.1 or more, the limit of `plain_steps`, with all five seeds.
"""

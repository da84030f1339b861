"""A ResNet-18 with two sick layers, to be found in a picture of all of them."""

from __future__ import annotations

import random

import torch
from torch import nn

BLOCKS = tuple(f"layer{stage}.{block}" for stage in (1, 2, 3, 4) for block in (0, 1))


def admit(model: nn.Module, number: int) -> None:
    """Make two batch norm layers of torchvision's ResNet-18 sick, in place.

    One is "frozen": it was left in eval mode with the buffers of a new layer. In
    front of the other the weights are ten thousand times too small; it is "faint".

    Args:
        model: with the layers' names of torchvision's ResNet-18, as it was made.
        number: of the patient.

    Example:
        >>> import torchvision
        >>> model = torchvision.models.resnet18()
        >>> admit(model, 1)
        >>> sum(not module.training for module in model.modules())
        1
    """
    for name, illness in diagnosis(number).items():
        if illness == "frozen":
            model.get_submodule(name).eval()
        else:
            front = model.get_submodule(name.replace("bn", "conv"))
            with torch.no_grad():
                front.get_parameter("weight").mul_(1e-4)


def diagnosis(number: int) -> dict[str, str]:
    """Say which layers of a patient are sick, and of what.

    Args:
        number: of the patient.

    Returns:
        name of the layer → "frozen" or "faint".

    Example:
        >>> sorted(diagnosis(1).values())
        ['faint', 'frozen']
    """
    chance = random.Random(number)
    # Frozen where inputs differ from channel to channel; it would not show elsewhere.
    frozen = f"{chance.choice(BLOCKS[:4])}.bn1"
    faint = f"{chance.choice(BLOCKS[4:])}.bn{chance.choice((1, 2))}"
    return {frozen: "frozen", faint: "faint"}

"""Training step by step: for measurements on what a single update changes."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from birdplane.batches import Batches
from birdplane.evaluation import Data, find_device, unpack
from birdplane.loop import learning_rates

State = dict[str, Tensor]
"""Parameters and buffers by name, as `state_dict` has them."""


@dataclass(frozen=True)
class Step:
    """One update, just done.

    Attributes:
        number: counts from 1.
        images: the batch, (N, 3, H, W), ready for the model.
        labels: (N,) int64.
        before: a copy of the model's state before the pass.
        gradients: of the loss of this batch, at that state, by parameter.
        loss: cross-entropy in nats, at that state.
    """

    number: int
    images: Tensor
    labels: Tensor
    before: State
    gradients: State
    loss: float


def training_steps(
    model: nn.Module, train: Data, *, epochs: int, max_lr: float, seed: int = 0
) -> Iterator[Step]:
    """Train as `birdplane.fit` does by default, and hand over after every update.

    Weights and buffers are, step by step and bit for bit, those of
    `fit(model, train, val, epochs=epochs, max_lr=max_lr, seed=seed)` on the same
    machine, for a model without dropout. There is no validation.

    Args:
        model: in train mode.
        train: a data set with `images` and `labels`, or the pair of them.
        epochs: passes over the images, batches of 128 each.
        max_lr: largest learning rate, one-cycle.
        seed: of shuffling and augmentation.

    Yields:
        The step just done; the model is as it is after it.

    Example:
        >>> import birdplane
        >>> val = birdplane.load("val")
        >>> model = birdplane.ResNet()
        >>> for step in training_steps(model, val, epochs=1, max_lr=0.1):
        ...     moved = model.fc.weight - step.before["fc.weight"]
        ...     break
        >>> step.number, bool(moved.any())
        (1, True)
    """
    images, labels = unpack(train, "training_steps")
    batches = Batches(
        images,
        labels,
        128,
        generator=torch.Generator().manual_seed(seed),
        device=find_device(model),
    )
    optimizer = torch.optim.SGD(
        model.parameters(), lr=max_lr, momentum=0.9, nesterov=True, weight_decay=5e-4
    )
    rates = iter(learning_rates("one-cycle", max_lr, epochs * len(batches)))
    number = 0
    for _ in range(epochs):
        for batch in batches:
            optimizer.param_groups[0]["lr"] = next(rates)
            before = copy_state(model)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(batch[0]), batch[1])
            loss.backward()  # type: ignore[no-untyped-call]
            gradients = {
                name: parameter.grad.clone()
                for name, parameter in model.named_parameters()
                if parameter.grad is not None
            }
            optimizer.step()
            number += 1
            yield Step(number, *batch, before, gradients, loss.item())


def copy_state(model: nn.Module) -> State:
    """Copy all parameters and buffers of a model, as they are now.

    Example:
        >>> layer = nn.Linear(1, 1)
        >>> state = copy_state(layer)
        >>> state["weight"].data_ptr() == layer.weight.data_ptr()
        False
    """
    return {name: value.detach().clone() for name, value in model.state_dict().items()}

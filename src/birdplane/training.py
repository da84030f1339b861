"""Training as a generator: the caller's loop goes around it, epoch by epoch."""

import math
from collections.abc import Generator

import torch
from torch import nn

from birdplane.batches import Batches
from birdplane.evaluation import Data, expect_whole, find_device, unpack
from birdplane.loop import SCHEDULES, Epoch, Run, learning_rates
from birdplane.randomness import PrivateRandomness


def fit(
    model: nn.Module,
    train: Data,
    val: Data,
    *,
    epochs: int,
    batch_size: int = 128,
    max_lr: float = 0.3,
    schedule: str = "one-cycle",
    momentum: float = 0.9,
    weight_decay: float = 5e-4,
    augment: bool = True,
    seed: int = 0,
    progress: bool = True,
) -> Generator[Epoch, None, None]:
    """Train a model, and hand over to the caller after every epoch.

    SGD with Nesterov momentum on the cross-entropy, in float32, on the model's device.
    The model is trained as it is found: a module in eval mode stays in it and a
    parameter without `requires_grad` keeps its value, so both kinds of freezing work.
    Validation puts every module's mode back. Whenever the loop is left, by `break`, by
    an exception or by Ctrl-C, the model keeps its last weights, in train mode as
    before, and can be trained on; it holds no gradients and no hooks.

    The same seed gives the same weights, bit for bit, on the same machine with the
    same number of threads. The global random states neither matter nor change:
    shuffling and augmentation have a generator of their own, and dropout draws from
    the global one in a state of its own, put back at the end of the epoch.

    A run whose loss is no longer finite ends with one last epoch of NaN, whose
    `diverged` is true.

    In a process group (`torch.distributed.init_process_group`, as under torchrun) every
    rank computes its share of each batch, and DistributedDataParallel averages the
    gradients.

    Args:
        model: any module from (N, 3, H, W) to (N, classes), in train mode.
        train: a data set with `images` and `labels`, or the pair of them. uint8 images
            are normalized, float ones taken as they are.
        val: the same, to validate on after every epoch.
        epochs: passes over the training images.
        batch_size: images an update, over all ranks.
        max_lr: largest learning rate.
        schedule: "one-cycle" (from 0 up to max_lr in the first quarter of all steps,
            then down to 0, both in a straight line) or "constant".
        momentum: of Nesterov's kind, 0 for none.
        weight_decay: on all parameters.
        augment: whether to flip and shift the images by up to 2 pixels.
        seed: of shuffling, augmentation and dropout.
        progress: whether to show a bar on stderr.

    Returns:
        A generator of one `Epoch` after another.

    Raises:
        ValueError: an option is out of its range, or there is nothing to train.

    Source: Smith & Topin (2018), *Super-Convergence*, for the one-cycle schedule.

    Example:
        >>> import birdplane
        >>> val = birdplane.load("val")
        >>> few = (val.images[900:1100], val.labels[900:1100])
        >>> for epoch in fit(birdplane.ResNet(), few, few, epochs=2, progress=False):
        ...     print(epoch.number, epoch.step)
        1 1
        2 2
    """
    expect_whole("fit", "epochs", epochs)
    expect_whole("fit", "batch_size", batch_size)
    expect_whole("fit", "seed", seed, least=0)
    _check_options(max_lr, schedule, momentum, weight_decay)
    _check_model(model)
    images, labels = unpack(train, "fit")
    unpack(val, "fit")
    rank, world_size = _find_rank()
    if batch_size > len(labels) or batch_size % world_size:
        raise ValueError(
            f"fit: batch_size expects at most the {len(labels)} training images, and "
            f"equal shares for {world_size} process(es); got {batch_size}."
        )
    device = find_device(model)
    batches = Batches(
        images,
        labels,
        batch_size,
        augment=augment,
        generator=torch.Generator().manual_seed(seed),
        device=device,
        part=(rank, world_size),
    )
    optimizer = torch.optim.SGD(
        [p for p in model.parameters() if p.requires_grad],
        lr=max_lr,
        momentum=momentum,
        nesterov=momentum > 0,
        weight_decay=weight_decay,
    )
    rates = learning_rates(schedule, max_lr, epochs * len(batches))
    dropout = PrivateRandomness(seed * world_size + rank, device)
    run = Run(model, batches, optimizer, rates, dropout)
    return run.epochs(val, show=progress and rank == 0)


def _find_rank() -> tuple[int, int]:
    """Number of this process and how many there are: (0, 1) without a process group."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_rank(), torch.distributed.get_world_size()
    return 0, 1


def _check_options(
    max_lr: float, schedule: str, momentum: float, weight_decay: float
) -> None:
    if schedule not in SCHEDULES:
        raise ValueError(
            f"fit: schedule expects one of 'one-cycle', 'constant'; got {schedule!r}."
        )
    if not 0 < max_lr < math.inf:
        raise ValueError(f"fit: max_lr expects a number above 0; got {max_lr!r}.")
    if not 0 <= momentum < 1:
        raise ValueError(f"fit: momentum expects 0 <= momentum < 1; got {momentum!r}.")
    if not 0 <= weight_decay < math.inf:
        raise ValueError(
            f"fit: weight_decay expects a number of at least 0; got {weight_decay!r}."
        )


def _check_model(model: nn.Module) -> None:
    if not any(p.requires_grad for p in model.parameters()):
        raise ValueError(
            "fit: expected a model with parameters to train; got none whose "
            "requires_grad is true."
        )
    if not model.training:
        raise ValueError(
            "fit: expected a model in train mode; got one in eval mode. Call "
            "model.train(); layers meant to stay frozen can be put in eval mode after."
        )

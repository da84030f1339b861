"""Fine-tune a trained network on another task, batch norm frozen or trained."""

import functools
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
from torch import Generator, Tensor, nn

from birdplane import tasks
from birdplane.evaluation import evaluate
from birdplane.experiments import core
from birdplane.experiments.core import Config
from birdplane.model import ResNet
from birdplane.training import fit

RELATED = ("grey", "low contrast", "noise")
"""Birds and airplanes again, altered."""

TASKS = (*RELATED, "shapes")
FEW = 256
"""Images to fine-tune on; the network before has not seen them."""

EPOCHS = {"related": 6, "unrelated": 12}
"""Passes over them: a new task takes longer."""

Pair = tuple[Tensor, Tensor]


def kind_of(task: str) -> str:
    """Say whether a task is related to birds and airplanes.

    Example:
        >>> kind_of("grey"), kind_of("shapes")
        ('related', 'unrelated')
    """
    return "related" if task in RELATED else "unrelated"


def freeze(model: nn.Module, *, statistics: bool, affine: bool) -> nn.Module:
    """Freeze the batch norm layers of a model that is in train mode.

    Args:
        model: changed in place.
        statistics: whether they normalize by their running mean and variance, which
            then stay as they are, instead of the batch's own.
        affine: whether γ and β stay as they are.

    Returns:
        The same model, to be trained.

    Example:
        >>> norm = freeze(ResNet(), statistics=True, affine=False).bn1
        >>> norm.training, norm.weight.requires_grad
        (False, True)
    """
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.train(not statistics)
            layer.requires_grad_(not affine)
    return model


def pretrain(seed: int) -> ResNet:
    """Train a network for three epochs on all photographs but `FEW`.

    Args:
        seed: of the network, its training and the choice of the photographs.

    Returns:
        A copy of the network, which is trained once a process.

    Example:
        >>> from unittest.mock import patch
        >>> with patch(f"{__name__}._pretrained", return_value=ResNet()):  # untrained
        ...     one, two = pretrain(0), pretrain(0)
        >>> one is two, torch.equal(one.fc.weight, two.fc.weight)
        (False, True)
    """
    return deepcopy(_pretrained(seed))


@functools.cache
def _pretrained(seed: int) -> ResNet:
    photos, rest = core.images("train"), _order(seed)[FEW:]
    model = ResNet(seed=seed)
    data = photos.images[rest], photos.labels[rest]
    list(fit(model, data, _one(data), epochs=3, seed=seed, progress=False))
    return model


def task_data(task: str, seed: int) -> tuple[Pair, Pair]:
    """Images and labels of a task: `FEW` to fine-tune on, and 1,000 to validate on.

    Args:
        task: one of `TASKS`, or "photos", the photographs as they are.
        seed: of the choice of those to train on; the others do not depend on it.

    Returns:
        Two pairs of uint8 images (N, 3, 32, 32) and labels (N,).

    Raises:
        ValueError: no such task.

    Example:
        >>> train, val = task_data("shapes", seed=0)
        >>> len(train[0]), len(val[0]), val[1].bincount().tolist()
        (256, 1000, [250, 250, 250, 250])
    """
    if task == "shapes":  # seeds apart from each other and from those of the noise
        return tasks.draw_shapes(FEW, seed=seed), tasks.draw_shapes(1000, seed=10**6)
    alter: dict[str, Callable[[Tensor, int], Tensor]] = {
        "photos": lambda images, seed: images,
        "grey": lambda images, seed: tasks.to_grey(images),
        "low contrast": lambda images, seed: tasks.lower_contrast(images),
        "noise": lambda images, seed: tasks.add_noise(images, seed=seed),
    }
    if task not in alter:
        there = ", ".join(map(repr, [*alter, "shapes"]))
        raise ValueError(f"task_data: no task {task!r}; there are {there}.")
    train, val, few = core.images("train"), core.images("val"), _order(seed)[:FEW]
    return (
        (alter[task](train.images[few], seed), train.labels[few]),
        (alter[task](val.images[::2], 10**6), val.labels[::2]),
    )


def prepare(config: Config, seed: int) -> ResNet:
    """Take the trained network, with a new head for the shapes, and freeze it.

    Args:
        config: "task", and "statistics" and "affine", each "train" or "frozen".
        seed: as for `pretrain`.

    Returns:
        The network before fine-tuning.

    Example:
        >>> from unittest.mock import patch
        >>> config = {"task": "shapes", "statistics": "frozen", "affine": "train"}
        >>> with patch(f"{__name__}._pretrained", return_value=ResNet()):  # untrained
        ...     model = prepare(config, seed=0)
        >>> model.fc.out_features, model.bn1.training, model.bn1.weight.requires_grad
        (4, False, True)
    """
    model = pretrain(seed)
    if config["task"] == "shapes":
        model.fc = ResNet(num_classes=len(tasks.SHAPES), seed=seed).fc
    frozen = {part: config[part] == "frozen" for part in ("statistics", "affine")}
    freeze(model, **frozen)
    return model


def fine_tune(config: Config, seed: int) -> dict[str, Any]:
    """Fine-tune all convolutions and the head, and batch norm in one of four ways.

    Args:
        config: "task", "statistics" and "affine" as for `prepare`; "batch_size" and
            "max_lr" as for `birdplane.fit`.
        seed: of everything, as for `pretrain`.

    Returns:
        before and val_accuracy: share of right answers on the validation images
        before and after, in eval mode; train_accuracy of the last epoch; and diverged,
        true if the loss was no longer finite (val_accuracy is then that of guessing).

    Raises:
        ValueError: there is no such task.

    Example:
        >>> fine_tune({"task": "gray"}, seed=0)
        Traceback (most recent call last):
        ...
        ValueError: task_data: no task 'gray'; there are 'photos', 'grey',
        'low contrast', 'noise', 'shapes'.
    """
    train, val = task_data(config["task"], seed)
    model = prepare(config, seed)
    before = evaluate(model, val).accuracy
    options = {name: config[name] for name in ("batch_size", "max_lr")}
    *_, last = fit(
        model,
        train,
        _one(val),
        epochs=EPOCHS[kind_of(config["task"])],
        seed=seed,
        progress=False,
        **options,
    )
    guess = 1 / model.fc.out_features
    return {
        "before": before,
        "val_accuracy": guess if last.diverged else evaluate(model, val).accuracy,
        "train_accuracy": last.train_accuracy,
        "diverged": last.diverged,
    }


def _order(seed: int) -> Tensor:
    """The training photographs in an order of the seed's: `FEW`, then the rest."""
    return torch.randperm(10_000, generator=Generator().manual_seed(seed))


def _one(data: Pair) -> Pair:
    """A single image: `fit` validates after every epoch, which is of no use here."""
    return data[0][:1], data[1][:1]

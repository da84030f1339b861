"""The experiment of sweeps that only ask how good a network is in the end."""

from collections.abc import Callable
from typing import Any

import torch

from birdplane.evaluation import evaluate
from birdplane.experiments import core
from birdplane.experiments.core import Config
from birdplane.model import ResNet
from birdplane.training import fit

SEEN = 2000
"""On how many of its training images a network is evaluated, at most."""


def train_once(
    config: Config, seed: int, change: Callable[[ResNet], object] = id
) -> dict[str, Any]:
    """Train one network and say how good it is at the end.

    Args:
        config: options of `birdplane.ResNet` and of `birdplane.fit`, by name; and
            images, how many training images there are, evenly spaced (by default all).
        seed: of the initial weights and of the training.
        change: what is done to the network before it is trained.

    Returns:
        train_loss and train_accuracy of `SEEN` of the training images, not augmented,
        val_loss and val_accuracy, all in eval mode; and diverged. All four are NaN if
        it is true.

    Raises:
        ValueError: the config names an option that does not exist.

    Example:
        >>> train_once({"epoch": 3}, seed=0)
        Traceback (most recent call last):
        ...
        ValueError: train: no option 'epoch'; did you mean 'epochs'? ...
    """
    options = {name: value for name, value in config.items() if name != "images"}
    core.check_config(options)
    train, val = few_images(config.get("images")), core.images("val")
    model = ResNet(seed=seed, **core._pick(options, core.MODEL_OPTIONS))
    change(model)
    hundred = val.images[::20], val.labels[::20]  # `fit` wants some after every epoch
    given = core._pick(options, core.FIT_OPTIONS)
    *_, last = fit(model, train, hundred, seed=seed, progress=False, **given)
    if last.diverged:
        scores = [float("nan")] * 4
    else:
        images, labels = (block[:: max(1, len(block) // SEEN)] for block in train)
        scores = [*evaluate(model, (images, labels)), *evaluate(model, val)]
    names = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
    return dict(zip(names, scores, strict=True)) | {"diverged": last.diverged}


def few_images(count: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Take training images at even distances, so that both classes are there.

    Args:
        count: how many; None for all.

    Returns:
        Images (count, 3, 32, 32) and labels (count,).

    Example:
        >>> few_images(1000)[1].bincount().tolist()
        [500, 500]
    """
    train = core.images("train")
    every = torch.linspace(0, len(train.labels) - 1, count or len(train.labels))
    chosen = every.round().long()
    return train.images[chosen], train.labels[chosen]

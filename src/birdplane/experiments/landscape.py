"""The sweep behind claim C37: how smooth the loss is along a gradient step."""

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd
from torch import Tensor

from birdplane.evaluation import prepare
from birdplane.experiments import core
from birdplane.experiments.accuracy import BEST_RATES
from birdplane.experiments.core import Config, Sweep, check_config
from birdplane.model import ResNet
from birdplane.training import fit
from birdplane.walk import walk

MULTIPLES = (0.5, 1.0, 2.0, 4.0)
"""The steps of a walk, in units of the view's own."""

COMMON_STEP = 0.15
"""Step size of both networks: of the rates tried, the one between the two best."""

COMMON_LENGTH = 0.01
"""Length of a step of both networks, relative to the weights."""

VIEWS = ("same step", "own rate", "same length")

LOOKS = (0, 1, 2, 4, 6)
"""After how many epochs the walks are taken; 0 is before training."""


def train_and_walk(config: Config, seed: int) -> dict[str, Any]:
    """Train a network on a quarter of the images; walk along its gradient meanwhile.

    A walk starts at the network as it is, in train mode, and follows the gradient of
    250 training images, not augmented, in all 3x3 filters.

    Args:
        config: norm and max_lr.
        seed: of the initial weights and of the training.

    Returns:
        Lists of one value for each of `LOOKS` and view: epoch; view, "same step" (η
        around `COMMON_STEP`), "own rate" (η around max_lr) or "same length" (around
        `COMMON_LENGTH` of the weights' length); loss, the loss at the start;
        loss_range, gradient_change and roughness as in `birdplane.walk.Walk`. In
        "same length" these two are free of units: relative to the gradient at the
        start, and that divided by the step's length relative to the weights.

    Raises:
        ValueError: the config names an option that does not exist.

    Example:
        >>> train_and_walk({"nrom": "batch"}, seed=0)
        Traceback (most recent call last):
        ...
        ValueError: train: no option 'nrom'; did you mean 'norm'? ...
    """
    check_config(config)
    rate = config["max_lr"]
    rows = [
        row
        for epoch, model in networks(config["norm"], rate, seed)
        for row in look_around(model, *walked_images(), rate, epoch)
    ]
    return {name: [row[name] for row in rows] for name in rows[0]}


def networks(norm: str, max_lr: float, seed: int) -> Iterator[tuple[int, ResNet]]:
    """Train a network on every fourth image, and hand it over at each of `LOOKS`.

    Args:
        norm: of `birdplane.ResNet`.
        max_lr: of `birdplane.fit`.
        seed: of the initial weights and of the training.

    Yields:
        After how many epochs, and the network as it is, in train mode.

    Example:
        >>> epoch, model = next(networks("batch", 0.4, seed=0))
        >>> epoch, model.training
        (0, True)
    """
    train, val = core.images("train"), core.images("val")
    quarter = train.images[::4], train.labels[::4]
    hundred = val.images[::20], val.labels[::20]  # `fit` wants some after every epoch
    model = ResNet(norm, seed=seed)
    yield 0, model
    options: Config = {"max_lr": max_lr, "seed": seed, "progress": False}
    for epoch in fit(model, quarter, hundred, epochs=LOOKS[-1], **options):
        if epoch.number in LOOKS:
            yield epoch.number, model


def walked_images() -> tuple[Tensor, Tensor]:
    """Take the 250 training images on which all walks are taken, normalized.

    Example:
        >>> images, labels = walked_images()
        >>> images.shape, labels.bincount().tolist()
        (torch.Size([250, 3, 32, 32]), [125, 125])
    """
    train = core.images("train")
    return prepare(train.images[::40]), train.labels[::40]


def look_around(
    model: ResNet, images: Tensor, labels: Tensor, rate: float, epoch: int
) -> list[dict[str, Any]]:
    """Take the walks of all three views from one network.

    Args:
        model: in train mode; it stays as it is.
        images: (N, 3, H, W), normalized.
        labels: (N,).
        rate: the model's own learning rate.
        epoch: written into the rows.

    Returns:
        A row for each view, with the columns of `train_and_walk`.

    Example:
        >>> import torch
        >>> images, labels = torch.rand(8, 3, 8, 8), torch.tensor([0, 1] * 4)
        >>> rows = look_around(ResNet(), images, labels, 0.4, epoch=0)
        >>> [row["view"] for row in rows]
        ['same step', 'own rate', 'same length']
    """
    rows = []
    units = (COMMON_STEP, rate, COMMON_LENGTH)
    for view, unit in zip(VIEWS, units, strict=True):
        relative = view == "same length"
        sizes = [unit * multiple for multiple in MULTIPLES]
        found = walk(model, images, labels, sizes, relative=relative)
        row: dict[str, Any] = {
            "epoch": epoch,
            "view": view,
            "loss": float(found.losses[0]),
        }
        row["loss_range"] = found.loss_range
        free = 1 / found.gradient if relative else 1.0
        row["gradient_change"] = free * found.gradient_change
        row["roughness"] = found.roughness * (free * found.weight if relative else 1.0)
        rows.append(row)
    return rows


MEASURES = ("loss_range", "gradient_change", "roughness")


def log_ratios(table: pd.DataFrame) -> pd.DataFrame:
    """How many times rougher the landscape is without batch norm, as logarithms.

    Args:
        table: rows as `walks` stores them, of both networks.

    Returns:
        A column for each of `MEASURES`, the natural logarithm of the ratio without
        over with batch norm; a row for each view, seed and epoch, which are the index.

    Example:
        >>> one = {"view": ["own rate"] * 2, "seed": 0, "epoch": 1}
        >>> one |= {"norm": ["none", "batch"], "loss_range": [1.0, 0.5]}
        >>> table = pd.DataFrame(one).assign(gradient_change=1.0, roughness=1.0)
        >>> log_ratios(table).round(2).values.tolist()
        [[0.69, 0.0, 0.0]]
    """
    index = ["view", "seed", "epoch"]
    without, with_norm = (
        table[table["norm"] == norm].set_index(index)[[*MEASURES]]
        for norm in ("none", "batch")
    )
    logs = (without / with_norm).map(math.log)
    return logs.sort_index()


walks = Sweep(
    name="walks",
    question="Is the loss smoother along the gradient with batch norm?",
    experiment=train_and_walk,
    grid=tuple({"norm": norm, "max_lr": rate} for norm, rate in BEST_RATES.items()),
    seeds=(0, 1, 2, 3, 4),
)
"""Five pairs, each side at its own tuned rate.

The rule, written down before the first run. For each view, measure and seed: the ratio
without over with batch norm, as the geometric mean over the five looks. Batch norm is
smoother by a measure if the 95 % t interval of the mean logarithm of that ratio lies
above 0, rougher if it lies below. A view shows a smoother landscape if all three
measures (loss_range, gradient_change, roughness) do, a rougher one if all are rougher,
and leaves it open otherwise. "Smoother" holds if all three views show it; it holds
under a condition, the view, if some do and none shows a rougher one; it does not hold
if none does, or if one shows a rougher landscape.
"""

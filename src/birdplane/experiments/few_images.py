"""The sweeps behind claims C40 and C41: what a network learns from 1,024 images.

Few images, so that there is something to overfit; without augmentation, which would
hide it; and in batches of 256, so that 16, 64 or all 256 can share their statistics.
"""

from typing import Any

import torch
from torch import nn

from birdplane.evaluation import prepare
from birdplane.experiments.core import Config, Sweep
from birdplane.experiments.once import few_images, train_once
from birdplane.model import ResNet

FEW: Config = {"images": 1024, "augment": False, "batch_size": 256, "epochs": 12}

KINDS: dict[str, Config] = {
    "16 images": {"norm_batch": 16},
    "64 images": {"norm_batch": 64},
    "256 images": {},
    "fixed statistics": {},
    "no γ, β": {"affine": False},
    "only γ, β": {},
    "only head": {},
}
"""Networks by name: images that share statistics, or what else is different."""


def train_kind(config: Config, seed: int) -> dict[str, Any]:
    """Train one of `KINDS` on few images.

    Args:
        config: kind, and max_lr.
        seed: of the initial weights and of the training.

    Returns:
        The columns of `birdplane.experiments.once.train_once`.

    Raises:
        KeyError: there is no such kind.

    Example:
        >>> train_kind({"kind": "512 images", "max_lr": 0.4}, seed=0)
        Traceback (most recent call last):
        ...
        KeyError: '512 images'
    """
    kind = config["kind"]
    options = FEW | KINDS[kind] | {"max_lr": config["max_lr"]}
    changes = {
        "fixed statistics": fix_statistics,
        "only γ, β": lambda model: learn_only(model, "norms"),
        "only head": lambda model: learn_only(model, "head"),
    }
    return train_once(options, seed, changes.get(kind, id))


def fix_statistics(model: ResNet) -> None:
    """Set the running statistics from the few images, and use them from now on.

    The layers normalize by the same numbers in every step, as the weights move on.

    Args:
        model: with batch norm; changed in place.

    Example:
        >>> model = ResNet()
        >>> fix_statistics(model)
        >>> model.bn1.training, model.training
        (False, True)
    """
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    kept = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = None  # the plain average, here of one batch
    with torch.no_grad():
        model(prepare(few_images(FEW["images"])[0]))
    for norm, momentum in zip(norms, kept, strict=True):
        norm.momentum = momentum
        norm.eval()


def learn_only(model: ResNet, part: str) -> None:
    """Leave all parameters as drawn, except one part's.

    Args:
        model: changed in place.
        part: "norms", all γ and β; or "head", the last layer.

    Example:
        >>> model = ResNet()
        >>> learn_only(model, "norms")
        >>> sum(p.numel() for p in model.parameters() if p.requires_grad)
        480
    """
    model.requires_grad_(False)
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    for module in norms if part == "norms" else [model.fc]:
        module.requires_grad_(True)


TRIED: dict[str, tuple[float, ...]] = {
    "16 images": (0.06, 0.15, 0.4, 1.0),
    "64 images": (0.06, 0.15, 0.4, 1.0),
    "256 images": (0.15, 0.4, 1.0),
    "fixed statistics": (0.025, 0.06, 0.15, 0.4),
    "no γ, β": (0.15, 0.4, 1.0),
    "only γ, β": (0.4, 1.0, 2.5, 6.0, 15.0, 40.0),
    "only head": (0.4, 1.0, 2.5),
}
"""Learning rates tried for each kind."""

few_rates = Sweep(
    name="few_rates",
    question="Which learning rate suits each kind of network on few images?",
    experiment=train_kind,
    grid=tuple(
        {"kind": kind, "max_lr": rate}
        for kind, rates in TRIED.items()
        for rate in rates
    ),
    seeds=(100, 101),  # never used again
)

FEW_RATES = {
    "16 images": 0.15,
    "64 images": 0.15,
    "256 images": 0.4,
    "fixed statistics": 0.06,
    "no γ, β": 0.4,
    "only γ, β": 6.0,
    "only head": 1.0,
}
"""The rate of `few_rates` with the highest mean validation accuracy; but for γ and β
alone the second, which is 0.15 points behind 15.0. At 15.0 a run depends on rounding:
seed 0 ended at 77, 72 and 70 % with other kernels or another number of threads. This
was seen, and changed, after the paired runs; those at 15.0 had given the same verdict.
"""

few_paired = Sweep(
    name="few_paired",
    question="Do shared statistics regularize, and what do γ and β add?",
    experiment=train_kind,
    grid=tuple({"kind": kind, "max_lr": rate} for kind, rate in FEW_RATES.items()),
    seeds=(0, 1, 2, 3, 4),
)
"""Five seeds, each kind at its own rate of `FEW_RATES`: the one with the highest mean
validation accuracy, a diverged run counted as 0.5, which must not lie at the edge.

The rules, written down before the first run; all intervals are the 95 % t intervals of
mean paired differences, the gap is training minus validation accuracy, in eval mode.

- "A regularization effect" holds if the gap with statistics of 256 images minus that
  of 16 lies above 0 and the validation accuracy with 16 is not worse, that is, its
  difference to 256 does not lie below 0: a gap can also shrink because less is learned.
  It does not hold if the gap's difference lies below 0, or the validation accuracy is
  worse; otherwise it is undecided. 64 images and fixed statistics are shown beside.
- "γ and β give back expressiveness" has two parts: the network without them ends at a
  higher training loss, and training nothing but them ends at a higher training accuracy
  than training nothing but the head. The claim holds if the interval of both lies above
  0, does not hold if neither does; with the second alone it holds when nothing else is
  trained, with the first alone when everything is.
"""

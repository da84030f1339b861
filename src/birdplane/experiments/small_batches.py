"""The sweeps behind claim C19: statistics, and steps, from few images.

A small batch does two things at once: the optimizer steps along a noisy gradient, and
batch norm normalizes with noisy statistics. The first two sweeps keep the optimizer's
batch at 64 and let 2 to 64 of its images share their statistics. The last two make the
optimizer's batch small as well.
"""

from typing import Any

import torch

from birdplane.evaluation import evaluate
from birdplane.experiments import core
from birdplane.experiments.core import Config, Sweep, train
from birdplane.model import ResNet
from birdplane.reestimation import reestimate
from birdplane.training import fit

SIDES: dict[str, Config] = {
    **{f"batch norm, {k}": {"norm": "batch", "norm_batch": k} for k in (2, 4, 8, 16)},
    "batch norm, 64": {"norm": "batch", "norm_batch": 64},
    "group norm": {"norm": "group"},
    "layer norm": {"norm": "layer"},
}
"""Sides by name; the number is that of the images that share their statistics."""

TUNED = ("batch norm, 2", "batch norm, 64", "group norm", "layer norm")
"""Sides with a rate of their own; 4 images take that of 2, 8 and 16 that of 64."""

RATES = dict.fromkeys(TUNED, (0.06, 0.15, 0.4)) | {
    "batch norm, 2": (0.06, 0.15, 0.4, 1.0)  # 0.4 was the best of three
}
"""Largest learning rates tried, each about 2.5 times the one before.

If the best lies at an edge, that side tries one more beyond it, until it does not.
"""

ONE_EPOCH: Config = {"batch_size": 64, "epochs": 1}

shared_rates = Sweep(
    name="shared_rates",
    question="Which learning rate suits statistics from 2 to 64 images?",
    experiment=train,
    grid=tuple(
        SIDES[side] | {"max_lr": rate} | ONE_EPOCH
        for side in TUNED
        for rate in RATES[side]
    ),
    seeds=(100, 101),  # never used again: a rate is not judged on its own luck
)

BEST_RATES = dict.fromkeys(TUNED, 0.15) | {"batch norm, 2": 0.4}
"""The rate of `shared_rates` with the highest mean validation accuracy, by side."""

RATE_OF = [TUNED[i] for i in (0, 0, 1, 1, 1, 2, 3)]
"""For each of `SIDES`, the one whose rate it takes."""

shared_statistics = Sweep(
    name="shared_statistics",
    question="How few images may share their statistics, at 64 images a step?",
    experiment=train,
    grid=tuple(
        SIDES[side] | {"max_lr": BEST_RATES[tuned]} | ONE_EPOCH
        for side, tuned in zip(SIDES, RATE_OF, strict=True)
    ),
    seeds=(0, 1, 2, 3, 4),
)
"""Five pairs: one seed gives all sides the same batches, and the same convolutions.

The rules, written down before the first run, in percentage points of validation
accuracy after one epoch of all 10,000 images, with 95 % t intervals of the mean paired
difference; a run that diverged counts as 50 %:

- k images are too few if the interval of batch norm at k minus batch norm at 64 lies
  below -2. They are enough if it lies within -2 and 2. Otherwise it is undecided.
- Batch norm at k is behind group norm (layer norm) if the interval of its difference
  from it lies below 0, ahead if above 0, otherwise undecided.
- "Performs poorly with very small batches" holds of the statistics if 2 images are too
  few; "stable with larger minibatch size > (16, 32, 64)" if 16 are enough.

`enough` and `settled` say the same in code.
"""


def enough(difference: tuple[float, float, float]) -> bool | None:
    """Say whether k images are enough, by the first rule of `shared_statistics`.

    Args:
        difference: low, mean, high of the 95 % interval of k less 64, in points.

    Returns:
        True, enough; False, too few; None, undecided.

    Example:
        >>> enough((-1.0, 0.0, 1.0)), enough((-9.0, -7.0, -5.0)), enough((-3, -2, -1))
        (True, False, None)
    """
    low, _, high = difference
    if high < -2:
        return False
    return True if low > -2 and high < 2 else None


def settled(two: bool | None, sixteen: bool | None) -> bool | None:
    """Make one verdict of the claim's two parts.

    Args:
        two: whether 2 images are enough; None, undecided.
        sixteen: the same of 16.

    Returns:
        True if 2 are too few and 16 enough; False if 2 are enough or 16 too few;
        otherwise None.

    Example:
        >>> settled(False, True), settled(None, True), settled(False, None)
        (True, None, None)
    """
    if two is True or sixteen is False:
        return False
    return True if two is False and sixteen is True else None


PAIR_SIDES = ("batch", "group")
PAIR_RATES = dict.fromkeys(PAIR_SIDES, (0.004, 0.01, 0.025))
PAIRS: Config = {"batch_size": 2, "images": 2000}


def train_on_few(config: Config, seed: int) -> dict[str, Any]:
    """Train for one epoch on some of the images, in batches as small as wanted.

    Args:
        config: norm, max_lr, batch_size, and images: how many training images.
        seed: of the initial weights and of the training.

    Returns:
        val_accuracy, with the running statistics as the training left them;
        reestimated_accuracy, with those of 2,500 training images, the weights at rest
        (the same where there is no batch norm); and diverged. A network that diverged
        guesses: 0.5.

    Example:
        >>> train_on_few({"norm": "batch", "max_lr": 1e9, "batch_size": 64,
        ...               "images": 128}, seed=0)["val_accuracy"] <= 1
        True
    """
    train_set, val = core.images("train"), core.images("val")
    places = torch.linspace(0, len(train_set) - 1, config["images"]).long()
    some = train_set.images[places], train_set.labels[places]
    model = ResNet(config["norm"], seed=seed)
    (epoch,) = fit(
        model,
        some,
        (val.images[::20], val.labels[::20]),  # the score that counts comes below
        epochs=1,
        batch_size=config["batch_size"],
        max_lr=config["max_lr"],
        seed=seed,
        progress=False,
    )
    if epoch.diverged:
        return {"val_accuracy": 0.5, "reestimated_accuracy": 0.5, "diverged": True}
    better = reestimate(model, train_set.images[::4])
    return {
        "val_accuracy": evaluate(model, val).accuracy,
        "reestimated_accuracy": evaluate(better, val).accuracy,
        "diverged": False,
    }


pair_rates = Sweep(
    name="pair_rates",
    question="Which learning rate suits steps on 2 images?",
    experiment=train_on_few,
    grid=tuple(
        {"norm": norm, "max_lr": rate} | PAIRS
        for norm in PAIR_SIDES
        for rate in PAIR_RATES[norm]
    ),
    seeds=(100, 101),
)

BEST_PAIR_RATES = dict.fromkeys(PAIR_SIDES, 0.01)
"""The rate of `pair_rates` with the highest mean val_accuracy, by norm."""

steps_of_two = Sweep(
    name="steps_of_two",
    question="With 2 images a step, how far is batch norm behind group norm?",
    experiment=train_on_few,
    grid=tuple(
        {"norm": norm, "max_lr": rate} | PAIRS for norm, rate in BEST_PAIR_RATES.items()
    ),
    seeds=(0, 1, 2, 3, 4),
)
"""Five pairs on 2,000 images: 1,000 steps on 2 images each.

The rule, written down before the first run: at 2 images a step batch norm is behind
group norm if the 95 % t interval of the mean paired difference of val_accuracy, batch
norm minus group norm, lies below 0, poor if it lies below -2 points. How much of it is
noise in the running statistics alone is the difference of reestimated_accuracy and
val_accuracy, by the same interval; it has no part in the verdict.
"""

"""The sweeps behind notebook 11: how much a layer's input shifts, and with noise."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from birdplane.evaluation import evaluate
from birdplane.experiments import core
from birdplane.experiments.core import Config, Sweep, train
from birdplane.model import ResNet
from birdplane.shift import watch

EPOCHS = 2

RATES = {
    "none": (0.025, 0.06, 0.15, 0.4),
    "batch": (0.06, 0.15, 0.4, 1.0),
    "noisy": (0.06, 0.15, 0.4, 1.0),
}
"""Largest learning rates tried, each 2.5 times the one before."""


def train_and_watch(config: Config, seed: int) -> dict[str, Any]:
    """Train one network and say how much its updates have shifted.

    Args:
        config: norm, max_lr and epochs, all of them.
        seed: of the initial weights and of the training.

    Returns:
        Lists of one value an epoch: epoch (from 1), step, val_loss and val_accuracy;
        and what `birdplane.shift.watch` measures, of every 6th step of that epoch the
        geometric mean (of the cosines the arithmetic one).

    Example:
        >>> train_and_watch({"norm": "none"}, seed=0)
        Traceback (most recent call last):
        ...
        KeyError: 'max_lr'
    """
    model, images = ResNet(config["norm"], seed=seed), core.images("train")
    per_epoch = len(images.labels) // 128
    epochs: list[dict[str, float]] = []
    rows: list[dict[str, float]] = []
    for row in watch(
        model, images, max_lr=config["max_lr"], epochs=config["epochs"], seed=seed
    ):
        rows.append(row)
        if row["step"] == per_epoch * (len(epochs) + 1):
            score = evaluate(model, core.images("val"))
            done = {"epoch": len(epochs) + 1, "step": row["step"]}
            done |= {"val_loss": score.loss, "val_accuracy": score.accuracy}
            epochs.append(done | summary(rows))
            rows = []
    return {name: [epoch[name] for epoch in epochs] for name in epochs[0]}


def summary(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Average what was measured in some steps, every column but the step.

    Args:
        rows: as `birdplane.shift.watch` yields them.

    Returns:
        Geometric means, rounded to 6 digits; of cosines arithmetic ones.

    Example:
        >>> summary([{"step": 6, "in fc": 0.01}, {"step": 12, "in fc": 0.04}])
        {'in fc': 0.02}
    """
    found = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        if name.startswith("cosine"):
            found[name] = round(fmean(values), 6)
        elif name != "step":
            mean = math.exp(fmean(map(math.log, values)))
            found[name] = float(f"{mean:.6g}")
    return found


shift_rates = Sweep(
    name="shift_rates",
    question="Which learning rate suits two epochs with, without and with noisy norm?",
    experiment=train,
    grid=tuple(
        {"norm": norm, "max_lr": rate, "epochs": EPOCHS}
        for norm, rates in RATES.items()
        for rate in rates
    ),
    seeds=(100, 101),  # never used again: a rate is not judged on its own luck
)

BEST_RATES = {"none": 0.06, "batch": 0.4, "noisy": 0.15}
"""The rate of `shift_rates` with the highest mean final validation accuracy."""

shift_paired = Sweep(
    name="shift_paired",
    question="Does batch norm reduce internal covariate shift, and does noise hurt it?",
    experiment=train_and_watch,
    grid=(
        *(
            {"norm": norm, "max_lr": rate, "epochs": EPOCHS}
            for norm, rate in BEST_RATES.items()
        ),
        {"norm": "batch", "max_lr": BEST_RATES["none"], "epochs": EPOCHS},
    ),
    seeds=tuple(range(6)),
)
"""Six times four runs: one seed gives all the same first weights and batches.

The rules, written down before the first run. (Before them 24 steps of each side were
looked at with seed 200, to see how long they take and that the noise is strong.)

- A side's rate is the one of `RATES` with the highest mean validation accuracy after
  the last of 2 epochs in `shift_rates`, a diverged run counted as 0.5. It must not lie
  at the edge of the grid; if it does, the grid grows by one rate there.
- Shift is measured in three ways: the moments behind the seven norms ("out …"), the
  moments of what the seven layers behind them get ("in …"), both as `shift.drift`, and
  the gradients of the four heads ("change …"). A run's number is the geometric mean
  over places and both epochs. Compared is its logarithm, batch minus none, paired.
- A way says "reduced" if the 95 % t interval lies below 0 both with each side at its
  own rate and with both at the rate of none; "increased" if both lie above 0; and
  otherwise it leaves it open or depends on the rate.
- C35, "batch norm reduces internal covariate shift", holds if all three ways say
  "reduced", does not hold if none does, and else holds when it is measured in those
  that do.
- C36 says nothing unless the noise does its work: the interval of the logarithm of
  the "in …" drift, noisy minus none, each at its own rate, is to lie above 0. Then
  "noisy batch norm, whose inputs shift more than without any norm, still trains
  as well as batch norm" is decided on validation accuracy after epoch 2: it holds if
  the interval of noisy minus none lies above 0 and that of noisy minus batch above
  −1 point; it does not hold if the first lies below 0 or the second below −1 point;
  it holds when "as well" means better than without, if only the first is so; else it
  is undecided.
"""

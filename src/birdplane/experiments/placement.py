"""The sweeps behind notebook 07: batch norm's place beside ReLU and dropout."""

import math
from typing import Any

from birdplane.evaluation import evaluate
from birdplane.experiments import core
from birdplane.experiments.core import Config, Sweep, train, train_and_look
from birdplane.model import ResNet
from birdplane.reestimation import reestimate

RATES = (0.06, 0.15, 0.4, 1.0)
"""Largest learning rates tried for both orders, each 2.5 times the one before."""

DROPOUT_TRIED = {"before": RATES[1:], "after": RATES, "head": RATES}
"""The same for dropout in three places; two of them had to be continued downwards."""

ORDERS: dict[str, Config] = {
    "before": {"norm_position": "before", "conv_bias": False},
    "after": {"norm_position": "after", "conv_bias": True},
}
"""Norm before or after the ReLU. After it, the convolution's bias is not redundant."""

PLACES = ("before", "after", "head")
"""Dropout directly before each norm of the blocks, directly after it, or at the end."""

P = 0.3  # probability that dropout zeroes a value


def train_and_reestimate(config: Config, seed: int) -> dict[str, Any]:
    """Train one network, then measure its running statistics anew without dropout.

    Args:
        config, seed: as for `train`.

    Returns:
        The columns of `train`; and reestimated_accuracy, of the last epoch's network
        with the statistics of every fourth training image, NaN in the other rows.

    Raises:
        ValueError: the config names an option that does not exist.

    Example:
        >>> train_and_reestimate({"epoch": 3}, seed=0)
        Traceback (most recent call last):
        ...
        ValueError: train: no option 'epoch'; did you mean 'epochs'? ...
    """
    models: list[ResNet] = []

    def keep(model: ResNet) -> dict[str, float]:
        models.append(model)  # one and the same, epoch after epoch
        return {}

    columns = train_and_look(config, seed, keep)
    column = [math.nan] * len(models)
    if not columns["diverged"][-1]:
        afresh = reestimate(models[-1], core.images("train").images[::4])
        column[-1] = evaluate(afresh, core.images("val")).accuracy
    return columns | {"reestimated_accuracy": column}


order_rates = Sweep(
    name="order_rates",
    question="Which learning rate suits batch norm before and after the ReLU?",
    experiment=train,
    grid=tuple(
        {**order, "max_lr": rate, "epochs": 3}
        for order in ORDERS.values()
        for rate in RATES
    ),
    seeds=(100, 101),  # never used again: a rate is not judged on its own luck
)

ORDER_RATES = {"before": 0.15, "after": 0.4}
"""The rate of `order_rates` with the highest mean final validation accuracy."""

order_paired = Sweep(
    name="order_paired",
    question="Is the network better with batch norm after the ReLU than before it?",
    experiment=train,
    grid=tuple(
        {**order, "max_lr": ORDER_RATES[name], "epochs": 3}
        for name, order in ORDERS.items()
    ),
    seeds=tuple(range(8)),
)
"""Eight pairs: one seed gives both orders the same first weights and batches.

The rules, written down before the first run:

- An order's rate is the one with the highest mean validation accuracy after the last of
  3 epochs in `order_rates`, a diverged run counted as 0.5. If it lies at the edge of
  the grid, the grid is continued by factors of 2.5 until it does not.
- "It works better after" holds if the 95 % t interval of the mean paired difference of
  validation accuracy after epoch 3, after minus before, lies above 0; it does not hold
  if the interval lies below 0; otherwise it is undecided.
"""

dropout_rates = Sweep(
    name="dropout_rates",
    question="Which learning rate suits dropout before and after batch norm, and last?",
    experiment=train,
    grid=tuple(
        {"dropout": P, "dropout_position": place, "max_lr": rate, "epochs": 2}
        for place, rates in DROPOUT_TRIED.items()
        for rate in rates
    ),
    seeds=(100, 101),
)

DROPOUT_RATES = {"before": 0.4, "after": 0.15, "head": 0.15}
"""The rate of `dropout_rates` with the highest mean final validation accuracy."""

dropout_paired = Sweep(
    name="dropout_paired",
    question="Does it matter whether dropout comes before or after batch norm?",
    experiment=train_and_reestimate,
    grid=tuple(
        {"dropout": P, "dropout_position": place, "max_lr": rate, "epochs": 2}
        for place, rate in DROPOUT_RATES.items()
    ),
    seeds=tuple(range(5)),
)
"""Five triples: one seed gives all places the same first weights and the same batches.

The rules, written down before the first run:

- A place's rate is chosen as in `order_paired`, after 2 epochs.
- "Batch norm should precede dropout" holds if the 95 % t interval of the mean paired
  difference of validation accuracy after epoch 2, dropout after minus before batch
  norm, lies above 0; it does not hold if it lies below 0; otherwise it is undecided.
- "Dropout in the head alone is better" is decided in the same way on head minus before
  and head minus after.
- Statistics measured anew repair a place if the interval of the mean difference,
  reestimated minus moving average, lies above 0.
"""

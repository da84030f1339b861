"""The sweeps behind claims C38 and C39: large learning rates, and poor first weights.

All their runs are single passes over every second training image, 39 steps.
"""

import pandas as pd
import torch

from birdplane.experiments.accuracy import BEST_RATES
from birdplane.experiments.core import Config, Sweep
from birdplane.experiments.once import train_once
from birdplane.model import ResNet
from birdplane.walk import filters

GOAL = 0.65
"""Validation accuracy from which a network counts as trained; guessing gives 0.5."""

LARGE_RATES = {
    "none": (0.06, 0.15, 0.4, 1.0, 2.5),
    "batch": (0.06, 0.4, 1.0, 2.5, 6.0),
}
"""Largest learning rates tried on either side."""

ONE_PASS: Config = {"images": 5000, "epochs": 1}

SCALES = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Factors on the first weights."""


def train_scaled(config: Config, seed: int) -> dict[str, float | bool]:
    """Train a network whose first weights were multiplied by a factor.

    Args:
        config: options of `birdplane.ResNet` and `birdplane.fit`; scale, the factor;
            shortcuts, whether it acts on the 1x1 shortcuts too, which have no norm
            behind them, besides the 3x3 convolutions.
        seed: of the initial weights and of the training.

    Returns:
        The columns of `train_once`.

    Raises:
        ValueError: the config names an option that does not exist.

    Example:
        >>> train_scaled({"scale": 3.0, "epoch": 1}, seed=0)
        Traceback (most recent call last):
        ...
        ValueError: train: no option 'epoch'; did you mean 'epochs'? ...
    """
    rest = {k: v for k, v in config.items() if k not in ("scale", "shortcuts")}

    def scaled(model: ResNet) -> None:
        scale_weights(model, config["scale"], shortcuts=config.get("shortcuts", False))

    return train_once(rest, seed, scaled)


def scale_weights(model: ResNet, scale: float, *, shortcuts: bool = False) -> None:
    """Multiply the weights of the convolutions by a factor.

    Args:
        model: changed in place.
        scale: the factor.
        shortcuts: whether the 1x1 shortcuts are scaled too.

    Example:
        >>> model = ResNet()
        >>> before = model.conv1.weight.norm()
        >>> scale_weights(model, 3.0)
        >>> round((model.conv1.weight.norm() / before).item(), 3)
        3.0
    """
    # Only the convolutions have weights with four dimensions.
    every = [weight for weight in model.parameters() if weight.dim() == 4]
    with torch.no_grad():
        for weight in every if shortcuts else filters(model):
            weight.mul_(scale)


def limits(table: pd.DataFrame, goal: float = GOAL) -> pd.DataFrame:
    """Find the largest learning rate up to which every rate tried trains.

    Args:
        table: rows as `rate_limits` stores them.
        goal: validation accuracy from which a run counts as trained.

    Returns:
        A row for each seed, a column for each norm; 0 where the smallest rate fails.

    Example:
        >>> rates = {"norm": "none", "seed": 0, "max_lr": [0.1, 0.4, 1.0]}
        >>> limits(pd.DataFrame({**rates, "val_accuracy": [0.8, 0.7, 0.5]})).values
        array([[0.4]])
    """
    runs = table.sort_values("max_lr").assign(trains=table["val_accuracy"] >= goal)
    side = ["seed", "norm"]
    runs["so_far"] = runs.groupby(side)["trains"].cummin()
    found = (runs["max_lr"] * runs["so_far"]).groupby([runs[key] for key in side]).max()
    return found.unstack()


def costs(table: pd.DataFrame) -> pd.DataFrame:
    """Validation accuracy at scale 1 minus the lowest at any scale.

    Args:
        table: rows as `init_scales` stores them, the shortcuts not scaled.

    Returns:
        A row for each seed, a column for each norm; a diverged run counts as 0.5.

    Example:
        >>> runs = {"norm": "none", "seed": 0, "scale": [0.1, 1.0, 10.0]}
        >>> table = pd.DataFrame({**runs, "val_accuracy": [0.75, 0.8, None]})
        >>> costs(table).round(2).values
        array([[0.3]])
    """
    runs = table.fillna({"val_accuracy": 0.5})
    by_scale = runs.pivot(
        index=["seed", "norm"], columns="scale", values="val_accuracy"
    )
    return (by_scale[1.0] - by_scale.min(axis=1)).unstack()


rate_limits = Sweep(
    name="rate_limits",
    question="Up to which learning rate does the network train?",
    experiment=train_once,
    grid=tuple(
        {"norm": norm, "max_lr": rate} | ONE_PASS
        for norm, rates in LARGE_RATES.items()
        for rate in rates
    ),
    seeds=(0, 1, 2, 3, 4),
)
"""The rule, written down before the first run. A run trains if its validation accuracy
after the one epoch is at least `GOAL`; one that diverged does not. The limit of a side
and seed is the largest rate up to which every rate tried trains; if that is the last,
the last. Batch norm "allows a higher learning rate" if the 95 % t interval of the mean
paired logarithm of the ratio of limits, with over without, lies above 0; it does not
if the interval lies below; otherwise it is undecided.

The second rule, written down before the runs of batch norm at 0.06, divides what is
gained in this one pass: from the network without batch norm at its own rate to the one
with it at the same rate, which is the layer's part, and from there to batch norm's own
rate, which is the rate's. A part is there if the 95 % t interval of its mean paired
difference in validation accuracy, a diverged run counted as 0.5, lies above 0.
"""

init_scales = Sweep(
    name="init_scales",
    question="What do first weights that are too small or too large cost?",
    experiment=train_scaled,
    grid=tuple(
        {
            "norm": norm,
            "max_lr": BEST_RATES[norm],
            "scale": scale,
            "shortcuts": shortcuts,
        }
        | ONE_PASS
        for norm, shortcuts in (("none", False), ("batch", False), ("batch", True))
        for scale in (SCALES[-1:] if shortcuts else SCALES)
    ),
    seeds=(0, 1, 2, 3, 4),
)
"""Each side at the learning rate that suits it at scale 1.

The rule, written down before the first run. The cost of a side and seed is its
validation accuracy after the epoch at scale 1 minus the lowest at any of `SCALES`,
shortcuts not scaled; a diverged run counts as 0.5. "Less dependent on initialization"
holds if the 95 % t interval of the mean paired difference of costs, without minus with,
lies above 0; it does not hold if below; otherwise it is undecided. The runs with
scaled shortcuts are shown beside and do not count.
"""

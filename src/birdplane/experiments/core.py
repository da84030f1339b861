"""What a sweep is, and the experiment that most sweeps repeat: train one network."""

import difflib
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from birdplane.data import BirdPlane, load
from birdplane.model import ResNet
from birdplane.training import fit

Config = dict[str, Any]
Experiment = Callable[[Config, int], dict[str, Any]]
"""A plain function (config, seed) -> columns: numbers, or lists of one length."""

MODEL_OPTIONS = tuple(name for name in inspect.signature(ResNet).parameters)
FIT_OPTIONS = tuple(inspect.signature(fit).parameters)[3:]  # after model, train, val
_OURS = ("seed", "progress")


@dataclass(frozen=True)
class Sweep:
    """An experiment, and the configs and seeds that it is repeated with.

    Args:
        name: of the CSV file.
        question: what it is to answer, in one line.
        experiment: a function of a module, so that worker processes can import it.
        grid: one config after another, as plain values.
        seeds: each config is run with each of them; the same seed in two configs makes
            a pair.

    Example:
        >>> Sweep("two", "Is it 2?", train, ({"epochs": 1},), (0, 1)).runs()
        [({'epochs': 1}, 0), ({'epochs': 1}, 1)]
    """

    name: str
    question: str
    experiment: Experiment
    grid: tuple[Config, ...]
    seeds: tuple[int, ...]

    def runs(self) -> list[tuple[Config, int]]:
        """Every config with every seed, in the order of the grid.

        Example:
            >>> len(Sweep("none", "", train, (), (0, 1)).runs())
            0
        """
        return [(config, seed) for config in self.grid for seed in self.seeds]

    @property
    def columns(self) -> list[str]:
        """The options that the grid names, in order of appearance.

        Example:
            >>> Sweep("two", "", train, ({"norm": "none"}, {"depth": 2}), (0,)).columns
            ['norm', 'depth']
        """
        return list(dict.fromkeys(name for config in self.grid for name in config))


def train(config: Config, seed: int) -> dict[str, Any]:
    """Train one network on all images and say how every epoch went.

    Args:
        config: options of `birdplane.ResNet` and of `birdplane.fit`, by name; at least
            "epochs".
        seed: of the initial weights and of the training.

    Returns:
        Lists of one value an epoch: epoch (from 1), step, train_loss, train_accuracy,
        val_loss, val_accuracy, as in `birdplane.Epoch`; and diverged, true in the last
        row of a run that ended because its loss was no longer finite (the losses and
        accuracies of that row are NaN, and the epochs that were to follow are absent).

    Raises:
        ValueError: the config names an option that neither of the two has.

    Example:
        >>> train({"norm": "none", "epoch": 3}, seed=0)
        Traceback (most recent call last):
        ...
        ValueError: train: no option 'epoch'; did you mean 'epochs'? ...
    """
    return train_and_look(config, seed, lambda model: {})


def train_and_look(
    config: Config, seed: int, look: Callable[[ResNet], dict[str, float]]
) -> dict[str, Any]:
    """Train as `train` does, and look at the network after every epoch.

    Args:
        config, seed: as for `train`.
        look: gives further columns, one number each, for the network as it is.

    Returns:
        The columns of `train`, then those of `look`.

    Raises:
        ValueError: the config names an option that does not exist.

    Example:
        >>> train_and_look({"epoch": 3}, 0, lambda model: {})
        Traceback (most recent call last):
        ...
        ValueError: train: no option 'epoch'; did you mean 'epochs'? ...
    """
    check_config(config)
    model = ResNet(seed=seed, **_pick(config, MODEL_OPTIONS))
    epochs, looks = [], []
    for epoch in fit(
        model,
        images("train"),
        images("val"),
        seed=seed,
        progress=False,
        **_pick(config, FIT_OPTIONS),
    ):
        epochs.append(epoch)
        looks.append(look(model))
    columns: dict[str, Any] = {
        "epoch": [epoch.number for epoch in epochs],
        "step": [epoch.step for epoch in epochs],
        "train_loss": [epoch.train_loss for epoch in epochs],
        "train_accuracy": [epoch.train_accuracy for epoch in epochs],
        "val_loss": [epoch.val_loss for epoch in epochs],
        "val_accuracy": [epoch.val_accuracy for epoch in epochs],
        "diverged": [epoch.diverged for epoch in epochs],
    }
    for name in looks[0]:
        columns[name] = [each[name] for each in looks]
    return columns


def check_config(config: Config) -> None:
    """Raise unless every name in a config is an option of ResNet or fit.

    Raises:
        ValueError: a name is not.

    Example:
        >>> check_config({"norm": "none", "max_lr": 0.1})
    """
    known = [n for n in MODEL_OPTIONS + FIT_OPTIONS if n not in _OURS]
    for name in config:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise ValueError(
                f"train: no option {name!r}; {hint}There are {', '.join(known)}; the "
                "seed is given beside the config."
            )


def _pick(config: Config, names: tuple[str, ...]) -> Config:
    return {name: value for name, value in config.items() if name in names}


@functools.cache
def images(split: str) -> BirdPlane:
    """Load a split once a process.

    Args:
        split: "train" or "val".

    Example:
        >>> images("val") is images("val")
        True
    """
    return load(split)

"""What is measured, piece by piece: each in a process of its own, each kept."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.measure import accuracy, files, memory, overhead, scaling
from benchmarks.measure.peers import WATCHES
from benchmarks.measure.scale import Job, Scale

SECTIONS = ("overhead", "resnet18", "memory", "scaling", "files", "accuracy")
OURS = ("hooks", "exact")
PEERS = ("fastai", "tensorboard", "torchexplorer")
SLOW = ("tensorboard", "torchexplorer")


@dataclass(frozen=True)
class Unit:
    """One measurement.

    Attributes:
        name: "section/what".
        measure: does it.
        ticks: how many parts it says are done.
        needs: the package it measures, where that need not be installed.
        after: the names of those whose results it reads.
        limit: seconds after which it is given up.
    """

    name: str
    measure: Callable[[Job], dict[str, Any]]
    ticks: int
    needs: str | None = None
    after: tuple[str, ...] = ()
    limit: float = 600

    @property
    def section(self) -> str:
        """The part of the table it belongs to."""
        return self.name.partition("/")[0]


def units(scale: Scale) -> dict[str, Unit]:
    """List the measurements by name, in the order in which they are made."""
    listed = [
        *(_overhead(name, scale) for name in WATCHES),
        Unit("resnet18/hooks", overhead.resnet18_steps, scale.big_pairs),
        *(_memory(name, scale) for name in WATCHES),
        Unit("scaling/values", scaling.cost_of_a_value, 4 * scale.repeats),
        Unit(
            "files/recording",
            files.size_and_speed,
            6 * scale.repeats,
            after=tuple(f"memory/{name}" for name in OURS),
        ),
        Unit(
            "accuracy/rate",
            accuracy.choose_rate,
            len(scale.rates) * len(scale.rate_seeds) + 2,
        ),
        *(_accuracy(seed) for seed in scale.seeds),
    ]
    return {unit.name: unit for unit in listed}


def _overhead(name: str, scale: Scale) -> Unit:
    pairs = scale.peer_pairs
    if name in SLOW:
        pairs = scale.slow_pairs
    elif name == "hooks":
        pairs = scale.pairs
    measure = partial(overhead.birdplane_epochs, name, pairs)
    needs = name if name in PEERS else None
    return Unit(f"overhead/{name}", measure, pairs, needs=needs)


def _memory(name: str, scale: Scale) -> Unit:
    marks = scale.marks if name in ("nothing", *OURS) else scale.peer_marks
    measure = partial(memory.resident_memory, name, marks)
    needs = name if name in PEERS else None
    return Unit(f"memory/{name}", measure, marks[-1], needs=needs)


def _accuracy(seed: int) -> Unit:
    measure = partial(accuracy.both_ways, seed)
    return Unit(f"accuracy/seed{seed}", measure, 3, after=("accuracy/rate",))

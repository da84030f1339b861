"""Time of an epoch with an observer, beside the same epoch without one."""

from collections.abc import Callable
from itertools import repeat
from typing import Any

import torch
import torchvision  # type: ignore[import-untyped]

import birdplane
from benchmarks.measure.observers import unwatched
from benchmarks.measure.peers import WATCHES
from benchmarks.measure.scale import Job
from benchmarks.measure.training import epochs_of_batches, timed_epoch

Pairs = list[tuple[float, float]]
BIG_BATCH = (16, 3, 224, 224)


def birdplane_epochs(name: str, pairs: int, job: Job) -> dict[str, Any]:
    """Time an observer on the course's network.

    Returns:
        pairs: seconds without and with the observer.
    """
    watch = WATCHES[name]()

    def epoch(number: int, watched: bool, steps: int = job.scale.steps) -> float:
        return timed_epoch(
            watch if watched else unwatched,
            birdplane.ResNet(seed=number),
            epochs_of_batches(seed=number),
            steps,
            job.scale.warm_up,
        )

    epoch(0, True, steps=1)  # loads what is loaded at first use
    return {"pairs": alternate(epoch, pairs, job)}


def resnet18_steps(job: Job) -> dict[str, Any]:
    """Time `hooks` on torchvision's ResNet-18, on noise: arithmetic does not care."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(BIG_BATCH, generator=generator)
    y = torch.randint(1000, (len(x),), generator=generator)
    model = torchvision.models.resnet18()

    def training(number: int, watched: bool, steps: int = job.scale.big_steps) -> float:
        watch = WATCHES["hooks"]() if watched else unwatched
        return timed_epoch(watch, model, repeat((x, y)), steps, 1)

    training(0, True, steps=1)
    return {"pairs": alternate(training, job.scale.big_pairs, job)}


def alternate(run: Callable[[int, bool], float], pairs: int, job: Job) -> Pairs:
    """Time pairs, and change each time which of the two comes first.

    Args:
        run: (number of the pair, whether to observe) -> seconds.
        pairs: how many.
        job: told after each run.

    Returns:
        For each pair seconds without and with.
    """
    timed: Pairs = []
    for number in range(pairs):
        seconds = {}
        for watched in (False, True) if number % 2 else (True, False):
            seconds[watched] = run(number, watched)
            job.tick()
        timed.append((seconds[False], seconds[True]))
    return timed

"""Time of an epoch with an observer, beside the same epoch without one."""

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

import torch
import torchvision  # type: ignore[import-untyped]

import birdplane
from benchmarks.measure.observers import unwatched
from benchmarks.measure.peers import WATCHES
from benchmarks.measure.scale import Job
from benchmarks.measure.training import epochs_of_batches, timed_blocks

Pairs = list[tuple[float, float]]
BIG_BATCH = (16, 3, 224, 224)


def birdplane_epochs(name: str, pairs: int, job: Job) -> dict[str, Any]:
    """Time an observer on the course's network.

    Returns:
        pairs: seconds without and with the observer.
    """
    watch, scale = WATCHES[name](), job.scale

    def epoch(number: int, watched: bool, steps: int = scale.steps) -> Iterator[float]:
        return timed_blocks(
            watch if watched else unwatched,
            birdplane.ResNet(seed=number),
            epochs_of_batches(seed=number),
            steps,
            scale.warm_up,
            scale.block,
        )

    sum(epoch(0, True, steps=1))  # loads what is loaded at first use
    return {"pairs": alternate(epoch, pairs, job)}


def resnet18_steps(job: Job) -> dict[str, Any]:
    """Time `hooks` on torchvision's ResNet-18, on noise: arithmetic does not care."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(BIG_BATCH, generator=generator)
    y = torch.randint(1000, (len(x),), generator=generator)
    big_steps = job.scale.big_steps

    def training(number: int, watched: bool, steps: int = big_steps) -> Iterator[float]:
        watch = WATCHES["hooks"]() if watched else unwatched
        model = torchvision.models.resnet18()
        return timed_blocks(watch, model, repeat((x, y)), steps, 1, 1)

    sum(training(0, True, steps=1))
    return {"pairs": alternate(training, job.scale.big_pairs, job)}


def alternate(
    run: Callable[[int, bool], Iterator[float]], pairs: int, job: Job
) -> Pairs:
    """Time pairs whose halves take turns, block by block.

    A machine is faster in one minute than in the next: so both halves have of both.

    Args:
        run: (number of the pair, whether to observe) -> seconds of each block.
        pairs: how many; which half comes first changes from one to the next.
        job: told after each.

    Returns:
        For each pair seconds without and with.
    """
    timed: Pairs = []
    for number in range(pairs):
        order = (False, True) if number % 2 else (True, False)
        turns = zip(*(run(number, watched) for watched in order), strict=True)
        totals = map(sum, zip(*turns, strict=True))
        seconds = dict(zip(order, totals, strict=True))
        timed.append((seconds[False], seconds[True]))
        job.tick()
    return timed

"""Does a recorded value cost more where there are more layers, channels, epochs?"""

import gc
import time
from itertools import cycle
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.measure.observers import Watch, default, unwatched
from benchmarks.measure.scale import Job

SMALL = {"layers": 4, "channels": 32, "epochs": 1}
LARGER = {"layers": 32, "channels": 256, "epochs": 50}
# Small ones: what the layers themselves take must not drown what is measured.
IMAGES, SIDE = 16, 8  # (16, channels, 8, 8)


def cost_of_a_value(job: Job) -> dict[str, Any]:
    """Record chains of BatchNorm layers: one small, three larger in one way each.

    Returns:
        by name: nanoseconds a recorded value, one for each repeat.
    """
    chains = {"small": SMALL} | {
        way: SMALL | {way: size} for way, size in LARGER.items()
    }
    cost: dict[str, list[float]] = {name: [] for name in chains}
    for number in range(job.scale.repeats + 1):
        names = list(chains) if number % 2 else list(reversed(chains))
        for name in names:
            nanoseconds = cost_once(**chains[name], job=job, number=number)
            if number:  # the first time takes memory
                cost[name].append(nanoseconds)
                job.tick()
    return cost


def cost_once(layers: int, channels: int, epochs: int, job: Job, number: int) -> float:
    """Give nanoseconds a value: with an observer less without, in the last epoch."""
    model = nn.Sequential(*[nn.BatchNorm2d(channels) for _ in range(layers)])
    x = torch.randn(
        (IMAGES, channels, SIDE, SIDE), generator=torch.Generator().manual_seed(0)
    )
    values = 2 * x.numel() * layers * job.scale.passes  # input and output
    order = cycle((unwatched, default) if number % 2 else (default, unwatched))
    seconds = {}
    for watch in (next(order), next(order)):
        seconds[watch] = last_epoch(watch, model, x, epochs, job.scale.passes)
    return (seconds[default] - seconds[unwatched]) / values * 1e9


def last_epoch(
    watch: Watch, model: nn.Module, x: Tensor, epochs: int, passes: int
) -> float:
    """Time the last epoch of forward passes, with its snapshot."""
    gc.collect()
    with watch(model) as ends:
        for _ in range(epochs - 1):
            model(x)  # a short epoch: rows are there before, and that may cost
            ends.epoch()
        start = time.perf_counter()
        for _ in range(passes):
            model(x)
        ends.epoch()
        return time.perf_counter() - start

"""Time to a validation accuracy: our loop, observed, and the usual one."""

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import birdplane
import hooks
from benchmarks.measure import usual
from benchmarks.measure.scale import Job
from benchmarks.measure.training import images

GOAL = 0.89
EPOCHS = 4
"""Length of our one-cycle run; of 3, 4 and 5 the shortest in which seeds 100 to 102,
none of which is measured, all reached the goal."""
CHOICE = "accuracy-rate.json"

Reached = dict[str, float]


def choose_rate(job: Job) -> dict[str, Any]:
    """Choose the usual loop's rate and its number of loading processes.

    The rate by the epochs to the goal. They are counted with `birdplane.fit` at a
    constant rate, which draws batches in the same way and gets them sooner.

    Returns:
        epochs: to the goal, by rate, one for each seed; seconds: of one epoch without
        and with two loading processes; rate, workers: the best.
    """
    scale = job.scale
    epochs: dict[float, list[float]] = {}
    for rate in scale.rates:
        for seed in scale.rate_seeds:
            reached = first(constant(rate, seed, scale.longest), scale.longest)
            epochs.setdefault(rate, []).append(reached["epochs"])
            job.tick()
    seconds = {}
    for workers in (0, 2):
        ((seconds[workers], _),) = islice(
            usual.train(0, scale.rates[0], workers, False, batches(job)), 1
        )
        job.tick()
    return {
        "epochs": epochs,
        "seconds": seconds,
        "rate": min(epochs, key=lambda rate: sum(epochs[rate])),
        "workers": min(seconds, key=lambda workers: seconds[workers]),
    }


def both_ways(seed: int, job: Job) -> dict[str, Reached]:
    """Train to the goal: our loop, the usual one, and that with everything kept."""
    choice = json.loads((job.folder / CHOICE).read_text())["result"]
    rate, workers = choice["rate"], choice["workers"]
    longest = job.scale.longest

    def usually(keep: bool) -> Reached:
        run = usual.train(seed, rate, workers, keep, batches(job))
        return first(run, longest)

    runs: list[tuple[str, Callable[[], Reached]]] = [
        ("ours", lambda: first(ours(seed), EPOCHS)),
        ("usual", lambda: usually(keep=False)),
        ("usual, kept", lambda: usually(keep=True)),
    ]
    turn = seed % len(runs)
    reached = {}
    for name, run in runs[turn:] + runs[:turn]:
        reached[name] = run()
        job.tick()
    return reached


def ours(seed: int) -> Iterator[tuple[float, float]]:
    """Train as the course does, `hooks` recording; yield seconds and accuracy."""
    model, train, val = birdplane.ResNet(seed=seed), images("train"), images("val")
    with hooks.record(model) as recorder:
        start = time.perf_counter()
        for epoch in birdplane.fit(
            model, train, val, epochs=EPOCHS, seed=seed, progress=False
        ):
            recorder.snapshot(epoch.number)
            yield time.perf_counter() - start, epoch.val_accuracy


def constant(rate: float, seed: int, epochs: int) -> Iterator[tuple[float, float]]:
    """Train from memory at a constant rate; yield seconds and accuracy."""
    for epoch in birdplane.fit(
        birdplane.ResNet(seed=seed),
        images("train"),
        images("val"),
        epochs=epochs,
        max_lr=rate,
        schedule="constant",
        seed=seed,
        progress=False,
    ):
        yield epoch.seconds, epoch.val_accuracy


def first(run: Iterable[tuple[float, float]], longest: int) -> Reached:
    """Train until the goal is reached; seconds and epochs are infinite if it is not."""
    accuracy = 0.0
    for number, (seconds, accuracy) in enumerate(islice(run, longest), start=1):
        if accuracy >= GOAL:
            return {"seconds": seconds, "epochs": number, "accuracy": accuracy}
    return {"seconds": math.inf, "epochs": math.inf, "accuracy": accuracy}


def batches(job: Job) -> int | None:
    """Say how many batches an epoch of the usual loop has: all, or a few to try it."""
    return None if job.scale.steps >= 78 else job.scale.steps

"""The training that is observed: plain steps on batches from memory."""

import gc
import time
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, islice, repeat

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import birdplane
from benchmarks.measure.observers import Watch
from birdplane.batches import Batches

Batch = tuple[Tensor, Tensor]
BATCH_SIZE = 128


@cache
def images(split: str) -> birdplane.BirdPlane:
    """Load a split once a process."""
    return birdplane.load(split)


def epochs_of_batches(seed: int) -> Iterator[Batch]:
    """Give batches without end, as `birdplane.fit` makes them."""
    train = images("train")
    generator = torch.Generator().manual_seed(seed)
    batches = Batches(train.images, train.labels, BATCH_SIZE, generator=generator)
    return chain.from_iterable(repeat(batches))


class Steps:
    """Takes training steps; the optimizer of `birdplane.fit`, its rate held still."""

    def __init__(self, model: nn.Module, batches: Iterable[Batch]) -> None:
        """Take nothing yet."""
        self.model, self.batches = model, iter(batches)
        self.optimizer = torch.optim.SGD(
            model.parameters(), lr=0.03, momentum=0.9, nesterov=True, weight_decay=5e-4
        )

    def __iter__(self) -> Iterator[None]:
        """Take one step at a time."""
        for x, y in self.batches:
            loss = F.cross_entropy(self.model(x), y)
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            yield


def timed_blocks(
    watch: Watch,
    model: nn.Module,
    batches: Iterable[Batch],
    steps: int,
    warm_up: int,
    size: int,
) -> Iterator[float]:
    """Train an epoch under an observer; without validation, which nobody observes.

    Args:
        watch: the observer.
        model: in train mode; new, for not every observer can be taken off.
        batches: at least steps + warm_up.
        steps: that are timed, with what the observer does at the end of the epoch.
        warm_up: steps before them.
        size: steps of a block.

    Yields:
        The seconds of a block; of the last one when the observer is off again.
    """
    gc.collect()
    with watch(model) as ends:
        training = iter(Steps(model, batches))
        for _ in islice(training, warm_up):
            ends.step()
        for first in range(0, steps, size):
            last = first + size >= steps
            start = time.perf_counter()
            for _ in islice(training, min(size, steps - first)):
                ends.step()
            if last:
                ends.epoch()
            seconds = time.perf_counter() - start
            if not last:
                yield seconds
    yield seconds


def timed_epoch(
    watch: Watch, model: nn.Module, batches: Iterable[Batch], steps: int, warm_up: int
) -> float:
    """Give the seconds of such an epoch as a whole."""
    return sum(timed_blocks(watch, model, batches, steps, warm_up, steps))

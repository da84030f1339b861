"""The loop that `birdplane.fit` runs: steps, epochs, and what they came to."""

import math
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from tqdm import tqdm

from birdplane.batches import Batches
from birdplane.evaluation import Data, Score, evaluate
from birdplane.randomness import PrivateRandomness

SCHEDULES = ("one-cycle", "constant")
WARM_UP = 0.25
"""Share of a one-cycle run in which the learning rate grows."""


@dataclass(frozen=True)
class Epoch:
    """What one epoch of training came to.

    Attributes:
        number: counts from 1.
        step: optimizer updates since the start.
        train_loss: mean cross-entropy in nats of the epoch's own batches, each taken
            before its update: train mode, augmented images, weights on the move.
        train_accuracy: share of right answers, 0 to 1, in the same sense.
        val_loss: mean cross-entropy in nats of the validation images, eval mode.
        val_accuracy: share of right answers, 0 to 1, in the same sense.
        seconds: time the epoch took, with its validation, but without the time that
            the caller's loop took.
    """

    number: int
    step: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float

    @property
    def diverged(self) -> bool:
        """Whether a loss stopped being a finite number; then all four are NaN.

        Example:
            >>> Epoch(1, 78, 0.5, 0.8, 0.4, 0.8, 1.2).diverged
            False
        """
        return not math.isfinite(self.train_loss)


@dataclass
class Run:
    """One call of `birdplane.fit`: what all its steps have in common.

    Args:
        model: in train mode, on its device.
        batches: the training images.
        optimizer: of the model's parameters.
        rates: the learning rate of each step, as `learning_rates` gives them.
        dropout: what the layers draw their random numbers from.
        step: updates so far.

    Example:
        >>> images, labels = torch.ones(4, 3, 8, 8), torch.ones(4, dtype=torch.int64)
        >>> model = nn.Sequential(nn.Flatten(), nn.Linear(192, 2))
        >>> batches = Batches(images, labels, 2, generator=torch.Generator())
        >>> optimizer = torch.optim.SGD(model.parameters())
        >>> randomness = PrivateRandomness(0, torch.device("cpu"))
        >>> run = Run(model, batches, optimizer, [0.1, 0.1], randomness)
        >>> [epoch.step for epoch in run.epochs((images, labels), show=False)]
        [2]
    """

    model: nn.Module
    batches: Batches
    optimizer: torch.optim.Optimizer
    rates: list[float]
    dropout: PrivateRandomness
    step: int = 0

    def epochs(self, val: Data, show: bool) -> Generator[Epoch, None, None]:
        """Train and validate epoch by epoch, and tidy up at the end, whatever ends."""
        network = self.model
        if self.batches.world_size > 1:
            network = DistributedDataParallel(self.model)
        bar = tqdm(
            total=len(self.rates), unit="step", file=sys.stderr, disable=not show
        )
        try:
            while self.step < len(self.rates):
                epoch = self._epoch(network, val, bar)
                yield epoch
                if epoch.diverged:
                    return
        finally:
            self.optimizer.zero_grad()
            bar.close()

    def _epoch(self, network: nn.Module, val: Data, bar: "tqdm[Any]") -> Epoch:
        start = time.perf_counter()
        with self.dropout.active():
            loss, accuracy = self._train(network, bar)
        score = evaluate(self.model, val)
        bar.set_postfix(val_accuracy=f"{score.accuracy:.3f}")
        if not math.isfinite(loss + score.loss):
            loss, accuracy, score = math.nan, math.nan, Score(math.nan, math.nan)
        return Epoch(
            number=self.step // len(self.batches),
            step=self.step,
            train_loss=loss,
            train_accuracy=accuracy,
            val_loss=score.loss,
            val_accuracy=score.accuracy,
            seconds=time.perf_counter() - start,
        )

    def _train(self, network: nn.Module, bar: "tqdm[Any]") -> tuple[float, float]:
        """Update the weights once a batch; return the batches' loss and accuracy."""
        # Kept on the device: reading a number there would wait for it at every step.
        sums = torch.zeros(2, device=self.batches.device)
        for images, labels in self.batches:
            for group in self.optimizer.param_groups:
                group["lr"] = self.rates[self.step]
            logits = network(images)  # (N, classes)
            loss = F.cross_entropy(logits, labels)
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            self.step += 1
            right = (logits.argmax(1) == labels).sum()
            sums += torch.stack([loss.detach(), right])
            bar.update()
        if self.batches.world_size > 1:
            torch.distributed.all_reduce(sums)
        n = len(self.batches)
        mean_loss = sums[0] / n / self.batches.world_size
        return mean_loss.item(), sums[1].item() / n / self.batches.batch_size


def learning_rates(schedule: str, max_lr: float, steps: int) -> list[float]:
    """The learning rate of every step, each taken at the step's middle.

    Args:
        schedule: "one-cycle" (from 0 up to max_lr, then down to 0, in straight lines)
            or "constant".
        max_lr: the largest.
        steps: how many steps there are.

    Returns:
        One learning rate a step.

    Example:
        >>> learning_rates("one-cycle", 1.0, 4)
        [0.5, 0.8333333333333334, 0.5, 0.16666666666666666]
    """
    if schedule == "constant":
        return [max_lr] * steps
    done = [(step + 0.5) / steps for step in range(steps)]  # 0 to 1
    return [max_lr * min(d / WARM_UP, (1 - d) / (1 - WARM_UP)) for d in done]

"""Moments and histogram of what goes into a layer, or of what comes out."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hooks.histogram import Histogram
from hooks.moments import BatchMoments, Moments
from hooks.tensors import thin

TAILS = ("below", "above", "nan", "inf")
KEEP = 256  # values a channel and batch that a sampled histogram aims for
TOGETHER = 2**17  # sampled values that are counted at once; half a megabyte

Row = dict[str, np.ndarray]


@dataclass(frozen=True)
class Settings:
    """How a recorder records; see `record`."""

    bins: int = 64
    range: tuple[float, float] = (-6.0, 6.0)
    exact: bool = False
    every: int = 1
    trace: bool = False
    channel_axis: int | None = None
    grads: bool = False


class Side:
    """What is accumulated of a layer's input, or of its output.

    Args:
        channels: C.
        device: where the activations live, and so the counts.
        settings: how to record.
    """

    def __init__(self, channels: int, device: torch.device, settings: Settings) -> None:
        """Start empty."""
        self.exact = settings.exact
        self.values = 0  # a channel, finite or not
        self.moments = Moments(channels, device)
        self.histogram = Histogram(channels, settings.bins, settings.range, device)
        # Samples wait here to be counted together. The memory is taken once: small
        # pieces, kept among a training's large ones, would make its heap grow.
        self.buffer = torch.empty(0, channels, device=device)  # (room, C)
        self.waiting = 0  # rows of it that are filled

    def count(self, x: Tensor, turn: int, moments: BatchMoments | None) -> None:
        """Put the values of a batch, or an even sample of them, into the bins.

        Args:
            x: activations, (N, C, L).
            turn: the number of the batch.
            moments: of x, where they are known.
        """
        if not self.exact:
            self.sample(x, turn)
            return
        values = x.shape[0] * x.shape[2]
        self.values += values
        finite = None if moments is None else bool((moments[0] == values).all())
        self.histogram.update(x, finite)

    def sample(self, x: Tensor, turn: int) -> Tensor:
        """Count an even sample of a batch, and say what it holds.

        Args:
            x: activations, (N, C, L).
            turn: the number of the batch.
        Returns:
            The sample, (n, C), valid until the next one.
        """
        self.values += x.shape[0] * x.shape[2]
        return self._put(thin(x, KEEP, turn).transpose(1, 2))

    def take(self, sample: Tensor, values: int) -> None:
        """Count a sample of a batch, (n, C), that has so many values a channel."""
        self.values += values
        self._put(sample)

    def _put(self, sample: Tensor) -> Tensor:
        """Let a sample, (…, C), wait with the others; give its copy, (n, C)."""
        more = sample.shape[:-1].numel()
        if self.waiting + more > len(self.buffer) or sample.dtype != self.buffer.dtype:
            self.settle()
            self._make_room(more, sample)
        free = self.buffer[self.waiting : self.waiting + more]
        free.view(sample.shape).copy_(sample)
        self.waiting += more
        return free

    def _make_room(self, rows: int, sample: Tensor) -> None:
        channels = sample.shape[-1]
        rows = max(rows, TOGETHER // max(1, channels))
        if rows > len(self.buffer) or sample.dtype != self.buffer.dtype:
            with torch.inference_mode(False):  # it must outlive an inference mode
                self.buffer = sample.new_empty(rows, channels)

    def settle(self) -> None:
        """Count the samples that wait: together, which costs less than one by one."""
        self.histogram.update(self.buffer[: self.waiting, :, None])
        self.waiting = 0

    def row(self) -> Row:
        """Give the statistics as arrays, (C,), and the counts, (C, bins)."""
        self.settle()
        moments, histogram = self.moments, self.histogram
        empty = array(moments.n) == 0
        return {
            "counts": array(histogram.counts),
            **{tail: array(getattr(histogram, tail)) for tail in TAILS},
            "n": np.full(len(empty), self.values),
            "finite": array(moments.n.long()),
            "binned": array(histogram.slots.sum(1)),
            "mean": np.where(empty, np.nan, array(moments.mean)),
            "var": array(moments.var),
        }

    def clear(self) -> None:
        """Start anew, in the same memory."""
        self.values = self.waiting = 0
        self.moments.clear()
        self.histogram.slots.zero_()


def array(tensor: Tensor) -> np.ndarray:
    """Copy a tensor from any device into an array.

    Args:
        tensor: of any shape, with or without a gradient.
    Returns:
        The same shape and values, in memory of its own.
    Example:
        >>> weight = torch.ones(3, requires_grad=True)
        >>> copied = array(weight)
        >>> copied[0] = 5
        >>> weight.tolist()
        [1.0, 1.0, 1.0]
    """
    return tensor.detach().cpu().numpy().copy()

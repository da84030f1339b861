"""Moments and histogram of what goes into a layer, or of what comes out."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hooks.histogram import Histogram
from hooks.moments import BatchMoments, Moments
from hooks.samples import Samples, is_sampled

TAILS = ("below", "above", "nan", "inf")

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
        self.batches = 0
        self.values = 0  # a channel, finite or not
        self.moments = Moments(channels, device)
        self.histogram = Histogram(channels, settings.bins, settings.range, device)
        self.samples = Samples(channels, device)

    def expect(
        self, channels: int, device: torch.device, layer: str, which: str
    ) -> None:
        """Raise unless activations are of as many channels, and where, as before.

        Raises:
            ValueError: those of a layer's "input", say, are not.
        """
        before = self.moments.n
        if channels != len(before):
            raise ValueError(
                f"record: layer {layer!r}: expected {len(before)} channels as {which}, "
                f"got {channels}; say where they are with channel_axis=, or leave a "
                "layer of several widths out of layers="
            )
        if device != before.device:
            raise ValueError(
                f"record: layer {layer!r}: expected its {which} on {before.device}, as "
                f"before, got {device}; move the model before hooks.record"
            )

    def count(self, x: Tensor, moments: BatchMoments | None) -> None:
        """Put the values of a batch, or an even sample of some, into the bins.

        Args:
            x: activations, (N, C, L).
            moments: of x, where they are known.
        """
        values = x.shape[0] * x.shape[2]
        if self.exact:
            finite = None if moments is None else bool((moments[0] == values).all())
            self.histogram.update(x, finite)
        elif is_sampled(values, self.batches) and not self.samples.add(x):
            self.settle()
            self.samples.add(x)
        self.batches += 1
        self.values += values

    def take(self, slots: Tensor, values: int) -> None:
        """Take over counts, as `Histogram.slots`, of batches of so many values."""
        self.values += values
        self.histogram.slots += slots

    def settle(self) -> None:
        """Count the samples that wait."""
        self.histogram.update(self.samples.take()[:, :, None])

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
        self.batches = self.values = 0
        self.samples.take()
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

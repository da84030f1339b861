"""Passes of a BatchNorm layer that wait to be worked on together."""

import torch
from torch import Tensor

from hooks.batchnorm import BatchStatistics, moments_of
from hooks.histogram import Histogram
from hooks.moments import PASSES, BatchMoments
from hooks.samples import Samples
from hooks.side import Settings


class Passes:
    """What is kept of each pass: its statistics, and of some a sample of the input.

    The outputs follow from them. Between a training's large operations every small one
    runs cold; what can wait for the others is done for all at once.

    Args:
        like: the statistics of a pass.
        settings: how to record.
    """

    def __init__(self, like: BatchStatistics, settings: Settings) -> None:
        """Take the memory for all passes; see `Samples` for the reason."""
        self._like = like.eps, like.dtype
        self._kept: list[tuple[int, int]] = []  # values a channel, rows of the sample
        self._counted = 0  # passes whose samples are in the histogram
        self._vectors = like.mean.new_empty((PASSES, 4, len(like.mean)))
        channels, device = len(like.mean), like.mean.device
        self._samples = Samples(channels, device, beside=channels)
        bins, range = settings.bins, settings.range
        self._histogram = Histogram(2 * channels, bins, range, device)

    def __len__(self) -> int:
        """Count the passes."""
        return len(self._kept)

    def add(self, statistics: BatchStatistics, x: Tensor | None) -> bool:
        """Keep one more pass.

        Args:
            statistics: what the layer worked with.
            x: its input, (N, C, L); None: it is not sampled.
        Returns:
            False: it does not fit in with those that wait; `take` them first.
        """
        n, eps, dtype, *vectors = statistics
        passes = len(self)
        if not passes:
            self._like = eps, dtype
            self._samples.take()  # what an interrupt has left
            self._histogram.slots.zero_()
        if passes == PASSES or self._like != (eps, dtype):
            return False
        rows = 0 if x is None else self._sample(x)
        torch.stack(vectors, out=self._vectors[passes])
        self._kept.append((n, rows))
        return True

    def _sample(self, x: Tensor) -> int:
        if not self._samples.add(x):
            self._count()
            self._samples.add(x)
        return len(self._samples) - sum(self._rows())

    def _rows(self) -> list[int]:
        return [rows for _, rows in self._kept[self._counted :]]

    def _count(self) -> None:
        samples = self.samples()
        self._counted = len(self)
        self._samples.take()
        self._histogram.update(samples[:, :, None])  # both at once: fewer calls

    def take(self) -> tuple[int, tuple[BatchMoments, ...], tuple[Tensor, ...]]:
        """Give what the passes come to, inputs first, and outputs as made; empty it.

        Returns:
            The number of values a channel; the moments of inputs and of outputs,
            (P, C) each for P passes, float64, exact up to float32 rounding; the counts
            of both samples, as `Histogram.slots`.
        """
        self._count()
        values = [n for n, _ in self._kept]
        n = torch.tensor(values, dtype=torch.float64, device="cpu")
        vectors = self._vectors[: len(self)].double().unbind(1)
        moments = moments_of(n[:, None].expand_as(vectors[0]), self._like[0], *vectors)
        self._kept, self._counted = [], 0
        given, made = self._histogram.slots.tensor_split(2)
        return sum(values), moments, (given, made)

    def samples(self) -> Tensor:
        """Work out the outputs that belong to the sampled inputs.

        Returns:
            Inputs and, beside them, outputs: (n, 2C).
        Example:
            >>> from hooks.batchnorm import batch_statistics
            >>> bn, x = torch.nn.BatchNorm1d(1), torch.tensor([[1.0], [3.0]])
            >>> read = batch_statistics(bn, bn(x))
            >>> passes = Passes(read, Settings())
            >>> passes.add(read, x[:, :, None])
            True
            >>> passes.samples().round(decimals=3).tolist()
            [[1.0, -1.0], [3.0, 1.0]]
        """
        vectors = self._vectors[self._counted : len(self)]
        mean, inverse, weight, bias = vectors.unbind(1)
        scale = inverse * weight
        shift = bias - mean * scale
        rows = torch.tensor(self._rows(), dtype=torch.int64, device="cpu")
        scale, shift = (each.repeat_interleave(rows, dim=0) for each in (scale, shift))
        samples = self._samples.filled[: len(scale)]
        given, made = samples.tensor_split(2, dim=1)
        made.copy_(torch.addcmul(shift, given, scale).to(self._like[1]))
        return samples

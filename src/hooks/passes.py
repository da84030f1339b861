"""Passes of a BatchNorm layer that wait to be worked on together."""

import torch
from torch import Tensor

from hooks.batchnorm import BatchStatistics
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
        # Two of each pass: values a channel, and where its sample ends.
        self._kept: list[int] = []
        self._vectors = like.mean.new_empty((PASSES, 4, len(like.mean)))
        channels, device = len(like.mean), like.mean.device
        self._samples = Samples(channels, device, beside=channels)
        bins, range = settings.bins, settings.range
        self._histogram = Histogram(2 * channels, bins, range, device)

    def __len__(self) -> int:
        """Count the passes."""
        return len(self._kept) // 2

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
        if passes == PASSES or self._like != (eps, dtype):
            return False
        if x is not None and not self._samples.add(x):
            return False
        torch.stack(vectors, out=self._vectors[passes])
        self._kept += n, len(self._samples)
        return True

    def take(self) -> tuple[int, tuple[BatchMoments, ...], tuple[Tensor, ...]]:
        """Give what the passes come to, inputs first, and outputs as made; empty it.

        Of an input with the mean μ and the variance v the layer makes an output with
        the mean β and the variance γ²·v/(v + eps).

        Returns:
            The number of values a channel; the moments of inputs and of outputs,
            (P, C) each for P passes, float64, exact up to float32 rounding; the counts
            of both samples, as `Histogram.slots`.
        Source: Ioffe & Szegedy (2015), Algorithm 1.
        """
        n = torch.tensor(self._kept[::2], dtype=torch.float64, device="cpu")
        moments = _moments(n, self._vectors[: len(self)].double(), self._like[0])
        self._histogram.slots.zero_()
        self._histogram.update(self.samples()[:, :, None])  # both at once: fewer calls
        self._samples.take()
        self._kept.clear()
        given, made = self._histogram.slots.tensor_split(2)
        return int(n.sum()), moments, (given, made)

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
        mean, inverse, weight, bias = self._vectors[: len(self)].unbind(1)
        scales = inverse * weight
        shifts = bias - mean * scales
        samples = self._samples.filled[: self._kept[-1]]
        given, made = samples.tensor_split(2, dim=1)
        first = 0
        for last, scale, shift in zip(self._kept[1::2], scales, shifts, strict=True):
            if last > first:
                worked_out = torch.addcmul(shift, given[first:last], scale)
                made[first:last] = worked_out.to(self._like[1])
            first = last
        return samples


def _moments(n: Tensor, vectors: Tensor, eps: float) -> tuple[BatchMoments, ...]:
    mean, inverse, weight, bias = vectors.unbind(1)
    n = n[:, None].expand_as(mean)
    m2 = (inverse.square().reciprocal() - eps).clamp(min=0) * n
    return (n, mean, m2), (n, bias, (inverse * weight).square() * m2)

"""Passes of a BatchNorm layer that wait to be worked on together."""

import torch
from torch import Tensor

from hooks.batchnorm import BatchStatistics
from hooks.moments import PASSES, BatchMoments
from hooks.samples import Samples


class Passes:
    """What is kept of each pass: its statistics, and of some a sample of the input.

    The outputs follow from them. Between a training's large operations every small one
    runs cold; what can wait for the others is done for all at once.

    Args:
        like: the statistics of a pass.
    """

    def __init__(self, like: BatchStatistics) -> None:
        """Take the memory for all passes; see `Samples` for the reason."""
        self._like = like.eps, like.dtype
        # Two of each pass: values a channel, and where its sample ends.
        self._kept: list[int] = []
        self._vectors = like.mean.new_empty((PASSES, 4, len(like.mean)))
        self._samples = Samples(len(like.mean), like.mean.device)

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
        """Give the passes, inputs first, and outputs as the layer made them; empty it.

        Of an input with the mean μ and the variance v the layer makes an output with
        the mean β and the variance γ²·v/(v + eps).

        Returns:
            The number of values a channel; the moments of inputs and of outputs,
            (P, C) each for P passes, float64, exact up to float32 rounding; the
            samples of inputs and of outputs, (n, C) each, valid until the next `add`.
        Source: Ioffe & Szegedy (2015), Algorithm 1.
        Example:
            >>> from hooks.batchnorm import batch_statistics
            >>> bn, x = torch.nn.BatchNorm1d(1), torch.tensor([[1.0], [3.0]])
            >>> read = batch_statistics(bn, bn(x))
            >>> passes = Passes(read)
            >>> passes.add(read, x[:, :, None])
            True
            >>> values, moments, (given, made) = passes.take()
            >>> given.tolist(), made.round(decimals=3).tolist()
            ([[1.0], [3.0]], [[-1.0], [1.0]])
        """
        (eps, dtype), vectors = self._like, self._vectors[: len(self)]
        n, ends = torch.tensor(self._kept, device="cpu").view(-1, 2).unbind(1)
        given = self._samples.take()[: ends[-1]]
        mean, inverse, weight, bias = vectors.unbind(1)
        scale = inverse * weight
        both = torch.stack([scale, bias - mean * scale])
        scales, shifts = both.repeat_interleave(ends.diff(prepend=ends[:1] * 0), 1)
        made = torch.addcmul(shifts, given, scales).to(dtype).to(given.dtype)
        self._kept.clear()
        return int(n.sum()), _moments(n.double(), vectors.double(), eps), (given, made)


def _moments(n: Tensor, vectors: Tensor, eps: float) -> tuple[BatchMoments, ...]:
    mean, inverse, weight, bias = vectors.unbind(1)
    n = n[:, None].expand_as(mean)
    m2 = (inverse.square().reciprocal() - eps).clamp(min=0) * n
    return (n, mean, m2), (n, bias, (inverse * weight).square() * m2)

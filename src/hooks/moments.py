"""Mean and variance per channel of a stream of batches."""

import torch
from torch import Tensor

from hooks.tensors import channel_sums, pieces, rows, spread

BatchMoments = tuple[Tensor, Tensor, Tensor]
"""n, mean, m2: each (C,), or (P, C) for P batches; float64."""

PASSES = 64  # whose moments are merged at once
SMALL = 4096  # values a channel up to which float64 costs next to nothing


class Moments:
    """Number, mean and sum of squared deviations of each channel, in float64.

    Args:
        channels: C.
        device: where the three vectors live.
    Source: Chan, Golub & LeVeque (1983), pairwise update.
    Example:
        >>> moments = Moments(2)
        >>> moments.update(torch.tensor([[[1.0, 3.0], [5.0, 5.0]]]))  # (N, C, L)
        >>> moments.mean.tolist(), moments.var.round(decimals=9).tolist()
        ([2.0, 5.0], [1.0, 0.0])
    """

    def __init__(self, channels: int, device: torch.device | str = "cpu") -> None:
        """Start empty: n = 0 in every channel."""
        zeros = torch.zeros(channels, dtype=torch.float64, device=device)
        self.n, self.mean, self.m2 = zeros, zeros.clone(), zeros.clone()

    @property
    def var(self) -> Tensor:
        """Biased variance (ddof 0), (C,); NaN where no value was seen."""
        return self.m2 / self.n

    def update(self, x: Tensor) -> None:
        """Fold one batch of activations into the moments; NaN and ±inf are left out.

        Exact for any split of the data into batches, up to float64 rounding.

        Args:
            x: activations, (N, C, L), float32 or float64, any device.
        Raises:
            ValueError: C differs from the first batch.
        """
        if x.shape[1] != len(self.n):
            raise ValueError(
                f"Moments: expected {len(self.n)} channels, got {x.shape[1]}"
            )
        self.fold(*batch_moments(x))

    def fold(self, n: Tensor, mean: Tensor, m2: Tensor) -> None:
        """Merge the moments of other data, each (C,), or (P, C) for P sets of them."""
        ns = torch.vstack([self.n, n])
        means = torch.vstack([self.mean, mean])
        self.n.copy_(ns.sum(0))
        self.mean.copy_((ns * means).sum(0) / self.n.clamp(min=1))
        between = ns * (means - self.mean).square()
        self.m2.copy_(torch.vstack([self.m2, m2]).sum(0) + between.sum(0))

    def clear(self) -> None:
        """Start anew, in the same memory."""
        for each in (self.n, self.mean, self.m2):
            each.zero_()


class KeptMoments:
    """The moments of some passes, which wait to be merged together, to save time.

    Args:
        channels: C.
        device: where they live.
    """

    def __init__(self, channels: int, device: torch.device | str = "cpu") -> None:
        """Take the memory for all passes.

        Small pieces, kept among a training's large ones, would make its heap grow.
        """
        shape = (PASSES, 3, channels)
        self._values = torch.empty(shape, dtype=torch.float64, device=device)
        self._passes = 0

    def __len__(self) -> int:
        """Count the passes; there is room for `PASSES`."""
        return self._passes

    def add(self, moments: BatchMoments) -> None:
        """Copy the moments of one more pass."""
        torch.stack(moments, out=self._values[self._passes])
        self._passes += 1

    def take(self) -> BatchMoments:
        """Give those of all passes, (P, C) each, valid until the next `add`; empty it.

        Example:
            >>> kept = KeptMoments(2)
            >>> kept.add(batch_moments(torch.ones(3, 2, 1)))
            >>> [each.tolist() for each in kept.take()], len(kept)
            ([[[3.0, 3.0]], [[1.0, 1.0]], [[0.0, 0.0]]], 0)
        """
        n, mean, m2 = self._values[: self._passes].unbind(1)
        self._passes = 0
        return n, mean, m2


def batch_moments(x: Tensor) -> BatchMoments:
    """Give number, mean and squared deviations of the finite values per channel.

    Args:
        x: activations, (N, C, L), float32 or float64.
    Returns:
        n, mean, m2: each (C,), float64.
    Example:
        >>> [v.item() for v in batch_moments(torch.tensor([[[1.0, 3.0, torch.nan]]]))]
        [2.0, 2.0, 2.0]
    """
    if x.numel() == 0:
        zeros = torch.zeros(x.shape[1], dtype=torch.float64, device=x.device)
        return zeros, zeros, zeros
    if x.device.type != "cpu":  # to look at the result would wait for the device
        return _finite_moments(x)
    n, mean, m2 = _moments(x)
    if torch.isfinite(m2).all():
        return n, mean, m2
    return _finite_moments(x)


def _moments(x: Tensor) -> BatchMoments:
    samples, _, length = x.shape
    if samples * length < SMALL:
        x = x.double()
    # Subtracting a value near the mean first keeps float32 from losing the
    # variance of a channel whose mean is large. Not the first values: a border may
    # be unlike the rest.
    pivot = x[samples // 16 :: samples // 8 | 1].mean((0, 2))
    sums = []
    for piece in pieces(x):
        centred = (rows(piece) - spread(pivot, piece)).view(piece.shape)
        total = channel_sums(centred)
        sums.append(torch.stack([total, channel_sums(centred.square_())]))
    total, squares = torch.stack(sums).sum(0)
    n = torch.full_like(total, samples * length)
    shift = total / n
    return n, pivot.double() + shift, (squares - total * shift).clamp(min=0)


def _finite_moments(x: Tensor) -> BatchMoments:
    finite = torch.isfinite(x)
    values = torch.where(finite, x, 0.0).double()
    n = finite.sum((0, 2)).double()
    mean = values.sum((0, 2)) / n.clamp(min=1)
    deviation = torch.where(finite, values - mean[:, None], 0.0)
    return n, mean, deviation.square().sum((0, 2))

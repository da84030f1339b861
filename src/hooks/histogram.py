"""Counts per channel in bins whose edges never move."""

import numpy as np
import torch
from torch import Tensor


class Histogram:
    """Counts of a stream of batches, per channel, with what falls outside.

    A bin holds its left edge, the last one also its right edge, as in NumPy.
    Values outside the edges, NaN and ±inf are counted apart, so that the counts
    always sum to the number of values seen.

    Args:
        channels: C.
        bins: number of bins.
        range: the first and the last edge.
        device: where the counts live.
    Raises:
        ValueError: fewer than one bin, or a range that is empty or not finite.
    Example:
        >>> histogram = Histogram(channels=1, bins=2, range=(0.0, 2.0))
        >>> histogram.update(torch.tensor([[[0.5, 1.0, 2.0, 3.0, float("nan")]]]))
        >>> histogram.counts.tolist(), histogram.above.item(), histogram.nan.item()
        ([[1, 2]], 1, 1)
    """

    def __init__(
        self,
        channels: int,
        bins: int,
        range: tuple[float, float],
        device: torch.device | str = "cpu",
    ) -> None:
        """Start with every count at zero."""
        self.edges = bin_edges(bins, range)
        self.bins = bins
        # below, the bins, above, nan, inf
        shape = (channels, bins + 4)
        self.slots = torch.zeros(shape, dtype=torch.int64, device=device)

    @property
    def counts(self) -> Tensor:
        """(C, bins), int64."""
        return self.slots[:, 1 : self.bins + 1]

    @property
    def below(self) -> Tensor:
        """Finite values under the first edge, (C,)."""
        return self.slots[:, 0]

    @property
    def above(self) -> Tensor:
        """Finite values over the last edge, (C,)."""
        return self.slots[:, self.bins + 1]

    @property
    def nan(self) -> Tensor:
        """Values that are not a number, (C,)."""
        return self.slots[:, self.bins + 2]

    @property
    def inf(self) -> Tensor:
        """Values that are +inf or -inf, (C,)."""
        return self.slots[:, self.bins + 3]

    def update(self, x: Tensor, *, finite: bool | None = None) -> None:
        """Count one batch of activations.

        Args:
            x: activations, (N, C, L), float32 or float64.
            finite: whether all values are known to be finite; None: look.
        """
        if x.numel() == 0:
            return
        if finite is None:
            finite = bool(torch.isfinite(x).all())
        slot = self._slot(x if finite else x.nan_to_num(nan=0.0))
        if not finite:
            slot = slot.masked_fill(x.isnan(), self.bins + 2)
            slot = slot.masked_fill(x.isinf(), self.bins + 3)
        channels, width = self.slots.shape
        offset = torch.arange(0, channels * width, width, device=x.device)
        flat = (slot + offset.to(slot.dtype)[:, None]).flatten()
        counted = torch.bincount(flat, minlength=channels * width)
        self.slots += counted.view(channels, width)

    def _slot(self, x: Tensor) -> Tensor:
        """Give each finite value its slot: 0 below, 1 … bins, bins + 1 above."""
        first, last = float(self.edges[0]), float(self.edges[-1])
        place = (x - first) * (self.bins / (last - first))
        slot = place.floor().clamp_(-1, self.bins).add_(1).to(torch.int32)
        # Rounding can move a value over an edge only where it is close to one.
        reach = max(1.0, abs(first), abs(last)) / (last - first)
        tolerance = 8 * self.bins * reach * torch.finfo(x.dtype).eps
        near = (place - place.round()).abs_() <= tolerance
        near |= x == last
        where = near.nonzero(as_tuple=True)
        if len(where[0]):
            edges = torch.from_numpy(self.edges).to(x.device)
            values = x[where].double()
            exact = torch.searchsorted(edges, values, right=True).to(torch.int32)
            exact -= (values == last).to(torch.int32)
            slot[where] = exact
        return slot


def bin_edges(bins: int, range: tuple[float, float]) -> np.ndarray:
    """Give the edges of equal bins over a range, (bins + 1,), float64.

    Raises:
        ValueError: fewer than one bin, or a range that is empty or not finite.
    Example:
        >>> bin_edges(2, (-1, 1)).tolist()
        [-1.0, 0.0, 1.0]
    """
    first, last = map(float, range)
    if bins < 1 or int(bins) != bins:
        raise ValueError(f"bins: expected a whole number of at least 1, got {bins!r}")
    if not (np.isfinite(first) and np.isfinite(last) and first < last):
        raise ValueError(
            f"range: expected two finite numbers (low, high) with low < high, "
            f"got {range!r}"
        )
    return np.linspace(first, last, int(bins) + 1)

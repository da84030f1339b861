"""Counts per channel in bins whose edges never move."""

import numpy as np
import torch
from torch import Tensor

from hooks.tensors import joined, pieces, rows, spread


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
        self.width = float(self.edges[-1] - self.edges[0]) / bins
        self.first = round(float(self.edges[0]) / self.width)
        self._working: dict[torch.dtype, torch.dtype | None] = {}
        self._firsts: dict[int, Tensor] = {}
        # below, the bins, above, nan, inf
        shape = (channels, bins + 4)
        self.slots = torch.zeros(shape, dtype=torch.int64, device=device)
        self._whole = whole_type(max(abs(self.first), self.slots.numel()) + bins + 4)

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

    def update(self, x: Tensor, finite: bool | None = None) -> None:
        """Count one batch of activations.

        Args:
            x: activations, (N, C, L), float32 or float64.
            finite: whether all values are known to be; None: look.
        """
        if x.numel() == 0:
            return
        if finite is None:
            finite = bool(x.sum().isfinite())  # if not, that may be the sum alone
        for piece in pieces(x):
            counted = self._counted(piece, finite)
            self.slots += counted
            if counted[:, self.bins + 1].any():
                self._close_last_bin(piece)

    def _counted(self, x: Tensor, finite: bool) -> Tensor:
        """Count the values of each channel in each slot, the last bin half open."""
        place = self._place(rows(x) if finite else rows(x).nan_to_num(nan=0.0))
        if not finite:
            place.masked_fill_(rows(x).isnan(), self.first + self.bins + 1)
            place.masked_fill_(rows(x).isinf(), self.first + self.bins + 2)
        flat = place.to(self._whole).add_(self._first_slots(x)).flatten()
        counted = torch.bincount(flat, minlength=self.slots.numel())
        return counted.view(self.slots.shape)

    def _first_slots(self, x: Tensor) -> Tensor:
        """Number all channels' slots through: what turns a place into its number?"""
        if joined(x) not in self._firsts:
            width = self.slots.shape[1]
            first = torch.arange(0, self.slots.numel(), width, device=x.device)
            first = (first - (self.first - 1)).to(self._whole)
            self._firsts[joined(x)] = spread(first, x)
        return self._firsts[joined(x)]

    def _close_last_bin(self, x: Tensor) -> None:
        """Move values on the last edge from above it into the last bin; (N, C, L)."""
        last = float(self.edges[-1])
        nearest = rows(x).sub(last).abs_().amin()  # comparing takes thrice as long
        if nearest == 0 or nearest.isnan():
            on_edge = (x.double() == last).sum((0, 2))
            self.slots[:, self.bins] += on_edge
            self.slots[:, self.bins + 1] -= on_edge

    def _place(self, x: Tensor) -> Tensor:
        """Give each finite value its bin, counted from zero: first - 1 is below all."""
        working = self._dividing_type(x.dtype)
        if working is None:
            edges = torch.from_numpy(self.edges).to(x.device)
            return torch.bucketize(x.double(), edges, right=True) + (self.first - 1)
        place = (x.to(working) / self.width).floor_()
        return place.clamp_(self.first - 1, self.first + self.bins)

    def _dividing_type(self, dtype: torch.dtype) -> torch.dtype | None:
        """Find a float type in which ⌊x / width⌋ is right for every x of a type.

        Division is monotonic, so it is right everywhere if it is right at the first
        value at or over each edge and at the last value under it.
        """
        if dtype not in self._working:
            self._working[dtype] = next(
                (t for t in (dtype, torch.float64) if self._divides(dtype, t)), None
            )
        return self._working[dtype]

    def _divides(self, dtype: torch.dtype, working: torch.dtype) -> bool:
        edges = torch.from_numpy(self.edges).to(
            self.slots.device
        )  # divides its own way
        at = edges.to(dtype)
        infinity = torch.full_like(at, torch.inf)
        at = torch.where(at.double() < edges, torch.nextafter(at, infinity), at)
        under = torch.nextafter(at, -infinity)
        expected = torch.arange(len(edges), device=edges.device) + self.first
        return all(
            torch.equal((x.to(working) / self.width).floor().long(), expected - shift)
            for x, shift in ((at, 0), (under, 1))
        )


def whole_type(largest: int) -> torch.dtype:
    """Give the smallest integer type with room for a number: small ones count faster.

    Example:
        >>> whole_type(2000), whole_type(40000)
        (torch.int16, torch.int32)
    """
    types = (torch.int16, torch.int32, torch.int64)
    return next((t for t in types if largest <= torch.iinfo(t).max), torch.int64)


def bin_edges(bins: int, range: tuple[float, float]) -> np.ndarray:
    """Give the edges of equal bins over a range, (bins + 1,), float64.

    Raises:
        ValueError: fewer than one bin, or a range that is empty or not finite.
    Example:
        >>> bin_edges(2, (-1, 1)).tolist()
        [-1.0, 0.0, 1.0]
    """
    try:
        first, last = map(float, range)
    except (TypeError, ValueError):
        first = last = np.nan
    if bins < 1 or int(bins) != bins:
        raise ValueError(f"bins: expected a whole number of at least 1, got {bins!r}")
    if not (np.isfinite(first) and np.isfinite(last) and first < last):
        raise ValueError(
            f"range: expected two finite numbers (low, high) with low < high, "
            f"got {range!r}"
        )
    return np.linspace(first, last, int(bins) + 1)

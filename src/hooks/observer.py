"""What is accumulated of one layer between two snapshots."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from hooks.batchnorm import BatchStatistics, batch_statistics, is_plain
from hooks.histogram import Histogram
from hooks.layers import channel_axis
from hooks.moments import BatchMoments, Moments, batch_moments
from hooks.tensors import by_channel, first_tensor, thin

SIDES = ("input", "output")
PARAMETERS = ("running_mean", "running_var", "weight", "bias")
TAILS = ("below", "above", "nan", "inf")
KEEP = 512  # values a channel and batch that a sampled histogram aims for
TOGETHER = 2**17  # sampled values that are counted at once; half a megabyte
PASSES = 64  # passes of a BatchNorm layer whose statistics are merged at once

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


class Side:
    """Moments and histogram of a layer's input, or of its output.

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
        self.samples: list[Tensor] = []  # waiting to be counted together, (C, …)
        self.waiting = 0  # values in them

    def count(self, x: Tensor, turn: int) -> None:
        """Put the values of a batch, (N, C, L), or an even sample, into the bins."""
        self.values += x.shape[0] * x.shape[2]
        if self.exact:
            self.histogram.update(x)
            return
        sample = thin(x, KEEP, turn).transpose(0, 1)
        # A copy: a view would keep all activations, and they might change.
        copy = sample.clone(memory_format=torch.contiguous_format)
        self.samples.append(copy.view(x.shape[1], -1))
        self.waiting += copy.numel()
        if self.waiting >= TOGETHER:
            self.settle()

    def settle(self) -> None:
        """Count the samples that wait: together, which costs less than one by one."""
        if self.samples:
            self.histogram.update(torch.cat(self.samples, dim=1)[None])
        self.samples, self.waiting = [], 0

    def row(self) -> Row:
        """Give the statistics as arrays, (C,), and the counts, (C, bins)."""
        self.settle()
        moments, histogram = self.moments, self.histogram
        empty = _array(moments.n) == 0
        return {
            "counts": _array(histogram.counts),
            **{tail: _array(getattr(histogram, tail)) for tail in TAILS},
            "n": np.full(len(empty), self.values),
            "binned": _array(histogram.slots.sum(1)),
            "mean": np.where(empty, np.nan, _array(moments.mean)),
            "var": _array(moments.var),
        }


class Observer:
    """Watches the calls of one layer.

    Args:
        name: the layer's dotted name.
        module: the layer.
        settings: how to record.
    """

    def __init__(self, name: str, module: nn.Module, settings: Settings) -> None:
        """Start with nothing seen."""
        self.name, self.module, self.settings = name, module, settings
        self.seen = 0  # calls in the mode that is recorded
        self.skipped = 0  # calls in the other mode
        self.paused = 0  # calls while the recorder was
        self.calls = 0  # calls recorded
        self.fresh = 0  # calls recorded since the last snapshot
        self.sides: dict[str, Side] = {}
        self.trace: list[Row] = []
        # BatchNorm's own statistics can be read, but only once it has run.
        self._reads_statistics = is_plain(module) and not settings.exact
        self._kept: list[BatchStatistics] = []
        self._pending: list[BatchMoments] = []  # of inputs; a layer may call itself

    def before(self, given: object) -> None:
        """Count the input, before an in-place layer can overwrite it."""
        x = self._count("input", given)
        if not self._reads_statistics:
            self._pending.append(batch_moments(x))

    def after(self, given: object, returned: object) -> None:
        """Count the output and fold in the moments of both sides."""
        x = self._count("output", returned)
        self.calls += 1
        self.fresh += 1
        if self._reads_statistics:
            kept = batch_statistics(self.module, self._tensor("output", returned))
            if kept is not None:
                self._kept.append(kept)
                if len(self._kept) >= PASSES:
                    self.settle()
                return
            self.settle()  # the passes before this one come first
            self._pending.append(batch_moments(self._values("input", given)))
        self._fold((self._pending.pop(), batch_moments(x)))

    def settle(self) -> None:
        """Fold in the statistics read from the layer, which wait to save time."""
        for kept in self._kept:
            self._fold(kept.moments(self.module.eps))  # type: ignore[arg-type]
        self._kept = []

    def _fold(self, batch: tuple[BatchMoments, BatchMoments]) -> None:
        for side, moments in zip(SIDES, batch, strict=True):
            self.sides[side].moments.fold(*moments)
        if self.settings.trace:
            self.trace.append(_batch_row(batch))

    def row(self) -> Row:
        """Close a snapshot: give what `peek` gives, and start the next one empty."""
        row = self.peek()
        for name, side in self.sides.items():
            self.sides[name] = self._new_side(side.histogram.slots)
        self.fresh = 0
        return row

    def peek(self) -> Row:
        """Give the statistics since the last snapshot as arrays by name.

        Returns:
            counts (2, C, bins); mean, var, n, binned, below, above, nan, inf
            (2, C); running_mean, running_var, weight, bias (C,), NaN where the
            layer has none. A side with fewer channels is filled up with n = 0.
        """
        self.settle()
        sides = [self.sides[side].row() for side in SIDES]
        row = {name: _stack([side[name] for side in sides]) for name in sides[0]}
        widths = [len(side["n"]) for side in sides]
        for name in PARAMETERS:
            value = getattr(self.module, name, None)
            row[name] = np.full(max(widths), np.nan)
            if isinstance(value, Tensor) and value.shape in {(w,) for w in widths}:
                row[name][: len(value)] = _array(value.double())
        return row

    def _count(self, side: str, value: object) -> Tensor:
        x = self._values(side, value)
        if side not in self.sides:
            self.sides[side] = self._new_side(x.transpose(0, 1))
        expected = len(self.sides[side].moments.n)
        if x.shape[1] != expected:
            raise ValueError(
                f"record: layer {self.name!r}: expected {expected} channels as {side}, "
                f"got {x.shape[1]}; say where they are with channel_axis="
            )
        self.sides[side].count(x, self.calls)
        return x

    def _new_side(self, like: Tensor) -> Side:
        """Make an empty side with the length and device of (C, …)."""
        # Made in inference mode, counts could not be added to outside of it.
        with torch.inference_mode(False):
            return Side(len(like), like.device, self.settings)

    def _values(self, side: str, value: object) -> Tensor:
        axis = self.settings.channel_axis
        tensor = self._tensor(side, value)
        return by_channel(tensor, channel_axis(self.module) if axis is None else axis)

    def _tensor(self, side: str, value: object) -> Tensor:
        tensor = first_tensor(value)
        if tensor is None:
            raise TypeError(
                f"record: layer {self.name!r} ({type(self.module).__name__}) has no "
                f"tensor as {side}; leave it out of layers="
            )
        return tensor


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy().copy()


def _stack(sides: list[np.ndarray]) -> np.ndarray:
    """Stack input and output, the one with fewer channels filled up."""
    channels = max(len(side) for side in sides)
    whole = np.issubdtype(sides[0].dtype, np.integer)
    fill = 0 if whole else np.nan
    stacked = np.full((2, channels, *sides[0].shape[1:]), fill, sides[0].dtype)
    for target, side in zip(stacked, sides, strict=True):
        target[: len(side)] = side
    return stacked


def _batch_row(batch: tuple[BatchMoments, BatchMoments]) -> Row:
    means = [_array(mean) for _, mean, _ in batch]
    with np.errstate(invalid="ignore"):
        variances = [_array(m2) / _array(n) for n, _, m2 in batch]
    return {"batch_mean": _stack(means), "batch_var": _stack(variances)}

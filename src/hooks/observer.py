"""What is accumulated of one layer between two snapshots."""

import torch
from torch import Tensor, nn

from hooks.batchnorm import (
    PASSES,
    BatchStatistics,
    KeptStatistics,
    batch_statistics,
    is_plain,
)
from hooks.gradients import GradientObserver
from hooks.layers import INDEXED, channel_axis
from hooks.moments import BatchMoments, batch_moments
from hooks.rows import SIDES, batch_rows, layer_row
from hooks.side import Row, Settings, Side
from hooks.tensors import by_channel, first_tensor, unreadable


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
        self.gradients: GradientObserver | None = None
        if settings.grads:
            self.gradients = GradientObserver(name, module, settings)
        self._trace: list[Row] = []
        # BatchNorm leaves its input as it is, so that one hook after it will do, and
        # its own statistics can be read, but only once it has run.
        self.watches_before = not is_plain(module)
        self._reads_statistics = is_plain(module) and not settings.exact
        self._kept: KeptStatistics | None = None
        # of inputs, None: still to be read; several, for a layer may call itself
        self._pending: list[BatchMoments | None] = []

    def before(self, given: object) -> None:
        """Count the input, before an in-place layer can overwrite it."""
        x = self._values("input", given)
        moments = None if self._reads_statistics else batch_moments(x)
        self._count("input", x, moments)
        self._pending.append(moments)
        if self.gradients is not None:
            self.gradients.watch("input", given)

    def after(self, given: object, returned: object) -> None:
        """Count the output and fold in the moments of both sides."""
        if not self.watches_before:
            self.before(given)
        of_input = self._pending.pop()
        x = self._values("output", returned)
        read = None
        if self._reads_statistics:
            read = batch_statistics(self.module, self._tensor("output", returned))
        of_output = batch_moments(x) if read is None else None
        self._count("output", x, of_output)
        if self.gradients is not None:
            self.gradients.watch("output", returned)
        self.calls += 1
        self.fresh += 1
        if read is not None:
            self._keep(read)
        elif of_output is not None:
            if of_input is None:
                of_input = batch_moments(self._values("input", given))
            self.settle()  # the passes before this one come first
            self._fold((of_input, of_output))

    def _keep(self, statistics: BatchStatistics) -> None:
        if self._kept is None:
            self._kept = KeptStatistics(statistics.mean, float(self.module.eps))  # type: ignore[arg-type]
        self._kept.add(statistics)
        if len(self._kept) == PASSES:
            self.settle()

    @property
    def trace(self) -> list[Row]:
        """batch_mean and batch_var of all passes, some passes at a time."""
        self.settle()
        return self._trace

    def settle(self) -> None:
        """Fold in the statistics read from the layer, which wait to save time."""
        if self._kept:
            self._fold(self._kept.take())

    def _fold(self, batch: tuple[BatchMoments, BatchMoments]) -> None:
        for side, moments in zip(SIDES, batch, strict=True):
            self.sides[side].moments.fold(*moments)
        if self.settings.trace:
            self._trace.append(batch_rows(batch))

    def row(self) -> Row:
        """Close a snapshot: give what `peek` gives, and start the next one empty."""
        row = self.peek()
        for side in self.sides.values():
            side.clear()
        self.fresh = 0
        return row

    def peek(self) -> Row:
        """Give the statistics since the last snapshot; see `layer_row`."""
        self.settle()
        return layer_row(self.module, self.sides)

    def _count(self, side: str, x: Tensor, moments: BatchMoments | None) -> None:
        if side not in self.sides:
            # Made in inference mode, counts could not be added to outside of it.
            with torch.inference_mode(False):
                self.sides[side] = Side(x.shape[1], x.device, self.settings)
        expected = len(self.sides[side].moments.n)
        if x.shape[1] != expected:
            raise ValueError(
                f"record: layer {self.name!r}: expected {expected} channels as {side}, "
                f"got {x.shape[1]}; say where they are with channel_axis="
            )
        self.sides[side].count(x, self.calls, moments)

    def _values(self, side: str, value: object) -> Tensor:
        axis = self.settings.channel_axis
        tensor = self._tensor(side, value)
        if side == "input" and isinstance(self.module, INDEXED):
            return by_channel(tensor.reshape(-1, 1))
        return by_channel(tensor, channel_axis(self.module) if axis is None else axis)

    def _tensor(self, side: str, value: object) -> Tensor:
        tensor = first_tensor(value)
        kind = "" if tensor is None else unreadable(tensor)
        if tensor is None or kind:
            raise TypeError(
                f"record: layer {self.name!r} ({type(self.module).__name__}) has "
                f"{f'a {kind} tensor' if kind else 'no tensor'} as {side}; leave it "
                "out of layers="
            )
        return tensor

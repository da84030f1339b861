"""What is accumulated of one layer between two snapshots."""

import warnings

import torch
from torch import Tensor, nn

from hooks.batchnorm import (
    BatchNorm,
    BatchStatistics,
    Call,
    batch_statistics,
    exact_moments,
    is_plain,
)
from hooks.gradients import GradientObserver
from hooks.layers import INDEXED, channel_axis
from hooks.moments import PASSES, BatchMoments, KeptMoments, batch_moments
from hooks.notes import Notes
from hooks.passes import Passes
from hooks.rows import SIDES, batch_rows, layer_row
from hooks.samples import is_sampled
from hooks.side import Row, Settings, Side
from hooks.tensors import by_channel, first_tensor, unreadable


class Observer:
    """Watches the calls of one layer.

    Args:
        name: the layer's dotted name.
        module: the layer.
        settings: how to record.
        notes: where calls wait for the end of the model's pass; None: they do not.
    """

    def __init__(
        self,
        name: str,
        module: nn.Module,
        settings: Settings,
        notes: Notes | None = None,
    ) -> None:
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
        own_axis = settings.channel_axis in (None, 1)
        self.watches_before = not (own_axis and is_plain(module))
        # Exact counts need the outputs themselves, gradients hooks on them at once.
        can_wait = not (self.watches_before or settings.exact or settings.grads)
        self._notes = notes if can_wait else None
        # Both wait to be folded in together, which costs less than one by one.
        self._passes: Passes | None = None
        self._measured: list[KeptMoments] = []  # of input and output
        self._pending: list[BatchMoments] = []  # of inputs; a layer may call itself

    def before(self, given: object) -> None:
        """Measure the input, before an in-place layer can overwrite it."""
        self._pending.append(self._measure("input", given))

    def after(self, given: object, returned: object) -> None:
        """Measure the output, and the input where that was not done before."""
        if self._write_down(given, returned):
            return
        if self.watches_before:
            of_input = self._pending.pop()
            self._keep_measured(of_input, self._measure("output", returned))
        else:
            self._after_batch_norm(given, returned)
        self._count_call()

    def take(self, call: Call, read: BatchStatistics | None) -> None:
        """Take a call that has waited, and what was read of it."""
        given, overwritten = call.given, call.overwritten
        if read is None or overwritten:
            self._notes = None  # it may be so again: from now on at once
        if read is not None:
            sampled = is_sampled(read.n, self.fresh) and not overwritten
            self._keep_read(read, self._values("input", given) if sampled else None)
        else:
            if overwritten:
                warnings.warn(
                    f"record: layer {self.name!r}: its input was overwritten in place "
                    "before the model's pass had ended, and is recorded as it was then",
                    stacklevel=2,
                )
            of_input = self._measure("input", given)
            self._keep_measured(of_input, self._measure("output", call.output()))
        self._count_call()

    def _write_down(self, given: object, returned: object) -> bool:
        module = self.module
        if self._notes is None or not self._notes.open:
            return False
        if not isinstance(returned, Tensor) or not isinstance(module, BatchNorm):
            return False
        call = Call.of(module, given, returned)
        if call is not None:
            self._notes.add(self, call)
        return call is not None

    def _count_call(self) -> None:
        self.calls += 1
        self.fresh += 1

    def _after_batch_norm(self, given: object, returned: object) -> None:
        exact, made = self.settings.exact, self._tensor("output", returned)
        read = batch_statistics(self.module, made, exact=exact)
        if read is not None and not exact:
            sampled = is_sampled(read.n, self.fresh)
            self._keep_read(read, self._values("input", given) if sampled else None)
            self._watch_gradient("input", given)
            self._watch_gradient("output", returned)
            return
        known = (None, None) if read is None else exact_moments(read)
        sides = zip(SIDES, (given, returned), known, strict=True)
        self._keep_measured(*(self._measure(*side) for side in sides))

    def _measure(
        self, side: str, value: object, known: BatchMoments | None = None
    ) -> BatchMoments:
        x = self._values(side, value)
        moments = batch_moments(x) if known is None else known
        self._count(side, value, x, moments)
        return moments

    def _keep_read(self, statistics: BatchStatistics, x: Tensor | None) -> None:
        if self._measured and self._measured[0]:
            self.settle()
        if self._passes is None:
            self._passes = Passes(statistics, self.settings)
        if not self._passes.add(statistics, x):
            self.settle()
            self._passes.add(statistics, x)

    def _keep_measured(self, *moments: BatchMoments) -> None:
        if self._passes:
            self.settle()
        if not self._measured:
            with torch.inference_mode(False):  # they must outlive an inference mode
                self._measured = [KeptMoments(len(n), n.device) for n, _, _ in moments]
        for kept, each in zip(self._measured, moments, strict=True):
            kept.add(each)
        if len(self._measured[0]) == PASSES:
            self.settle()

    @property
    def trace(self) -> list[Row]:
        """batch_mean and batch_var of all passes, some passes at a time."""
        self.settle()
        return self._trace

    def settle(self) -> None:
        """Fold in the moments that wait."""
        if self._passes:
            values, moments, both = self._passes.take()
            for name, slots in zip(SIDES, both, strict=True):
                self._side(name, len(slots), slots.device).take(slots, values)
            self._fold(moments)
        elif self._measured and self._measured[0]:
            of_input, of_output = (kept.take() for kept in self._measured)
            self._fold((of_input, of_output))

    def _fold(self, batch: tuple[BatchMoments, ...]) -> None:
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

    def _count(
        self, side: str, value: object, x: Tensor, moments: BatchMoments | None = None
    ) -> None:
        self._side(side, x.shape[1], x.device).count(x, moments)
        self._watch_gradient(side, value)

    def _side(self, side: str, channels: int, device: torch.device) -> Side:
        if side not in self.sides:
            # Made in inference mode, counts could not be added to outside of it.
            with torch.inference_mode(False):
                self.sides[side] = Side(channels, device, self.settings)
        self.sides[side].expect(channels, device, self.name, side)
        return self.sides[side]

    def _watch_gradient(self, side: str, value: object) -> None:
        if self.gradients is not None:
            self.gradients.watch(side, value)

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

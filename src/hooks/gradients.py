"""What comes back to a layer in the backward pass, channel by channel."""

from collections.abc import MutableMapping
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.utils.weak import WeakTensorKeyDictionary

from hooks.handles import Removable, detach
from hooks.layers import channel_axis
from hooks.moments import batch_moments
from hooks.rows import SIDES, layer_row, stack
from hooks.side import Row, Settings, Side, array
from hooks.tensors import by_channel, first_tensor

QUANTITY = "log10 |gradient|"
RANGE = (-12.0, 4.0)  # of the exponents; 64 bins make four a power of ten
BELOW = -1000.0  # the exponent of a gradient of 0, for the histogram


class GradientObserver:
    """Watches the loss's gradients with respect to one layer's input and output.

    Gradients span many orders of magnitude, so the histogram and the moments are those
    of log10 |gradient|: zeros are counted under the first edge and left out of the
    moments. `rms` is of the gradients themselves, zeros and all.

    Args:
        name: the layer's dotted name.
        module: the layer.
        settings: how to record; bins and range become 64 and (-12, 4).
    """

    quantity = QUANTITY

    def __init__(self, name: str, module: nn.Module, settings: Settings) -> None:
        """Start with nothing seen."""
        self.name, self.module = name, module
        self.settings = replace(settings, bins=64, range=RANGE, trace=False)
        self.trace: list[Row] = []
        self.seen = dict.fromkeys(SIDES, 0)  # gradients
        self.sides: dict[str, Side] = {}
        self.squares: dict[str, Tensor] = {}  # sums, (C,), float64
        self.closed = False
        self._leaves: dict[str, MutableMapping[Tensor, list[Removable]]] = {
            side: WeakTensorKeyDictionary() for side in SIDES
        }

    @property
    def calls(self) -> int:
        """How many gradients were seen."""
        return sum(self.seen.values())

    def watch(self, side: str, value: object) -> None:
        """Wait for the gradient of the first tensor, if there will be one."""
        tensor = first_tensor(value)
        if tensor is None or not tensor.requires_grad:
            return
        if not tensor.is_leaf:
            tensor.register_hook(partial(self._see, side))  # type: ignore[no-untyped-call]
            return
        # A parameter, say, outlives the pass, and would keep the hooks of all passes.
        handles = self._leaves[side].setdefault(tensor, [])
        if not handles:
            see = partial(self._see_once, side, handles)
            handles.append(tensor.register_hook(see))  # type: ignore[no-untyped-call]

    def remove(self) -> None:
        """See nothing more, as after a hook's removal."""
        self.closed = True
        for leaves in self._leaves.values():
            for handles in leaves.values():
                detach(handles)

    def row(self) -> Row:
        """Close a snapshot: give what `peek` gives, and start the next one empty."""
        row = self.peek()
        for side in SIDES:
            self.sides[side].clear()
            self.squares[side].zero_()
        return row

    def peek(self) -> Row:
        """Give the statistics since the last snapshot; see `layer_row`.

        Returns:
            Its arrays, and rms, (2, C): the root of the mean squared gradient.
        """
        for side, other in (SIDES, SIDES[::-1]):
            if side not in self.sides:  # images, say, need no gradient
                self._start(side, self.squares[other])
        row = layer_row(self.module, self.sides)
        squares = stack([array(self.squares[side]) for side in SIDES])
        n = row["n"].astype(float)
        n[n == 0] = torch.nan
        return row | {"rms": (squares / n) ** 0.5}

    def _see_once(self, side: str, handles: list[Removable], gradient: Tensor) -> None:
        detach(handles)
        self._see(side, gradient)

    def _see(self, side: str, gradient: Tensor) -> None:
        if self.closed:
            return
        axis = self.settings.channel_axis
        axis = channel_axis(self.module) if axis is None else axis
        with torch.no_grad():
            x = by_channel(gradient, axis)
            exponents = x.abs().log10()
            if side not in self.sides:
                self._start(side, x.new_empty(x.shape[1]))
            self.squares[side] += x.double().square().sum((0, 2))
            self.sides[side].moments.fold(*batch_moments(exponents))
            self.sides[side].count(exponents.clamp(min=BELOW), None)
        self.seen[side] += 1

    def _start(self, side: str, like: Tensor) -> None:
        """Make an empty side of as many channels as a vector has, (C,)."""
        self.sides[side] = Side(len(like), like.device, self.settings)
        self.squares[side] = torch.zeros_like(like, dtype=torch.float64)

"""Sampled values that wait to be counted together, which costs less than one by one."""

import torch
from torch import Tensor

from hooks.tensors import thin

EVERY = 3  # large batches, of which one is sampled: it is the calls that cost
KEEP = 256  # values a channel that a sample aims for
TOGETHER = 2**17  # values that are counted at once; half a megabyte


def is_sampled(values: int, number: int) -> bool:
    """Say whether a batch is sampled: a small one always, of large ones every third.

    Args:
        values: how many it has, a channel.
        number: of batches since the snapshot.
    Example:
        >>> [is_sampled(8192, number) for number in range(5)], is_sampled(256, 1)
        ([True, False, False, True, False], True)
    """
    return values <= KEEP or number % EVERY == 0


class Samples:
    """Even samples of some batches of a layer's activations.

    The memory is taken once: small pieces, kept among a training's large ones, would
    make its heap grow.

    Args:
        channels: C.
        device: where they live.
        beside: columns that are left to whoever takes the samples.
    """

    def __init__(self, channels: int, device: torch.device, beside: int = 0) -> None:
        """Start empty."""
        self._beside = beside
        self._memory = torch.empty(0, channels + beside, device=device)  # (room, C + …)
        self._filled = 0  # rows of it
        self._turn = 0  # samples so far, so that each is taken at other places

    def __len__(self) -> int:
        """Count the values a channel."""
        return self._filled

    def add(self, x: Tensor) -> bool:
        """Copy a sample of a batch.

        Args:
            x: activations, (N, C, L).
        Returns:
            False: there is no room before a `take`.
        Example:
            >>> samples = Samples(2, torch.device("cpu"))
            >>> samples.add(torch.ones(4, 2, 3)), samples.take().shape
            (True, torch.Size([12, 2]))
        """
        sample = thin(x, KEEP, self._turn).transpose(1, 2)
        more = sample.shape[:-1].numel()
        if self._filled + more > len(self._memory) or x.dtype != self._memory.dtype:
            if self._filled:
                return False
            self._make_room(more, sample)
        free = self._memory[self._filled : self._filled + more, : x.shape[1]]
        free.view(sample.shape).copy_(sample)
        self._filled += more
        self._turn += 1
        return True

    def _make_room(self, rows: int, sample: Tensor) -> None:
        channels = sample.shape[-1] + self._beside
        rows = max(rows, TOGETHER // max(1, channels))
        if rows > len(self._memory) or sample.dtype != self._memory.dtype:
            with torch.inference_mode(False):  # it must outlive an inference mode
                self._memory = sample.new_empty(rows, channels)

    @property
    def filled(self) -> Tensor:
        """The values, (n, C + beside), valid until the next `add` after a `take`."""
        return self._memory[: self._filled]

    def take(self) -> Tensor:
        """Give the values, and make room for others."""
        filled, self._filled = self.filled, 0
        return filled

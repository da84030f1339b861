"""Random numbers of our own, for layers that draw from PyTorch's global generators."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Generator, Tensor


class PrivateRandomness:
    """A state of the global generators that holds in `active` only.

    Dropout takes no generator: it draws from its device's global one. In `active` that
    one continues from a state of ours; outside, all is as if nothing had been drawn.

    Args:
        seed: of the first state.
        device: whose global generator is meant, beside the CPU's.

    Example:
        >>> randomness = PrivateRandomness(seed=0, device=torch.device("cpu"))
        >>> before = torch.get_rng_state()
        >>> with randomness.active():
        ...     a = torch.rand(2)
        >>> torch.equal(torch.get_rng_state(), before)
        True
        >>> with randomness.active():
        ...     torch.equal(a, torch.rand(2))
        False
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        """Draw nothing yet."""
        self.device = device
        places = [torch.device("cpu"), device][: 1 if device.type == "cpu" else 2]
        self._own = [Generator(p).manual_seed(seed).get_state() for p in places]

    @contextmanager
    def active(self) -> Iterator[None]:
        """Draw from our state; put the global one back afterwards, error or not.

        Example:
            >>> with PrivateRandomness(0, torch.device("cpu")).active():
            ...     noise = torch.rand(2)
        """
        kept = self._read()
        self._write(self._own)
        try:
            yield
        finally:
            self._own = self._read()
            self._write(kept)

    def _read(self) -> list[Tensor]:
        states = [torch.get_rng_state()]
        if self.device.type == "cuda":
            states.append(torch.cuda.get_rng_state(self.device))
        elif self.device.type == "mps":
            states.append(torch.mps.get_rng_state())
        return states

    def _write(self, states: list[Tensor]) -> None:
        torch.set_rng_state(states[0])
        if self.device.type == "cuda":
            torch.cuda.set_rng_state(states[1], self.device)
        elif self.device.type == "mps":
            torch.mps.set_rng_state(states[1])

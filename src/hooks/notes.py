"""Calls of BatchNorm layers that are read together, when the model's pass has ended."""

from typing import Protocol

from hooks.batchnorm import BatchStatistics, Call, statistics_of


class Reader(Protocol):
    """What can make something of a call."""

    def take(self, call: Call, read: BatchStatistics | None) -> None:
        """Take a call and what the layer has worked with, where that can be read."""


class Notes:
    """The calls that wait, and whether calls may.

    Between a training's large operations every small one runs cold and takes several
    times as long. So while the whole model is called a call is only written down.

    Example:
        >>> notes = Notes()
        >>> notes.begin()
        >>> notes.open
        True
    """

    def __init__(self) -> None:
        """Wait for nothing."""
        self.open = False
        self._waiting: list[tuple[Reader, Call]] = []

    def begin(self, *_: object) -> None:
        """Let calls wait: the model is called."""
        self.read()  # what an interrupt has left
        self.open = True

    def end(self, *_: object) -> None:
        """Read what waits: the model has returned, or has failed."""
        self.open = False
        self.read()

    def add(self, reader: Reader, call: Call) -> None:
        """Have a call wait."""
        self._waiting.append((reader, call))

    def read(self) -> None:
        """Read what waits, in the order in which it came."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        calls = [call for _, call in waiting]
        for (reader, call), read in zip(waiting, statistics_of(calls), strict=True):
            reader.take(call, read)

"""The rows of some observers, snapshot by snapshot."""

from collections.abc import Mapping

from hooks.dataset import Label, LabelledRow, dataset
from hooks.gradients import GradientObserver
from hooks.observer import Observer
from hooks.recording import Recording


class Book:
    """Asks observers for their rows and keeps these until a recording is wanted.

    Args:
        observers: of values or of gradients, by the layer's name.
    """

    def __init__(self, observers: Mapping[str, Observer | GradientObserver]) -> None:
        """Start without a row."""
        self.observers = observers
        self.rows: dict[str, list[LabelledRow]] = {name: [] for name in observers}
        self.closed = False  # whether any row was
        self.merged: Recording | None = None  # with those of other processes

    def close_row(self, label: Label) -> None:
        """Take a row from every observer that has seen something so far."""
        self.closed = True
        for name, observer in self.observers.items():
            if observer.calls:
                self.rows[name].append((label, observer.row()))

    def recording(self, mode: str) -> Recording:
        """Give the closed rows, or one of all that was seen where none is closed.

        Layers that have seen nothing are left out.
        """
        if self.merged is not None:
            return self.merged
        rows = self.rows
        if not self.closed:
            seen = {n: o for n, o in self.observers.items() if o.calls}
            rows = {name: [(0, observer.peek())] for name, observer in seen.items()}
        return Recording(
            {
                name: dataset(labelled, self.observers[name], mode)
                for name, labelled in rows.items()
                if labelled
            }
        )

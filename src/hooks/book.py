"""The rows of some observers, snapshot by snapshot."""

from collections.abc import Mapping

from hooks.append import append, hold_resumable
from hooks.dataset import Label, LabelledRow, dataset
from hooks.gradients import GradientObserver
from hooks.observer import Observer
from hooks.recording import Recording
from hooks.rows import compact


class Book:
    """Asks observers for their rows and keeps these until a recording is wanted.

    Args:
        observers: of values or of gradients, by the layer's name.
        mode: the recorder's.
        earlier: a recording that goes on; empty: none.
    Raises:
        ValueError: the earlier recording was made of other layers, or otherwise.
    """

    def __init__(
        self,
        observers: Mapping[str, Observer | GradientObserver],
        mode: str,
        earlier: Recording,
    ) -> None:
        """Start without a row of its own."""
        hold_resumable(earlier, observers, mode)
        self.observers, self.mode, self.earlier = observers, mode, earlier
        self.rows: dict[str, list[LabelledRow]] = {name: [] for name in observers}
        self.closed = bool(earlier)  # whether any row was
        self.merged: Recording | None = None  # with those of other processes

    def close_row(self, label: Label) -> None:
        """Take a row from every observer that has seen something so far."""
        first = not any(self.rows.values())
        self.closed = True
        for name, observer in self.observers.items():
            if observer.calls:
                self.rows[name].append((label, compact(observer.row())))
        if first and self.earlier:
            self.recording()  # should it not go together, then now

    def recording(self) -> Recording:
        """Give the rows of the earlier recording, and the new ones after them."""
        new = self.sitting() if self.merged is None else self.merged
        return append(self.earlier, new) if self.earlier else new

    def sitting(self) -> Recording:
        """Give the closed rows, or one of all that was seen where none is closed.

        Layers that have seen nothing are left out.
        """
        rows = self.rows
        if not self.closed:
            seen = {n: o for n, o in self.observers.items() if o.calls}
            rows = {name: [(0, observer.peek())] for name, observer in seen.items()}
        return Recording(
            {
                name: dataset(labelled, self.observers[name], self.mode)
                for name, labelled in rows.items()
                if labelled
            }
        )

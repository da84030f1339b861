"""Record a whole training run in constant memory."""

import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from torch import nn

from hooks.append import labels
from hooks.book import Book
from hooks.dataset import Label
from hooks.distributed import all_reduce
from hooks.gaps import warn_of_gaps
from hooks.gate import Gate, Mode, gated
from hooks.handles import attach, detach, surround
from hooks.notes import Notes
from hooks.observer import Observer
from hooks.recording import Recording
from hooks.side import Settings


class Recorder:
    """Accumulates statistics of the watched layers; made by `hooks.record`.

    The hooks come off when the `with` block ends, at `close()`, or when the
    recorder is garbage-collected, whichever is first.
    """

    def __init__(
        self,
        model: nn.Module,
        modules: Mapping[str, nn.Module],
        mode: Mode,
        settings: Settings,
        earlier: Recording,
    ) -> None:
        """Register the hooks."""
        self._gate, self._settings = Gate(model, mode, settings.every), settings
        self._notes = Notes()
        self._observers = {
            n: Observer(n, m, settings, self._notes) for n, m in modules.items()
        }
        gradients = {n: o.gradients for n, o in self._observers.items() if o.gradients}
        nothing = Recording({})
        self._books = (
            Book(self._observers, mode, earlier),
            Book(gradients, mode, nothing),
        )
        self._labels = labels(earlier)
        # The hooks know the observers, not the recorder: dropping it detaches them.
        handles = attach(modules, *gated(self._observers, self._gate))
        handles.extend(gradients.values())
        handles.extend(surround(model, self._notes.begin, self._notes.end))
        self._detach = weakref.finalize(self, detach, handles)

    def snapshot(self, label: Label | None = None) -> None:
        """Close one row of the recording: all passes since the last snapshot.

        Args:
            label: what the row is called, all of one type (int, float or str) and
                each once; None: the next whole number, 0 first.
        Raises:
            ValueError: the label was used before, or is of another type.
            RuntimeError: the recorder was closed by `all_reduce`.
        """
        if self._books[0].merged is not None:
            raise RuntimeError(
                "snapshot: expected a recorder at work, got one that all_reduce has "
                "closed; call all_reduce after the last snapshot"
            )
        if label is None:
            label = max([-1, *(n for n in self._labels if isinstance(n, int))]) + 1
        known = {type(each) for each in self._labels} or {int, float, str}
        if label in self._labels or type(label) not in known:
            raise ValueError(
                f"snapshot: expected a new label of type "
                f"{' or '.join(sorted(kind.__name__ for kind in known))}, got "
                f"{label!r} after {self._labels[-3:]}"
            )
        self._notes.read()
        for book in self._books:
            book.close_row(label)
        self._labels.append(label)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Record nothing inside the block.

        Example:
            >>> import torch
            >>> from hooks import record
            >>> model = nn.Sequential(nn.BatchNorm1d(3))
            >>> with record(model, nn.BatchNorm1d) as recorder:
            ...     _ = model(torch.zeros(4, 3))
            ...     with recorder.paused():
            ...         _ = model(torch.zeros(4, 3))
            ...     recorder.snapshot("first")
            >>> int(recorder.recording["0"].n[0, 0, 0])
            4
        """
        before, self._gate.paused = self._gate.paused, True
        try:
            yield
        finally:
            self._gate.paused = before

    @property
    def recording(self) -> Recording:
        """What has been recorded: the closed rows, or all passes where none is."""
        self._notes.read()
        return self._books[0].recording()

    @property
    def gradients(self) -> Recording:
        """What has been recorded of the gradients, with `grads=True`.

        Raises:
            ValueError: gradients are not recorded.
        """
        if not self._books[1].observers:
            raise ValueError(
                "gradients: they are not recorded; call hooks.record(…, grads=True)"
            )
        return self._books[1].recording()

    def all_reduce(self) -> Recording:
        """Merge what all processes of `torch.distributed` have recorded, and close.

        Every rank calls it once, after its last pass and the same snapshots, with as
        many passes as it has had. From then on `recording` and `gradients` are, on
        every rank, of the passes of all, as `merge` makes them: rank 0's first, with
        its running statistics. Calling it again changes nothing.

        Returns:
            The recording.
        Raises:
            RuntimeError: there is no process group; another rank has ended, or not
                come within the time-out that the group was made with.
            ValueError: the ranks have other layers, snapshots, settings or weights.
        Example:
            >>> from hooks import record
            >>> record(nn.BatchNorm1d(3), "").all_reduce()
            Traceback (most recent call last):
            RuntimeError: all_reduce: expected a process group, got none; ...
        """
        self._notes.read()
        if self._books[0].merged is None:
            books = [book for book in self._books if book.observers]
            mode, layers = self._gate.mode, list(self._observers)
            plan = {"layers": layers, "snapshots": self._labels, "mode": mode}
            plan |= vars(self._settings)
            merged = [all_reduce(book.sitting(), plan) for book in books]
            self.close()
            for book, whole in zip(books, merged, strict=True):
                book.merged = whole
        return self.recording

    def close(self) -> None:
        """Remove the hooks; calling it again does nothing."""
        self._detach()
        self._notes.read()

    def __enter__(self) -> Self:
        """Give the recorder, whose hooks are already in place."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the hooks, and name what is missing from the recording."""
        self.close()
        if kind is None:
            merged = self._books[0].merged or ()
            seen = {n: o for n, o in self._observers.items() if n not in merged}
            warn_of_gaps(self._gate.model, seen, self._gate.mode, self._labels)

"""Record a whole training run in constant memory."""

import warnings
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from torch import nn

from hooks.book import Book
from hooks.dataset import Label
from hooks.distributed import all_reduce
from hooks.gate import Gate, Mode, gated
from hooks.handles import attach, detach
from hooks.histogram import bin_edges
from hooks.layers import Layers, select
from hooks.observer import Observer
from hooks.recording import Recording
from hooks.side import Settings
from hooks.wrappers import check_watchable, has_compiled_code, warn_if_compiled


class Recorder:
    """Accumulates statistics of the watched layers; made by `record`.

    The hooks come off when the `with` block ends, at `close()`, or when the
    recorder is garbage-collected, whichever is first.
    """

    def __init__(
        self,
        model: nn.Module,
        modules: Mapping[str, nn.Module],
        mode: Mode,
        settings: Settings,
    ) -> None:
        """Register the hooks."""
        self._gate, self._settings = Gate(model, mode, settings.every), settings
        self._observers = {n: Observer(n, m, settings) for n, m in modules.items()}
        gradients = {n: o.gradients for n, o in self._observers.items() if o.gradients}
        self._books = Book(self._observers), Book(gradients)
        self._labels: list[Label] = []
        # The hooks know the observers, not the recorder: dropping it detaches them.
        handles = attach(modules, *gated(self._observers, self._gate))
        handles.extend(gradients.values())
        self._detach = weakref.finalize(self, detach, handles)

    def snapshot(self, label: Label | None = None) -> None:
        """Close one row of the recording: all passes since the last snapshot.

        Args:
            label: what the row is called, all of one type (int, float or str) and
                each once; None: the number of the row.
        Raises:
            ValueError: the label was used before, or is of another type.
            RuntimeError: the recorder was closed by `all_reduce`.
        """
        if self._books[0].merged is not None:
            raise RuntimeError(
                "snapshot: expected a recorder at work, got one that all_reduce has "
                "closed; call all_reduce after the last snapshot"
            )
        label = len(self._labels) if label is None else label
        known = {type(each) for each in self._labels} or {int, float, str}
        if label in self._labels or type(label) not in known:
            raise ValueError(
                f"snapshot: expected a new label of type "
                f"{' or '.join(sorted(kind.__name__ for kind in known))}, got "
                f"{label!r} after {self._labels[-3:]}"
            )
        for book in self._books:
            book.close_row(label)
        self._labels.append(label)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Record nothing inside the block.

        Example:
            >>> import torch
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
        return self._books[0].recording(self._gate.mode)

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
        return self._books[1].recording(self._gate.mode)

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
            >>> record(nn.BatchNorm1d(3), "").all_reduce()
            Traceback (most recent call last):
            RuntimeError: all_reduce: expected a process group, got none; ...
        """
        if self._books[0].merged is None:
            books = [book for book in self._books if book.observers]
            mode, layers = self._gate.mode, list(self._observers)
            plan = {"layers": layers, "snapshots": self._labels, "mode": mode}
            plan |= vars(self._settings)
            merged = [all_reduce(book.recording(mode), plan) for book in books]
            self.close()
            for book, whole in zip(books, merged, strict=True):
                book.merged = whole
        return self.recording

    def close(self) -> None:
        """Remove the hooks; calling it again does nothing."""
        self._detach()

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
            self._warn()

    def _warn(self) -> None:
        merged = self._books[0].merged or ()
        for name, observer in self._observers.items():
            if observer.calls == 0 and name not in merged:
                why = "it was not called"
                if has_compiled_code():
                    why += ", or the code compiled before knows no hook of it"
                if observer.paused:
                    why = f"its {observer.paused} calls came while paused"
                if observer.skipped:
                    why = (
                        f"its {observer.skipped} calls were not in {self._gate.mode} "
                        "mode; pass mode='any' to record them"
                    )
                warnings.warn(
                    f"record: layer {name!r} is not in the recording: {why}",
                    stacklevel=3,
                )
        lost = max((o.fresh for o in self._observers.values()), default=0)
        if self._labels and lost:
            warnings.warn(
                f"record: {lost} passes after snapshot {self._labels[-1]!r} are in no "
                "row; call recorder.snapshot(label) after the last one",
                stacklevel=3,
            )


def record(
    model: nn.Module,
    layers: Layers = nn.BatchNorm2d,
    *,
    bins: int = 64,
    range: tuple[float, float] = (-6.0, 6.0),
    exact: bool = False,
    every: int = 1,
    trace: bool = False,
    mode: Mode | None = None,
    channel_axis: int | None = None,
    grads: bool = False,
) -> Recorder:
    """Record what goes into and comes out of layers, per channel, while it runs.

    Means and variances are of all values in every mode, by default to float32
    rounding. Memory is constant between snapshots. The model, its outputs, its
    gradients and the random generators stay bit for bit what they would have been.

    Args:
        model: any module. Passes are seen when modules are called, as `model(x)`;
            `model.forward(x)` runs no hooks.
        layers: see `select`.
        bins: number of histogram bins.
        range: first and last edge of the histogram.
        exact: count every value; otherwise an even sample of about 250 values
            a channel and pass, with the error bound in `attrs["cdf_error"]`,
            and the moments of BatchNorm layers read from what the layer itself has
            computed rather than from the values.
        every: record every so many-th pass.
        trace: keep the mean and variance of every recorded pass too.
        mode: record passes while the model is in "train" or "eval" mode, or in
            "any"; None: in the mode the model has now, so that the validation
            passes of a training loop stay out of the training statistics.
        channel_axis: where the channels are; None: 1, or -1 for Linear, LayerNorm
            and their like.
        grads: record the loss's gradients with respect to the layers' inputs and
            outputs too, of all passes that are recorded; see `Recorder.gradients`.
    Returns:
        A recorder, at work from now until its `with` block ends.
    Raises:
        LayerNotFoundError: no such layer; raised before any hook is registered.
        ValueError: an argument out of range.
    Example:
        >>> import torch
        >>> model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
        >>> with record(model) as recorder:
        ...     for epoch in (1, 2):
        ...         _ = model(torch.zeros(8, 3, 5, 5))
        ...         recorder.snapshot(epoch)
        >>> dict(recorder.recording["1"].sizes)["snapshot"]
        2
    """
    bin_edges(bins, range)
    if every < 1 or int(every) != every:
        raise ValueError(f"record: every: expected 1, 2, 3, …, got {every!r}")
    if mode is None:
        mode = "train" if model.training else "eval"
    if mode not in ("train", "eval", "any"):
        raise ValueError(
            f"record: mode: expected 'train', 'eval', 'any' or None, got {mode!r}"
        )
    check_watchable(model, "record")
    warn_if_compiled(model, "record")
    modules = select(model, layers, who="record")
    settings = Settings(bins, range, exact, every, trace, channel_axis, grads)
    return Recorder(model, modules, mode, settings)

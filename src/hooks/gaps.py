"""What is missing from a recording, said when it ends."""

import warnings
from collections.abc import Mapping, Sequence

from torch import nn

from hooks.dataset import Label
from hooks.gate import Mode
from hooks.observer import Observer
from hooks.wrappers import has_compiled_code

CALLER = 3  # frames up: past the recorder, to the `with` block


def warn_of_gaps(
    model: nn.Module,
    observers: Mapping[str, Observer],
    mode: Mode,
    labels: Sequence[Label],
) -> None:
    """Warn of layers that were never recorded, of gradients, and of passes in no row.

    Of layers that are no longer in the model, too: SyncBatchNorm, say, has replaced
    them.

    Args:
        model: as it is at the end.
        observers: by the layer's name.
        mode: the recorder's.
        labels: of the rows that are closed.
    Example:
        >>> from hooks.side import Settings
        >>> model = nn.ReLU()
        >>> observer = Observer("relu", model, Settings())
        >>> observer.skipped = 2  # in eval mode
        >>> with warnings.catch_warnings(record=True, action="always") as said:
        ...     warn_of_gaps(model, {"relu": observer}, "train", labels=[])
        >>> print(said[0].message)
        record: layer 'relu' is not in the recording: its 2 calls were not in train ...
    """
    present = set(model.modules())
    for name, observer in observers.items():
        if observer.module not in present:
            warnings.warn(
                f"record: layer {name!r} is no longer in the model, and what stands in "
                "its place is not watched; call hooks.record after such a change",
                stacklevel=CALLER,
            )
        elif observer.calls == 0:
            why = _reason(observer, mode)
            warnings.warn(
                f"record: layer {name!r} is not in the recording: {why}",
                stacklevel=CALLER,
            )
        elif observer.gradients and not observer.gradients.seen["output"]:
            warnings.warn(
                f"record: no gradient came back to layer {name!r}: there was no "
                "backward pass before the end, or the layer ran without gradients, as "
                "under no_grad or in a reentrant checkpoint (pass use_reentrant=False)",
                stacklevel=CALLER,
            )
    lost = max((observer.fresh for observer in observers.values()), default=0)
    if labels and lost:
        warnings.warn(
            f"record: {lost} passes after snapshot {labels[-1]!r} are in no row; call "
            "recorder.snapshot(label) after the last one",
            stacklevel=CALLER,
        )


def _reason(observer: Observer, mode: Mode) -> str:
    if observer.skipped:
        return (
            f"its {observer.skipped} calls were not in {mode} mode; pass mode='any' to "
            "record them"
        )
    if observer.paused:
        return f"its {observer.paused} calls came while paused"
    if has_compiled_code():
        return "it was not called, or the code compiled before knows no hook of it"
    return "it was not called"

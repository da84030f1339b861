"""Move through the snapshots of a recording, in a notebook or on a page of its own."""

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import xarray as xr

from hooks.append import labels
from hooks.explorer.encode import encode
from hooks.explorer.page import fragment, page, small
from hooks.files import whole
from hooks.recording import Recording

TITLES = ("first", "second")
WORDS = "the distribution of each channel's input on the left, output on the right."


class Explorer:
    """A recording to move through; a notebook shows it as the value of a cell."""

    def __init__(self, recordings: Sequence[Recording], titles: Sequence[str]) -> None:
        """Hold recordings that have been checked; made by `explore`."""
        self.recordings, self.titles = recordings, titles

    def __repr__(self) -> str:
        """Say what there is to explore."""
        names = dict.fromkeys(name for each in self.recordings for name in each)
        frames = dict.fromkeys(n for each in self.recordings for n in labels(each))
        return f"Explorer of {len(names)} layers, {len(frames)} snapshots"

    @cached_property
    def html(self) -> str:
        """The explorer as a piece of HTML that stands in any page."""
        data = encode(self.recordings, self.titles)
        return fragment(data, self.pictures, f"{self!r}, the last snapshot: {WORDS}")

    @cached_property
    def pictures(self) -> list[bytes]:
        """The last snapshot of each recording, as PNG files."""
        return [
            small(_picture(recording, title if len(self.titles) > 1 else None))
            for recording, title in zip(self.recordings, self.titles, strict=True)
        ]

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "text/html": self.html,
            "image/png": self.pictures[0],
        }


def explore(
    recording: Recording,
    other: Recording | None = None,
    *,
    titles: tuple[str, str] = TITLES,
) -> Explorer:
    """Move through the snapshots of a recording, with the distributions in view.

    Choose a layer, move the slider, or press Play: every channel's input and output
    are drawn on axes that do not move. Lines on the input are the layer's running
    mean ± deviation, lines on the output β ± |γ|. A click or Enter on a channel shows
    it large, with its history. Nothing is asked for from anywhere, and where no
    scripts run, as on GitHub, the picture of the last snapshot is to be seen.

    To be small, the page holds rounded numbers: heights of histograms in steps of
    1/127 to 1/12 of a channel's usual peak, as there is room, means, deviations and
    parameters in thousandths of the largest over the snapshots. The page says so.

    Args:
        recording: at least one layer.
        other: a second recording, shown beside it; its snapshots are matched by their
            labels, its layers by their names.
        titles: what the two are called.
    Raises:
        TypeError: not a recording.
        ValueError: no layer, no snapshot, or two recordings without a common one.
    Example:
        >>> import torch, hooks
        >>> model = torch.nn.Sequential(torch.nn.BatchNorm2d(4))
        >>> with hooks.record(model) as recorder:
        ...     for epoch in (1, 2):
        ...         _ = model(torch.arange(128.0).reshape(2, 4, 4, 4) / 64)
        ...         recorder.snapshot(epoch)
        >>> explore(recorder.recording)
        Explorer of 1 layers, 2 snapshots
    """
    recordings = [recording] if other is None else [recording, other]
    for each in recordings:
        _check(each)
    known = [set(labels(each)) for each in recordings]
    if not set.intersection(*known):
        first, second = (labels(each)[:3] for each in recordings)
        raise ValueError(
            f"explore: expected recordings with common labels of snapshots, got "
            f"{first} … and {second} …; record both with the same labels"
        )
    return Explorer(recordings, titles[: len(recordings)])


def export_html(
    recording: Recording,
    path: str | os.PathLike[str],
    other: Recording | None = None,
    *,
    titles: tuple[str, str] = TITLES,
    title: str = "Explorer",
) -> None:
    """Write the explorer to one file that opens in any browser, without a network.

    Args:
        recording: as for `explore`, which also says what can be wrong with it.
        path: where to; a file that is there is replaced when the new one is complete.
        other: a second recording, shown beside it.
        titles: what the two are called.
        title: of the page.
    Example:
        >>> import torch, hooks
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     seen = hooks.probe(torch.nn.BatchNorm1d(2), torch.zeros(4, 2), "")
        ...     export_html(seen, f"{folder}/seen.html", title="Seen")
        ...     "<h1>Seen</h1>" in Path(f"{folder}/seen.html").read_text("utf-8")
        True
    """
    explorer = explore(recording, other, titles=titles)
    with whole(path) as part:
        part.write_text(page(explorer.html, title), "utf-8", newline="\n")


def _check(recording: object) -> None:
    if not isinstance(recording, Mapping) or isinstance(recording, xr.Dataset):
        raise TypeError(
            f"explore: expected a Recording, got {type(recording).__name__}; for one "
            f"layer's dataset: explore(Recording({{name: dataset}}))"
        )
    if not recording:
        raise ValueError(
            "explore: expected a recording with at least one layer, got an empty one; "
            "was the model run, and a snapshot taken, inside the `with` block?"
        )
    for name, layer in recording.items():
        if not isinstance(layer, xr.Dataset) or "counts" not in layer:
            raise TypeError(f"explore: layer {name!r} is not a layer's dataset")
        if layer.sizes["snapshot"] == 0:
            raise ValueError(f"explore: layer {name!r} has no snapshot")


def _picture(recording: Recording, title: str | None) -> bytes:
    from hooks.plot import distributions, overview

    if len(recording) == 1:
        (layer,) = recording.values()
        return distributions(layer, title=title)._repr_png_()
    return overview(recording, title=title)._repr_png_()

"""A layer's distributions as a moving picture, snapshot after snapshot."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import xarray as xr
from PIL import Image

from hooks.files import whole
from hooks.plot.distributions import distributions
from hooks.plot.rows import window
from hooks.plot.style import Figure

DPI = 120  # 960 pixels wide
FIRST, LAST = 1.5, 4.0  # seconds that the first and the last frame stay
KINDS: dict[str, dict[str, Any]] = {
    ".webp": {"lossless": True, "method": 6},
    ".gif": {"optimize": True},
}


def animation(
    layer: xr.Dataset,
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    snapshots: str = "epoch",
    seconds: float = 0.16,
) -> None:
    """Save a moving picture of every channel's distribution, input and output.

    A frame is a snapshot, drawn as by `distributions`; all have the same axes. It runs
    without end, and pauses at both ends of the recording.

    Args:
        layer: a layer's dataset of at most 32 channels.
        path: ends in .webp or .gif; a file that is there is replaced when the new one
            is complete.
        title: what the snapshot's label comes after; None: the layer's name.
        snapshots: what a snapshot is, for the title.
        seconds: how long a frame stays.
    Raises:
        ValueError: another kind of file, or a layer without snapshots.
    Example:
        >>> animation(xr.Dataset(), "bn.mp4")
        Traceback (most recent call last):
        ValueError: animation: expected a file that ends in .webp or .gif, got 'bn.mp4'
    """
    target = Path(path)
    if target.suffix not in KINDS:
        raise ValueError(
            f"animation: expected a file that ends in {' or '.join(KINDS)}, got "
            f"'{target}'"
        )
    if not layer.sizes.get("snapshot"):
        raise ValueError("animation: the layer has no snapshot; record some first")
    pictures = [_pixels(figure) for figure in frames(layer, title, snapshots)]
    times = [seconds] * len(pictures)
    times[0], times[-1] = FIRST, LAST
    with whole(target) as part:
        pictures[0].save(
            part,
            format=target.suffix.removeprefix("."),
            save_all=True,
            append_images=pictures[1:],
            duration=[round(1000 * time) for time in times],
            loop=0,
            **KINDS[target.suffix],
        )


def frames(
    layer: xr.Dataset, title: str | None = None, snapshots: str = "epoch"
) -> Iterator[Figure]:
    """Draw every snapshot on the axes that show all of them.

    Args:
        layer: as for `animation`.
        title: as for `animation`.
        snapshots: as for `animation`.
    Returns:
        A figure at a time, in the order of the snapshots.
    Example:
        >>> import torch, hooks
        >>> model = torch.nn.Sequential(torch.nn.BatchNorm1d(2))
        >>> with hooks.record(model, "0") as recorder:
        ...     for epoch in (1, 2):
        ...         _ = model(torch.arange(8.0).reshape(4, 2))
        ...         recorder.snapshot(epoch)
        >>> [figure.get_suptitle() for figure in frames(recorder.recording["0"], "bn")]
        ['bn, epoch 1 of 2', 'bn, epoch 2 of 2']
    """
    head = title or layer.attrs.get("layer") or "layer"
    limits = window(layer)
    labels = layer.snapshot.values.tolist()
    for label in labels:
        text = f"{head}, {snapshots} {label} of {labels[-1]}"
        yield distributions(layer, label, title=text, limits=limits)


def _pixels(figure: Figure) -> Image.Image:
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    return Image.open(buffer).convert("RGB")

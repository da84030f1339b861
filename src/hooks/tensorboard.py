"""A recording's histograms and moments, for those who look at TensorBoard."""

from typing import Literal, Protocol

import numpy as np
import xarray as xr

from hooks.append import labels
from hooks.recording import Recording
from hooks.rows import PARAMETERS, SIDES
from hooks.side import Row
from hooks.summary import pooled

SCALARS = ("mean", "var", "rms", "nan", "inf")

Channels = Literal["pooled", "each"]


class Writer(Protocol):
    """What is needed of a `torch.utils.tensorboard.SummaryWriter`, or another's."""

    def add_scalar(self, tag: str, scalar_value: float, global_step: int) -> object:
        """Write a number."""

    def add_histogram(self, tag: str, values: np.ndarray, global_step: int) -> object:
        """Write numbers that are still to be counted."""

    def add_histogram_raw(
        self,
        tag: str,
        min: float,
        max: float,
        num: int,
        sum: float,
        sum_squares: float,
        bucket_limits: list[float],
        bucket_counts: list[int],
        global_step: int,
    ) -> object:
        """Write numbers that have been counted."""


def write(recording: Recording, writer: Writer, channels: Channels) -> None:
    """Write a recording, snapshot by snapshot.

    Tags are `layer/side` for a histogram, with what lies beyond the edges in one more
    bin on each side, and `layer/side/mean`, `var`, `nan`, `inf` for numbers, `rms` too
    of gradients, whose side is called `input gradient`. `layer/running_mean`,
    `running_var`, `weight` and `bias` are histograms over the channels. Steps are the
    labels of the snapshots where these are whole numbers, else the numbers of the
    snapshots. A trace is left out.

    Args:
        recording: of values or of gradients.
        writer: where to.
        channels: "pooled" or "each": a histogram of every channel, with the tag
            `layer/side/channel`, and its parameters as numbers.
    Raises:
        ValueError: `channels` is neither.
    Example:
        >>> from unittest.mock import Mock
        >>> from hooks import probe
        >>> from torch import nn, zeros
        >>> writer = Mock()
        >>> write(probe(nn.Sequential(nn.ReLU()), zeros(4, 2), "0"), writer, "pooled")
        >>> [call.args[0] for call in writer.add_histogram_raw.mock_calls]
        ['0/input', '0/output']
    """
    if channels not in ("pooled", "each"):
        raise ValueError(
            f"to_tensorboard: channels: expected 'pooled' or 'each', got {channels!r}"
        )
    known = labels(recording)
    whole = all(isinstance(label, int) for label in known)
    for name, layer in recording.items():
        title = name or str(layer.attrs["module"])
        rows = layer["snapshot"].values.tolist()
        steps = rows if whole else [known.index(label) for label in rows]
        _write_values(title, layer, writer, steps, channels)
        if "quantity" not in layer.attrs:  # with the values, and not with gradients
            _write_parameters(title, layer, writer, steps, channels)


def _write_values(
    title: str, layer: xr.Dataset, writer: Writer, steps: list[int], channels: Channels
) -> None:
    kind = " gradient" if "quantity" in layer.attrs else ""
    layer = pooled(layer) if channels == "pooled" else layer
    edges = layer["bin_edges"].values
    per_row = layer.drop_dims("step", errors="ignore")
    arrays = {str(n): v.values for n, v in per_row.items() if "side" in v.dims}
    for row, side, channel in np.ndindex(layer["n"].shape):
        here = {name: values[row, side, channel] for name, values in arrays.items()}
        if here["binned"] == 0:
            continue
        tag = f"{title}/{SIDES[side]}{kind}"
        tag += "" if channels == "pooled" else f"/{channel}"
        _write_histogram(tag, here, edges, writer, steps[row])
        for name in SCALARS:
            if name in here and np.isfinite(here[name]):
                writer.add_scalar(f"{tag}/{name}", float(here[name]), steps[row])


def _write_histogram(
    tag: str, here: Row, edges: np.ndarray, writer: Writer, step: int
) -> None:
    """Write the counts, and those beyond the edges as one more bin on each side."""
    counts = [int(n) for n in (here["below"], *here["counts"], here["above"])]
    number = sum(counts)
    if number == 0:
        return
    ends = [2 * edges[0] - edges[1], *edges, 2 * edges[-1] - edges[-2]]
    occupied = np.flatnonzero(counts)
    mean, var = float(here["mean"]), float(here["var"])
    writer.add_histogram_raw(
        tag,
        # TensorBoard stretches the first and the last bin that is not empty to these.
        min=float(ends[occupied[0]]),
        max=float(ends[occupied[-1] + 1]),
        num=number,
        sum=mean * number,
        sum_squares=(var + mean**2) * number,
        bucket_limits=[float(end) for end in ends[1:]],
        bucket_counts=counts,
        global_step=step,
    )


def _write_parameters(
    title: str, layer: xr.Dataset, writer: Writer, steps: list[int], channels: Channels
) -> None:
    for name in PARAMETERS:
        for step, values in zip(steps, layer[name].values, strict=True):
            finite = np.isfinite(values)
            if channels == "pooled" and finite.any():
                writer.add_histogram(f"{title}/{name}", values[finite], step)
            if channels == "each":
                for channel in np.flatnonzero(finite):
                    tag = f"{title}/{name}/{channel}"
                    writer.add_scalar(tag, float(values[channel]), step)

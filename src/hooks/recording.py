"""The result of recording: labelled arrays per layer, saved as netCDF."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import h5py  # type: ignore[import-untyped]
import numpy as np
import xarray as xr

from hooks.files import whole
from hooks.rows import PARAMETERS

if TYPE_CHECKING:
    import pandas as pd

    from hooks.tensorboard import Channels, Writer

FORMAT = "hooks recording"
VERSION = 1
PACKED = {"zlib": True, "complevel": 4, "shuffle": True}  # bytes of a kind together
DAMAGE = (OSError, ValueError, KeyError, RuntimeError)  # what reading bad files raises


class RecordingError(ValueError):
    """A file is not a recording that can be read."""


class Recording(Mapping[str, xr.Dataset]):
    """What was recorded of each layer, by the layer's dotted name.

    A layer's dataset has the dimensions `snapshot, side, channel, bin` and holds

    - per side ("input", "output"): `counts` (int64), `below`, `above`, `nan`, `inf`,
      the number of values `n`, of those that are `finite` and of those in the
      histogram, `binned`, and the `mean` and `var` (ddof 0) of the finite ones;
    - per snapshot: the layer's `running_mean`, `running_var`, `weight`, `bias` at
      its end, NaN where the layer has none, or computes it (a parametrization);
    - with `trace=True`, per recorded pass (dimension `step`): `batch_mean`,
      `batch_var`;
    - `bin_edges` (dimension `edge`) as a coordinate.

    One of gradients (`Recorder.gradients`) holds those of log10 |gradient| instead of
    the values, says so in the attribute `quantity`, and has `rms`, the root of the mean
    squared gradient.

    Attributes of a dataset: `layer`, `module`, `mode`, `exact`, `every`, `eps` and
    `momentum` where the layer has them, and `cdf_error`: with 95 % probability no
    sampled cumulative share is off by more, were the values drawn independently
    (Dvoretzky–Kiefer–Wolfowitz); 0 where every value was counted.
    """

    def __init__(self, layers: Mapping[str, xr.Dataset]) -> None:
        """Hold the datasets; made by `Recorder.recording` and `load`."""
        self._layers = dict(layers)

    def __getitem__(self, layer: str) -> xr.Dataset:
        """Give a layer's dataset.

        Raises:
            KeyError: the layer was not recorded.
        """
        if layer not in self._layers:
            names = ", ".join(self._layers) or "none"
            raise KeyError(f"recording: no layer {layer!r}; recorded layers: {names}")
        return self._layers[layer]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the layers, in the model's order."""
        return iter(self._layers)

    def __len__(self) -> int:
        """Count the layers."""
        return len(self._layers)

    def __repr__(self) -> str:
        """Say how many layers and snapshots there are."""
        lines = [f"Recording of {len(self)} layers"]
        for name, layer in self.items():
            sizes = layer.sizes
            lines.append(
                f"  {name}: {layer.attrs['module']}, {sizes['channel']} channels, "
                f"{sizes['snapshot']} snapshots"
            )
        return "\n".join(lines)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the recording to one netCDF file, whole or not at all.

        Args:
            path: where to; a file that is there is replaced when the new one is
                complete.
        Example:
            >>> from tempfile import TemporaryDirectory
            >>> with TemporaryDirectory() as folder:
            ...     Recording({}).save(f"{folder}/empty.nc")
            ...     len(load(f"{folder}/empty.nc"))
            0
        """
        with whole(path) as name:
            head = xr.Dataset(attrs={"format": FORMAT, "version": VERSION})
            if self._layers:
                head.attrs["layers"] = list(self._layers)
            head.to_netcdf(name, mode="w", engine="h5netcdf")
            for number, layer in enumerate(self._layers.values()):
                packed = {v: PACKED for v in layer if layer[v].size}
                layer.to_netcdf(
                    name, "a", group=f"{number}", engine="h5netcdf", encoding=packed
                )

    def to_frame(self) -> "pd.DataFrame":
        """Give the moments as a tidy table, for seaborn.

        Returns:
            One row for each layer, snapshot, side and channel, with the columns
            layer, snapshot, side, channel, n, mean, var, running_mean, running_var,
            weight, bias.
        Example:
            >>> import torch
            >>> from hooks import record
            >>> model = torch.nn.Sequential(torch.nn.BatchNorm1d(3))
            >>> with record(model, torch.nn.BatchNorm1d) as recorder:
            ...     _ = model(torch.zeros(4, 3))
            >>> recorder.recording.to_frame().shape
            (6, 11)
        """
        import pandas as pd

        keep = ["n", "mean", "var", *PARAMETERS]
        order = ["snapshot", "side", "channel"]
        frames = [
            layer[keep].to_dataframe(dim_order=order).reset_index().assign(layer=name)
            for name, layer in self.items()
        ]
        columns = ["layer", *order, *keep]
        if not frames:
            return pd.DataFrame(columns=columns)
        return pd.concat(frames, ignore_index=True)[columns]

    def to_tensorboard(self, writer: "Writer", channels: "Channels" = "pooled") -> None:
        """Write histograms and moments for TensorBoard, snapshot by snapshot.

        Nothing is left out but a trace; `hooks.tensorboard.write` names the tags.

        Args:
            writer: a `torch.utils.tensorboard.SummaryWriter` or one like it.
            channels: "pooled": the channels of a layer together; "each": every one.
        Example:
            >>> from unittest.mock import Mock
            >>> writer = Mock()
            >>> Recording({}).to_tensorboard(writer)
            >>> writer.mock_calls
            []
        """
        from hooks.tensorboard import write

        write(self, writer, channels)


def load(path: str | os.PathLike[str]) -> Recording:
    """Read a saved recording into memory.

    Args:
        path: a file written by `Recording.save`.
    Raises:
        FileNotFoundError: there is no such file.
        RecordingError: the file is truncated, of another kind, or from a newer
            version.
    Example:
        >>> load("nowhere.nc")
        Traceback (most recent call last):
        FileNotFoundError: load: no file 'nowhere.nc'
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"load: no file '{path}'")
    try:
        with h5py.File(path) as file:
            attrs = dict(file.attrs)
    except DAMAGE as error:
        raise _damaged(path, error) from error
    if attrs.get("format") != FORMAT:
        raise RecordingError(
            f"load: '{path}' is a netCDF file, but not a recording: expected the "
            f"attribute format={FORMAT!r}, got {attrs.get('format')!r}"
        )
    version = int(np.max(attrs["version"]))
    if version > VERSION:
        raise RecordingError(
            f"load: '{path}' has format version {version}, this hooks reads up to "
            f"{VERSION}; update hooks"
        )
    names = np.atleast_1d(attrs.get("layers", []))
    layers = {}
    for number, name in enumerate(names):
        try:
            layer = xr.load_dataset(path, group=f"{number}", engine="h5netcdf")
        except DAMAGE as error:
            raise _damaged(path, error) from error
        # How long the labels are in this file must not cut others in the next one.
        layers[str(name)] = layer.drop_encoding()
    return Recording(layers)


def _damaged(path: str | os.PathLike[str], error: Exception) -> RecordingError:
    return RecordingError(f"load: '{path}' is not a complete netCDF file: {error}")

import os
import stat

import h5py
import numpy as np
import pytest
import xarray as xr
from torch import nn

import hooks
from hooks import Recording, RecordingError, load, record


@pytest.fixture
def recording(net, images):
    """Several layers with all that a recording can hold."""
    with record(net, ["stem.*", "fc"], trace=True, bins=8) as recorder:
        for label in ("warm-up", "end"):
            net(images)
            recorder.snapshot(label)
    return recorder.recording


def identical(first, second):
    assert list(first) == list(second)
    for name, layer in first.items():
        assert layer.identical(second[name]), name
        for variable in layer.variables:
            kinds = [each[variable].dtype.kind for each in (layer, second[name])]
            assert kinds[0] == kinds[1], variable


def test_saved_and_loaded_it_is_the_same(recording, tmp_path):
    path = tmp_path / "run.nc"
    recording.save(path)
    loaded = load(path)
    identical(recording, loaded)
    assert loaded["stem.1"].counts.dtype == np.int64
    assert loaded["stem.1"]["var"].dtype == np.float64
    assert loaded["stem.1"].sel(snapshot="end", side="output").n.shape == (4,)
    loaded.save(str(path))  # over the file that it came from
    identical(recording, load(str(path)))
    assert os.listdir(tmp_path) == ["run.nc"]


@pytest.mark.parametrize("labels", [(3, 1), (0.5, 0.1), ("ä", "b")])
def test_labels_come_back_as_they_were(normal, tmp_path, labels):
    bn = nn.BatchNorm1d(2)
    with record(bn, "") as recorder:
        for label in labels:
            bn(normal(8, 2))
            recorder.snapshot(label)
    recorder.recording.save(tmp_path / "run.nc")
    assert tuple(load(tmp_path / "run.nc")[""].snapshot.values.tolist()) == labels


@pytest.mark.parametrize("names", [[""], ["none"], ["0"], ["ä.b", "a b"], []])
def test_names_of_layers_come_back_as_they_were(watch, normal, tmp_path, names):
    layer = watch(nn.ReLU(), normal(8, 2))
    recording = Recording({name: layer for name in names})
    recording.save(tmp_path / "run.nc")
    assert list(load(tmp_path / "run.nc")) == names


def test_values_that_are_not_finite_come_back(recording, tmp_path):
    layer = recording["stem.1"].copy(deep=True)
    layer["mean"][0, 0, :3] = [np.nan, np.inf, -np.inf]
    Recording({"a": layer}).save(tmp_path / "run.nc")
    assert load(tmp_path / "run.nc")["a"].identical(layer)


def test_a_file_as_others_write_them(recording, tmp_path):
    """Readable by whom the user's other files are, and by any reader of netCDF."""
    (tmp_path / "plain").touch()
    recording.save(tmp_path / "run.nc")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()]
    assert modes[0] == modes[1]
    head = xr.load_dataset(tmp_path / "run.nc", engine="h5netcdf")
    assert head.attrs["format"] == "hooks recording"
    second = xr.load_dataset(tmp_path / "run.nc", group="1", engine="h5netcdf")
    assert second.identical(recording["stem.1"])


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_interrupted_saving_leaves_the_old_file_whole(
    recording, tmp_path, monkeypatch, error
):
    path = tmp_path / "run.nc"
    recording.save(path)
    before = path.read_bytes()
    write = xr.Dataset.to_netcdf

    def fails_late(dataset, *args, group=None, **kwargs):
        if group == "2":
            raise error
        return write(dataset, *args, group=group, **kwargs)

    monkeypatch.setattr(xr.Dataset, "to_netcdf", fails_late)
    with pytest.raises(error):
        recording.save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["run.nc"]


def test_interrupted_the_first_time_no_file_is_left(recording, tmp_path, monkeypatch):
    def fails(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(KeyboardInterrupt):
        recording.save(tmp_path / "run.nc")
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there(recording, tmp_path):
    with pytest.raises(OSError, match=r"run\.nc"):
        recording.save(tmp_path / "nowhere" / "run.nc")


@pytest.mark.parametrize("share", [0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_file_cut_short_is_refused(recording, tmp_path, share):
    path = tmp_path / "run.nc"
    recording.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(RecordingError, match=r"run\.nc' is not a complete netCDF file"):
        load(path)


def test_a_damaged_file_is_refused(recording, tmp_path):
    path = tmp_path / "run.nc"
    recording.save(path)
    with h5py.File(path, "a") as file:
        del file["1"]
    with pytest.raises(RecordingError, match="not a complete"):
        load(path)


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "text.nc").write_text("no netCDF")
    with pytest.raises(RecordingError, match="not a complete netCDF file"):
        load(tmp_path / "text.nc")
    xr.Dataset({"a": ("x", [1, 2])}).to_netcdf(tmp_path / "b.nc", engine="h5netcdf")
    with pytest.raises(RecordingError, match=r"not a recording: .* got None"):
        load(tmp_path / "b.nc")
    with h5py.File(tmp_path / "c.h5", "w") as file:
        file["x"] = [1, 2]
    with pytest.raises(RecordingError, match="not a recording"):
        load(tmp_path / "c.h5")


def test_a_file_of_a_newer_version_is_refused(recording, tmp_path):
    path = tmp_path / "run.nc"
    recording.save(path)
    with h5py.File(path, "a") as file:
        file.attrs["version"] = 99
    with pytest.raises(RecordingError, match="version 99, this hooks reads up to 1"):
        load(path)


@pytest.mark.parametrize("name", ["nowhere.nc", ""])
def test_no_such_file(tmp_path, name):
    with pytest.raises(FileNotFoundError, match="load: no file"):
        load(tmp_path / name)  # a folder is none either


def test_it_is_a_mapping(recording):
    assert list(recording) == ["stem.0", "stem.1", "stem.2", "fc"]
    assert len(recording) == 4
    assert "fc" in recording
    assert "nothing" not in recording
    assert recording.get("nothing") is None
    with pytest.raises(KeyError, match=r"no layer 'conv'; .*: stem\.0, stem\.1,"):
        recording["conv"]
    with pytest.raises(KeyError, match="recorded layers: none"):
        Recording({})["conv"]


def test_what_it_shows(recording):
    assert repr(recording).splitlines() == [
        "Recording of 4 layers",
        "  stem.0: Conv2d, 4 channels, 2 snapshots",
        "  stem.1: BatchNorm2d, 4 channels, 2 snapshots",
        "  stem.2: ReLU, 4 channels, 2 snapshots",
        "  fc: Linear, 4 channels, 2 snapshots",
    ]


def test_names_and_units_of_a_dataset(recording):
    layer = recording["stem.1"]
    per_side = ("snapshot", "side", "channel")
    dims = {name: variable.dims for name, variable in layer.data_vars.items()}
    counted = ("below", "above", "nan", "inf", "n", "finite", "binned")
    assert all(dims.pop(name) == per_side for name in (*counted, "mean", "var"))
    assert dims.pop("counts") == (*per_side, "bin")
    for name in ("running_mean", "running_var", "weight", "bias"):
        assert dims.pop(name) == ("snapshot", "channel")
    for name in ("batch_mean", "batch_var"):
        assert dims.pop(name) == ("step", "side", "channel")
    assert dims == {}
    assert layer.side.values.tolist() == ["input", "output"]
    assert layer.bin_edges.dims == ("edge",)


def test_a_table_for_seaborn(recording):
    frame = recording.to_frame()
    columns = ["layer", "snapshot", "side", "channel", "n", "mean", "var"]
    assert list(frame) == [*columns, "running_mean", "running_var", "weight", "bias"]
    assert len(frame) == 4 * 2 * 2 * 4
    assert not frame.duplicated(["layer", "snapshot", "side", "channel"]).any()
    row = frame[
        (frame.layer == "stem.1")
        & (frame.snapshot == "end")
        & (frame.side == "output")
        & (frame.channel == 2)
    ].iloc[0]
    layer = recording["stem.1"].sel(snapshot="end", channel=2)
    for name in ("n", "mean", "var"):
        assert row[name] == layer[name].sel(side="output").item()
    assert row.running_var == layer.running_var.item()


def test_a_table_of_nothing():
    frame = Recording({}).to_frame()
    assert len(frame) == 0
    assert "running_mean" in frame


def test_a_recording_holds_no_model(recording):
    """Nothing in it but labelled arrays, numbers and words."""
    for layer in recording.values():
        kinds = {type(value) for value in layer.attrs.values()}
        assert kinds <= {str, int, float}
        assert {v.dtype.kind for v in layer.variables.values()} <= set("ifU")


def test_from_hooks_itself():
    assert hooks.load is load
    assert issubclass(hooks.RecordingError, ValueError)

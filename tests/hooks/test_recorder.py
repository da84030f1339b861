import copy

import numpy as np
import pytest
import torch
from torch import nn

import hooks
from hooks import LayerNotFoundError, record


def test_each_snapshot_holds_the_passes_since_the_one_before(
    bn, normal, expected, agree
):
    passes = [normal(10 + i, 2, seed=i) for i in range(6)]
    with record(bn, "", exact=True) as recorder:
        for label, part in (("a", passes[:1]), ("b", passes[1:3]), ("c", passes[3:])):
            for x in part:
                bn(x)
            recorder.snapshot(label)
    layer = recorder.recording[""]
    assert layer.snapshot.values.tolist() == ["a", "b", "c"]
    for row, part in enumerate((passes[:1], passes[1:3], passes[3:])):
        truth = expected(torch.cat(part))
        agree(layer.isel(snapshot=[row]), "input", truth, rtol=1e-7)


def test_a_snapshot_holds_the_parameters_at_its_end(bn, normal):
    running, weights = [], []
    with record(bn, "") as recorder:
        for label in range(3):
            bn(normal(8, 2, seed=label))
            with torch.no_grad():
                bn.weight.mul_(2)
                bn.bias.add_(1)
            recorder.snapshot(label)
            running.append([bn.running_mean.tolist(), bn.running_var.tolist()])
            weights.append([bn.weight.tolist(), bn.bias.tolist()])
    layer = recorder.recording[""]
    seen = np.stack([layer.running_mean, layer.running_var], axis=1)
    assert seen.tolist() == running
    assert np.stack([layer.weight, layer.bias], axis=1).tolist() == weights


def test_a_row_without_a_pass(bn, normal):
    with record(bn, "") as recorder:
        bn(normal(8, 2))
        recorder.snapshot(1)
        recorder.snapshot(2)
    layer = recorder.recording[""].sel(snapshot=2)
    assert layer.n.sum() == layer.counts.sum() == 0
    assert layer["mean"].isnull().all()
    assert layer["var"].isnull().all()
    assert layer.weight.values.tolist() == [1, 1]


def test_without_a_snapshot_all_passes_are_one_row(n, bn, normal):
    with record(bn, "") as recorder:
        bn(normal(8, 2))
        assert n(recorder) == [8]
        bn(normal(8, 2))
        assert n(recorder) == n(recorder) == [16]
    assert n(recorder) == [16]
    assert recorder.recording[""].snapshot.values.tolist() == [0]


def test_a_recording_does_not_change_any_more(bn, normal):
    with record(bn, "", trace=True) as recorder:
        bn(normal(8, 2))
        early = recorder.recording
        before = copy.deepcopy(early[""])
        bn(normal(8, 2, seed=1) * 5)
        recorder.snapshot()
    assert early[""].identical(before)


def test_the_labels(bn, normal):
    for labels, seen in (
        ([None, None], [0, 1]),
        ([1, None, 7, None], [1, 2, 7, 8]),
        ([3, 1, 2], [3, 1, 2]),
        ([0.5, 1.0], [0.5, 1.0]),
        (["warm-up", "end"], ["warm-up", "end"]),
    ):
        with record(bn, "") as recorder:
            for label in labels:
                bn(normal(8, 2))
                recorder.snapshot(label)
        assert recorder.recording[""].snapshot.values.tolist() == seen


@pytest.mark.parametrize(
    ("first", "second", "kinds"),
    [
        (1, 1, "int"),
        ("a", "a", "str"),
        (1, "a", "int"),
        (1, 1.5, "int"),
        (1, True, "int"),
        ("a", None, "str"),
        (None, np.int64(4), "int"),
    ],
)
def test_a_label_of_another_kind_or_used_before(n, bn, normal, first, second, kinds):
    with record(bn, "") as recorder:
        bn(normal(8, 2))
        recorder.snapshot(first)
        with pytest.raises(ValueError, match=f"a new label of type {kinds}, got"):
            recorder.snapshot(second)
    assert n(recorder) == [8]


@pytest.mark.parametrize("label", [[1], True, (1, 2)])
def test_what_is_no_label(bn, label):
    recorder = record(bn, "")
    with pytest.raises(ValueError, match="of type float or int or str, got"):
        recorder.snapshot(label)
    recorder.close()


def test_a_layer_that_is_called_twice_in_a_pass(net, images):
    with (
        hooks.capture(net, "block.relu") as seen,
        record(net, "block.relu", exact=True) as recorder,
    ):
        net(images)
    inputs = torch.cat([call.input for call in seen.calls("block.relu")])
    layer = recorder.recording["block.relu"]
    assert (layer.n == inputs[:, 0].numel()).all()
    seen_mean = layer["mean"].sel(side="input").values[0]
    np.testing.assert_allclose(seen_mean, inputs.mean((0, 2, 3)), rtol=1e-5, atol=1e-7)


def test_passes_after_the_last_snapshot_are_told(n, bn, normal):
    recorder = record(bn, "")
    bn(normal(8, 2))
    recorder.snapshot(7)
    message = "2 passes after snapshot 7 are in no row"
    with pytest.warns(UserWarning, match=message), recorder:
        bn(bn(normal(8, 2)))
    assert n(recorder) == [8]


def test_no_warning_hides_an_error(bn):
    with pytest.raises(KeyError, match="mine"), record(bn, ""):
        raise KeyError("mine")


def test_a_layer_first_called_after_a_snapshot(net, images):
    with record(net, ["stem.1", "fc"]) as recorder:
        net.stem(images)
        recorder.snapshot("stem alone")
        net(images)
        recorder.snapshot("all")
    recording = recorder.recording
    assert recording["stem.1"].snapshot.values.tolist() == ["stem alone", "all"]
    assert recording["fc"].snapshot.values.tolist() == ["all"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"bins": 0}, "bins: expected"),
        ({"range": (1, 1)}, "range: expected"),
        ({"every": 0}, "every: expected"),
        ({"every": 1.5}, "every: expected"),
        ({"mode": "test"}, "mode: expected 'train', 'eval', 'any' or None, got 'test'"),
    ],
)
def test_settings_that_cannot_be(bn, hook_count, settings, message):
    with pytest.raises(ValueError, match=message):
        record(bn, "", **settings)
    assert hook_count(bn) == 0


def test_a_bad_name_registers_no_hook(net, hook_count):
    message = r"^record: no layer 'block\.bn'; did you mean 'block\.bn"
    with pytest.raises(LayerNotFoundError, match=message):
        record(net, ["stem.1", "block.bn"])
    with pytest.raises(LayerNotFoundError, match="no layer of type BatchNorm1d"):
        record(net, nn.BatchNorm1d)
    assert hook_count(net) == 0


def test_by_default_all_layers_of_batch_norm_2d(net, images):
    with record(net) as recorder:
        net(images)
    assert list(recorder.recording) == ["stem.1", "block.bn1", "block.bn2"]


def test_rows_wait_in_few_bytes_and_come_back_whole(normal):
    model = nn.BatchNorm1d(2)
    with record(model, "", exact=True) as recorder:
        for label in (1, 2):
            model(normal(70_000, 2))
            recorder.snapshot(label)
        rows = [row for _, row in recorder._books[0].rows[""]]
    assert all(row["counts"].itemsize <= 2 for row in rows)
    assert rows[0]["n"].itemsize == 4
    layer = recorder.recording[""]
    assert layer.counts.dtype == layer.n.dtype == np.int64
    assert (layer.n == 70_000).all()

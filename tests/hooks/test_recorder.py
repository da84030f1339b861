import copy
import gc
import warnings
import weakref

import numpy as np
import pytest
import torch
from torch import nn

import hooks
from hooks import LayerNotFoundError, record


@pytest.fixture
def bn():
    return nn.BatchNorm1d(2)


def n(recorder, layer=""):
    """Numbers of values by snapshot, those of the input's first channel."""
    return recorder.recording[layer].n.sel(side="input", channel=0).values.tolist()


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


def test_parameters_that_a_layer_has_not_are_no_numbers(normal):
    bare = nn.BatchNorm1d(2, affine=False, track_running_stats=False)
    with record(bare, "") as recorder:
        bare(normal(8, 2))
    layer = recorder.recording[""]
    for name in ("running_mean", "running_var", "weight", "bias"):
        assert layer[name].dims == ("snapshot", "channel")
        assert layer[name].isnull().all()


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


def test_without_a_snapshot_all_passes_are_one_row(bn, normal):
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
def test_a_label_of_another_kind_or_used_before(bn, normal, first, second, kinds):
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


@pytest.mark.parametrize("start", ["train", "eval"])
@pytest.mark.parametrize("mode", ["train", "eval", "any", None])
def test_only_passes_in_the_mode_are_recorded(bn, normal, start, mode):
    bn.train(start == "train")
    with record(bn, "", mode=mode) as recorder:
        bn.train()
        bn(normal(8, 2))
        bn.eval()
        bn(normal(16, 2))
    wanted = {"train": [8], "eval": [16], "any": [24]}
    assert n(recorder) == wanted[mode or start]
    assert recorder.recording[""].attrs["mode"] == (mode or start)


def test_the_mode_is_that_of_the_model_not_of_the_layer(net, images):
    net.block.bn1.eval()  # frozen, as in fine-tuning
    with record(net, "block.bn1") as recorder:
        net(images)
        net.eval()
        net(images)
    assert n(recorder, "block.bn1") == [8 * 36]


def test_nothing_is_recorded_while_paused(bn, normal):
    with record(bn, "") as recorder:
        bn(normal(8, 2))
        with recorder.paused():
            bn(normal(16, 2))
            with recorder.paused():
                bn(normal(16, 2))
            bn(normal(16, 2))
        bn(normal(4, 2))
        with pytest.raises(KeyboardInterrupt), recorder.paused():
            raise KeyboardInterrupt
        bn(normal(2, 2))
    assert n(recorder) == [14]


@pytest.mark.parametrize("every", [1, 2, 3])
def test_every_so_many_th_pass_is_recorded(bn, normal, every):
    with record(bn, "", every=every, trace=True) as recorder:
        for i in range(7):
            bn(normal(2**i + 1, 2))
            with recorder.paused():
                bn(normal(1000, 2))
    assert n(recorder) == [sum(2**i + 1 for i in range(0, 7, every))]
    layer = recorder.recording[""]
    assert layer.sizes["step"] == len(range(0, 7, every))
    assert layer.attrs["every"] == every


@pytest.mark.parametrize("exact", [True, False])
def test_the_trace_holds_every_pass(bn, normal, expected, exact):
    passes = [normal(16, 2, seed=i) + i for i in range(5)]
    with warnings.catch_warnings(), record(bn, "", exact=exact, trace=True) as recorder:
        warnings.simplefilter("ignore")  # of the passes after the last snapshot
        for number, x in enumerate(passes):
            bn(x)
            if number in (1, 2):
                recorder.snapshot(number)
    layer = recorder.recording[""]
    assert layer.batch_mean.dims == ("step", "side", "channel")
    given = layer.sel(side="input")
    truth = [expected(x) for x in passes]
    np.testing.assert_allclose(given.batch_mean, [t["mean"] for t in truth], 1e-5, 1e-6)
    np.testing.assert_allclose(given.batch_var, [t["var"] for t in truth], 1e-5)
    np.testing.assert_allclose(layer.sel(side="output").batch_mean, 0, atol=1e-6)


def test_no_trace_unless_asked_for(bn, normal):
    with record(bn, "") as recorder:
        bn(normal(8, 2))
    assert "batch_mean" not in recorder.recording[""]


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


def test_layers_in_the_models_order_with_their_settings(net, images):
    with record(net, ["fc", "stem.*"], bins=10, range=(-1, 2)) as recorder:
        net(images)
    recording = recorder.recording
    assert list(recording) == ["stem.0", "stem.1", "stem.2", "fc"]
    norm = recording["stem.1"]
    assert norm.attrs["module"] == "BatchNorm2d"
    assert norm.attrs["layer"] == "stem.1"
    assert norm.attrs["eps"] == 1e-5
    assert norm.attrs["momentum"] == 0.1
    assert norm.counts.dtype == np.int64
    assert dict(norm.sizes) == dict(snapshot=1, side=2, channel=4, bin=10, edge=11)
    np.testing.assert_allclose(norm.bin_edges, np.linspace(-1, 2, 11))
    assert "eps" not in recording["fc"].attrs


def test_momentum_none_is_no_attribute(normal):
    module = nn.BatchNorm1d(2, momentum=None)
    with record(module, "") as recorder:
        module(normal(8, 2))
    assert "momentum" not in recorder.recording[""].attrs


def test_a_layer_that_is_never_called_is_named(net, images):
    recorder = record(net, ["fc", "stem.1"])
    with (
        pytest.warns(UserWarning, match=r"'fc' is not in .* not called") as caught,
        recorder,
    ):
        net.stem(images)
    assert [w.filename for w in caught] == [__file__]
    assert list(recorder.recording) == ["stem.1"]


def test_a_layer_that_is_never_called_in_the_mode_is_named(bn, normal):
    recorder = record(bn, "")
    bn.eval()
    message = r"its 2 calls were not in train mode; pass mode='any'"
    with pytest.warns(UserWarning, match=message), recorder:
        bn(bn(normal(8, 2)))
    assert len(recorder.recording) == 0


def test_a_layer_whose_calls_were_all_paused_is_named(bn, normal):
    recorder = record(bn, "")
    message = "its 1 calls came while paused"
    with pytest.warns(UserWarning, match=message), recorder, recorder.paused():
        bn(normal(8, 2))


def test_passes_after_the_last_snapshot_are_told(bn, normal):
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


def test_nothing_remains_after_the_block(net, images, hook_count):
    with record(net) as recorder:
        assert hook_count(net) > 0
        net(images)
    assert hook_count(net) == 0
    recorder.close()
    net(images)
    assert n(recorder, "stem.1") == [8 * 36]


def test_without_a_block_it_ends_at_close(net, images, hook_count):
    recorder = record(net)
    net(images)
    recorder.close()
    recorder.close()
    net(images)
    assert hook_count(net) == 0
    assert n(recorder, "stem.1") == [8 * 36]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_nothing_remains_after_an_error_and_the_passes_are_kept(
    net, images, hook_count, error
):
    recorder = record(net)

    def broken():
        with recorder:
            net(images)
            raise error

    with pytest.raises(error):
        broken()
    assert hook_count(net) == 0
    assert n(recorder, "stem.1") == [8 * 36]


@pytest.mark.parametrize("exact", [True, False])
def test_interrupted_in_the_middle_of_a_pass(net, images, hook_count, exact):
    class Interrupt(nn.Module):
        def forward(self, x):
            raise KeyboardInterrupt

    net.block.bn2 = Interrupt()
    recorder = record(net, ["stem.1", "block.bn2", "fc"], exact=exact)
    with pytest.raises(KeyboardInterrupt), recorder:
        net(images)
    assert hook_count(net) == 0
    assert list(recorder.recording) == ["stem.1"]
    assert n(recorder, "stem.1") == [8 * 36]


def test_a_pass_that_fails_does_not_shift_the_next(normal):
    class Picky(nn.Module):
        def forward(self, x):
            if x.isnan().any():
                raise ValueError
            return x * 10

    layer = Picky()
    with record(layer, Picky, exact=True, trace=True) as recorder:
        with pytest.raises(ValueError):  # noqa: PT011
            layer(torch.full((1, 2), torch.nan))
        layer(torch.ones(1, 2))
    seen = recorder.recording[""]
    assert seen["mean"].squeeze().values.tolist() == [[1, 1], [10, 10]]
    assert seen.sizes["step"] == 1


def test_dropping_the_recorder_takes_its_hooks_off(net, images, hook_count):
    recorder = record(net)
    net(images)
    gone = weakref.ref(recorder)
    del recorder
    gc.collect()
    assert gone() is None
    assert hook_count(net) == 0


def test_recorders_inside_one_another(net, images, hook_count):
    with record(net) as outer:
        net(images)
        with record(net, "stem.1", exact=True) as inner:
            net(images)
        net(images)
    assert n(outer, "stem.1") == [3 * 8 * 36]
    assert n(inner, "stem.1") == [8 * 36]
    assert hook_count(net) == 0


def test_a_copy_made_while_recording_is_not_recorded(net, images, hook_count):
    with record(net) as recorder:
        net(images)
        twin = copy.deepcopy(net)
        twin(images)
    assert n(recorder, "stem.1") == [8 * 36]
    twin(images)
    twin.load_state_dict(net.state_dict())


def test_memory_between_snapshots_does_not_grow(bn, normal):
    """What waits to be counted or merged is bounded, however many passes."""
    x = normal(64, 2)
    with record(bn, "") as recorder:
        sizes = []
        for _ in range(300):
            bn(x)
            (observer,) = recorder._observers.values()
            sizes.append(len(observer._kept) + len(observer.sides["input"].samples))
        recorder.snapshot()
    assert n(recorder) == [300 * 64]
    assert len(observer._kept) == 0
    assert max(sizes) <= observer_bound(2 * 64)


def observer_bound(values):
    from hooks.observer import PASSES, TOGETHER

    return PASSES + TOGETHER // values

"""A training that is interrupted, and gone on with from a saved recording."""

import numpy as np
import pytest
from torch import distributed, nn

import hooks
from hooks import Recording, load, record


def model():
    return nn.Sequential(nn.BatchNorm1d(2), nn.Tanh())


def same(first, second):
    assert list(first) == list(second)
    for name, layer in first.items():
        assert layer.identical(second[name]), name


@pytest.mark.parametrize("settings", [{}, {"exact": True, "trace": True, "bins": 8}])
def test_in_two_sittings_it_is_as_in_one(normal, tmp_path, settings):
    path = tmp_path / "run.nc"
    batches = [normal(40, 2, seed=seed) for seed in range(5)]

    def train(net, epochs, recorder):
        for epoch in epochs:
            net(batches[epoch])
            recorder.snapshot(f"epoch {epoch}")

    whole = model()
    with record(whole, "*", **settings) as recorder:
        train(whole, range(5), recorder)
    wanted = recorder.recording

    net = model()
    with record(net, "*", **settings) as recorder:
        train(net, range(2), recorder)
    recorder.recording.save(path)
    after = model()
    after.load_state_dict(net.state_dict())
    with record(after, "*", resume=load(path), **settings) as recorder:
        train(after, range(2, 5), recorder)
        recorder.recording.save(path)
    same(load(path), wanted)


def test_labels_without_a_name_are_counted_on(bn, normal):
    recording = None
    for _ in range(3):
        with record(bn, "", resume=recording) as recorder:
            for _ in range(2):
                bn(normal(8, 2))
                recorder.snapshot()
        recording = recorder.recording
    assert recording[""].snapshot.values.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.fixture
def earlier(bn, normal):
    with record(bn, "", bins=8) as recorder:
        for label in (1, 2):
            bn(normal(8, 2))
            recorder.snapshot(label)
    return recorder.recording


def test_a_label_of_the_earlier_sitting_is_used_at_once(bn, normal, earlier):
    with record(bn, "", bins=8, resume=earlier) as recorder:
        bn(normal(8, 2))
        for label in (2, "three"):
            with pytest.raises(ValueError, match=r"new label of type int, .*\[1, 2\]"):
                recorder.snapshot(label)
        recorder.snapshot(3)
    assert recorder.recording[""].snapshot.values.tolist() == [1, 2, 3]
    assert earlier[""].snapshot.values.tolist() == [1, 2]


def test_before_its_first_snapshot_it_is_the_earlier_one(bn, normal, earlier):
    recorder = record(bn, "", bins=8, resume=earlier)
    same(recorder.recording, earlier)
    bn(normal(8, 2))
    same(recorder.recording, earlier)
    lost = "1 passes after snapshot 2 are in no row"
    with pytest.warns(UserWarning, match=lost), recorder:
        pass
    same(recorder.recording, earlier)


def test_nothing_to_resume_is_as_without(bn, normal):
    with record(bn, "", resume=Recording({})) as recorder:
        bn(normal(8, 2))
    assert recorder.recording[""].snapshot.values.tolist() == [0]


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"bins": 9}, "bins"),
        ({"bins": 8, "range": (-1, 1)}, "bins"),
        ({"bins": 8, "exact": True}, "exact"),
        ({"bins": 8, "every": 3}, "every"),
        ({"bins": 8, "mode": "any"}, "mode"),
        ({"bins": 8, "trace": True}, "trace"),
    ],
)
def test_other_settings_are_refused_before_the_training(
    bn, earlier, hook_count, settings, what
):
    message = rf"^record: resume: layer '': expected the same {what} .* go on with"
    with pytest.raises(ValueError, match=message):
        record(bn, "", resume=earlier, **settings)
    assert hook_count(bn) == 0


def test_another_model_is_refused_before_the_training(earlier, hook_count):
    for other, message in (
        (
            nn.BatchNorm1d(2, eps=0.1),
            "expected the same eps in both, got 1e-05 and 0.1",
        ),
        (nn.BatchNorm1d(2, momentum=None), "the same momentum in both"),
        (nn.Tanh(), "the same module in both, got 'BatchNorm1d' and 'Tanh'"),
    ):
        with pytest.raises(ValueError, match=message):
            record(other, "", bins=8, resume=earlier)
    other = model()
    with pytest.raises(ValueError, match=r"layers of the recording, got none ''"):
        record(other, "0", bins=8, resume=earlier)
    assert hook_count(other) == 0


def test_other_channels_are_found_at_the_first_snapshot(normal, earlier):
    other = nn.BatchNorm1d(3)
    with record(other, "", bins=8, resume=earlier) as recorder:
        other(normal(8, 3))
        with pytest.raises(ValueError, match="number of channels in both, got 2 and 3"):
            recorder.snapshot()


def test_a_layer_that_is_called_in_one_sitting_only(normal):
    net = model()
    with record(net, "0") as recorder:
        net(normal(8, 2))
        recorder.snapshot()
    with record(net, ["0", "1"], resume=recorder.recording) as recorder:
        net(normal(8, 2))
        recorder.snapshot()
    both = recorder.recording
    assert both["0"].snapshot.values.tolist() == [0, 1]
    assert both["1"].snapshot.values.tolist() == [1]
    again = record(net, ["0", "1"], resume=both)
    net[0](normal(8, 2))
    again.snapshot()
    with pytest.warns(UserWarning, match="'1' is not in the recording"), again:
        pass
    assert again.recording["0"].snapshot.values.tolist() == [0, 1, 2]
    assert again.recording["1"].identical(both["1"])


def test_gradients_of_a_sitting_are_appended_by_hand(normal):
    net, recordings = model(), []
    earlier = None
    for _ in range(2):
        with record(net, "*", grads=True, resume=earlier) as recorder:
            net(normal(8, 2)).square().sum().backward()
            recorder.snapshot()
        earlier = recorder.recording
        recordings.append(recorder.gradients)
    both = hooks.append(*recordings)
    assert both["0"].snapshot.values.tolist() == [0, 1]
    rms = [each["0"].rms.values for each in recordings]
    np.testing.assert_array_equal(both["0"].rms, np.concatenate(rms))


def test_of_several_processes_the_earlier_sitting_is_there_once(bn, normal, earlier):
    store = distributed.HashStore()
    distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    try:
        with record(bn, "", bins=8, resume=earlier) as recorder:
            bn(normal(8, 2))
            recorder.snapshot()
            alone = recorder.recording
            same(recorder.all_reduce(), alone)
    finally:
        distributed.destroy_process_group()
    same(recorder.recording, alone)
    assert alone[""].snapshot.values.tolist() == [1, 2, 3]

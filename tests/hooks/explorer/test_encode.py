import gzip
import json

import numpy as np
import pytest
import torch
from torch import nn

import hooks
from hooks.explorer.encode import encode, frames_of, window, with_tails


def test_snapshots_of_two_recordings_are_put_in_order(wander):
    rows = [(1, 3, 5), (2, 4, 6, 8)]
    one, two = (wander({"a": 1}, labels=labels, values=9) for labels in rows)
    data = encode([one, two], ["one", "two"])
    assert data["frames"] == [1, 2, 3, 4, 5, 6, 8]
    rows = [each["layers"]["a"]["rows"] for each in data["recordings"]]
    assert rows[0] == [0, None, 1, None, 2, None, None]
    assert rows[1] == [None, 0, None, 1, None, 2, 3]


def test_labels_that_are_words_keep_their_order(wander):
    one = wander({"a": 1}, labels=("start", "end"), values=9)
    two = wander({"a": 1}, labels=("start", "middle", "end", "after"), values=9)
    assert frames_of([one, two]) == ["start", "middle", "end", "after"]


def test_a_layer_that_began_late_has_no_row_before(wander):
    early, late = wander({"a": 1}, (0, 1, 2)), wander({"b": 1}, (1, 2))
    data = encode([hooks.Recording({**early, **late})], [""])
    layers = data["recordings"][0]["layers"]
    assert layers["b"]["rows"] == [None, 0, 1]
    assert layers["b"]["size"][0] == 2


def test_values_beyond_the_edges_are_bins_of_their_own():
    x = torch.tensor([[-9.0], [-8.0], [0.1], [7.0]])
    layer = hooks.probe(nn.Identity(), x, "")[""]
    counts = with_tails(layer)[0, 0, 0]
    assert counts[[0, -1]].tolist() == [2, 1]
    assert counts.sum() == 4


def test_the_window_has_a_bin_more_than_is_seen():
    x = torch.tensor([[-1.0], [0.1], [0.1], [2.0]])
    layer = hooks.probe(nn.Identity(), x, "")[""]
    width = 12 / 64
    low, high = window([layer])
    assert (low, high) == pytest.approx((-1.125 - width, 2.0625 + width))
    wide = hooks.probe(nn.Identity(), 2 * x, "")[""]
    assert window([layer, wide])[0] < low


def test_a_window_on_nothing_is_the_whole_axis():
    layer = hooks.probe(nn.Identity(), torch.full((4, 2), torch.nan), "")[""]
    assert window([layer]) == pytest.approx((-6 - 12 / 64, 6 + 12 / 64))


def test_gradients_have_no_parameters_and_no_theory():
    model = nn.Sequential(nn.BatchNorm1d(2))
    with hooks.record(model, "0", grads=True) as recorder:
        model(torch.randn(5, 2, generator=torch.Generator().manual_seed(0))).sum()
        loss = model(torch.arange(10.0).reshape(5, 2)).square().sum()
        loss.backward()
    for recording, gradients in ((recorder.recording, 0), (recorder.gradients, 1)):
        layer = encode([recording], [""])["recordings"][0]["layers"]["0"]
        assert layer["theory"] == (not gradients)
        assert ("rms" in layer["series"]) == bool(gradients)
        assert ("weight" in layer["series"]) == (not gradients)
        assert layer["quantity"] == ("log10 |gradient|" if gradients else "value")


def test_a_layer_without_parameters_or_values():
    recording = hooks.probe(nn.Sequential(nn.ReLU()), torch.full((3, 2), np.nan), "0")
    layer = encode([recording], [""])["recordings"][0]["layers"]["0"]
    assert layer["series"]["weight"] is None
    assert layer["series"]["mean"] is None
    assert layer["series"]["nan"]["unit"] == [0.001] * 4
    assert not layer["theory"]


def test_there_is_more_room_for_less(wander):
    small = wander({"a": 2})
    assert encode([small], [""])["recordings"][0]["layers"]["a"]["finest"] == 127


def test_everything_is_plain_json(wander):
    text = json.dumps(encode([wander()], ["one"]), allow_nan=False)
    assert json.loads(text)["layers"].keys() == {"stem.bn", "block.bn"}


@pytest.mark.parametrize("values", [1000, 20_000])
def test_seven_layers_of_fifty_snapshots_are_small(wander, values):
    """Small enough to leave 60 kB for the picture and the code."""
    widths = (16, 16, 16, 32, 32, 64, 64)
    layers = {f"block{i}.bn": width for i, width in enumerate(widths)}
    data = encode([wander(layers, tuple(range(50)), values=values)], ["one"])
    text = json.dumps(data, separators=(",", ":")).encode()
    assert len(gzip.compress(text)) < 340_000

import json
import os
import re

import numpy as np
import pytest
import torch
from torch import nn

import hooks
from hooks.explore import Explorer, explore, export_html


def recorded(labels=(1, 2), module=None, **settings):
    module = module or nn.BatchNorm2d(3)
    generator = torch.Generator().manual_seed(0)
    with hooks.record(module, "", **settings) as recorder:
        for label in labels:
            module(torch.randn(8, 3, 4, 4, generator=generator))
            recorder.snapshot(label)
    return recorder.recording


def data(explorer):
    html = explorer._repr_mimebundle_()["text/html"]
    return json.loads(re.search(r'"application/json">(.*?)</script>', html)[1])


def test_a_cell_shows_a_page_a_picture_or_words():
    bundle = explore(recorded())._repr_mimebundle_(include=None, exclude=None)
    assert bundle["text/plain"] == "Explorer of 1 layers, 2 snapshots"
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert bundle["text/html"].startswith('<div class="hooks-explorer"')


def test_the_same_recording_gives_the_same_page(tmp_path):
    recording = recorded()
    recording.save(tmp_path / "r.nc")
    again = hooks.load(tmp_path / "r.nc")
    assert explore(recording).html == explore(again).html


def test_exploring_changes_nothing_in_the_recording():
    recording = recorded()
    before = recording[""].copy(deep=True)
    assert explore(recording).html
    assert recording[""].identical(before)


def test_two_recordings_side_by_side():
    both = explore(recorded(), recorded((1, 2, 3)), titles=("with", "without"))
    seen = data(both)
    assert [each["title"] for each in seen["recordings"]] == ["with", "without"]
    assert seen["frames"] == [1, 2, 3]
    assert both.html.count("<img") == 2


def test_a_layer_that_only_one_of_them_has():
    one, two = recorded(), recorded(module=nn.Sequential(nn.BatchNorm2d(3)))
    seen = data(explore(one, hooks.Recording({"other": two[""]})))
    assert list(seen["layers"]) == ["", "other"]
    assert [list(each["layers"]) for each in seen["recordings"]] == [[""], ["other"]]


@pytest.mark.parametrize(
    "module", [nn.ReLU(), nn.Conv2d(3, 5, 1), nn.BatchNorm2d(3, affine=False)]
)
def test_layers_of_other_kinds(module):
    layer = data(explore(recorded(module=module)))["recordings"][0]["layers"][""]
    assert layer["theory"] == isinstance(module, nn.BatchNorm2d)


def test_a_trace_is_left_out():
    traced, plain = (explore(recorded(trace=trace)).html for trace in (True, False))
    assert traced == plain


def test_values_that_are_no_numbers():
    x = torch.full((4, 2), torch.nan)
    x[0] = torch.inf
    layer = data(explore(hooks.probe(nn.Identity(), x, "")))["recordings"][0]["layers"]
    assert layer[""]["series"]["nan"] is not None
    assert layer[""]["series"]["mean"] is None


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        (hooks.Recording({}), ValueError, "at least one layer, got an empty one"),
        (recorded()[""], TypeError, r"got Dataset; .*explore\(Recording\("),
        (None, TypeError, "expected a Recording, got NoneType"),
        ({"a": 3}, TypeError, "layer 'a' is not a layer's dataset"),
        ({"a": recorded()[""].isel(snapshot=[])}, ValueError, "has no snapshot"),
    ],
)
def test_what_cannot_be_explored(given, kind, words):
    with pytest.raises(kind, match=words):
        explore(given)


def test_recordings_with_nothing_in_common():
    with pytest.raises(ValueError, match=r"common labels .*\[1, 2\] … and \['a'\]"):
        explore(recorded(), recorded(("a",)))


def test_an_export_is_whole_or_absent(tmp_path, monkeypatch):
    path = tmp_path / "seen.html"
    export_html(recorded(), path, title="First")
    monkeypatch.setattr(os, "replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export_html(recorded(), path, title="Second")
    assert [each.name for each in tmp_path.iterdir()] == ["seen.html"]
    assert "<title>First</title>" in path.read_text("utf-8")


def test_what_is_wrong_is_said_before_a_file_is_written(tmp_path):
    with pytest.raises(ValueError, match="empty one"):
        export_html(hooks.Recording({}), tmp_path / "seen.html")
    assert list(tmp_path.iterdir()) == []


def test_it_is_to_be_had_from_hooks():
    assert hooks.explore is explore
    assert hooks.export_html is export_html
    assert isinstance(explore(recorded()), Explorer)
    assert np.isfinite(len(explore(recorded()).html))

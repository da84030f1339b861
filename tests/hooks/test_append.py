import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from hooks import Recording, append, load, record
from hooks.append import labels


def sitting(names, seed=0, layers="*", module=None, passes=2, **settings):
    """Record a small network, a snapshot for each name."""
    model = module or nn.Sequential(nn.BatchNorm1d(2), nn.Tanh())
    generator = torch.Generator().manual_seed(seed)
    settings = {"trace": True, "bins": 8} | settings
    with record(model, layers, **settings) as recorder:
        for name in names:
            for _ in range(passes):
                model(torch.randn(8, 2, generator=generator))
            recorder.snapshot(name)
    return recorder.recording


def same(first, second):
    assert list(first) == list(second)
    for name, layer in first.items():
        assert layer.identical(second[name]), name


KINDS = [
    st.lists(st.integers(-5, 50), min_size=1, max_size=4, unique=True),
    st.lists(st.floats(allow_nan=False), min_size=1, max_size=4, unique=True),
    st.lists(st.text("ab é", max_size=3), min_size=1, max_size=4, unique=True),
]


@settings(max_examples=20)
@given(st.one_of(KINDS), st.integers(0, 4), st.booleans(), st.booleans())
def test_of_a_training_cut_in_two_it_is_the_whole(names, cut, trace, exact):
    """One model, once recorded by one recorder and once by two."""
    models = [nn.Sequential(nn.BatchNorm1d(2), nn.Tanh()) for _ in range(2)]
    generator = torch.Generator().manual_seed(0)
    batches = [torch.randn(8, 2, generator=generator) for _ in names]
    how = {"trace": trace, "exact": exact, "bins": 8}
    parts = []
    for model, cuts in zip(models, ([], [cut]), strict=True):
        for part in np.split(np.arange(len(names)), cuts):
            if len(part) == 0:
                parts.append(Recording({}))
                continue
            with record(model, "*", **how) as recorder:
                for number in part:
                    model(batches[number])
                    recorder.snapshot(names[number])
            parts.append(recorder.recording)
    whole, earlier, later = parts
    same(append(earlier, later), whole)


def test_neither_part_is_changed():
    earlier, later = sitting([1, 2]), sitting([3])
    copies = [
        Recording({name: layer.copy(deep=True) for name, layer in part.items()})
        for part in (earlier, later)
    ]
    joined = append(earlier, later)
    joined["0"]["mean"][:] = 7
    same(earlier, copies[0])
    same(later, copies[1])


def test_the_error_is_that_of_the_part_that_was_sampled_most():
    few = sitting([1], module=nn.Sequential(nn.Tanh()), passes=1)
    module = nn.Sequential(nn.Tanh())
    with record(module, "*", bins=8, trace=True) as recorder:
        module(torch.zeros(4000, 2))
        recorder.snapshot(2)
    sampled = recorder.recording
    assert few["0"].attrs["cdf_error"] == 0 < sampled["0"].attrs["cdf_error"]
    for parts in ((few, sampled), (sampled, few)):
        error = append(*parts)["0"].attrs["cdf_error"]
        assert error == sampled["0"].attrs["cdf_error"]


def test_saved_loaded_and_gone_on_with(tmp_path):
    path = tmp_path / "run.nc"
    parts = [sitting(["a", "b"]), sitting(["longer", "c"], seed=1)]
    parts[0].save(path)
    whole = append(load(path), parts[1])
    whole.save(path)
    same(load(path), append(*parts))
    assert load(path)["0"].snapshot.values.tolist() == ["a", "b", "longer", "c"]
    assert load(path)["0"].sizes["step"] == 8


def test_a_layer_that_only_one_has_keeps_its_rows():
    module = nn.Sequential(nn.BatchNorm1d(2), nn.Tanh())
    joined = append(
        sitting([1, 2], module=module, layers="0"),
        sitting([3], module=module, layers=["0", "1"]),
    )
    assert list(joined) == ["0", "1"]
    assert joined["0"].snapshot.values.tolist() == [1, 2, 3]
    assert joined["1"].snapshot.values.tolist() == [3]
    assert labels(joined) == [1, 2, 3]


def test_labels_are_in_the_order_of_the_snapshots():
    late = sitting(["b", "c"])["0"]
    assert labels(Recording({"x": late, "y": sitting("abc")["0"]})) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("first", "second", "got"),
    [
        ([1, 2], [2, 3], r"\[2\] after \[1, 2\]"),
        ([1, 2], ["3"], r"\['3'\] after"),
        ([1], [2.5], r"\[2\.5\] after"),
        (["a"], ["b", "a"], r"\['a'\] after"),
    ],
)
def test_labels_that_cannot_follow(first, second, got):
    with pytest.raises(ValueError, match=f"append: expected new labels .*{got}"):
        append(sitting(first), sitting(second))


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"bins": 9}, "bins"),
        ({"range": (-6, 7)}, "bins"),
        ({"exact": True}, "exact"),
        ({"every": 2}, "every"),
        ({"mode": "any"}, "mode"),
        ({"trace": False}, "variables"),
        ({"module": nn.Sequential(nn.BatchNorm1d(2, eps=0.1))}, "eps"),
        ({"module": nn.Sequential(nn.BatchNorm1d(2, momentum=None))}, "momentum"),
        ({"module": nn.Sequential(nn.Tanh())}, "module"),
    ],
)
def test_what_was_recorded_otherwise(settings, what):
    earlier, later = sitting([1]), sitting([2], **settings)
    message = rf"append: layer '0?': expected the same {what} .* go on with the model"
    with pytest.raises(ValueError, match=message):
        append(earlier, later)


def test_another_number_of_channels():
    linear = nn.Sequential(nn.Linear(2, 3))
    other = nn.Sequential(nn.Linear(2, 2))
    with pytest.raises(
        ValueError, match="same number of channels in both, got 3 and 2"
    ):
        append(sitting([1], module=linear), sitting([2], module=other))

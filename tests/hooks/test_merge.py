import itertools
from functools import reduce

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import hooks
from hooks import Recording, load, merge, record

SUMS = ("counts", "below", "above", "nan", "inf", "n", "finite", "binned")
VALUES = st.lists(st.floats(width=32), min_size=2, max_size=40)
CUTS = st.lists(st.integers(0, 20), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def of(watch):
    """Record tensors, each a pass through a layer that gives what it is given."""

    def recording(*passes, module=None, **settings):
        module = module or nn.Identity()
        settings = {"bins": 8, "exact": True, "trace": True} | settings
        return Recording({"": watch(module, *passes, **settings)})

    return recording


def same(first, second):
    """The same to the bit where values are counted, to rounding where averaged."""
    assert list(first) == list(second)
    for name, layer in first.items():
        other = second[name]
        assert set(layer.variables) == set(other.variables)
        assert layer.sizes == other.sizes
        assert layer.attrs == other.attrs
        exact = [v for v in layer.variables if v not in ("mean", "var")]
        assert layer[exact].identical(other[exact])
        scale = np.abs(layer["mean"]).max() + np.sqrt(layer["var"].max())
        for moment, power in (("mean", 1), ("var", 2)):
            np.testing.assert_allclose(
                layer[moment], other[moment], rtol=1e-9, atol=1e-12 * scale**power
            )


@given(VALUES, CUTS)
def test_of_the_parts_it_is_the_whole(of, values, cuts):
    """Whatever the values and the split, passes without a value among them."""
    x = torch.tensor(values[: len(values) // 2 * 2]).view(-1, 2)
    parts = x.tensor_split(sorted(cuts))
    same(reduce(merge, (of(part) for part in parts)), of(*parts))


@given(VALUES, CUTS)
def test_grouping_and_order_change_nothing(of, values, cuts):
    x = torch.tensor(values[: len(values) // 2 * 2]).view(-1, 2)
    a, b, c = (of(part) for part in x.tensor_split(sorted((cuts * 2)[:2])))
    same(merge(merge(a, b), c), merge(a, merge(b, c)))
    ahead, behind = (merge(*pair)[""].drop_dims("step") for pair in ((a, b), (b, a)))
    assert ahead.identical(behind)


def test_it_is_what_numpy_says(of, normal, expected, agree):
    """Means far from zero and from one another, and what is not finite."""
    a, b = normal(30, 3, 5) + 1e4, normal(10, 3, 5, seed=1) * 5 - 3
    a[4, 0], a[7, 1, 2], b[5, 1] = torch.nan, torch.inf, -torch.inf
    b[:, 2] = torch.nan
    merged = merge(of(a, bins=64), of(b, bins=64))[""]
    for side in ("input", "output"):
        agree(merged, side, expected(torch.cat([a, b])), rtol=1e-7)


def test_sampled_the_moments_are_of_all_values(of, normal):
    batches = [normal(64, 2, 100, seed=i) * (i + 1) for i in range(4)]
    batches[1][:, 1] = torch.nan
    parts = [of(*pair, exact=False)[""] for pair in (batches[:2], batches[2:])]
    merged = merge(*(Recording({"": part}) for part in parts))[""]
    for name in SUMS:
        assert merged[name].identical(parts[0][name] + parts[1][name])
    assert (merged.binned < merged.n).all()
    whole = of(*batches, exact=True)[""]
    for name in ("n", "finite", "mean", "var"):
        np.testing.assert_allclose(merged[name], whole[name], rtol=1e-9, atol=1e-12)
    error = [each.attrs["cdf_error"] for each in (*parts, merged)]
    fewest = min(int(merged.binned.min()), 10**6)
    assert error[2] == pytest.approx(np.sqrt(np.log(40) / 2 / fewest))
    assert 0 < error[2] < min(error[:2])


def test_batch_norm_whose_statistics_were_read(normal):
    bn = nn.BatchNorm2d(3)
    batches = [normal(16, 3, 8, 8, seed=i) * (i + 1) + i for i in range(5)]

    def recorded(passes):
        with record(bn, "", trace=True) as recorder:
            for x in passes:
                bn(x)
        return recorder.recording

    merged = merge(recorded(batches[:2]), recorded(batches[2:]))[""]
    whole = recorded(batches)[""]
    for name in ("n", "finite", "mean", "var", "batch_mean", "batch_var"):
        np.testing.assert_allclose(merged[name], whole[name], rtol=1e-9, atol=1e-12)


def test_a_recording_without_layers_adds_nothing(of, normal):
    some, none = of(normal(8, 2)), Recording({})
    same(merge(some, none), some)
    same(merge(none, some), some)
    assert len(merge(none, none)) == 0


def test_one_without_values_leaves_the_other_as_it_is(of, normal):
    some, none = of(normal(8, 2)), of(torch.zeros(0, 2))
    for merged in (merge(some, none), merge(none, some)):
        assert merged[""].drop_dims("step").identical(some[""].drop_dims("step"))


def test_a_constant_keeps_its_variance_of_zero(of):
    parts = [of(torch.full((n, 1), 0.1)) for n in (3, 5, 7, 11)]
    assert reduce(merge, parts)[""]["var"].max() < 1e-30


def test_the_passes_of_a_trace_follow_one_another(of, normal):
    a, b = of(normal(4, 2), normal(5, 2)), of(normal(6, 2, seed=1))
    steps = merge(a, b)[""].batch_mean
    for row, part in zip(steps, [*a[""].batch_mean, *b[""].batch_mean], strict=True):
        assert row.identical(part)


def two_snapshots(model, images, names=("0", "1"), **settings):
    """Record a model of two layers, of which the second is left out at first."""
    with record(model, list(names), **{"bins": 8} | settings) as recorder:
        model[0](images)
        recorder.snapshot("first")
        model(images)
        recorder.snapshot("second")
    return recorder.recording


def test_the_running_statistics_are_the_firsts(normal):
    model = nn.Sequential(nn.BatchNorm2d(2), nn.BatchNorm2d(2))
    parts = [two_snapshots(model, normal(4, 2, 3, 3, seed=i) + i) for i in range(3)]
    merged = reduce(merge, parts)
    for name, layer in merged.items():
        for variable in ("running_mean", "running_var", "weight", "bias"):
            assert layer[variable].identical(parts[0][name][variable])
        assert not layer.running_mean.equals(parts[1][name].running_mean)


def test_a_layer_that_one_has_called_later(normal):
    """It has no rows from before its first pass: those are the other's."""
    model = nn.Sequential(nn.BatchNorm1d(2), nn.BatchNorm1d(2))
    late = two_snapshots(model, normal(6, 2))
    with record(model, ["0", "1"], bins=8) as recorder:
        for label in ("first", "second"):
            model(normal(5, 2, seed=1))
            recorder.snapshot(label)
    early = recorder.recording
    assert late["1"].sizes["snapshot"] == 1
    merged = [merge(late, early)["1"], merge(early, late)["1"]]
    for each, last in zip(merged, (late, early), strict=True):
        assert each.snapshot.values.tolist() == ["first", "second"]
        assert each.n.sel(side="input", channel=0).values.tolist() == [5, 11]
        first, second = each.isel(snapshot=0), each.isel(snapshot=1)
        assert first.identical(early["1"].isel(snapshot=0).assign_attrs(each.attrs))
        mine = last["1"].sel(snapshot="second")
        assert second.running_mean.identical(mine.running_mean)
    assert merged[0].counts.dtype == np.int64


def test_sides_with_unlike_numbers_of_channels(of, normal):
    linear, x = nn.Linear(5, 2), normal(40, 5)
    parts = [of(part, module=linear) for part in x.split(15)]
    merged = reduce(merge, parts)[""]
    assert merged.n.isel(snapshot=0).values.tolist() == [[40] * 5, [40, 40, 0, 0, 0]]
    assert merged["mean"].sel(side="output")[0, 2:].isnull().all()
    np.testing.assert_allclose(
        merged["mean"].sel(side="input")[0], x.mean(0), rtol=1e-6, atol=1e-7
    )


def test_of_gradients(normal):
    """Among them zeros, which have no logarithm, and a row without any."""
    model = nn.Sequential(nn.Linear(3, 2), nn.ReLU())
    batches = normal(30, 3).split((7, 3, 20))

    def gradients(*passes):
        with record(model, nn.ReLU, grads=True, exact=True) as recorder:
            for x in passes:
                model(x).square().sum().backward()
            recorder.snapshot("all")
            recorder.snapshot("none")
        return recorder.gradients

    merged = reduce(merge, (gradients(x) for x in batches))["1"]
    whole = gradients(*batches)["1"]
    exact = [v for v in whole.variables if v not in ("mean", "var", "rms")]
    assert merged[exact].identical(whole[exact])
    for name in ("mean", "var", "rms"):
        np.testing.assert_allclose(merged[name], whole[name], rtol=1e-9)
        assert merged[name].isnull().any("channel").values[:, 0].tolist() == [0, 1]
    assert (whole.finite < whole.n)[0].any()


def test_merged_it_is_saved_and_merged_again(of, normal, tmp_path):
    merged = merge(of(normal(8, 2)), of(normal(9, 2)))
    merged.save(tmp_path / "both.nc")
    loaded = load(tmp_path / "both.nc")
    same(loaded, merged)
    same(merge(loaded, of(normal(4, 2))), merge(merged, of(normal(4, 2))))


def test_what_is_merged_stays_as_it_was(of, normal):
    a, b = of(normal(8, 2)), of(normal(9, 2))
    before = [each[""].copy(deep=True) for each in (a, b)]
    merge(a, b)
    assert all(
        each[""].identical(was) for each, was in zip((a, b), before, strict=True)
    )


@pytest.mark.parametrize(
    ("settings", "name", "one", "other"),
    [
        ({"bins": 9}, "bins", "'8 from -6.0 to 6.0'", "'9 from .*'"),
        ({"range": (-6, 5)}, "bins", "'8 from -6.0 to 6.0'", "'8 from .*'"),
        ({"exact": False}, "exact", "1", "0"),
        ({"every": 2}, "every", "1", "2"),
        ({"mode": "any"}, "mode", "'train'", "'any'"),
        ({"trace": False}, "variables", ".*'batch_mean'.*", ".*"),
        ({"module": nn.ReLU()}, "module", "'Identity'", "'ReLU'"),
        ({"channel_axis": -1}, "number of channels", "2", "3"),
    ],
)
def test_other_settings_are_refused(of, normal, settings, name, one, other):
    x = normal(4, 2, 3)
    pairs = itertools.permutations([(of(x), one), (of(x, **settings), other)])
    for (a, mine), (b, theirs) in pairs:
        message = (
            f"^merge: layer '': expected the same {name} in both, got {mine} "
            f"and {theirs}; record one model with the same settings"
        )
        with pytest.raises(ValueError, match=message):
            merge(a, b)


def test_settings_of_the_layer_itself(of, normal):
    layers = [nn.BatchNorm1d(2, momentum=m) for m in (0.1, 0.2, None)]
    a, b, c = (of(normal(8, 2), module=layer) for layer in layers)
    with pytest.raises(ValueError, match=r"same momentum in both, got 0\.1 and 0\.2;"):
        merge(a, b)
    with pytest.raises(ValueError, match=r"same momentum in both, got None and 0\.2;"):
        merge(c, b)


def test_other_layers_are_refused(normal):
    model = nn.Sequential(nn.BatchNorm1d(2), nn.BatchNorm1d(2))
    parts = [two_snapshots(model, normal(4, 2), n) for n in (["0", "1"], ["1"])]
    message = r"^merge: .* same layers, got \['0'\] only in the first and \[\] only in"
    with pytest.raises(ValueError, match=message):
        merge(*parts)


@pytest.mark.parametrize("labels", [[1], [2], [2, 1], [1, 2, 3], [0, 1, 2], ["1", "2"]])
def test_other_snapshots_are_refused(bn, normal, labels):
    parts = []
    for wanted in ([1, 2], labels):
        with record(bn, "") as recorder:
            for label in wanted:
                bn(normal(8, 2))
                recorder.snapshot(label)
        parts.append(recorder.recording)
    message = r"^merge: expected the same snapshots in both, got \[1, 2\] and \["
    with pytest.raises(ValueError, match=message):
        merge(*parts)


@pytest.mark.parametrize("name", ["weight", "bias"])
def test_other_weights_are_refused(bn, of, normal, name):
    a = of(normal(8, 2), module=bn)
    with torch.no_grad():
        getattr(bn, name)[1] = 5
    message = f"^merge: layer '': expected the same {name} .* in 1 of 2 channels;"
    with pytest.raises(ValueError, match=message):
        merge(a, of(normal(8, 2), module=bn))


def test_from_hooks_itself():
    assert hooks.merge is merge

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import hooks
from hooks import cdf, observer, record
from hooks.observer import Observer, Settings, Side

TAILS = ("below", "above", "nan", "inf")


def same_input_and_output(layer):
    return (
        layer.sel(side="input")
        .drop_vars("side")
        .identical(layer.sel(side="output").drop_vars("side"))
    )


@given(
    st.lists(st.floats(width=32), min_size=4, max_size=60),
    st.lists(st.integers(0, 30), max_size=4),
)
def test_counts_add_up_and_do_not_depend_on_the_split(values, cuts):
    x = torch.tensor(values[: len(values) // 2 * 2]).view(-1, 2)
    sides = Side(2, x.device, Settings(exact=True)), Side(2, x.device, Settings())
    for side in sides:
        for turn, batch in enumerate(x.tensor_split(sorted(cuts))):
            side.count(batch[..., None], turn)
        row = side.row()
        total = row["counts"].sum(1) + sum(row[tail] for tail in TAILS)
        assert total.tolist() == row["binned"].tolist() == row["n"].tolist()
        assert row["n"].tolist() == [len(x)] * 2
    # So small a batch is not sampled.
    assert (sides[0].histogram.slots == sides[1].histogram.slots).all()


def test_samples_wait_to_be_counted_together(normal, monkeypatch):
    monkeypatch.setattr(observer, "TOGETHER", 100)
    side = Side(2, torch.device("cpu"), Settings())
    waiting = []
    for turn in range(6):
        side.count(normal(5, 2, 4), turn)
        waiting.append(side.waiting)
    assert waiting == [40, 80, 0, 40, 80, 0]
    assert side.histogram.slots.sum() == 6 * 40


def test_waiting_samples_hold_no_activations(normal):
    side = Side(2, torch.device("cpu"), Settings())
    x = normal(512, 2, 256)
    side.count(x, 0)
    kept = side.samples[0]
    assert kept.untyped_storage().nbytes() == kept.numel() * 4 < x.numel()
    x.fill_(torch.nan)
    assert side.row()["nan"].tolist() == [0, 0]


LAYOUTS = [torch.contiguous_format, torch.channels_last]


@pytest.mark.parametrize("form", LAYOUTS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("mean", "scale"), [(0, 1), (1e4, 1), (-3, 0.01), (0, 100)])
def test_exact_mode_is_numpy(watch, agree, expected, normal, form, dtype, mean, scale):
    ends = (mean - 4 * scale, mean + 4 * scale)
    x = (normal(24, 3, 12, 12) * scale + mean).to(dtype).contiguous(memory_format=form)
    layer = watch(nn.Identity(), *x.split(7), exact=True, range=ends)
    agree(layer, "input", expected(x, range=ends), rtol=2e-6)
    assert same_input_and_output(layer)
    assert layer.attrs["cdf_error"] == 0


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_short_floats_are_read_as_they_are(watch, agree, expected, normal, dtype):
    x = normal(24, 3, 12, 12).to(dtype)
    layer = watch(nn.Identity(), *x.split(7), exact=True)
    agree(layer, "input", expected(x), rtol=1e-6)


def test_whole_numbers_too(watch, agree, expected):
    x = torch.arange(24).view(4, 3, 2)
    layer = watch(nn.Identity(), x, exact=True, range=(0, 20))
    agree(layer, "input", expected(x, range=(0, 20)))


NORMS = [
    (nn.BatchNorm2d(3), (30, 3, 12, 12)),
    (nn.BatchNorm1d(3), (600, 3)),
    (nn.BatchNorm1d(3), (60, 3, 11)),
    (nn.BatchNorm3d(3), (12, 3, 3, 4, 5)),
    (nn.BatchNorm2d(3, affine=False), (30, 3, 12, 12)),
    (nn.BatchNorm2d(3, track_running_stats=False), (30, 3, 12, 12)),
    (nn.BatchNorm2d(3, momentum=None), (30, 3, 12, 12)),
]


@pytest.mark.parametrize(("module", "shape"), NORMS)
@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("mean", [0, 1e4])
@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_in_both_modes(
    watch, agree, expected, normal, module, shape, exact, mean, training
):
    module.train(training)
    x = (normal(*shape) + mean).requires_grad_()
    parts = x.split(shape[0] // 3)
    layer = watch(module, *parts, exact=exact, range=(mean - 5, mean + 5))
    running = {n: b.clone() for n, b in module.named_buffers()}
    with torch.no_grad():
        output = torch.cat([module(part) for part in parts])
    module.load_state_dict(running, strict=False)
    truth = expected(x, range=(mean - 5, mean + 5)), expected(output)
    for side, each in zip(("input", "output"), truth, strict=True):
        if not exact:
            compared = {name: each[name] for name in ("n", "mean", "var")}
        elif side == "output":
            compared = {n: v for n, v in each.items() if n in ("n", "mean", "var")}
        else:
            compared = each
        agree(layer, side, compared, rtol=1e-5)


def test_default_and_exact_see_the_same(watch, normal):
    """Both modes over the same passes, with an optimizer's steps in between."""
    x = normal(96, 4, 16, 16) * 2 + 1
    layers = []
    for exact in (False, True):
        module = nn.BatchNorm2d(4)
        passes = []
        with record(module, nn.BatchNorm2d, exact=exact) as seen:
            for batch in x.split(16):
                passes.append(module(batch).sum())
                with torch.no_grad():
                    module.weight.mul_(1.5)
                    module.bias.add_(0.5)
        layers.append(seen.recording[""])
    default, whole = layers
    np.testing.assert_allclose(default["mean"], whole["mean"], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(default["var"], whole["var"], rtol=1e-5)
    assert default.n.equals(whole.n)
    assert (whole.binned == whole.n).all()
    assert (default.binned < default.n).all()


@pytest.mark.parametrize("shape", [(64, 2, 32, 32), (128, 2, 7, 7), (5000, 2)])
def test_sampled_shares_are_within_the_stated_error(watch, normal, shape):
    batches = [normal(*shape, seed=seed) for seed in range(8)]
    sampled = watch(nn.Identity(), *batches)
    whole = watch(nn.Identity(), *batches, exact=True)
    error = sampled.attrs["cdf_error"]
    assert 0 < error < 0.03
    assert abs(cdf(sampled) - cdf(whole)).max() <= 1.5 * error
    fewest = int(sampled.binned.min())
    assert error == pytest.approx(np.sqrt(np.log(2 / 0.05) / (2 * fewest)))
    np.testing.assert_allclose(sampled["mean"], whole["mean"], atol=1e-6)
    np.testing.assert_allclose(sampled["var"], whole["var"], rtol=1e-6)


def test_where_all_values_were_counted_no_error_is_stated(watch, normal):
    layer = watch(nn.Identity(), normal(6, 2, 4, 4))
    assert (layer.binned == layer.n).all()
    assert layer.attrs["cdf_error"] == 0


@pytest.mark.parametrize("exact", [True, False])
def test_values_that_are_not_finite_are_counted_apart(
    watch, agree, expected, normal, exact
):
    x = normal(6, 3, 4, 4)
    x[0, 0, 0, 0], x[1, 0, 0, 0], x[2, 1, 1, 1] = torch.nan, torch.inf, -torch.inf
    x[:, 2] = torch.nan
    agree(watch(nn.Identity(), *x.split(2), exact=exact), "input", expected(x), 1e-9)
    layer = watch(nn.BatchNorm2d(3), *x.split(2), exact=exact)
    agree(layer, "input", expected(x), 1e-9)
    assert layer["mean"].sel(side="output", channel=2).isnull().all()
    assert (layer["nan"].sel(side="output") > 0).all()


@pytest.mark.parametrize("exact", [True, False])
def test_a_constant_channel(watch, exact):
    x = torch.full((6, 1, 4, 4), 0.5)
    for module in (nn.Identity(), nn.BatchNorm2d(1)):
        layer = watch(module, x, exact=exact).sel(side="input").squeeze()
        assert layer["mean"].item() == pytest.approx(0.5)
        assert 0 <= layer["var"].item() < 1e-10
        assert layer.counts[(layer.bin_edges <= 0.5).sum().item() - 1].item() == 96


@pytest.mark.parametrize("exact", [True, False])
def test_an_empty_batch_adds_nothing(watch, normal, exact):
    x = normal(4, 2, 3, 3)
    layer = watch(nn.ReLU(), x[:0], x, x[:0], exact=exact)
    assert layer.identical(watch(nn.ReLU(), x, exact=exact))
    empty = watch(nn.ReLU(), x[:0], exact=exact)
    assert empty.n.sum() == 0
    assert empty["mean"].isnull().all()
    assert empty["var"].isnull().all()


def test_a_layer_with_fewer_channels_on_one_side(watch, agree, expected, normal):
    x = normal(40, 5)
    for module in (nn.Linear(5, 3), nn.Linear(5, 7)):
        layer = watch(module, x, exact=True)
        widths = {"input": 5, "output": module.out_features}
        assert layer.sizes["channel"] == max(widths.values())
        outputs = {"input": x, "output": module(x)}
        for side, width in widths.items():
            real = layer.isel(channel=slice(width))
            agree(real, side, expected(outputs[side]), rtol=1e-9)
            filled = layer.sel(side=side).isel(channel=slice(width, None))
            assert (filled.n == 0).all()
            assert filled["mean"].isnull().all()
            assert filled["counts"].sum() == 0
        bias = layer.bias.values[0]
        assert bias[: module.out_features].tolist() == module.bias.tolist()
        assert np.isnan(bias[module.out_features :]).all()
        assert layer.weight.isnull().all()  # a matrix


@pytest.mark.parametrize(
    ("module", "shape", "axis"),
    [
        (nn.Linear(6, 6), (4, 5, 6), -1),
        (nn.LayerNorm(6), (4, 5, 6), -1),
        (nn.Conv2d(6, 6, 1), (4, 6, 3, 3), 1),
        (nn.GroupNorm(2, 6), (4, 6, 3, 3), 1),
        (nn.ReLU(), (4, 6, 3), 1),
        (nn.ReLU(), (4, 6), 1),
    ],
)
def test_any_layer(watch, agree, expected, normal, module, shape, axis):
    x = normal(*shape)
    layer = watch(module, x, exact=True)
    agree(layer, "input", expected(x, axis), rtol=1e-7)
    agree(layer, "output", expected(module(x), axis), rtol=1e-7)


def test_the_axis_of_the_channels_can_be_said(watch, agree, expected, normal):
    x = normal(4, 5, 6)
    layer = watch(nn.ReLU(), x, exact=True, channel_axis=-1)
    agree(layer, "input", expected(x, -1), rtol=1e-9)


@pytest.mark.parametrize("shape", [(6, 3, 4, 4), (1, 3, 4, 4), (6, 1, 4, 4)])
def test_the_input_of_an_in_place_layer(watch, agree, expected, normal, shape):
    for exact in (True, False):
        x = normal(*shape)
        before = x.clone()
        layer = watch(nn.ReLU(inplace=True), x, exact=exact)
        agree(layer, "input", expected(before), rtol=1e-7)
        agree(layer, "output", expected(before.relu()), rtol=1e-7)


def test_inputs_that_do_not_lie_in_one_piece(watch, agree, expected, normal):
    for x in (normal(3, 40).t(), normal(4, 6, 10)[:, ::2], normal(40, 6)[:, ::2]):
        layer = watch(nn.ReLU(), x, exact=True)
        agree(layer, "input", expected(x), rtol=1e-9)
        agree(watch(nn.ReLU(), x), "input", expected(x), rtol=1e-9)


def test_a_subclass_that_changes_its_input_first(watch, agree, expected, normal):
    class Doubled(nn.BatchNorm1d):
        def forward(self, x):
            return super().forward(2 * x + 1)

    x = normal(50, 3)
    agree(watch(Doubled(3), x), "input", expected(x), rtol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_a_model_of_another_type(watch, agree, expected, normal, dtype):
    module = nn.BatchNorm2d(3).to(dtype)
    x = normal(8, 3, 6, 6).to(dtype)
    layer = watch(module, x)
    agree(layer, "input", expected(x), rtol=1e-6)
    agree(layer, "output", expected(module(x)), rtol=1e-6)
    assert layer.weight.values.tolist() == [[1, 1, 1]]


@pytest.mark.parametrize("exact", [True, False])
def test_under_autocast(watch, agree, expected, normal, exact):
    module = nn.Sequential(nn.Linear(5, 3), nn.BatchNorm1d(3))
    with (
        torch.autocast("cpu", torch.bfloat16),
        hooks.capture(module, "1") as seen,
        hooks.record(module, "1", exact=exact) as recorder,
    ):
        module(normal(40, 5))
    agree(recorder.recording["1"], "input", expected(seen["1"].input), rtol=1e-5)


@pytest.mark.parametrize("first", [torch.inference_mode, torch.no_grad])
def test_with_and_without_a_gradient_in_turns(agree, expected, normal, first):
    x = normal(12, 3, 4)
    for exact in (True, False):
        module = nn.BatchNorm1d(3).eval()
        with record(module, nn.BatchNorm1d, exact=exact, trace=True) as recorder:
            with first():
                module(x[:4])
            module(x[4:8])
            with first():
                module(x[8:])
        agree(recorder.recording[""], "input", expected(x), rtol=1e-6)


def test_reading_and_looking_in_turns_keeps_the_order(normal, expected):
    batches = [normal(16, 2, seed=seed) * (seed + 1) for seed in range(5)]
    batches[2][0, 0] = torch.nan
    module = nn.BatchNorm1d(2)
    with record(module, nn.BatchNorm1d, trace=True) as recorder:
        for batch in batches:
            module(batch)
    seen = recorder.recording[""]["batch_var"].sel(side="input").values
    wanted = [expected(batch)["var"] for batch in batches]
    np.testing.assert_allclose(seen, wanted, rtol=1e-5)


def test_statistics_that_wait_are_merged_now_and_then(normal, monkeypatch):
    monkeypatch.setattr(observer, "PASSES", 3)
    module = nn.BatchNorm1d(2)
    watched = Observer("", module, Settings())
    waiting = []
    for seed in range(7):
        x = normal(16, 2, seed=seed)
        watched.before((x,))
        watched.after((x,), module(x))
        waiting.append(len(watched._kept))
    assert waiting == [1, 2, 0, 1, 2, 0, 1]
    watched.settle()
    assert watched.sides["input"].moments.n.tolist() == [112, 112]


def test_another_number_of_channels_is_an_error(watch):
    with pytest.raises(
        ValueError, match=r"layer '': expected 3 .* input, got 4.*_axis"
    ):
        watch(nn.ReLU(), torch.zeros(2, 3), torch.zeros(2, 4))


def test_no_such_axis_is_an_error(watch):
    with pytest.raises(ValueError, match=r"channel axis 3, got shape \(2, 3\)"):
        watch(nn.ReLU(), torch.zeros(2, 3), channel_axis=3)


def test_a_layer_without_a_tensor_is_an_error(watch):
    class Count(nn.Module):
        def forward(self, x):
            return len(x)

    with pytest.raises(TypeError, match=r"layer '' \(Count\) has no tensor as output"):
        watch(Count(), torch.zeros(2, 3))


def test_a_layer_that_calls_itself(watch):
    class Again(nn.Module):
        def forward(self, x, times=1):
            return self(x + 1, times - 1) * 10 if times else x

    layer = watch(Again(), torch.zeros(4, 1), trace=True)
    # The inner call ends first.
    assert layer.batch_mean.sel(side="input").values.ravel().tolist() == [1, 0]
    assert layer.batch_mean.sel(side="output").values.ravel().tolist() == [1, 10]

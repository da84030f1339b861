from itertools import groupby

import numpy as np
import pytest
import torch
import xarray as xr
from torch import nn

from hooks import observer, passes, record
from hooks.observer import Observer
from hooks.side import Settings


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


def test_a_convolution_of_one_image_without_a_batch(watch, normal):
    module, x = nn.Conv2d(3, 5, 3), normal(3, 8, 8)
    alone, batch = (watch(module, each, exact=True) for each in (x, x[None]))
    assert alone.sizes["channel"] == 5
    xr.testing.assert_allclose(alone, batch)


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


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("module", [nn.BatchNorm1d(2), nn.ReLU()])
def test_what_waits_is_merged_now_and_then(normal, monkeypatch, module, exact):
    for each in (observer, passes):
        monkeypatch.setattr(each, "PASSES", 3)
    watched = Observer("", module, Settings(exact=exact))
    merged = []
    for seed in range(7):
        x = normal(16, 2, seed=seed)
        if watched.watches_before:
            watched.before((x,))
        watched.after((x,), module(x))
        sides = watched.sides.values()
        merged.append([side.moments.n[0].item() / 16 for side in sides])
    assert [m for m, _ in groupby(filter(any, merged))] == [[3, 3], [6, 6]]
    watched.settle()
    assert watched.sides["input"].moments.n.tolist() == [112, 112]


@pytest.mark.parametrize("exact", [False, True])
def test_what_is_read_and_what_is_measured_stay_in_order(normal, expected, exact):
    """In evaluation mode there is nothing to read."""
    module = nn.BatchNorm1d(2)
    batches = [normal(16, 2, seed=seed) for seed in range(6)]
    with record(module, "", exact=exact, trace=True, mode="any") as recorder:
        for number, batch in enumerate(batches):
            module.train(number % 3 > 0)
            module(batch)
    seen = recorder.recording[""]["batch_mean"].sel(side="input").values
    wanted = [expected(batch)["mean"] for batch in batches]
    np.testing.assert_allclose(seen, wanted, atol=1e-6)


@pytest.mark.parametrize("module", [nn.BatchNorm2d(3), nn.ReLU()])
def test_of_large_batches_every_third_is_sampled(normal, module):
    """The first of each snapshot among them; the moments are of all."""
    x = normal(32, 3, 8, 8)
    with record(module, "") as recorder:
        for passes in (1, 3, 4):
            for _ in range(passes):
                module(x)
            recorder.snapshot(passes)
    layer = recorder.recording[""]
    assert layer.n[:, :, 0].values.T.tolist() == [[2048, 3 * 2048, 4 * 2048]] * 2
    one, three, four = layer.binned[:, :, 0].values.tolist()
    assert one[0] == one[1] == pytest.approx(256, rel=0.5)
    assert three == pytest.approx(one, rel=0.2)
    assert four[0] == pytest.approx(2 * one[0], rel=0.5)


@pytest.mark.parametrize("exact", [False, True])
def test_the_axis_that_is_asked_for_counts_for_batch_norm_too(
    watch, agree, expected, normal, exact
):
    x = normal(40, 3, 5)
    layer = watch(nn.BatchNorm1d(3), x, exact=exact, channel_axis=-1)
    assert layer.sizes["channel"] == 5
    agree(layer, "input", expected(x.transpose(1, 2)), rtol=1e-6)


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


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_an_output_that_is_worked_out_is_the_one_that_was_made(dtype, normal):
    """So few values are not sampled: both ways count all of them."""
    module = nn.BatchNorm2d(3).to(torch.float64 if dtype.itemsize > 4 else None)
    with torch.no_grad():
        module.weight.copy_(torch.tensor([2.0, -1.0, 0.1]))
        module.bias.copy_(torch.tensor([0.0, 1.0, -3.0]))
    x = normal(10, 3, 4, 5).to(dtype).contiguous(memory_format=torch.channels_last)
    counts = []
    for exact in (False, True):
        with record(module, "", exact=exact, bins=12) as recorder:
            module(x)
        counts.append(recorder.recording[""].counts.values)
    assert counts[0].sum() == 2 * 3 * 200
    assert (counts[0] == counts[1]).all()

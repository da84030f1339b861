"""What is recorded of a layer, exactly and by default, against NumPy."""

import numpy as np
import pytest
import torch
from torch import nn

import hooks
from hooks import cdf, record


def same_input_and_output(layer):
    return (
        layer.sel(side="input")
        .drop_vars("side")
        .identical(layer.sel(side="output").drop_vars("side"))
    )


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
    assert 0 < error < 0.055
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

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm
from torch.utils.checkpoint import checkpoint

from hooks import record
from hooks.batchnorm import batch_statistics, exact_moments, is_plain


class Doubled(nn.BatchNorm1d):
    def forward(self, x):
        return super().forward(2 * x)


class Tuned(nn.BatchNorm1d):
    pass


@pytest.mark.parametrize("deviation", [1, 10, 0.01, 0.002, 0])
def test_where_all_digits_count_a_small_variance_is_not_read(
    deviation, normal, expected
):
    """Of 1/√(variance + 1e-5) float32 keeps seven digits, most of them of the eps."""
    module = nn.BatchNorm1d(2)
    x = normal(50, 2) * torch.tensor([1.0, deviation])
    read = batch_statistics(module, module(x), exact=True)
    assert batch_statistics(module, module(x)) is not None
    assert (read is None) == (deviation < 0.003)
    if read is not None:
        truth = expected(x)
        for name, each in zip(("n", "mean", "m2"), exact_moments(read)[0], strict=True):
            wanted = truth["var"] * truth["n"] if name == "m2" else truth[name]
            np.testing.assert_allclose(each, wanted, rtol=2e-6, atol=1e-8)


def test_nothing_was_kept_in_evaluation_mode_or_without_a_gradient(normal):
    x = normal(8, 2)
    module = nn.BatchNorm1d(2)
    assert batch_statistics(module.eval(), module(x)) is None
    module.train()
    with torch.no_grad():
        assert batch_statistics(module, module(x)) is None
    with torch.inference_mode():
        assert batch_statistics(module, module(x)) is None
    module.requires_grad_(False)
    assert batch_statistics(module, module(x)) is None


def test_a_mean_far_from_zero_has_cost_the_layer_digits(normal):
    module = nn.BatchNorm2d(2)
    x = normal(8, 2, 5, 5) + torch.tensor([0, 1e3]).view(2, 1, 1)
    assert batch_statistics(module, module(x)) is None


def test_a_variance_that_float32_cannot_hold():
    module = nn.BatchNorm1d(1)
    x = torch.tensor([[-3e38], [3e38], [-3e38], [3e38]])
    assert batch_statistics(module, module(x)) is None


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_batch_with_values_that_are_not_finite_must_be_looked_at(bad, normal):
    x = normal(8, 2)
    x[0, 0] = bad
    module = nn.BatchNorm1d(2)
    assert batch_statistics(module, module(x)) is None


def test_another_functions_output_says_nothing(normal):
    module = nn.BatchNorm1d(2)
    assert batch_statistics(module, module(normal(8, 2)) + 1) is None
    assert batch_statistics(module, normal(8, 2)) is None
    assert batch_statistics(nn.Tanh(), module(normal(8, 2))) is None
    other = nn.BatchNorm1d(3)
    assert batch_statistics(module, other(normal(8, 3))) is None


def test_nobodys_hooks_on_saved_tensors_are_run(normal):
    unpacked = []

    def unpack(tensor):
        unpacked.append(tensor)
        return tensor

    module = nn.BatchNorm1d(2)
    with torch.autograd.graph.saved_tensors_hooks(lambda tensor: tensor, unpack):
        output = module(normal(8, 2))
    assert batch_statistics(module, output) is None
    assert unpacked == []


def test_a_checkpoint_is_not_run_again(normal):
    module = nn.BatchNorm1d(2)
    statistics = []

    def forward(x):
        y = module(x)
        statistics.append(batch_statistics(module, y))
        return y

    checkpoint(forward, normal(8, 2), use_reentrant=False)
    assert statistics == [None]
    assert module.num_batches_tracked == 1


def test_layers_that_do_something_else_are_not_taken_for_batch_norm():
    patched = nn.BatchNorm1d(2)
    patched.forward = lambda x: x
    assert not is_plain(patched)
    assert not is_plain(Doubled(2))
    assert not is_plain(weight_norm(nn.BatchNorm1d(2), dim=None))
    assert not is_plain(nn.GroupNorm(1, 2))
    assert not is_plain(nn.InstanceNorm1d(2))
    kinds = nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, Tuned
    assert all(is_plain(kind(2)) for kind in kinds)


@pytest.mark.parametrize(
    ("weight", "bias", "known"),
    [
        (2.0, 3.0, True),
        (-0.5, 0.0, True),
        (0.01, 1e3, False),  # float32 rounds the output to steps of its own size
        (0.0, 0.0, False),
        (float("inf"), 0.0, False),
        (float("nan"), 0.0, False),
        (1.0, float("nan"), False),
        (1e38, 0.0, False),
    ],
)
def test_an_output_that_rounding_has_spoilt_is_measured(
    weight, bias, known, normal, expected
):
    module, x = nn.BatchNorm1d(2), normal(50, 2) + 1
    with torch.no_grad():
        module.weight[1], module.bias[1] = weight, bias
    made = module(x)
    read = exact_moments(batch_statistics(module, made, exact=True))[1]
    assert (read is not None) == known
    if known:
        truth = expected(made.detach())
        wanted = truth["n"], truth["mean"], truth["var"] * truth["n"]
        for each, exactly in zip(read, wanted, strict=True):
            np.testing.assert_allclose(each, exactly, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("weight", [0.0, float("inf"), float("nan"), 3e38])
def test_an_exact_recording_of_what_such_a_layer_makes(weight, normal):
    module, x = nn.BatchNorm1d(2), normal(50, 2)
    with torch.no_grad():
        module.weight[1] = weight
    with record(module, "", exact=True) as recorder:
        made = module(x).detach()
    layer = recorder.recording[""].isel(snapshot=0).sel(side="output")
    assert layer.binned.values.tolist() == [50, 50]
    assert layer.finite.values.tolist() == torch.isfinite(made).sum(0).tolist()
    for tail, found in (("nan", made.isnan()), ("inf", made.isinf())):
        assert layer[tail].values.tolist() == found.sum(0).tolist()


@pytest.mark.parametrize("exact", [False, True])
def test_a_layer_without_a_shift(exact, normal, expected):
    module, x = nn.BatchNorm1d(2), normal(50, 2)
    module.register_parameter("bias", None)
    net = nn.Sequential(module)
    with record(net, "0", exact=exact) as recorder:
        made = net(x).detach()
    layer = recorder.recording["0"].isel(snapshot=0).sel(side="output")
    np.testing.assert_allclose(layer["mean"], 0, atol=1e-6)
    np.testing.assert_allclose(layer["var"], expected(made)["var"], rtol=1e-5)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("value", [0.0, 5.0, float("nan")])
def test_what_a_hook_has_written_into_the_output_is_measured(
    value, exact, normal, expected
):
    def write(module, args, output):
        with torch.no_grad():
            output[0, 1] = value

    net, x = nn.Sequential(nn.BatchNorm1d(2)), normal(50, 2)
    net[0].register_forward_hook(write)
    with record(net, "0", exact=exact) as recorder:
        made = net(x).detach()
    layer = recorder.recording["0"].isel(snapshot=0).sel(side="output")
    truth = expected(made)
    assert layer.nan.values.tolist() == made.isnan().sum(0).tolist()
    np.testing.assert_allclose(layer["mean"], truth["mean"], atol=1e-6)
    np.testing.assert_allclose(layer["var"], truth["var"], rtol=1e-5)

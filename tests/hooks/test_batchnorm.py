import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from hooks.batchnorm import (
    PASSES,
    KeptStatistics,
    batch_statistics,
    input_moments,
    is_plain,
)


class Doubled(nn.BatchNorm1d):
    def forward(self, x):
        return super().forward(2 * x)


class Tuned(nn.BatchNorm1d):
    pass


def parameters(module):
    with torch.no_grad():
        if module.affine:
            module.weight.copy_(torch.linspace(-1, 2, module.num_features))
            module.bias.copy_(torch.linspace(3, -1, module.num_features))
    return module


LAYERS = [
    (nn.BatchNorm2d(3), (8, 3, 5, 5)),
    (nn.BatchNorm1d(3), (64, 3)),
    (nn.BatchNorm1d(3), (16, 3, 7)),
    (nn.BatchNorm3d(3), (4, 3, 2, 3, 4)),
    (nn.BatchNorm2d(3, affine=False), (8, 3, 5, 5)),
    (nn.BatchNorm2d(3, track_running_stats=False), (8, 3, 5, 5)),
    (nn.BatchNorm2d(3, momentum=None), (8, 3, 5, 5)),
    (nn.BatchNorm2d(3, eps=0.1), (8, 3, 5, 5)),
    (Tuned(3), (64, 3)),
]


def read(module, *outputs):
    """The moments of input and output, (P, C) each, as read from P outputs."""
    statistics = [batch_statistics(module, output) for output in outputs]
    kept = KeptStatistics(statistics[0])
    for each in statistics:
        kept.add(each)
    return kept.take()


@pytest.mark.parametrize(("module", "shape"), LAYERS)
@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (1, 20), (0.1, 1), (100, -5)])
def test_the_moments_are_those_of_input_and_output(
    module, shape, scale, shift, normal, expected
):
    parameters(module)
    x = (normal(*shape) * scale + shift).requires_grad_()
    y = module(x)
    for moments, tensor in zip(read(module, y), (x, y), strict=True):
        ((n, mean, m2),) = zip(*moments, strict=True)
        truth = expected(tensor)
        assert n.tolist() == truth["n"].tolist()
        deviation = np.sqrt(truth["var"])
        error = np.abs(mean.numpy() - truth["mean"])
        assert (error <= 1e-5 * np.maximum(np.abs(truth["mean"]), deviation)).all()
        np.testing.assert_allclose((m2 / n).numpy(), truth["var"], 1e-5, atol=1e-9)


@pytest.mark.parametrize("form", [torch.contiguous_format, torch.channels_last])
def test_whatever_the_layout_in_memory(form, normal, expected):
    module = nn.BatchNorm2d(3)
    x = normal(8, 3, 5, 5).contiguous(memory_format=form)
    (n, mean, m2), _ = read(module, module(x))
    truth = expected(x)
    np.testing.assert_allclose(mean.numpy(), truth["mean"][None], rtol=1e-5)
    np.testing.assert_allclose((m2 / n).numpy(), truth["var"][None], rtol=1e-5)


def test_a_constant_channel_has_next_to_no_variance():
    module = nn.BatchNorm1d(2)
    given, returned = read(module, module(torch.full((8, 2), 0.0625)))
    assert (given[2] / given[0]).max() < 1e-10
    assert (returned[2] / returned[0]).max() < 1e-5
    assert given[1].tolist() == [[0.0625, 0.0625]]


def test_the_parameters_are_those_of_the_pass_not_of_the_step_after_it(normal):
    module = nn.BatchNorm1d(2)
    kept = KeptStatistics(batch_statistics(module, module(torch.eye(2))))
    kept.add(batch_statistics(module, module(normal(8, 2))))
    with torch.no_grad():
        module.bias.fill_(9)
        module.weight.fill_(9)
    _, (n, mean, m2) = kept.take()
    assert mean.tolist() == [[0, 0]]
    assert (m2 / n).numpy() == pytest.approx(1, rel=1e-3)


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
        for name, each in zip(("n", "mean", "m2"), input_moments(read), strict=True):
            wanted = truth["var"] * truth["n"] if name == "m2" else truth[name]
            np.testing.assert_allclose(each, wanted, rtol=2e-6, atol=1e-8)


def test_passes_of_several_sizes_wait_together(normal, expected):
    module = nn.BatchNorm1d(2)
    batches = [normal(size, 2) for size in (4, 9)]
    kept = KeptStatistics(batch_statistics(module, module(torch.eye(2))))
    for again in range(2):
        for x in batches:
            kept.add(batch_statistics(module, module(x + again)))
        assert len(kept) == 2 <= PASSES
        (n, mean, _), _ = kept.take()
        assert len(kept) == 0
        assert n.tolist() == [[4, 4], [9, 9]]
        truth = [expected(x + again)["mean"] for x in batches]
        np.testing.assert_allclose(mean.numpy(), truth, atol=1e-6)


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
    assert not is_plain(nn.GroupNorm(1, 2))
    assert not is_plain(nn.InstanceNorm1d(2))
    assert all(is_plain(module) for module, _ in LAYERS)

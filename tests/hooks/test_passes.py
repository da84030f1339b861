import numpy as np
import pytest
import torch
from torch import nn

from hooks import passes
from hooks.batchnorm import batch_statistics
from hooks.passes import Passes
from hooks.side import Settings
from hooks.tensors import by_channel


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
]


def keep(module, *batches):
    """What waits of one pass for each batch."""
    kept = None
    for x in batches:
        read = batch_statistics(module, module(x.detach().requires_grad_()))
        kept = Passes(read, Settings()) if kept is None else kept
        assert kept.add(read, by_channel(x))
    return kept


@pytest.mark.parametrize(("module", "shape"), LAYERS)
@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (1, 20), (0.1, 1), (100, -5)])
def test_they_are_those_of_input_and_output(
    module, shape, scale, shift, normal, expected
):
    x = normal(*shape) * scale + shift
    parameters(module)
    passes = keep(module, x)
    samples = passes.samples().tensor_split(2, 1)
    values, both, counts = passes.take()
    tensors = x, module(x).detach()
    assert [side.sum().item() for side in counts] == [values * 3] * 2
    for tensor, moments, sample in zip(tensors, both, samples, strict=True):
        ((n, mean, m2),) = zip(*moments, strict=True)
        truth = expected(tensor)
        assert n.tolist() == truth["n"].tolist() == [values] * 3
        deviation = np.sqrt(truth["var"])
        error = np.abs(mean.numpy() - truth["mean"])
        assert (error <= 1e-5 * np.maximum(np.abs(truth["mean"]), deviation)).all()
        np.testing.assert_allclose((m2 / n).numpy(), truth["var"], 1e-5, atol=1e-9)
        # So few values are all in the sample.
        wanted = by_channel(tensor).transpose(1, 2).reshape(-1, 3)
        np.testing.assert_allclose(sample, wanted, 1e-4, atol=3e-5)


@pytest.mark.parametrize("form", [torch.contiguous_format, torch.channels_last])
def test_whatever_the_layout_in_memory(form, normal, expected):
    x = normal(8, 3, 5, 5).contiguous(memory_format=form)
    _, ((n, mean, m2), _), _ = keep(nn.BatchNorm2d(3), x).take()
    truth = expected(x)
    np.testing.assert_allclose(mean.numpy(), truth["mean"][None], rtol=1e-5)
    np.testing.assert_allclose((m2 / n).numpy(), truth["var"][None], rtol=1e-5)


def test_a_constant_channel_has_next_to_no_variance():
    _, (given, returned), _ = keep(nn.BatchNorm1d(2), torch.full((8, 2), 0.0625)).take()
    assert (given[2] / given[0]).max() < 1e-10
    assert (returned[2] / returned[0]).max() < 1e-5
    assert given[1].tolist() == [[0.0625, 0.0625]]


def test_the_parameters_are_those_of_the_pass_not_of_the_step_after_it(normal):
    module = nn.BatchNorm1d(2)
    passes = keep(module, normal(8, 2))
    with torch.no_grad():
        module.bias.fill_(9)
        module.weight.fill_(9)
    _, made = passes.samples().tensor_split(2, 1)
    _, (_, (n, mean, m2)), _ = passes.take()
    assert mean.tolist() == [[0, 0]]
    assert (m2 / n).numpy() == pytest.approx(1, rel=1e-3)
    assert made.std(0, correction=0).numpy() == pytest.approx(1, rel=1e-3)


def test_passes_of_several_sizes_wait_together(normal, expected):
    module = nn.BatchNorm1d(2)
    batches = [normal(size, 2) for size in (4, 9)]
    passes = keep(module, torch.eye(2))
    passes.take()
    for again in range(2):
        for x in batches:
            shifted = x + again
            read = batch_statistics(module, module(shifted))
            passes.add(read, shifted[..., None])
        assert len(passes) == 2
        _, made = passes.samples().clone().tensor_split(2, 1)
        values, ((n, mean, _), _), _ = passes.take()
        assert len(passes) == 0
        assert values == 13
        assert n.tolist() == [[4, 4], [9, 9]]
        truth = [expected(x + again)["mean"] for x in batches]
        np.testing.assert_allclose(mean.numpy(), truth, atol=1e-6)
        wanted = torch.vstack([module(x + again) for x in batches]).detach()
        np.testing.assert_allclose(made, wanted, atol=1e-5)


def test_full_or_of_another_kind_a_pass_does_not_fit_in(normal, monkeypatch):
    monkeypatch.setattr(passes, "PASSES", 2)
    module, x = nn.BatchNorm1d(2), normal(8, 2)
    read = batch_statistics(module, module(x))
    x = x[..., None]
    waiting = Passes(read, Settings())
    assert [waiting.add(read, x) for _ in range(3)] == [True, True, False]
    waiting.take()
    assert waiting.add(read, x)
    for other in (read._replace(eps=0.1), read._replace(dtype=torch.bfloat16)):
        assert not waiting.add(other, x)
        assert len(waiting) == 1
        waiting.take()
        assert waiting.add(other, x)


def test_an_output_is_rounded_as_the_layer_did(normal):
    module, x = nn.BatchNorm1d(2), normal(8, 2).bfloat16()
    made = module(x)
    read = batch_statistics(module, made)
    assert read.dtype == torch.bfloat16
    passes = Passes(read, Settings())
    assert passes.add(read, by_channel(x))
    _, sample = passes.samples().tensor_split(2, 1)
    assert sample.dtype == torch.float32
    assert torch.equal(sample, sample.bfloat16().float())
    np.testing.assert_allclose(sample, made.detach().float(), rtol=1e-2)


def test_what_an_interrupt_has_left_is_not_taken_for_a_sample(normal):
    module, x = nn.BatchNorm1d(2), normal(8, 2)
    read = batch_statistics(module, module(x))
    passes = Passes(read, Settings())
    passes._samples.add(normal(4, 2, 1, seed=1))  # and then Ctrl-C
    assert passes.add(read, x[..., None])
    given, _ = passes.samples().tensor_split(2, 1)
    assert torch.equal(given, x)

"""Batch norm over two processes; what they do is in birdplane.two_processes."""

import sys

import numpy as np
import pytest
import torch
import torch.distributed as dist
from torch import nn

import birdplane
from birdplane.sync import SumOverProcesses, SyncBatchNorm2d, synchronize
from birdplane.two_processes import differences, refusal, step, whole_batch
from course.torchrun import torchrun

needs_gloo = pytest.mark.skipif(
    sys.platform == "win32" or not dist.is_gloo_available(),
    reason="needs torchrun with gloo",
)


@pytest.fixture(scope="module")
def ranks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ranks")
    torchrun("birdplane.two_processes", [str(folder)])
    return [dict(np.load(folder / f"rank{rank}.npz")) for rank in (0, 1)]


@pytest.fixture(scope="module")
def alone():
    return step(birdplane.ResNet(), *whole_batch())


@pytest.fixture
def group():
    """Be a process group of one."""
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    yield
    dist.destroy_process_group()


@needs_gloo
def test_synchronized_two_processes_are_one(ranks, alone):
    both = np.stack([rank["sync logits"] for rank in ranks], axis=1).reshape(-1, 2)
    np.testing.assert_allclose(both, alone["logits"], atol=1e-5)
    for name, expected in alone.items():
        if name != "logits":
            for rank in ranks:
                found = rank[f"sync {name}"]
                np.testing.assert_allclose(
                    found, expected, atol=1e-4 * abs(expected).max()
                )


@needs_gloo
def test_plain_two_processes_are_not(ranks, alone):
    mine, other = (rank["plain bn1.running_mean"] for rank in ranks)
    assert abs(mine - other).max() > 1e-3
    both = np.stack([rank["plain logits"] for rank in ranks], axis=1).reshape(-1, 2)
    assert abs(both - alone["logits"]).max() > 1e-3
    name = "grad conv1.weight"
    assert np.array_equal(*(rank[f"plain {name}"] for rank in ranks))  # averaged
    assert (
        abs(ranks[0][f"plain {name}"] - alone[name]).max()
        > 1e-3 * abs(alone[name]).max()
    )


def test_differences_are_of_the_worst_process_and_relative(alone):
    parts = [{"logits": alone["logits"][rank::2]} for rank in (0, 1)]
    same = [alone | part for part in parts]
    found = differences(alone, same)
    assert {name: len(gaps) for name, gaps in found.items()} == {
        "gradients": 25,
        "running means": 7,
        "running variances": 7,
        "outputs": 1,
    }
    assert max(map(max, found.values())) == 0
    name = "bn1.running_var"
    other = [same[0], same[1] | {name: 1.5 * alone[name]}]
    found = differences(alone, other)
    assert max(found["running variances"]) == pytest.approx(0.5)
    assert max(found["running means"] + found["gradients"] + found["outputs"]) == 0


@needs_gloo
def test_pytorch_refuses_the_cpu(ranks):
    assert "SyncBatchNorm expected input tensor to be on GPU" in str(
        ranks[0]["refusal"]
    )


def test_alone_nothing_is_refused():
    assert refusal() == ""


@pytest.mark.usefixtures("group")
@pytest.mark.parametrize("momentum", [0.1, None])
@pytest.mark.parametrize("affine", [True, False])
def test_one_process_in_a_group_has_batch_norm(affine, momentum):
    x = 3 + 2 * torch.randn(6, 3, 4, 5, generator=torch.Generator().manual_seed(0))
    options = {"affine": affine, "momentum": momentum}
    sync, plain = SyncBatchNorm2d(3, **options), nn.BatchNorm2d(3, **options)
    inputs = [x.clone().requires_grad_() for _ in range(2)]
    for _ in range(2):
        outputs = [bn(i) for bn, i in zip((sync, plain), inputs, strict=True)]
    torch.testing.assert_close(*outputs)
    for output in outputs:
        (output**3).sum().backward()
    torch.testing.assert_close(inputs[0].grad, inputs[1].grad, atol=1e-4, rtol=1e-4)
    for found, expected in zip(sync.buffers(), plain.buffers(), strict=True):
        torch.testing.assert_close(found, expected)
    assert torch.equal(sync.eval()(x), _loaded(plain, sync).eval()(x))


def _loaded(plain, sync):
    plain.load_state_dict(sync.state_dict())
    return plain


@pytest.mark.usefixtures("group")
def test_without_buffers_it_normalizes_all_the_same():
    bn = SyncBatchNorm2d(3, track_running_stats=False)
    y = bn(torch.randn(6, 3, 4, 5, generator=torch.Generator().manual_seed(0)))
    torch.testing.assert_close(y.mean((0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)


@pytest.mark.usefixtures("group")
def test_the_sum_knows_its_gradient():
    x = torch.arange(3.0, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(SumOverProcesses.apply, x)


def test_synchronizing_keeps_every_tensor():
    model = birdplane.ResNet()
    tensors = list(model.state_dict(keep_vars=True).values())
    assert synchronize(model) is model
    kinds = [type(m) for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    assert kinds == [SyncBatchNorm2d] * 7
    after = model.state_dict(keep_vars=True).values()
    assert all(new is old for new, old in zip(after, tensors, strict=True))

import pytest
import torch
from torch import Generator, nn

import birdplane
from birdplane.ghost import GhostBatchNorm2d


@pytest.fixture
def x():
    """Ten images of three channels, far from mean 0 and variance 1."""
    return 3 + 2 * torch.randn(10, 3, 4, 5, generator=Generator().manual_seed(0))


def pair(group, **options):
    """A ghost batch norm and a plain one with the same γ and β."""
    ghost = GhostBatchNorm2d(3, group, **options)
    plain = nn.BatchNorm2d(3, **options)
    if ghost.affine:
        for bn in (ghost, plain):
            nn.init.uniform_(bn.weight, generator=Generator().manual_seed(1))
            nn.init.uniform_(bn.bias, generator=Generator().manual_seed(2))
    return ghost, plain


def test_a_group_as_large_as_the_batch_is_batch_norm_bit_for_bit(x):
    for group in (10, 99):
        ghost, plain = pair(group)
        inputs = [x.clone().requires_grad_() for _ in range(2)]
        outputs = [bn(i) for bn, i in zip((ghost, plain), inputs, strict=True)]
        for output in outputs:
            (output**3).sum().backward()
        assert torch.equal(*outputs)
        assert torch.equal(inputs[0].grad, inputs[1].grad)
        assert torch.equal(ghost.weight.grad, plain.weight.grad)
        assert all(map(torch.equal, ghost.buffers(), plain.buffers()))


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("group", [1, 2, 4])  # 4: a last group of 2 images
def test_every_group_is_normalized_with_its_own_mean_and_variance(x, group, affine):
    ghost, _ = pair(group, affine=affine)
    y = ghost(x)
    assert y.shape == x.shape
    for first in range(0, 10, group):
        part = x[first : first + group].double()
        mean = part.mean(dim=(0, 2, 3), keepdim=True)
        var = part.var(dim=(0, 2, 3), correction=0, keepdim=True)
        expected = (part - mean) / (var + ghost.eps).sqrt()
        if affine:
            expected = expected * ghost.weight.double()[:, None, None]
            expected = expected + ghost.bias.double()[:, None, None]
        torch.testing.assert_close(y[first : first + group], expected.float())


def test_gradients_stay_within_a_group(x):
    ghost, plain = pair(4)
    whole = x.clone().requires_grad_()
    (ghost(whole)[:4] ** 3).sum().backward()
    alone = x[:4].clone().requires_grad_()
    (plain(alone) ** 3).sum().backward()
    torch.testing.assert_close(whole.grad[:4], alone.grad)
    assert not whole.grad[4:].any()
    torch.testing.assert_close(ghost.weight.grad, plain.weight.grad)


@pytest.mark.parametrize("momentum", [0.1, None])
def test_running_statistics_follow_the_mean_over_groups_once_a_batch(x, momentum):
    ghost, _ = pair(4, momentum=momentum)
    mean, var = torch.zeros(3), torch.ones(3)
    for number, batch in enumerate([x, 2 * x, x - 5], start=1):
        ghost(batch)
        parts = batch.split(4)
        weight = momentum or 1 / number
        new_mean = sum(len(p) / 10 * p.mean((0, 2, 3)) for p in parts)
        new_var = sum(len(p) / 10 * p.var((0, 2, 3)) for p in parts)  # unbiased
        mean = (1 - weight) * mean + weight * new_mean
        var = (1 - weight) * var + weight * new_var
        assert ghost.num_batches_tracked == number
    torch.testing.assert_close(ghost.running_mean, mean)
    torch.testing.assert_close(ghost.running_var, var)


def test_evaluation_is_that_of_batch_norm(x):
    ghost, plain = pair(2)
    ghost(x)
    plain.load_state_dict(ghost.state_dict())
    buffers = [b.clone() for b in ghost.buffers()]
    assert torch.equal(ghost.eval()(x), plain.eval()(x))
    assert all(map(torch.equal, buffers, ghost.buffers()))


def test_a_last_image_of_a_single_pixel_is_refused_as_by_batch_norm():
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        GhostBatchNorm2d(3, 2)(torch.zeros(5, 3, 1, 1))


@pytest.mark.parametrize("group", [0, -1, 2.0, True, None])
def test_a_group_is_a_whole_number_of_images(group):
    with pytest.raises(ValueError, match=r"^GhostBatchNorm2d: group expects"):
        GhostBatchNorm2d(3, group)


def test_a_network_of_groups_starts_as_the_plain_one_and_trains():
    ghost, plain = birdplane.ResNet(norm_batch=2), birdplane.ResNet()
    assert list(ghost.state_dict()) == list(plain.state_dict())
    assert all(map(torch.equal, ghost.parameters(), plain.parameters()))
    images = torch.randn(6, 3, 8, 8, generator=Generator().manual_seed(3))
    data = (images, torch.tensor([0, 1] * 3))
    for _ in birdplane.fit(ghost, data, data, epochs=1, batch_size=6, progress=False):
        pass
    assert "group=2" in repr(ghost.bn1)
    assert ghost.bn1.num_batches_tracked == 1

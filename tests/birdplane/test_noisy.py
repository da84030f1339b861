from copy import deepcopy

import pytest
import torch
from torch import nn

import birdplane
from birdplane.noisy import NoisyBatchNorm2d


@pytest.fixture
def x():
    return torch.randn(32, 3, 6, 6, generator=torch.Generator().manual_seed(0))


def passes(norm, x, count=3):
    return torch.stack([norm(x) for _ in range(count)]).detach()


def test_each_channel_is_stretched_and_shifted_as_a_whole(x):
    plain, noisy = nn.BatchNorm2d(3), NoisyBatchNorm2d(3)
    for step in range(3):
        factor, move = noisy.noise(step)[:, :, None, None]
        torch.testing.assert_close(noisy(x), plain(x) * factor + move)


def test_the_noise_is_as_strong_as_asked_for_and_centred():
    norm = NoisyBatchNorm2d(8, shift=0.4, stretch=0.2)
    draws = torch.stack([norm.noise(step) for step in range(500)])  # (500, 2, 8)
    factors, moves = draws.unbind(1)
    for values, middle, reach in ((factors, 1.0, 0.2), (moves, 0.0, 0.4)):
        assert (values - middle).abs().max() <= reach
        assert (values - middle).abs().max() > 0.95 * reach
        assert (values.mean(0) - middle).abs().max() < 0.1 * reach


def test_every_step_every_channel_and_every_layer_has_noise_of_its_own():
    norm = NoisyBatchNorm2d(3)
    steps = [norm.noise(step).flatten() for step in range(200)]
    assert len(torch.cat(steps).unique()) > 1190  # of 1,200, in 24 bits
    norms = [
        module.noise(0)[1, 0].item()
        for seed in (0, 1)
        for module in birdplane.ResNet("noisy", seed=seed).modules()
        if isinstance(module, NoisyBatchNorm2d)
    ]
    assert len(set(norms)) == len(norms) == 14


def test_evaluation_and_buffers_are_those_of_the_plain_layer(x):
    plain, noisy = nn.BatchNorm2d(3), NoisyBatchNorm2d(3)
    passes(plain, x), passes(noisy, x)
    for name, buffer in plain.named_buffers():
        assert torch.equal(noisy.get_buffer(name), buffer)
    assert torch.equal(plain.eval()(x), noisy.eval()(x))


def test_a_copy_and_a_second_run_draw_the_same_and_no_generator_is_touched(x):
    before = torch.get_rng_state()
    norm = NoisyBatchNorm2d(3)
    norm(x)
    again = deepcopy(norm)
    first = passes(norm, x)
    assert torch.equal(first, passes(again, x))
    assert not torch.equal(first[0], first[1])
    assert torch.equal(torch.get_rng_state(), before)


def test_the_first_weights_are_those_of_plain_batch_norm():
    plain, noisy = (birdplane.ResNet(norm, seed=3) for norm in ("batch", "noisy"))
    assert list(plain.state_dict()) == list(noisy.state_dict())
    for name, value in plain.state_dict().items():
        assert torch.equal(noisy.state_dict()[name], value), name


@pytest.mark.parametrize("options", [{"shift": -0.1}, {"stretch": 1}, {"stretch": -1}])
def test_noise_that_cannot_be_is_refused(options):
    with pytest.raises(ValueError, match=r"^NoisyBatchNorm2d: expected shift"):
        NoisyBatchNorm2d(3, **options)


def test_it_says_how_strong_its_noise_is():
    assert "shift=0.5, stretch=0.25" in repr(NoisyBatchNorm2d(3))

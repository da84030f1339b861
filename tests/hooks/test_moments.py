import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hooks.moments import SMALL, Moments, batch_moments


def truth(x):
    """Number, mean and squared deviations of the finite values, by NumPy."""
    channels = np.moveaxis(x.double().numpy(), 1, 0)
    finite = [v[np.isfinite(v)] for v in channels.reshape(len(channels), -1)]
    n = [len(v) for v in finite]
    mean = [v.mean() if len(v) else 0.0 for v in finite]
    m2 = [((v - v.mean()) ** 2).sum() if len(v) else 0.0 for v in finite]
    return np.array(n), np.array(mean), np.array(m2)


def close(seen, wanted, rtol):
    (n, mean, m2), (true_n, true_mean, true_m2) = seen, wanted
    assert n.dtype == mean.dtype == m2.dtype == torch.float64
    assert n.tolist() == true_n.tolist()
    deviation = np.sqrt(true_m2 / np.maximum(true_n, 1))
    error = np.abs(mean.numpy() - true_mean)
    assert (error <= rtol * np.maximum(np.abs(true_mean), deviation)).all()
    np.testing.assert_allclose(m2.numpy(), true_m2, rtol=rtol, atol=1e-300)


FINITE = st.floats(-1e6, 1e6, width=32)
ANY = st.floats(width=32)


@st.composite
def batches(draw, values=FINITE):
    """A tensor (N, 2, L) and places at which to cut it into batches, some empty."""
    samples, length = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    drawn = st.lists(
        values, min_size=2 * samples * length, max_size=2 * samples * length
    )
    x = torch.tensor(draw(drawn), dtype=torch.float32).view(samples, 2, length)
    cuts = draw(st.lists(st.integers(0, samples), max_size=4))
    return x, sorted(cuts)


@given(batches())
def test_any_split_into_batches_gives_the_moments_of_the_whole(drawn):
    x, cuts = drawn
    moments = Moments(2)
    for batch in x.tensor_split(cuts):
        moments.update(batch)
    n, mean, m2 = truth(x)
    assert moments.n.tolist() == n.tolist()
    scale = x.abs().max().double().item()
    np.testing.assert_allclose(moments.mean.numpy(), mean, rtol=0, atol=1e-13 * scale)
    np.testing.assert_allclose(
        moments.var.numpy(), m2 / n, rtol=1e-12, atol=1e-13 * scale**2
    )


@given(batches(ANY))
def test_any_split_leaves_out_the_same_values(drawn):
    x, cuts = drawn
    moments = Moments(2)
    for batch in x.tensor_split(cuts):
        moments.update(batch)
    n, mean, _ = truth(x)
    assert moments.n.tolist() == n.tolist()
    scale = x[torch.isfinite(x)].abs().max().item() if n.any() else 0
    np.testing.assert_allclose(moments.mean.numpy(), mean, rtol=0, atol=1e-12 * scale)
    assert (moments.m2 >= 0).all()


@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_the_batches_does_not_matter(drawn, random):
    x, cuts = drawn
    parts = list(x.tensor_split(cuts))
    first, second = Moments(2), Moments(2)
    for part in parts:
        first.update(part)
    random.shuffle(parts)
    for part in parts:
        second.update(part)
    scale = max(x.abs().max().double().item(), 1e-300)
    assert (first.mean - second.mean).abs().max() <= 1e-13 * scale
    assert (first.var - second.var).abs().max() <= 1e-13 * scale**2 + 1e-300


@pytest.mark.parametrize("shape", [(16, 3, 8), (64, 3, 256), (SMALL * 2, 3, 1)])
@pytest.mark.parametrize("mean", [0.0, 1.0, 1e4, -1e4])
def test_a_mean_far_from_zero_costs_no_digits(shape, mean, normal):
    x = normal(*shape) + mean
    close(batch_moments(x), truth(x), rtol=1e-6)


@pytest.mark.parametrize("first", [1, 8])
def test_first_samples_unlike_the_rest(first, normal):
    """A border of zeros, say, before values far from zero."""
    x = normal(SMALL * 16, 2, 1) + 1e4
    x[:first] = 0
    close(batch_moments(x), truth(x), rtol=3e-6)


@pytest.mark.parametrize("shape", [(4, 1, 4), (64, 1, 256), (SMALL * 2, 1, 1)])
@pytest.mark.parametrize("value", [0.0, 0.1, -3e4, 1e-20])
def test_a_constant_channel_has_no_variance(shape, value):
    n, mean, m2 = batch_moments(torch.full(shape, value))
    assert n.item() == shape[0] * shape[2]
    assert mean.item() == pytest.approx(np.float32(value), rel=1e-7)
    assert 0 <= m2.item() / n.item() <= (1e-7 * value) ** 2


@pytest.mark.parametrize("shape", [(4, 3, 4), (64, 3, 256)])
@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_values_that_are_not_finite_are_left_out(shape, bad, normal):
    x = normal(*shape)
    x[0, 0, 0] = bad
    x[:, 1] = bad
    close(batch_moments(x), truth(x), rtol=1e-6)


def test_the_variance_of_nothing_is_not_a_number(normal):
    moments = Moments(2)
    moments.update(torch.zeros(0, 2, 5))
    assert moments.n.tolist() == [0, 0]
    assert moments.var.isnan().all()
    moments.update(normal(3, 2, 5))
    moments.update(torch.zeros(4, 2, 0))
    assert moments.n.tolist() == [15, 15]
    assert moments.var.isfinite().all()


def test_values_too_large_to_square_in_float32():
    x = torch.tensor([1e30, 3e30]).view(2, 1, 1).repeat(SMALL, 1, 1)
    _, mean, m2 = batch_moments(x)
    assert mean.item() == pytest.approx(2e30)
    assert (m2 / (2 * SMALL)).item() == pytest.approx(1e60)


@pytest.mark.parametrize("shape", [(8, 2, 9), (64, 2, 256)])
def test_float64_keeps_its_digits(shape, normal):
    x = normal(*shape).double() + 1e6
    close(batch_moments(x), truth(x), rtol=1e-11)


def test_another_number_of_channels():
    moments = Moments(2)
    with pytest.raises(ValueError, match="expected 2 channels, got 3"):
        moments.update(torch.zeros(4, 3, 5))
    assert moments.n.tolist() == [0, 0]


def test_merging_moments_is_as_seeing_the_values(normal):
    x = normal(10, 2, 5)
    whole, merged = Moments(2), Moments(2)
    whole.update(x)
    merged.fold(*batch_moments(x[:3]))
    merged.fold(*batch_moments(x[3:]))
    merged.fold(*batch_moments(x[:0]))
    assert torch.allclose(merged.mean, whole.mean, rtol=1e-13, atol=1e-15)
    assert torch.allclose(merged.var, whole.var, rtol=1e-13)

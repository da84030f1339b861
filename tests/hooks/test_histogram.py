import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hooks.histogram import Histogram, bin_edges

BINNINGS = [
    (64, (-6.0, 6.0)),
    (50, (-1, 1)),
    (7, (0, 1)),
    (10, (0.1, 0.7)),
    (64, (1000, 1001)),
    (3, (-1e-3, 1e5)),
    (1, (0, 1)),
    (100, (-3, 3)),
    (12, (-1e-30, 1e-30)),
]
ODD = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e30, -1e30, 1e-45, 3e38]


def hard_values(edges, dtype):
    """The edges, their nearest neighbours in both types, and what is no number."""
    rounded = edges.astype(np.float32)
    places = [edges, rounded]
    for limit in (-np.inf, np.inf):
        places.append(np.nextafter(edges, limit))
        places.append(np.nextafter(rounded, np.float32(limit)))
    inside = np.linspace(2 * edges[0] - edges[-1], 2 * edges[-1] - edges[0], 501)
    return np.concatenate([*places, inside, ODD]).astype(dtype)


def by_numpy(values, edges):
    """All slots of one channel: below, the bins, above, nan, inf."""
    values = values.astype(np.float64)
    finite = values[np.isfinite(values)]
    counts = np.histogram(finite, edges)[0]
    tails = (finite < edges[0]).sum(), (finite > edges[-1]).sum()
    return [tails[0], *counts, tails[1], np.isnan(values).sum(), np.isinf(values).sum()]


@pytest.mark.parametrize(("bins", "ends"), BINNINGS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_on_edges_and_next_to_them_fall_as_in_numpy(bins, ends, dtype):
    histogram = Histogram(1, bins, ends)
    values = hard_values(histogram.edges, dtype)
    for x in np.array_split(values, 3):  # with and without what is not finite
        histogram.update(torch.from_numpy(x)[None, None])
    assert histogram.slots[0].tolist() == by_numpy(values, histogram.edges)


@given(
    st.integers(1, 40),
    st.floats(-100, 100),
    st.floats(1e-3, 200),
    st.lists(st.floats(-150, 350, width=32), max_size=30),
    st.sampled_from([np.float32, np.float64]),
)
def test_any_binning_counts_as_numpy_does(bins, low, width, values, dtype):
    histogram = Histogram(1, bins, (low, low + width))
    drawn = np.array(values, dtype)
    all_values = np.concatenate([hard_values(histogram.edges, dtype), drawn])
    histogram.update(torch.from_numpy(all_values)[None, :, None].transpose(1, 2))
    assert histogram.slots[0].tolist() == by_numpy(all_values, histogram.edges)


@given(
    st.lists(st.floats(width=32), min_size=2, max_size=60),
    st.lists(st.integers(0, 30), max_size=4),
)
def test_any_split_into_batches_gives_the_same_counts(values, cuts):
    x = torch.tensor(values[: len(values) // 2 * 2]).view(-1, 2, 1)
    whole, split = Histogram(2, 8, (-2, 2)), Histogram(2, 8, (-2, 2))
    whole.update(x)
    for batch in x.tensor_split(sorted(cuts)):
        split.update(batch)
    assert torch.equal(whole.slots, split.slots)
    assert whole.slots.sum(1).tolist() == [len(x)] * 2


@pytest.mark.parametrize(
    "shape",
    [
        (9, 3, 16),
        (130, 3, 1),
        (1, 3, 200),
        (90_000, 3, 1),
        (40, 3, 2000),
        (1, 3, 99_999),
    ],
)
def test_each_channel_has_its_own_row(shape, normal):
    x = normal(*shape) * torch.tensor([1.0, 5.0, 0.1])[:, None]
    x[0, 1, 0] = np.nan
    x[-1, 2, 0] = 2.0  # the last edge, in one channel alone
    histogram = Histogram(3, 20, (-2, 2))
    histogram.update(x)
    for channel in range(3):
        values = x[:, channel].flatten().numpy()
        assert histogram.slots[channel].tolist() == by_numpy(values, histogram.edges)


def test_names_of_the_slots():
    x = [-1.0, 0.0, 0.5, 1.0, 2.0, 2.1, 9.0, np.nan, np.inf, -np.inf]
    histogram = Histogram(1, 2, (0, 2))
    histogram.update(torch.tensor(x)[None, None])
    assert histogram.counts.tolist() == [[2, 2]]
    assert histogram.below.tolist() == [1]
    assert histogram.above.tolist() == [2]
    assert histogram.nan.tolist() == [1]
    assert histogram.inf.tolist() == [2]
    assert histogram.counts.dtype == torch.int64


def test_the_values_are_left_as_they_are(normal):
    x = normal(4, 2, 8)
    x[0, 0, 0] = np.nan
    before = x.clone()
    Histogram(2, 8, (-1, 1)).update(x)
    assert torch.equal(x.nan_to_num(7), before.nan_to_num(7))


def test_edges_never_move(normal):
    histogram = Histogram(1, 4, (-1, 1))
    before = histogram.edges.copy()
    histogram.update(normal(50, 1, 4) * 100)
    assert (histogram.edges == before).all()
    assert before.tolist() == [-1, -0.5, 0, 0.5, 1]


@pytest.mark.parametrize("shape", [(0, 2, 3), (3, 2, 0)])
def test_an_empty_batch_counts_nothing(shape):
    histogram = Histogram(2, 4, (-1, 1))
    histogram.update(torch.zeros(shape))
    assert histogram.slots.sum() == 0


@pytest.mark.parametrize("bins", [0, -1, 2.5])
def test_no_such_number_of_bins(bins):
    with pytest.raises(ValueError, match=f"bins: expected .* got {bins}"):
        bin_edges(bins, (0, 1))


ENDS = [(1, 1), (2, 1), (0, np.inf), (np.nan, 1), (0, 1, 2), (0,), ("a", "b")]


@pytest.mark.parametrize("ends", ENDS)
def test_no_such_range(ends):
    with pytest.raises(ValueError, match=r"range: expected two finite .* got \("):
        Histogram(1, 4, ends)

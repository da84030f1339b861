import numpy as np
import pytest
import xarray as xr

from hooks.plot.rows import outside, window


def dataset(counts, below=0, above=0):
    counts = np.atleast_2d(counts)
    rows = len(counts)
    tails = {"below": below, "above": above}
    variables = {n: ("row", np.broadcast_to(v, rows)) for n, v in tails.items()}
    layer = xr.Dataset(
        {"counts": (("row", "bin"), counts), **variables},
        coords={"bin_edges": ("edge", np.arange(counts.shape[1] + 1.0))},
    )
    return layer.assign(binned=layer.counts.sum("bin") + layer.below + layer.above)


@pytest.mark.parametrize(
    ("counts", "limits"),
    [
        ([0, 0, 5, 0, 3, 0], (2, 5)),
        ([1, 0, 0, 0, 0, 1], (0, 6)),
        ([0, 0, 0, 0, 0, 0], (0, 6)),  # nothing to see: all of it
        ([0, 1, 1000, 1, 0, 0], (2, 3)),  # under half a percent of the peak
        ([0, 5, 1000, 6, 0, 0], (1, 4)),
        ([[0, 5, 0, 0, 0, 0], [0, 0, 0, 1000, 0, 0]], (1, 4)),  # each to its own peak
    ],
)
def test_the_window_is_where_something_is_to_be_seen(counts, limits):
    assert window(dataset(counts)) == limits


def test_the_window_holds_all_that_is_drawn_together():
    first, second = dataset([0, 5, 0, 0]), dataset([0, 0, 0, 7])
    assert window(first, second) == (1, 4)


def test_shares_outside_the_window():
    layer = dataset([[1, 2, 3, 4], [0, 0, 10, 0]], below=[5, 0], above=[5, 10])
    shares = outside(layer, (1.0, 3.0))
    np.testing.assert_allclose(shares, [[6 / 20, 9 / 20], [0, 0.5]])
    whole = outside(layer, (0.0, 4.0))
    np.testing.assert_allclose(whole, [[5 / 20, 5 / 20], [0, 0.5]])


def test_of_nothing_nothing_is_outside():
    assert outside(dataset([0, 0]), (0.0, 2.0)).tolist() == [[0, 0]]

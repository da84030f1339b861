import numpy as np
import pytest

from hooks import pooled
from hooks.plot import ridge
from hooks.plot.ridge import MOST_ROWS
from hooks.plot.rows import ROOM


def names(figure):
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def test_a_histogram_is_a_snapshot(exact, rows):
    figure = ridge(exact, channel=3)
    assert names(figure) == ["1", "2", "4"]
    for axes, side in zip(figure.axes, ("input", "output"), strict=True):
        heights, edges = rows(axes)
        counts = exact.counts.sel(channel=3, side=side).values
        wanted = counts / counts.max(axis=1, keepdims=True) * ROOM
        np.testing.assert_allclose(heights, wanted, atol=1e-12)
        assert (edges == exact.bin_edges.values).all()
        assert axes.get_title(loc="left") == side.capitalize()
        (dots,) = (line for line in axes.lines if line.get_marker() == "o")
        np.testing.assert_allclose(
            dots.get_xdata(), exact["mean"].sel(channel=3, side=side)
        )


def test_the_first_snapshot_is_on_top(exact):
    bottom, top = ridge(exact).axes[0].get_ylim()
    assert bottom > top


def test_of_many_snapshots_some_from_the_first_to_the_last(bn_run):
    layer = bn_run(2, labels=tuple(range(40)))[""]
    shown = [int(name) for name in names(ridge(layer))]
    assert len(shown) == MOST_ROWS
    assert (shown[0], shown[-1]) == (0, 39)
    assert set(np.diff(shown)) <= {2, 3}
    assert len(names(ridge(layer.isel(snapshot=slice(MOST_ROWS))))) == MOST_ROWS


def test_titles_and_small_print(exact, sampled, small_print):
    named = exact.assign_attrs(layer="bn1")
    assert ridge(named, 2).get_suptitle() == "bn1, channel 2"
    assert ridge(named, title="A finding").get_suptitle() == "A finding"
    assert small_print(ridge(exact)) == "every value counted"
    assert small_print(ridge(sampled)).startswith("sampled: ")


def test_no_such_channel(exact):
    with pytest.raises(KeyError, match=r"no channel \[5\]"):
        ridge(exact, 5)
    assert names(ridge(pooled(exact))) == ["1", "2", "4"]

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from torch import nn

from hooks import pooled
from hooks.plot import distributions
from hooks.plot.rows import ROOM


def test_heights_are_the_counts(exact, rows):
    figure = distributions(exact, 2)
    assert isinstance(figure, Figure)
    for axes, side in zip(figure.axes, ("input", "output"), strict=True):
        assert axes.get_title(loc="left") == side.capitalize()
        assert axes.get_xlabel() == "value"
        heights, edges = rows(axes)
        counts = exact.counts.sel(snapshot=2, side=side).values
        wanted = counts / counts.max(axis=1, keepdims=True) * ROOM
        np.testing.assert_allclose(heights, wanted, atol=1e-12)
        assert (edges == exact.bin_edges.values).all()


def test_the_last_snapshot_unless_another_is_named(exact, rows):
    last, fourth, first = (
        rows(distributions(exact, label).axes[0])[0] for label in (None, 4, 1)
    )
    np.testing.assert_array_equal(last, fourth)
    assert np.abs(last - first).max() > 0.1


def test_dots_and_lines_are_mean_and_deviation(exact):
    figure = distributions(exact)
    for axes, side in zip(figure.axes, ("input", "output"), strict=True):
        row = exact.isel(snapshot=-1).sel(side=side)
        (dots,) = (line for line in axes.lines if line.get_marker() == "o")
        np.testing.assert_allclose(dots.get_xdata(), row["mean"])
        bars = np.array([bar for bar in axes.collections[1].get_segments()])[:, :, 0]
        deviation = np.sqrt(row["var"].values)
        np.testing.assert_allclose(bars.mean(1), row["mean"], atol=1e-12)
        np.testing.assert_allclose(np.diff(bars, axis=1)[:, 0], 2 * deviation)


def predictions(axes):
    return [line.get_xdata() for line in axes.lines if line.get_marker() == "|"]


def test_marks_are_what_batch_norm_says(exact):
    figure = distributions(exact, 4)
    row = exact.sel(snapshot=4)
    var = row["var"].sel(side="input").values
    deviation = np.abs(row.weight.values) * np.sqrt(var / (var + 1e-5))
    low, mid, high = predictions(figure.axes[1])
    np.testing.assert_allclose(mid, row.bias)
    np.testing.assert_allclose(high - mid, deviation)
    np.testing.assert_allclose(mid - low, deviation)
    # and it is what was measured
    np.testing.assert_allclose(mid, row["mean"].sel(side="output"), atol=1e-6)
    assert predictions(figure.axes[0]) == []


def test_no_marks_where_the_formula_says_nothing(watch, normal, exact):
    x = normal(20, 3)
    eval_mode = watch(nn.BatchNorm1d(3).eval(), x)
    for layer in (eval_mode, watch(nn.Linear(3, 3), x), pooled(exact)):
        assert predictions(distributions(layer).axes[1]) == []
    bare = watch(nn.BatchNorm1d(3, affine=False), x)
    assert [list(m) for m in predictions(distributions(bare).axes[1])][1] == [0, 0, 0]


def test_channels_are_numbered(exact):
    def names(figure):
        return [label.get_text() for label in figure.axes[0].get_yticklabels()]

    assert names(distributions(exact)) == ["0", "1", "2", "3", "4"]
    assert names(distributions(exact, channels=[3, 0])) == ["3", "0"]
    assert names(distributions(pooled(exact))) == ["0"]


def test_some_channels(exact, rows):
    heights, _ = rows(distributions(exact, channels=[3, 0]).axes[0])
    whole, _ = rows(distributions(exact).axes[0])
    np.testing.assert_allclose(heights, whole[[3, 0]], atol=1e-12)


def test_pooled_channels_are_one_row(exact, rows):
    heights, _ = rows(distributions(pooled(exact)).axes[0])
    counts = exact.counts.isel(snapshot=-1).sel(side="input").sum("channel").values
    np.testing.assert_allclose(heights, counts[None] / counts.max() * ROOM)


@pytest.mark.parametrize(("channels", "as_strips"), [(32, False), (33, True)])
def test_many_channels_are_strips(bn_run, mesh, channels, as_strips):
    layer = bn_run(channels, labels=(1,), exact=True)[""]
    figure = distributions(layer)
    for axes, side in zip(figure.axes, ("input", "output"), strict=True):
        meshes = [c for c in axes.collections if hasattr(c, "get_coordinates")]
        assert len(meshes) == as_strips
        if as_strips:
            shade, x, y = mesh(axes)
            counts = np.log1p(layer.counts.sel(side=side).values[0])
            wanted = counts / counts.max(axis=1, keepdims=True)
            np.testing.assert_allclose(shade, wanted)
            np.testing.assert_allclose(x, layer.bin_edges)
            assert y.tolist() == [row - 0.5 for row in range(channels + 1)]
            assert axes.get_ylim() == (channels - 0.5, -0.5)


def test_the_title(exact):
    assert distributions(exact, 2).get_suptitle() == ", snapshot 2"
    named = exact.assign_attrs(layer="block.bn1")
    assert distributions(named).get_suptitle() == "block.bn1, snapshot 4"
    assert distributions(exact, title="A finding").get_suptitle() == "A finding"


def test_the_small_print_says_how_it_was_counted(exact, sampled, small_print):
    assert small_print(distributions(exact)) == (
        "640 values a channel; every value counted"
    )
    error = f"{sampled.attrs['cdf_error']:.1%}"
    assert error != "0.0%"
    assert small_print(distributions(sampled)) == (
        f"49,152 values a channel; sampled: cumulative shares within ±{error} (95 %)"
    )


def test_what_the_panels_leave_out_is_said(watch, small_print, texts, normal):
    x = normal(100, 2)
    x[:, 1] = torch.linspace(-10, 90, 100)
    x[:3, 0] = torch.nan
    layer = watch(nn.ReLU(), x, exact=True)
    figure = distributions(layer)
    assert small_print(figure).endswith("every value counted; NaN or ±inf: 1.5%")
    under, over = (x[:, 1] < -6).sum(), (x[:, 1] > 6).sum()
    assert {f"◂ {under}%", f"{over} ▸".replace(" ▸", "% ▸")} <= set(
        texts(figure.axes[0])
    )
    many = watch(nn.ReLU(), x[:, 1:].repeat(1, 40), exact=True)
    said = f"up to {under + over}% of a channel lies outside"
    assert small_print(distributions(many)).endswith(said)


@pytest.mark.parametrize("label", [3, "1", 0])
def test_no_such_snapshot(exact, label):
    message = rf"no snapshot {label!r}; there are \[1, 2, 4\]"
    with pytest.raises(KeyError, match=message):
        distributions(exact, label)


def test_no_such_channel(exact):
    with pytest.raises(KeyError, match=r"no channel \[5, 9\]; the layer has 5, from 0"):
        distributions(exact, channels=[0, 9, 5])


def test_nothing_was_counted(watch, small_print):
    figure = distributions(watch(nn.ReLU(), torch.zeros(0, 2)))
    figure.draw_without_rendering()
    assert small_print(figure).startswith("0 values")

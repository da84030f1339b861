import numpy as np
import pytest
import torch
from torch import nn

import hooks
from hooks import Recording
from hooks.plot import overview
from hooks.plot.style import GREY


@pytest.fixture(scope="module")
def run(make_net, normal):
    net = make_net()
    with hooks.record(net, exact=True) as recorder:
        for label in (1, 2):
            net(normal(8, 3, 6, 6, seed=label))
            recorder.snapshot(label)
    return recorder.recording


def test_a_row_is_a_layer(run, mesh):
    figure = overview(run)
    grid = np.array(figure.axes).reshape(3, 2)
    for panels, (name, layer) in zip(grid, run.items(), strict=True):
        assert panels[0].get_ylabel().replace("\n", ".") == name
        for axes, side in zip(panels, ("input", "output"), strict=True):
            shade, x, _ = mesh(axes)
            counts = np.log1p(layer.counts.sel(side=side, snapshot=2).values)
            np.testing.assert_allclose(shade, counts / counts.max(1, keepdims=True))
            np.testing.assert_allclose(x, layer.bin_edges)
    assert [axes.get_title(loc="left") for axes in grid[0]] == ["Input", "Output"]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


def test_no_channel_of_a_wide_layer_is_lost(bn_run, mesh, small_print):
    wide = bn_run(130, labels=(1,), exact=True)
    figure = overview(wide)
    for axes, side in zip(figure.axes, ("input", "output"), strict=True):
        shade, _, y = mesh(axes)
        assert y.tolist() == [*(3 * strip - 0.5 for strip in range(44)), 129.5]
        assert axes.get_ylim() == (129.5, -0.5)
        counts = wide[""].counts.sel(side=side).values[0]
        pooled = np.log1p([counts[i : i + 3].sum(0) for i in range(0, 130, 3)])
        np.testing.assert_allclose(shade, pooled / pooled.max(1, keepdims=True))
    assert "or up to 3 neighbours in a wide layer" in small_print(figure)
    assert "neighbours" not in small_print(overview(bn_run(64, exact=True)))


def test_at_another_snapshot(run, mesh):
    last, first = overview(run).axes[0], overview(run, snapshot=1).axes[0]
    assert (mesh(last)[0] != mesh(first)[0]).any()
    with pytest.raises(KeyError, match="no snapshot 5"):
        overview(run, snapshot=5)


def test_parameters_over_time(run):
    figure = overview(run, "evolution", snapshots="phase")
    grid = np.array(figure.axes).reshape(3, 4)
    names = ("running_mean", "running_var", "weight", "bias")
    for panels, layer in zip(grid, run.values(), strict=True):
        for axes, name in zip(panels, names, strict=True):
            grey = [line for line in axes.lines if line.get_color() == GREY]
            drawn = np.stack([line.get_ydata() for line in grey], axis=1)
            np.testing.assert_array_equal(drawn, layer[name])
    assert {axes.get_xlabel() for axes in grid[-1]} == {"phase"}


def test_titles_and_small_print(run, sampled, small_print):
    assert overview(run).get_suptitle() == "3 layers: distributions"
    assert overview(run, title="A finding").get_suptitle() == "A finding"
    assert small_print(overview(run)).endswith("every value counted")
    both = Recording({"a": run["stem.1"].isel(snapshot=[0]), "b": sampled})
    assert "sampled: cumulative shares within ±" in small_print(overview(both))


def test_what_the_strips_leave_out_is_said(watch, small_print):
    layer = watch(nn.ReLU(), torch.linspace(0, 12, 120)[:, None], exact=True)
    figure = overview(Recording({"relu": layer}))
    assert small_print(figure).endswith("up to 50% of a channel lies outside")


def test_no_such_kind_and_no_layer(run):
    with pytest.raises(ValueError, match=r"expected kind one of .* got 'heatmap'"):
        overview(run, "heatmap")
    with pytest.raises(ValueError, match="the recording holds no layer"):
        overview(Recording({}))

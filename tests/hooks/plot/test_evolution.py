import numpy as np
import pytest
import torch
from torch import nn

from hooks import record
from hooks.plot import evolution
from hooks.plot.style import GREY, INK

PANELS = {
    "running_mean": "running mean",
    "running_var": "running variance",
    "weight": "weight γ",
    "bias": "bias β",
}


def of_colour(axes, colour):
    return [line for line in axes.lines if line.get_color() == colour]


def test_a_line_is_a_channel_over_the_snapshots(exact):
    figure = evolution(exact)
    for axes, (name, title) in zip(figure.axes, PANELS.items(), strict=True):
        assert axes.get_title(loc="left") == title
        grey = of_colour(axes, GREY)
        assert all(line.get_xdata().tolist() == [1, 2, 4] for line in grey)
        drawn = np.stack([line.get_ydata() for line in grey], axis=1)
        np.testing.assert_array_equal(drawn, exact[name])


def test_the_extremes_are_numbered(exact, texts):
    figure = evolution(exact)
    for axes, name in zip(figure.axes, PANELS, strict=True):
        last = exact[name].values[-1]
        ends = {int(last.argmax()), int(last.argmin())}
        assert set(texts(axes)) == {f"channel {channel}" for channel in ends}
        ink = [line for line in of_colour(axes, INK) if len(line.get_xdata()) == 3]
        drawn = {tuple(line.get_ydata()) for line in ink}
        assert drawn == {tuple(exact[name].values[:, c].tolist()) for c in ends}


def test_channels_keep_their_numbers_in_a_selection(exact, texts):
    figure = evolution(exact.sel(channel=[3, 1]))
    assert set(texts(figure.axes[3])) == {"channel 3", "channel 1"}


def test_the_dashed_line_is_where_all_channels_started(exact):
    fresh = nn.BatchNorm1d(1)
    for axes, name in zip(evolution(exact).axes, PANELS, strict=True):
        (dashed,) = (line for line in axes.lines if line.is_dashed())
        assert set(dashed.get_ydata()) == {getattr(fresh, name).item()}


def test_what_a_layer_has_not_is_said(normal, texts):
    bare = nn.BatchNorm1d(3, affine=False)
    with record(bare, "") as recorder:
        bare(normal(20, 3))
    panels = evolution(recorder.recording[""]).axes
    assert [texts(axes) == ["none"] for axes in panels] == [False, False, True, True]


def test_a_run_that_diverged(normal, texts):
    bn = nn.BatchNorm1d(3)
    with record(bn, "") as recorder:
        for label, factor in ((1, 1), (2, torch.nan)):
            bn(normal(20, 3) * factor)
            recorder.snapshot(label)
    figure = evolution(recorder.recording[""])
    figure.draw_without_rendering()
    assert len(of_colour(figure.axes[0], GREY)) == 3
    assert texts(figure.axes[0]) == []


@pytest.mark.parametrize("labels", [("a", "b"), (1,), (0.5, 0.75)])
def test_any_labels(bn_run, labels):
    figure = evolution(bn_run(labels=labels)[""], snapshots="phase", title="T")
    figure.draw_without_rendering()
    assert [axes.get_xlabel() for axes in figure.axes] == ["", "", "phase", "phase"]
    assert figure.get_suptitle() == "T"

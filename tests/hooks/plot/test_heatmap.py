import numpy as np
import pytest
import torch
from torch import nn

from hooks import pooled
from hooks.plot import heatmap


def title(axes):
    return axes.get_title(loc="left")


def panels(figure):
    """The visible panels, without the bar of colours."""
    return [a for a in figure.axes if a.get_visible() and title(a)]


@pytest.mark.parametrize("side", ["input", "output"])
def test_colours_are_the_counts(exact, mesh, side):
    figure = heatmap(exact, side)
    shown = panels(figure)
    assert [title(axes) for axes in shown] == [f"channel {c}" for c in range(5)]
    for channel, axes in enumerate(shown):
        shade, x, y = mesh(axes)
        row = exact.sel(side=side, channel=channel)
        np.testing.assert_allclose(shade[1:-1], np.log1p(row.counts.values.T))
        np.testing.assert_allclose(shade[0], np.log1p(row.below))
        np.testing.assert_allclose(shade[-1], np.log1p(row.above))
        np.testing.assert_allclose(y[1:-1], exact.bin_edges)
        assert x.tolist() == [0.5, 1.5, 3.5, 4.5]  # around the labels 1, 2 and 4


def test_the_lines_are_mean_and_deviation(exact):
    for channel, axes in enumerate(panels(heatmap(exact))):
        row = exact.sel(side="input", channel=channel)
        mean, deviation = row["mean"].values, np.sqrt(row["var"].values)
        drawn = [line.get_ydata() for line in axes.lines]
        np.testing.assert_allclose(drawn, [mean, mean - deviation, mean + deviation])
        assert all(line.get_xdata().tolist() == [1, 2, 4] for line in axes.lines)


def test_all_panels_share_window_and_colours(exact):
    figure = heatmap(exact)
    shown = panels(figure)
    assert len({axes.get_ylim() for axes in shown}) == 1
    limits = {axes.collections[0].get_clim() for axes in shown}
    most = max(exact.sel(side="input")[n].max().item() for n in ("counts", "below"))
    assert limits == {(0, np.log1p(most))}
    # both sides are drawn in the same window
    assert panels(heatmap(exact, "output"))[0].get_ylim() == shown[0].get_ylim()


def test_the_bar_of_colours_counts_values(exact):
    figure = heatmap(exact)
    (bar,) = (axes for axes in figure.axes if axes.get_ylabel() == "values in a bin")
    labels = [label.get_text() for label in bar.get_yticklabels()]
    assert labels == ["0", "10"]
    np.testing.assert_allclose(bar.get_yticks(), np.log1p([0, 10]))


def test_some_channels(exact):
    figure = heatmap(exact, channels=[4, 1])
    assert [title(axes) for axes in panels(figure)] == ["channel 4", "channel 1"]
    assert len(panels(heatmap(pooled(exact)))) == 1


def test_values_beyond_the_bins_have_rows_of_their_own(bn_run, small_print):
    far = heatmap(bn_run(labels=(1,), shift=5.5, exact=True)[""])
    assert "outermost rows: values beyond" in small_print(far)
    low, high = panels(far)[0].get_ylim()
    assert high == pytest.approx(6 + 12 / 64)
    assert low > -6
    near = heatmap(bn_run(labels=(1,), exact=True)[""])
    assert "outermost" not in small_print(near)


def test_the_small_print_says_how_it_was_counted(exact, sampled, small_print):
    assert small_print(heatmap(exact)).endswith("every value counted")
    assert "sampled: cumulative shares within ±" in small_print(heatmap(sampled))


@pytest.mark.parametrize("labels", [("warm-up", "middle", "end"), (3, 1, 2)])
def test_labels_that_are_no_numbers_or_in_no_order(bn_run, mesh, labels):
    layer = bn_run(labels=labels)[""]
    axes = panels(heatmap(layer))[0]
    _, x, _ = mesh(axes)
    assert x.tolist() == [-0.5, 0.5, 1.5, 2.5]
    named = [label.get_text() for label in panels(heatmap(layer))[-1].get_xticklabels()]
    assert named == [str(labels[0]), str(labels[-1])]


def test_a_single_snapshot(bn_run, mesh):
    _, x, _ = mesh(panels(heatmap(bn_run(labels=(3,))[""]))[0])
    assert x.tolist() == [2.5, 3.5]
    _, x, _ = mesh(panels(heatmap(bn_run(labels=("only",))[""]))[0])
    assert x.tolist() == [-0.5, 0.5]


def test_names(exact):
    figure = heatmap(exact.assign_attrs(layer="bn1"), "output", snapshots="phase")
    assert figure.get_suptitle() == "bn1, output"
    assert figure.get_supylabel() == "value"
    assert "phase" in {axes.get_xlabel() for axes in figure.axes}
    assert heatmap(exact, title="A finding").get_suptitle() == "A finding"


def test_no_such_side_or_channel(exact):
    with pytest.raises(KeyError, match="expected side 'input' or 'output', got 'in'"):
        heatmap(exact, "in")
    with pytest.raises(KeyError, match=r"no channel \[7\]"):
        heatmap(exact, channels=[7])


def test_nothing_was_counted(watch):
    figure = heatmap(watch(nn.ReLU(), torch.zeros(0, 2)))
    figure.draw_without_rendering()

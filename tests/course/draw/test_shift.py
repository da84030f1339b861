import numpy as np
import pandas as pd
import pytest

from course.draw import shift

GENERATOR = np.random.default_rng(0)
STEPS = np.arange(6, 37, 6)


def test_every_channel_has_a_line_and_the_farthest_is_in_ink():
    means = {
        name: {place: GENERATOR.normal(size=(6, 4)) for place in ("out", "in")}
        for name in ("without", "with", "noisy")
    }
    means["with"]["in"][3, 2] = 50
    drawn = shift.tracks(STEPS, means, "A finding")
    panels = np.array(drawn.axes).reshape(2, 3)
    for column, places in zip(panels.T, means.values(), strict=True):
        for ax, values in zip(column, places.values(), strict=True):
            shown = np.stack([line.get_ydata() for line in ax.lines[:4]], axis=1)
            np.testing.assert_array_equal(shown, values)
    np.testing.assert_array_equal(
        panels[1, 1].lines[4].get_ydata(), means["with"]["in"][:, 2]
    )
    assert panels[1, 1].get_ylim() == panels[1, 0].get_ylim()
    assert [ax.get_title(loc="left") for ax in panels[0]] == list(means)


def test_the_last_network_is_in_ink_in_every_panel():
    table = pd.DataFrame(index=STEPS)
    table["moments"] = table["gradients"] = np.log(STEPS / 100)
    logs = {"none": table, "batch": table - np.log(10)}
    drawn = shift.over_steps(logs, "A finding")
    for ax, way in zip(drawn.axes, table, strict=True):
        grey, ink = ax.lines
        np.testing.assert_array_equal(grey.get_xdata(), STEPS)
        np.testing.assert_allclose(grey.get_ydata(), STEPS / 100)
        np.testing.assert_allclose(ink.get_ydata(), STEPS / 1000)
        assert (grey.get_color(), ink.get_color()) == (shift.GREY, shift.INK)
        assert (ax.get_yscale(), ax.get_title(loc="left")) == ("log", way)
    names = {text.get_text(): text.get_color() for text in drawn.axes[0].texts}
    assert names == {"none": shift.TEXT, "batch": shift.INK}


def test_ratios_are_drawn_group_by_group_with_their_intervals():
    own = pd.DataFrame(np.log([[0.1, 0.5], [0.2, 0.6]]), columns=["out", "in"])
    groups = {"own": own, "common": np.log(pd.DataFrame({"out": [0.01, 0.02]}))}
    bars = (0.1, 0.15, 0.2), (0.4, 0.5, 0.7), (0.01, 0.015, 0.02)
    out, into, common = (tuple(np.log(bar)) for bar in bars)
    intervals = {"own": {"out": out, "in": into}, "common": {"out": common}}
    ax = shift.ratios(groups, intervals, "A finding").axes[0]
    _, *lines = ax.lines
    dots, drawn, means = lines[::3], lines[1::3], lines[2::3]
    expected = [[0.1, 0.2], [0.5, 0.6], [0.01, 0.02]]
    np.testing.assert_allclose([dot.get_xdata() for dot in dots], expected)
    ends = [(low, high) for low, _, high in bars]
    np.testing.assert_allclose([bar.get_xdata() for bar in drawn], ends)
    centres = [mean for _, mean, _ in bars]
    np.testing.assert_allclose([mean.get_xdata()[0] for mean in means], centres)
    heights = ax.get_yticks()
    assert heights.tolist() == sorted(heights)
    assert heights[2] - heights[1] > heights[1] - heights[0]
    for height, dot, bar, mean in zip(heights, dots, drawn, means, strict=True):
        assert (dot.get_ydata() < height).all()  # upwards: the axis is turned round
        np.testing.assert_allclose(bar.get_ydata(), mean.get_ydata()[0])
        assert height < mean.get_ydata()[0] < height + 0.5
    assert {"own", "common"} <= {text.get_text() for text in ax.texts}


def test_places_stand_in_their_order_and_seeds_around_their_mean():
    names = ["out bn1", "out res_block1.bn1"]
    none = pd.DataFrame([[1.0, 2.0], [4.0, 2.0]], columns=names)
    batch = pd.DataFrame([[0.1, 0.5], [0.1, 2.0]], columns=names)
    batch["in fc"] = none["in fc"] = 7.0
    logs = {"none": np.log(none), "batch": np.log(batch)}
    ways = {"behind": "out", "into": "in"}
    ax, into = shift.places(logs, ways, "A finding").axes
    means = [line for line in ax.lines if line.get_marker() == "None"]
    np.testing.assert_allclose(means[0].get_xdata(), [2, 2])
    np.testing.assert_allclose(means[1].get_xdata(), [0.1, 1])
    dots = [line.get_xdata() for line in ax.lines if line not in means]
    np.testing.assert_allclose(dots, [[1, 2], [4, 2], [0.1, 0.5], [0.1, 2]])
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["bn1", "block1.bn1"]
    assert [label.get_text() for label in into.get_yticklabels()] == ["fc"]
    names = {text.get_text(): text.get_color() for text in ax.texts}
    assert names == {"none": shift.TEXT, "batch": shift.INK}


@pytest.mark.parametrize("margin", [0.01, 0.02])
def test_three_networks_are_joined_and_two_differences_drawn(margin):
    shares = {"none": [0.8, 0.82], "noisy": [0.85, 0.86], "batch": [0.86, 0.84]}
    differences = {"noisy − none": [0.05, 0.04], "noisy − batch": [-0.01, 0.02]}
    intervals = (0.01, 0.045, 0.08), (-0.02, 0.005, 0.03)
    drawn = shift.three(shares, differences, intervals, margin, "A finding")
    left, right = drawn.axes
    np.testing.assert_allclose(left.lines[1].get_ydata(), [82, 86, 84])
    np.testing.assert_allclose(left.lines[2].get_ydata(), [81, 85.5, 85])
    band = right.patches[0].get_bbox()
    np.testing.assert_allclose((band.y0, band.y1), (-100 * margin, 0))
    _, dots, bar, mean, *_ = right.lines
    np.testing.assert_allclose(dots.get_ydata(), [5, 4])
    np.testing.assert_allclose(bar.get_ydata(), [1, 8])
    np.testing.assert_allclose(mean.get_ydata(), [4.5])

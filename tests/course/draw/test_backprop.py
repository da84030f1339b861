import numpy as np
import pytest

from course.draw import backprop


def test_each_quantity_has_its_line_the_first_in_ink():
    errors = {"x": [1e-9, 1e-5], "gamma": [1e-12, 0.0]}
    ax = backprop.step_sizes([1e-4, 1e-2], errors, 1e-6).axes[0]
    x, gamma, tolerance = ax.lines
    assert x.get_ydata().tolist() == errors["x"]
    assert gamma.get_ydata().tolist() == [1e-12, 1e-17]  # 0 has no logarithm
    assert x.get_color() == backprop.INK != gamma.get_color()
    assert tolerance.get_ydata()[0] == 1e-6
    assert [text.get_text() for text in ax.texts[:2]] == ["x", "gamma"]


def test_both_sides_share_their_axes_and_every_channel_is_inside():
    arriving = np.array([[1.0, -2.0], [3.0, 0.5]])
    panels = backprop.two_directions(arriving, 0 * arriving).axes
    np.testing.assert_array_equal(panels[0].lines[-1].get_xydata(), arriving)
    np.testing.assert_array_equal(panels[1].lines[-1].get_xydata(), 0)
    assert panels[0].get_xlim() == panels[1].get_xlim() == panels[0].get_ylim()
    assert panels[0].get_xlim()[1] > 3


def test_what_is_taken_away_is_in_per_cent():
    ax = backprop.taken_away([0.01, 0.0005], [0.5, 2.0], "much").axes[0]
    small, large = ax.lines
    assert small.get_xdata() == pytest.approx([1, 0.05])
    assert large.get_xdata() == pytest.approx([50, 200])
    assert small.get_ydata().tolist() == large.get_ydata().tolist() == [0, 1]
    assert ax.get_xscale() == "log"

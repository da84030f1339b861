import numpy as np

from course.draw import regions


def test_slopes_are_shares_of_their_largest_and_both_regions_are_drawn():
    slopes = {"tanh": [0.5, 1.0, 0.5], "sigmoid": [0.2, 0.25, 0.2]}
    article = dict.fromkeys(slopes, (-1.0, 1.0))
    half = {"tanh": (-0.9, 0.9), "sigmoid": (-np.inf, np.inf)}
    drawn = regions.derivatives([-2, 0, 2], slopes, article, half)
    for ax, name, ends in zip(drawn.axes, slopes, ([-0.9, 0.9], [-2, 2]), strict=True):
        limit, thick, slope = ax.lines
        assert set(limit.get_ydata()) == {0.5}
        assert thick.get_xdata().tolist() == ends
        np.testing.assert_allclose(
            slope.get_ydata(), np.divide(slopes[name], max(slopes[name]))
        )
        (shade,) = ax.patches
        assert (shade.get_x(), shade.get_width()) == (-1, 2)


def test_before_is_grey_after_is_ink_and_the_normal_share_a_line():
    fresh = {"act1": [0.1, 0.2], "act2": [0.3]}
    trained = {"act1": [0.4, 0.5], "act2": [0.6]}
    before = {("with", "ReLU"): fresh, ("without", "ReLU"): fresh}
    after = {("with", "ReLU"): trained}
    drawn = regions.active(before, after, {"ReLU": 0.5}, "A finding")
    normal, *dots = drawn.axes[0].lines
    assert normal.get_xdata()[0] == 0.5
    assert [d.get_xdata().tolist() for d in dots] == [
        [0.1, 0.2],
        [0.3],
        [0.4, 0.5],
        [0.6],
    ]
    assert dots[0].get_color() == regions.GREY != dots[2].get_color() == regions.INK
    places = [d.get_ydata().mean().round() for d in dots]
    assert places == [0, 1, 0, 1]
    labels = [label.get_text() for label in drawn.axes[0].get_yticklabels()]
    assert labels == ["act1", "act2"]
    untrained = drawn.axes[1].lines[1:]
    assert [d.get_xdata().tolist() for d in untrained] == [[0.1, 0.2], [0.3]]
    assert {d.get_color() for d in untrained} == {regions.GREY}

import numpy as np

from course.draw import slopes

WALK = ([0, 0.1, 1.0], [0, 0.01, 0.1], [0.7, 0.6, 1.5])


def test_walks_are_drawn_over_two_axes_from_their_start():
    moments = {0: WALK, 4: ([0, 0.1], [0, 0.02], [0.5, 0.4])}
    drawn = slopes.walks({"with": moments, "without": moments}, _rates(), "A finding")
    assert [ax.get_title(loc="left") for ax in drawn.axes[:2]] == ["with", "without"]
    for column in (0, 1):
        above, below = drawn.axes[column], drawn.axes[2 + column]
        rate = above.lines[1]
        assert rate.get_xdata()[0] == list(_rates().values())[column]
        first, last = above.lines[2:]
        np.testing.assert_allclose(first.get_ydata(), [-0.1, 0.8])
        np.testing.assert_allclose(last.get_ydata(), [-0.1])
        assert last.get_color() == slopes.INK != first.get_color()
        assert [line.get_xdata().tolist() for line in below.lines[1:]] == [
            [0.01, 0.1],
            [0.02],
        ]
        assert above.get_ylim() == below.get_ylim()
    (legend,) = [ax.get_legend() for ax in drawn.axes if ax.get_legend()]
    said = [text.get_text() for text in legend.get_texts()]
    assert said == ["before training", "after epoch 4"]


def _rates():
    return {"with": 0.4, "without": 0.06}


def test_the_trick_shows_theory_and_both_measures():
    k = [0.5, 1, 2]
    theory, roughness, free = (
        slopes.scale_trick(k, [4.1, 1, 0.24], [1, 1, 1.01]).axes[0].lines
    )
    assert theory.get_ydata().tolist() == [4, 1, 0.25]
    assert list(roughness.get_ydata()) == [4.1, 1, 0.24]
    assert list(free.get_ydata()) == [1, 1, 1.01]


def test_ratios_are_drawn_as_numbers_and_not_as_logarithms():
    views = {"a": {"loss": [0, np.log(2)], "change": [1, 2]}, "b": {"loss": [0, 0]}}
    intervals = {
        ("a", "loss"): (-1, 0.5, 2),
        ("a", "change"): (1, 1.5, 2),
        ("b", "loss"): (0, 0, 0),
    }
    drawn = slopes.ratios(views, intervals, "A finding")
    first, second = drawn.axes
    one, seeds, bar, mean, *_ = first.lines
    assert one.get_xdata()[0] == 1
    np.testing.assert_allclose(seeds.get_xdata(), [1, 2])
    np.testing.assert_allclose(bar.get_xdata(), np.exp([-1, 2]))
    np.testing.assert_allclose(mean.get_xdata(), np.exp([0.5]))
    assert [label.get_text() for label in first.get_yticklabels()] == ["loss", "change"]
    shown = {float(label.get_text()) for label in second.get_xticklabels()}
    assert {1.0, 2.0, 5.0} <= shown

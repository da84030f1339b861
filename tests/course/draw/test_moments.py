import numpy as np

from course.draw import moments

GENERATOR = np.random.default_rng(0)


def numbers(channels):
    return GENERATOR.normal(size=channels), 1 + GENERATOR.random(channels)


GIVEN = {"bn1": numbers(16), "bn2": numbers(64)}
RETURNED = {"bn1": numbers(16), "bn2": numbers(64)}


def draw():
    return moments.scatter({"input": GIVEN, "output": RETURNED}, "They agree").axes


def test_dots_and_bars_are_mean_and_deviation_in_the_order_of_the_first_side():
    for ax, layers in zip(draw(), (GIVEN, RETURNED), strict=True):
        for number, (name, (mean, deviation)) in enumerate(layers.items()):
            order = np.argsort(GIVEN[name][0])
            x, rows = ax.lines[number].get_data()
            np.testing.assert_array_equal(x, mean[order])
            bars = np.stack(ax.collections[number].get_segments())
            np.testing.assert_allclose(bars[:, 0, 0], (mean - deviation)[order])
            np.testing.assert_allclose(bars[:, 1, 0], (mean + deviation)[order])
            np.testing.assert_array_equal(bars[:, 0, 1], rows)


def test_both_sides_share_their_axes_and_the_first_channel_stands_on_top():
    left, right = draw()
    assert left.get_xlim() == right.get_xlim()
    assert left.get_ylim() == right.get_ylim()
    assert left.yaxis_inverted()


def test_layers_stand_apart_and_beside_their_names():
    left, _ = draw()
    first, second = (line.get_ydata() for line in left.lines[:2])
    assert first.max() < second.min()
    one, two = left.get_yticks()
    assert first.min() < one < first.max()
    assert second.min() < two < second.max()
    assert [label.get_text() for label in left.get_yticklabels()] == ["bn1", "bn2"]

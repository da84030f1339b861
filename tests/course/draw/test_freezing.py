from itertools import product

import numpy as np

from course.draw import freezing
from course.draw.style import GREY, INK

WAYS = list(product(["train", "frozen"], repeat=2))


def test_rates_rings_the_best_of_every_way():
    ways = {"trained": {0.1: 0.6, 0.3: 0.8, 1.0: 0.7}, "frozen": {0.1: 0.5, 0.3: 0.4}}
    drawn = freezing.rates({"shapes": ways, "noise": ways}, "A finding")
    ax = drawn.axes[0]
    means, ring, others, other_ring = ax.lines
    np.testing.assert_allclose(means.get_xydata(), [[0.1, 60], [0.3, 80], [1, 70]])
    np.testing.assert_allclose(ring.get_xydata(), [[0.3, 80]])
    np.testing.assert_allclose(others.get_ydata(), [50, 40])
    np.testing.assert_allclose(other_ring.get_xydata(), [[0.1, 50]])
    assert [t.get_text() for t in drawn.legends[0].get_texts()] == ["trained", "frozen"]
    assert [ax.get_title(loc="left") for ax in drawn.axes[:2]] == ["shapes", "noise"]
    labels = [ax.get_ylabel() for ax in drawn.axes]
    assert labels == ["validation accuracy", ""]


def test_differences_draws_points_interval_and_mean_of_every_task():
    tasks = {"grey": ([1.0, 3.0], (0.5, 2.0, 3.5)), "noise": ([0.0], (-1, 0, 1))}
    drawn = freezing.differences({"64": tasks, "4": tasks}, 1.0, "points", "A finding")
    labels = [label.get_text() for label in drawn.axes[0].get_yticklabels()]
    assert labels == ["grey", "noise"]
    assert len(drawn.axes) == 2
    for ax in drawn.axes:
        zero, margin, *marks = ax.lines
        assert set(zero.get_xdata()) == {0}
        assert set(margin.get_xdata()) == {1}
        for row, (points, interval) in enumerate(tasks.values()):
            dots, bar, mean = marks[3 * row : 3 * row + 3]
            assert dots.get_xdata().tolist() == points
            assert [*bar.get_xdata(), *mean.get_xdata()] == [
                *interval[::2],
                interval[1],
            ]
            assert all(
                abs(y - row) < 0.3 for y in [*dots.get_ydata(), *bar.get_ydata()]
            )


def test_without_a_margin_only_zero_is_marked():
    tasks = {"grey": ([1.0], (0.5, 2.0, 3.5))}
    ax = freezing.differences({"4": tasks}, 0, "points", "A finding").axes[0]
    assert len(ax.lines) == 1 + 3


def test_ways_joins_trained_and_frozen_statistics():
    table = {way: [0.1 * n, 0.1 * n + 0.1] for n, way in enumerate(WAYS)}
    ax = freezing.ways({"grey": table}, 1, "A finding").axes[0]
    lines = {line.get_label(): line for line in ax.lines if "γ" in line.get_label()}
    trained, frozen = lines["γ, β trained"], lines["γ, β frozen"]
    np.testing.assert_allclose(trained.get_ydata(), [5, 25])  # ways 0 and 2
    np.testing.assert_allclose(frozen.get_ydata(), [15, 35])  # ways 1 and 3
    assert (trained.get_color(), frozen.get_color()) == (INK, GREY)
    dots = [line.get_ydata().tolist() for line in ax.lines if line.get_marker() == "o"]
    assert np.allclose(dots, [[0, 10], [20, 30], [10, 20], [30, 40]])
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names == ["trained", "frozen"]
    assert ax.get_ylabel() == "validation accuracy"


def test_no_dot_hides_another():
    points = [0.8, 0.5, 0.8, -0.1]
    drawn = freezing.differences({"4": {"grey": (points, (0, 1, 2))}}, 0, "p", "A")
    dots = drawn.axes[0].lines[1]
    assert dots.get_xdata().tolist() == points
    assert len(set(map(tuple, dots.get_xydata().round(6)))) == len(points)

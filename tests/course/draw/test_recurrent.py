import numpy as np

from course.draw import recurrent

GENERATOR = np.random.default_rng(0)


def test_every_unit_is_a_line_and_the_one_that_moves_most_in_ink():
    means, deviations = GENERATOR.normal(size=(2, 8, 5))
    means[:, 3] *= 100
    drawn = recurrent.steps({"dusk": (means, deviations)}, "A finding")
    for ax, table in zip(drawn.axes, (means, deviations), strict=True):
        *units, most = ax.lines
        shown = np.stack([line.get_ydata() for line in units], axis=1)
        np.testing.assert_array_equal(shown, table)
        np.testing.assert_array_equal(most.get_ydata(), table[:, 3])
        assert most.get_xdata().tolist() == [*range(1, 9)]
    assert drawn.axes[1].get_ylim()[0] == 0


def test_lines_are_means_over_seeds_and_hollow_marks_the_readers_own():
    rows, ways = [16, 32, 64], ["per step", "one pair"]
    table = {way: GENERATOR.uniform(size=(6, 3)) for way in ways}
    live = {("dusk", "per step"): 0.8, ("dusk", "one pair"): 0.7}
    drawn = recurrent.lengths(rows, {"dusk": table}, 32, "A finding", live=live)
    ax = drawn.axes[0]
    mark, per_step, ring, one_pair, square = ax.lines
    assert mark.get_xdata() == [32, 32]
    for line, way in ((per_step, "per step"), (one_pair, "one pair")):
        np.testing.assert_allclose(line.get_ydata(), 100 * table[way].mean(0))
    for own, value in ((ring, 80), (square, 70)):
        assert (own.get_xdata(), own.get_ydata()) == ([32], [value])
    assert ring.get_marker() != square.get_marker()
    for bars, way in zip(ax.collections, ways, strict=True):
        ends = np.array(bars.get_segments())[:, :, 1]
        low, high = 100 * table[way].min(0), 100 * table[way].max(0)
        np.testing.assert_allclose(ends, np.stack([low, high], axis=1))

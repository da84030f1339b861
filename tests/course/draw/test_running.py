import numpy as np

from course.draw import running

GENERATOR = np.random.default_rng(0)


def test_every_rule_is_drawn_over_the_same_batches_and_buffer():
    batch, buffer = GENERATOR.normal(size=(2, 7))
    rules = {"one": buffer, "other": batch}
    drawn = running.conventions(batch, buffer, rules, "A finding")
    assert [ax.get_title(loc="left") for ax in drawn.axes] == ["one", "other"]
    for ax, rule in zip(drawn.axes, rules.values(), strict=True):
        dots, line, rings = ax.lines
        np.testing.assert_array_equal(dots.get_ydata(), batch)
        np.testing.assert_array_equal(line.get_ydata(), rule)
        assert rings.get_xdata().tolist() == [1, 4, 7]
        np.testing.assert_array_equal(rings.get_ydata(), buffer[[0, 3, 6]])
    assert drawn.axes[0].get_ylim() == drawn.axes[1].get_ylim()


def drawn_catching_up():
    steps = [10, 20, 44, 156]
    first, second = GENERATOR.uniform(0.5, 0.9, size=(2, 4, 3))
    spans = [[-0.01, 0.05, 0.11]] * 4
    sides = {"buffers": first, "whole set": second}
    return running.catching_up(steps, sides, spans, 44, "A finding"), first, second


def test_seeds_and_their_mean_in_per_cent_on_shared_axes():
    drawn, *tables = drawn_catching_up()
    for ax, table in zip(drawn.axes, tables, strict=False):
        *seeds, mean, _ = ax.lines
        shown = np.stack([line.get_ydata() for line in seeds], axis=1)
        np.testing.assert_allclose(shown, 100 * table)
        np.testing.assert_allclose(mean.get_ydata(), 100 * table.mean(axis=1))
    assert drawn.axes[0].get_ylim() == drawn.axes[1].get_ylim()


def test_the_difference_has_its_interval_and_every_panel_the_mark():
    drawn, *_ = drawn_catching_up()
    right = drawn.axes[2]
    (bars,) = right.collections
    ends = [np.sort(segment[:, 1]).tolist() for segment in bars.get_segments()]
    np.testing.assert_allclose(ends, [[-1, 11]] * 4)
    for ax in drawn.axes:
        assert 44 in [
            line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 2
        ]
        ticks = [label.get_text() for label in ax.get_xticklabels()]
        assert ticks == ["10", "20", "44", "156"]


def test_steps_that_would_touch_have_one_number():
    steps = [10, 15, 20, 30]
    shares = np.full((4, 2), 0.9)
    drawn = running.catching_up(
        steps, {"a": shares, "b": shares}, [[-1, 0, 1]] * 4, 15, "A finding"
    )
    ticks = [label.get_text() for label in drawn.axes[0].get_xticklabels()]
    assert ticks == ["10", "15", "30"]

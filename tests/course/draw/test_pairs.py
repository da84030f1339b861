import numpy as np
import pandas as pd
import pytest

from course.draw import pairs

RUNS = pd.DataFrame(
    {
        "max_lr": [0.1, 0.1, 0.2, 0.2, 0.4, 0.4],
        "val_accuracy": [0.7, 0.8, 0.9, 0.8, np.nan, 0.4],
    },
    index=[0, 0, 1, 1, 2, 2],
)


def test_the_line_is_the_mean_and_a_diverged_run_counts_as_chance():
    drawn = pairs.rates({"a": RUNS}, {"a": 0.2}, "A finding", least=0.3)
    mean = drawn.axes[0].lines[0]
    assert mean.get_xdata().tolist() == [0.1, 0.2, 0.4]
    np.testing.assert_allclose(mean.get_ydata(), [0.75, 0.85, 0.45])


def test_runs_that_cannot_be_seen_are_crosses_on_the_edge():
    drawn = pairs.rates({"a": RUNS, "b": RUNS[:4]}, {"a": 0.2, "b": 0.1}, "A finding")
    crosses = [line for line in drawn.axes[0].lines if line.get_marker() == "x"]
    assert crosses[0].get_xdata().tolist() == [0.4, 0.4]
    assert crosses[0].get_ydata().tolist() == [0.5, 0.5]
    assert [text.get_text() for text in drawn.axes[0].texts] == ["< 50 %"]
    assert not [line for line in drawn.axes[1].lines if line.get_marker() == "x"]
    assert not drawn.axes[1].texts


def test_the_ring_marks_the_rate_chosen():
    drawn = pairs.rates({"a": RUNS, "b": RUNS}, {"a": 0.2, "b": 0.1}, "A finding")
    rings = [ax.lines[-1].get_data() for ax in drawn.axes]
    assert [(float(x[0]), round(float(y[0]), 6)) for x, y in rings] == [
        (0.2, 0.85),
        (0.1, 0.75),
    ]
    ticks = [label.get_text() for label in drawn.axes[0].get_xticklabels()]
    assert ticks == ["0.1", "0.2", "0.4"]


@pytest.mark.parametrize("percent", [False, True])
def test_pairs_are_joined_and_the_interval_is_drawn(percent):
    without, with_norm = [0.8, 0.9, 0.7], [0.85, 0.9, 0.8]
    interval = (-0.02, 0.05, 0.12)
    drawn = pairs.paired(
        without, with_norm, interval, "accuracy", "A finding", percent=percent
    )
    left, right = drawn.axes
    joined = [line.get_ydata().tolist() for line in left.lines[:3]]
    assert joined == [list(pair) for pair in zip(without, with_norm, strict=True)]
    np.testing.assert_allclose(left.lines[3].get_ydata(), [0.8, 0.85])
    zero, dots, bar, mean = right.lines
    assert set(zero.get_ydata()) == {0}
    np.testing.assert_allclose(dots.get_ydata(), [0.05, 0, 0.1])
    assert bar.get_ydata().tolist() == [-0.02, 0.12]
    assert mean.get_ydata().tolist() == [0.05]
    low, high = right.get_ylim()
    assert low < -0.02
    assert high > 0.12
    assert ("points" in right.get_ylabel()) is percent


def test_every_goal_has_its_interval_and_the_chosen_one_a_ring():
    intervals = {0.8: (-1.0, 0.5, 2.0), 0.85: (0.1, 0.8, 1.5), 0.9: (2.0, 3.0, 4.0)}
    ax = pairs.goals(intervals, 0.85, "A finding").axes[0]
    bars = [line for line in ax.lines if line.get_linewidth() == 4]
    assert [bar.get_ydata().tolist() for bar in bars] == [
        [low, high] for low, _, high in intervals.values()
    ]
    *_, ring = ax.lines
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (0.85, 0.8)
    colours = {bar.get_xdata()[0]: bar.get_color() for bar in bars}
    assert colours[0.8] == colours[0.9] != colours[0.85]


@pytest.mark.parametrize("scale", [0.0004, 0.004, 0.03, 0.2])
def test_the_label_of_a_tick_is_its_value(scale):
    after = 0.5 + scale * np.array([0.65, 1.0, 1.15])
    interval = (0.6 * scale, scale, 1.2 * scale)
    drawn = pairs.paired([0.5] * 3, after, interval, "a", "b", percent=True)
    drawn.draw_without_rendering()
    for ax in drawn.axes:
        written = [label.get_text() for label in ax.get_yticklabels()]
        read = [float(t.removesuffix(" %").replace("−", "-")) for t in written]
        np.testing.assert_allclose(read, 100 * ax.get_yticks(), rtol=1e-6, atol=1e-9)
        assert len(set(written)) == len(written)

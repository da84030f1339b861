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
    assert not [line for line in drawn.axes[1].lines if line.get_marker() == "x"]


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
    assert low == -high
    assert high > 0.12
    assert ("points" in right.get_ylabel()) is percent

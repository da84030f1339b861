import numpy as np
import pandas as pd

from course.draw import ladders

RUNS = pd.DataFrame(
    {
        "max_lr": [0.1, 0.1, 1.0, 1.0, 10.0, 10.0],
        "val_accuracy": [0.7, 0.8, 0.9, 0.8, np.nan, 0.6],
    },
    index=[0, 0, 1, 1, 2, 2],
)


def test_the_line_is_the_mean_and_a_diverged_run_counts_as_guessing():
    drawn = ladders.ladder({"a": RUNS}, "max_lr", "rate", "A finding", goal=0.65)
    goal, mean, dots, crosses = drawn.axes[0].lines
    assert set(goal.get_ydata()) == {0.65}
    assert mean.get_xdata().tolist() == [0.1, 1, 10]
    np.testing.assert_allclose(mean.get_ydata(), [0.75, 0.85, 0.55])
    assert len(dots.get_xdata()) == 5
    assert (crosses.get_xdata().tolist(), crosses.get_ydata().tolist()) == ([10], [0.5])
    assert drawn.axes[0].get_xlabel() == "rate"
    ticks = [label.get_text() for label in drawn.axes[0].get_xticklabels()]
    assert ticks == ["0.1", "1", "10"]


def test_a_live_run_is_a_diamond_in_its_own_panel():
    drawn = ladders.ladder(
        {"a": RUNS, "b": RUNS, "c": RUNS},
        "max_lr",
        "rate",
        "A finding",
        live={"b": (1.0, 0.85), "c": (10.0, np.nan)},
    )
    diamonds = [
        [line.get_data() for line in ax.lines if line.get_marker() == "D"]
        for ax in drawn.axes
    ]
    assert [len(found) for found in diamonds] == [0, 1, 1]
    assert [float(v[0]) for v in diamonds[1][0]] == [1.0, 0.85]
    assert [float(v[0]) for v in diamonds[2][0]] == [10.0, 0.5]


def test_stages_join_a_seed_and_say_the_intervals():
    found = {"one": [[80, 81, 83], [81, 82, 83]], "ten": [[85, 84, 92]]}
    steps = {"one": [(0.5, 1, 1.5), (-1, 1.5, 2)], "ten": [None, None]}
    drawn = ladders.stages(["a, b", "c", "d"], found, steps, "A finding")
    for ax, (setting, runs) in zip(drawn.axes, found.items(), strict=True):
        *seeds, mean = ax.lines
        assert [line.get_ydata().tolist() for line in seeds] == runs
        np.testing.assert_allclose(mean.get_ydata(), np.mean(runs, axis=0))
        assert ax.get_title(loc="left") == setting
    said = [[text.get_text() for text in ax.texts] for ax in drawn.axes]
    assert said == [["+0.5 to +1.5", "−1 to +2"], []]
    assert drawn.axes[0].get_xticklabels()[0].get_text() == "a,\nb"

import numpy as np
import pandas as pd
import pytest

from course.draw import training


def table(epochs=3, seeds=2, start=0.7):
    rows = [
        {
            "seed": seed,
            "epoch": epoch,
            "train_accuracy": start + 0.05 * epoch + 0.02 * seed,
            "val_accuracy": start + 0.04 * epoch - 0.02 * seed,
        }
        for seed in range(seeds)
        for epoch in range(1, epochs + 1)
    ]
    return pd.DataFrame(rows).sample(frac=1, random_state=0)  # the order is no matter


def test_a_line_for_each_seed_and_a_thick_one_for_their_mean():
    drawn = training.curves({"a": table()}, "A finding")
    lines = drawn.axes[0].lines
    assert len(lines) == 2 * (2 + 1)
    widest = [line for line in lines if line.get_linewidth() > 2]
    for line, measure in zip(widest, ("train_accuracy", "val_accuracy"), strict=True):
        expected = table().groupby("epoch")[measure].mean()
        np.testing.assert_allclose(line.get_xdata(), [1, 2, 3])
        np.testing.assert_allclose(line.get_ydata(), expected)


def test_panels_share_their_axes_and_name_the_lines_once():
    drawn = training.curves({"a": table(50), "b": table(10)}, "A finding")
    left, right = drawn.axes
    assert left.get_xlim() == right.get_xlim()
    assert left.get_ylim() == right.get_ylim() == (0.6, 1.0)
    assert [ax.get_title(loc="left") for ax in drawn.axes] == ["a", "b"]
    assert not left.texts
    assert [text.get_text() for text in right.texts] == ["training", "validation"]
    ticks = [label.get_text() for label in left.get_xticklabels()]
    assert ticks == ["1", "2", "3", "5", "10", "20", "50"]


def test_names_do_not_lie_on_each_other():
    alike = table()
    alike["train_accuracy"] = alike["val_accuracy"]
    heights = [t.xy[1] for t in training.curves({"a": alike}, "").axes[0].texts]
    assert abs(heights[0] - heights[1]) >= 0.07 * 0.4 - 1e-9


def test_a_live_run_is_drawn_as_dots_in_its_panel():
    live = table(2, 1)
    drawn = training.curves({"a": table(), "b": table()}, "A finding", live={"b": live})
    left, right = ([x for x in ax.lines if x.get_marker() == "o"] for ax in drawn.axes)
    assert not left
    for dots, measure in zip(right, ("train_accuracy", "val_accuracy"), strict=True):
        assert dots.get_xdata().tolist() == live["epoch"].tolist()
        assert dots.get_ydata().tolist() == live[measure].tolist()


def test_what_lies_below_is_drawn_on_the_edge():
    drawn = training.curves({"a": table(start=0.3)}, "A finding", least=0.5)
    lowest = min(float(np.min(line.get_ydata())) for line in drawn.axes[0].lines)
    assert lowest == 0.5


@pytest.mark.parametrize("goals", [(0.85,), (0.89, 0.95)])
def test_the_goals_are_dashed_and_named(goals):
    ax = training.curves({"a": table()}, "A finding", goals=goals).axes[0]
    texts = [text.get_text() for text in ax.texts]
    assert texts[: len(goals)] == [f"{100 * goal:.0f} %" for goal in goals]
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert [set(line.get_ydata()) for line in dashed] == [{goal} for goal in goals]

import numpy as np
import pandas as pd

from course.draw import company


def test_the_middle_image_is_drawn_beside_the_law_and_dropout():
    spreads = [[1.0, 2.0, 9.0], [0.5, 1.0, 4.0]]
    drawn = company.spread([4, 16], spreads, {"one": 0.3, "two": 0.6}, "A finding")
    law, one, two, middle = drawn.axes[0].lines
    assert law.get_ydata().tolist() == [2, 1]
    assert set(one.get_ydata()) == {0.3}
    assert set(two.get_ydata()) == {0.6}
    assert middle.get_ydata().tolist() == [2, 1]
    assert {text.get_text() for text in drawn.axes[0].texts} >= {"one", "two"}


def test_a_gap_is_the_distance_of_two_means():
    many = pd.DataFrame({"train_accuracy": [0.96, 1.0], "val_accuracy": [0.8, 0.84]})
    few = pd.DataFrame({"train_accuracy": [0.9, 0.9], "val_accuracy": [0.85, 0.85]})
    drawn = company.gaps({"256": many, "16": few}, "A finding", live={"16": (0.8, 0.9)})
    ax = drawn.axes[0]
    said = [text.get_text() for text in ax.texts]
    assert said[:2] == ["gap 16.0", "gap 5.0"]
    lines = [line.get_xdata() for line in ax.lines if line.get_linewidth() == 5]
    np.testing.assert_allclose(lines, [[0.82, 0.98], [0.85, 0.9]])
    diamonds = [line for line in ax.lines if line.get_marker() == "D"]
    assert [float(line.get_xdata()[0]) for line in diamonds] == [0.8, 0.9]
    assert all(round(line.get_ydata()[0]) == 1 for line in diamonds)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["256", "16"]

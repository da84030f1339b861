import numpy as np

from course.draw import bias


def test_a_row_holds_the_ratios_of_its_network_and_zero_is_the_edge():
    rows = {"with": [1e-16, 0.0], "without": [0.1, 0.2, 0.3]}
    ax = bias.gradients(rows, 1e-12, "A finding").axes[0]
    first, second, limit = ax.lines
    assert first.get_xdata().tolist() == [1e-16, bias.EDGE]
    assert second.get_xdata().tolist() == [0.1, 0.2, 0.3]
    assert {round(y) for y in second.get_ydata()} == {1}
    assert set(limit.get_xdata()) == {1e-12}
    assert [label.get_text() for label in ax.get_yticklabels()] == ["with", "without"]
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names[0] == "0"
    assert names[-1] == "1"


def test_what_followed_and_what_was_trained_are_drawn_over_the_theory():
    moved = [0, 0.1, 0.19, 0.27, 0.34]
    trained = {"decay": [[1.0, 1.0], [0.9, 0.8]], "none": [[1.0, 1.0], [1.0, 1.0]]}
    drawn = bias.fate((moved, np.add(moved, 1)), trained, [1.0, 0.85], "A finding")
    left, right = drawn.axes
    line, dots = left.lines
    assert line.get_ydata().tolist() == np.add(moved, 1).tolist()
    assert dots.get_xdata().tolist() == [0, 2, 4]
    assert dots.get_ydata().tolist() == [0, 0.19, 0.34]
    shares = np.array([line.get_ydata() for line in right.lines[:4]]).T
    both = np.hstack([trained["decay"], trained["none"]])
    np.testing.assert_array_equal(shares, both)
    assert right.lines[4].get_ydata().tolist() == [1.0, 0.85]
    assert [text.get_text() for text in right.texts] == ["decay", "none"]

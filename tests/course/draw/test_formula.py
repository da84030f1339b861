import numpy as np
import pytest

from course.draw import formula


def test_the_line_is_the_theory_and_the_dots_are_given():
    eps = np.geomspace(1e-8, 10, 5)
    drawn = formula.eps_gap(eps, eps / 2, variance=0.25, printed=(1e-5, 2e-5))
    theory, tried, ring = drawn.axes[0].lines
    x, y = theory.get_data()
    np.testing.assert_allclose(y, 1 - np.sqrt(0.25 / (0.25 + x)))
    np.testing.assert_array_equal(tried.get_ydata(), eps / 2)
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (1e-5, 2e-5)
    assert drawn.axes[0].get_xscale() == drawn.axes[0].get_yscale() == "log"


def test_the_ratio_and_its_theory():
    drawn = formula.variance_ratio([2, 8], [2.1, 1.2])
    theory, measured = drawn.axes[0].lines
    n = theory.get_xdata()
    np.testing.assert_allclose(theory.get_ydata(), n / (n - 1))
    np.testing.assert_array_equal(measured.get_ydata(), [2.1, 1.2])
    ticks = [label.get_text() for label in drawn.axes[0].get_xticklabels()]
    assert ticks[-1] == "65,536"


def test_exact_agreement_is_drawn_at_the_edge_and_missing_is_not_drawn():
    drawn = formula.rounding({"a": [0.0, 1e-15], "b": [np.nan, 1e-14]}, 1e-10)
    a, b = drawn.axes[0].lines[:2]
    assert a.get_xdata().tolist() == [1e-17, 1e-15]
    assert b.get_xdata().tolist() == [1e-14]
    labels = [label.get_text() for label in drawn.axes[0].get_xticklabels()]
    assert labels == ["0", "1e−15", "1e−12", "1e−9"]


@pytest.mark.parametrize(
    ("b", "title"),
    [
        (1e-14, "By hand and built in differ by rounding, and nothing else"),
        (0.3, "More than rounding: b"),
    ],
)
def test_the_title_says_what_is_there(b, title):
    drawn = formula.rounding({"a": [1e-16], "b": [b]}, tolerance=1e-10)
    assert drawn.get_suptitle() == title
    assert drawn.axes[0].get_xlim()[1] > b

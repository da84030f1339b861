import numpy as np
import pytest

from course.dark import darken
from course.draw import placement

EDGES = np.linspace(-2, 2, 9)


def station(shift):
    counts = np.zeros((3, 8))
    counts[:, 3 + shift] = [10, 20, 40]
    mean, var = np.array([0.0, 0.5, 1.0]) + shift, np.array([0.25, 1.0, 4.0])
    return counts, mean, var


def drawn_stations():
    rows = {"before": {"conv": station(0), "norm": station(1)}}
    rows["after"] = {"conv": station(2), "ReLU": station(1)}
    return placement.stations(EDGES, rows, "A finding")


def test_a_panel_holds_the_counts_of_its_station():
    panels = drawn_stations().axes[:4]
    assert [ax.get_title(loc="left") for ax in panels] == [
        "conv",
        "norm",
        "conv",
        "ReLU",
    ]
    for ax, shift in zip(panels, (0, 1, 2, 1), strict=True):
        counts, *_ = station(shift)
        found = np.asarray(ax.collections[0].get_array()).reshape(3, 8)
        np.testing.assert_allclose(np.expm1(found), counts)
    assert len({ax.collections[0].get_clim() for ax in panels}) == 1
    assert panels[2].get_ylabel().startswith("after")


def test_the_mean_and_one_deviation_to_both_sides_are_marked():
    *bars, means = drawn_stations().axes[1].lines
    assert means.get_xdata().tolist() == [1.0, 1.5, 2.0]
    ends = [bar.get_xdata().tolist() for bar in bars]
    assert ends == [[0.5, 1.5], [0.5, 2.5], [0.0, 4.0]]


def test_marks_stay_white_on_dark_paper():
    drawn = drawn_stations()
    darken(drawn)
    *bars, means = drawn.axes[0].lines
    assert {line.get_color() for line in (bars[0], means)} == {"white"}


def test_the_window_ends_where_the_values_do():
    assert drawn_stations().axes[0].get_xlim() == (EDGES[3], EDGES[6])


def test_differences_have_their_dots_their_interval_and_their_references():
    rows = {"a": ([1.0, 3.0], (-4.0, 2.0, 8.0)), "b": ([0.0, 1.0], (0.1, 0.5, 0.9))}
    ax = placement.differences(rows, "points", "A finding", {"paper": 2.1}).axes[0]
    zero, *lines = ax.lines
    assert set(zero.get_xdata()) == {0}
    for number, (values, (low, mean, high)) in enumerate(rows.values()):
        dots, bar, middle = lines[3 * number : 3 * number + 3]
        assert dots.get_xdata().tolist() == values
        assert list(bar.get_xdata()) == [low, high]
        assert list(middle.get_xdata()) == [mean]
        assert {round(y) for y in (*dots.get_ydata(), *bar.get_ydata())} == {number}
    assert list(lines[6].get_xdata()) == [2.1]
    assert lines[6].get_marker() == "D"
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["a", "b", "reference:\npaper"]


def test_every_channel_has_its_theory_and_its_dots():
    p, tried = np.array([0.0, 0.25, 0.5]), [0.25, 0.5]
    theory = np.array([[1, 1], [1.3, 2], [2, 4.0]])
    panels = {
        "near": (tried, theory[1:] + 0.1, theory),
        "far": (tried, theory[1:], theory),
    }
    drawn = placement.widened(p, panels, "A finding")
    ax = drawn.axes[0]
    assert [line.get_ydata().tolist() for line in ax.lines[:2]] == theory.T.tolist()
    np.testing.assert_allclose(ax.lines[2].get_ydata(), [1, 4 / 3, 2])
    np.testing.assert_allclose(ax.lines[3].get_xdata(), [0.25, 0.25, 0.5, 0.5])
    np.testing.assert_allclose(ax.lines[3].get_ydata(), [1.4, 2.1, 2.1, 4.1])
    assert [ax.get_title(loc="left") for ax in drawn.axes] == ["near", "far"]


@pytest.mark.parametrize("expected", [1.43, 2.0])
def test_layers_stand_in_a_row_with_their_medians(expected):
    ratios = [[1.0, 1.5, 1.7], [2.0, 2.0], [3.0, 5.0]]
    drawn = placement.by_layer(
        ["a", "b", "c"], {"before": ratios}, expected, "A finding"
    )
    ax = drawn.axes[0]
    levels = [line.get_ydata()[0] for line in ax.lines[:2]]
    assert levels == [1.0, expected]
    for at, (line, each) in enumerate(zip(ax.lines[2:5], ratios, strict=True)):
        assert set(line.get_xdata()) == {at}
        assert line.get_ydata().tolist() == each
    assert ax.lines[5].get_ydata().tolist() == [1.5, 2.0, 4.0]
    assert ax.get_yscale() == "log"
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b", "c"]

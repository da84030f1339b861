import numpy as np
import pytest
from matplotlib.colors import to_hex
from scipy import stats

from course.draw import spread
from course.draw.style import INK

NARROW = [-0.6, -0.2, 0.1, 0.3, 0.8]
WIDE = [-3.0, -1.0, 0.1, 1.0, 3.0]
ASIDE = [1.0, 1.1, 1.2, 1.3, 1.4]
BAND = (-0.5, 0.5)


def drawn_quartiles():
    layers = {"bn1": [WIDE, NARROW, ASIDE], "bn2": [NARROW] * 40}
    shares = {"bn1": [0.5, 0.51, 0.0], "bn2": [0.9] * 40}
    runs = {"before": (layers, shares), "after": (layers, shares)}
    return spread.quartiles(runs, BAND, "Some pass")


def test_lines_run_from_quantile_to_quantile_sorted_by_median():
    thin, thick = drawn_quartiles().axes[0].collections[:2]
    ends = [segment[:, 0].tolist() for segment in thin.get_segments()]
    halves = [segment[:, 0].tolist() for segment in thick.get_segments()]
    assert ends == [[-3, 3], [-0.6, 0.8], [1.0, 1.4]]
    assert halves == [[-1, 1], [-0.2, 0.3], [1.1, 1.3]]
    assert thick.get_linewidth()[0] > 2 * thin.get_linewidth()[0]


def test_the_ones_with_most_values_in_the_band_are_in_ink_and_counted():
    axes = drawn_quartiles().axes[0]
    colours = [to_hex(colour) for colour in axes.collections[1].get_colors()]
    assert [colour == INK for colour in colours] == [False, True, False]
    assert [text.get_text() for text in axes.texts] == ["1 of 3", "40 of 40"]


def test_layers_do_not_overlap_and_stand_beside_their_names():
    axes = drawn_quartiles().axes[0]
    first, second = (
        [segment[0, 1] for segment in axes.collections[number].get_segments()]
        for number in (0, 2)
    )
    assert max(first) < min(second)
    ticks = axes.get_yticks()
    assert min(first) < ticks[0] < max(first)
    assert min(second) < ticks[1] < max(second)


def test_the_bar_stands_at_the_largest_gap():
    edges = np.linspace(-4, 4, 81)
    uniform = ((edges[:-1] >= -2) & (edges[:-1] < 2)).astype(int)
    mean, deviation = 0.0, 4 / np.sqrt(12)
    gap = 0.0572  # of a uniform distribution
    drawn = spread.shapes(edges, [uniform], [mean], [deviation], ["box"], [gap])
    curve = drawn.axes[0].lines[0]
    expected = stats.norm.pdf(curve.get_xdata(), mean, deviation)
    np.testing.assert_allclose(curve.get_ydata(), expected)
    bar = drawn.axes[1].collections[0].get_segments()[0]
    assert np.ptp(bar[:, 1]) == pytest.approx(gap, abs=1e-3)
    assert drawn.axes[0].get_title(loc="left") == "box: 0.057"
    (corner,) = drawn.axes[1].child_axes
    np.testing.assert_array_equal(corner.collections[0].get_segments()[0], bar)
    low, high = corner.get_ylim()
    assert low < bar[:, 1].min() < bar[:, 1].max() < high


def test_a_dot_for_each_channel_in_its_layers_row():
    found = {"bn1": np.full(16, 0.01), "bn2": np.linspace(0.03, 0.2, 64)}
    references = {"normal": 0.001, "uniform": 0.057}
    axes = spread.distances(found, references, 0.02, "Half").axes[0]
    for row, values in enumerate(found.values()):
        x, y = axes.lines[row].get_data()
        np.testing.assert_array_equal(x, values)
        assert np.abs(y - row).max() < 0.4
    for row, value in enumerate(references.values(), start=2):
        assert axes.lines[row].get_xydata().tolist() == [[value, row]]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["bn1", "bn2", "normal", "uniform"]
    assert -0.01 < axes.get_xlim()[0] < 0  # a mark at 0 stands clear of the axis
    assert axes.yaxis_inverted()

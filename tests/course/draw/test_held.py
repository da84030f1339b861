import numpy as np
import pandas as pd
import pytest

from course.draw import held


def test_a_run_that_diverged_counts_as_chance_and_the_ring_is_the_rate_chosen():
    rows = [("relu", b, r, a) for b, r, a in ((0, 1, 0.9), (0, 2, np.nan), (2, 1, 0.7))]
    rows.append(("relu", 0, 1, 0.8))
    names = ["activation", "held_bias", "max_lr", "val_accuracy"]
    table = pd.DataFrame(rows, columns=names)
    chosen = {("relu", 0): 1, ("relu", 2): 1, ("tanh", 0): 1}
    table.loc[len(table)] = ("tanh", 0, 1, 0.6)
    relu, tanh = held.rates(table, chosen).axes
    zero, ring, two, _ = relu.lines
    np.testing.assert_allclose(zero.get_ydata(), [0.85, 0.5])
    assert (ring.get_xdata()[0], round(ring.get_ydata()[0], 6)) == (1, 0.85)
    assert zero.get_color() == held.INK != two.get_color()
    assert zero.get_marker() == two.get_marker() == "o"
    assert [(t.get_text(), round(t.xy[1], 2)) for t in relu.texts] == [
        ("0", 0.85),
        ("+2", 0.7),
    ]
    assert tanh.get_title(loc="left") == "tanh"


def test_densities_sit_at_their_bias_with_their_share():
    drawn = held.shifted([-2, 0, 2], {"ReLU": (0, np.inf), "tanh": (-1, 1)})
    relu, tanh = drawn.axes
    peaks = [line.get_xdata()[line.get_ydata().argmax()] for line in relu.lines]
    np.testing.assert_allclose(peaks, [-2, 0, 2], atol=0.03)
    assert [text.get_text() for text in relu.texts] == ["2 %", "50 %", "98 %"]
    assert [text.get_text() for text in tanh.texts] == ["16 %", "68 %", "16 %"]


@pytest.mark.parametrize(("beta", "end", "side"), [(2, 97.7, 1), (-2, 2.3, -1)])
def test_the_shaded_side_is_the_predicted_one(beta, end, side):
    cases = {("relu", beta): ((-0.02, 0.01, 0.04), 0.7)}
    left, right = held.predicted(cases, {"relu": (0, np.inf)}, "A finding").axes
    start, ring = left.lines
    assert (start.get_xdata()[0], ring.get_xdata()[0]) == (50, 70)
    (arrow,) = left.texts
    assert (arrow.xyann[0], round(arrow.xy[0], 1)) == (50, end)
    assert left.get_yticklabels()[0].get_text() == held.case("relu", beta)
    xs = right.collections[0].get_paths()[0].vertices[:, 0]
    assert np.sign(xs[np.abs(xs).argmax()]) == side
    _, bar, mean = right.lines
    assert bar.get_xdata().tolist() == [-2, 4]
    assert mean.get_xdata().tolist() == [1]

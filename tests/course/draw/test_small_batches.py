import numpy as np
import pytest

from course.draw import small_batches

GENERATOR = np.random.default_rng(0)


def test_scatter_is_drawn_over_two_laws_that_fall_with_the_root():
    sizes = [2, 8, 32]
    found = {"mean": [0.3, 0.2, 0.1], "variance": [0.5, 0.3, 0.1]}
    drawn = small_batches.spread(sizes, found, [0.4, 0.8], [0.1, 0.2])
    assert [ax.get_title(loc="left") for ax in drawn.axes] == list(found)
    for ax, dots, image, value in zip(
        drawn.axes, found.values(), [0.4, 0.8], [0.1, 0.2], strict=True
    ):
        values, images, measured = ax.lines
        np.testing.assert_allclose(values.get_ydata(), value / np.sqrt(sizes))
        np.testing.assert_allclose(images.get_ydata(), image / np.sqrt(sizes))
        assert measured.get_ydata().tolist() == dots
        assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert drawn.axes[0].get_ylim() == drawn.axes[1].get_ylim()


@pytest.fixture
def runs():
    shared = {k: GENERATOR.uniform(0.6, 0.9, 6) for k in (2, 16, 64)}
    others = {"group norm": GENERATOR.uniform(0.6, 0.9, 6)}
    spans = {2: (-9.0, -7.0, -5.0), 16: (-1.0, 0.0, 1.0)}
    return shared, others, spans


def test_every_run_and_every_mean_is_there_in_per_cent(runs):
    shared, others, spans = runs
    drawn = small_batches.cost(*runs, 2, "A finding", live={2: 0.75})
    top, bottom = drawn.axes
    means, *groups, other, bar, ring = top.lines
    np.testing.assert_allclose(
        means.get_ydata(), [100 * r.mean() for r in shared.values()]
    )
    for line, values in zip(
        [*groups, other], [*shared.values(), *others.values()], strict=True
    ):
        np.testing.assert_allclose(line.get_ydata(), 100 * values)
    np.testing.assert_allclose(bar.get_ydata(), 100 * others["group norm"].mean())
    assert (ring.get_xdata().tolist(), ring.get_ydata().tolist()) == ([0], [75])
    intervals, dots = bottom.lines[1::2], bottom.lines[2::2]
    assert [tuple(line.get_ydata()) for line in intervals] == [
        (low, high) for low, _, high in spans.values()
    ]
    assert [dot.get_ydata()[0] for dot in dots] == [-7.0, 0.0]
    labels = [label.get_text() for label in bottom.get_xticklabels()]
    assert labels == ["2", "16", "64", "group\nnorm"]
    assert means.get_xdata().tolist() == [0, 3, 5]  # a step is a doubling
    assert other.get_xdata().mean() > 5


def test_pairs_are_joined_by_their_seed():
    sides = {"a": GENERATOR.uniform(size=4), "b": GENERATOR.uniform(size=4)}
    drawn = small_batches.pairs_of_images(sides, {"a − b": (-3, -1, 1)}, 2, "Title")
    left, right = drawn.axes
    *seeds, mean = left.lines
    for seed, line in enumerate(seeds):
        expected = [100 * side[seed] for side in sides.values()]
        np.testing.assert_allclose(line.get_ydata(), expected)
    expected = [100 * side.mean() for side in sides.values()]
    np.testing.assert_allclose(mean.get_ydata(), expected)
    np.testing.assert_array_equal(right.lines[1].get_ydata(), [-3, 1])
    band = right.patches[0].get_extents().transformed(right.transData.inverted())
    assert (band.y0, band.y1) == pytest.approx((-2, 2))

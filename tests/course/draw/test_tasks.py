import numpy as np
import pytest
from matplotlib.colors import to_hex

from course.draw import tasks


def test_a_row_holds_its_images_framed_in_the_colours_of_their_classes():
    images = np.arange(2 * 2 * 3 * 4 * 4, dtype=np.uint8).reshape(2, 2, 3, 4, 4)
    names = [["airplane", "bird"], ["disc", "cross"]]
    rows = {"grey": (images[0], names[0]), "shapes": (images[1], names[1])}
    drawn = tasks.sheet(rows, "A finding")
    assert drawn.get_suptitle() == "A finding"
    grid = np.reshape(drawn.axes, (2, 2))
    assert [line[0].get_ylabel() for line in grid] == ["grey", "shapes"]
    for line, block, said in zip(grid, images, names, strict=True):
        assert [ax.get_title() for ax in line] == said
        for ax, image in zip(line, block, strict=True):
            pixels = ax.images[0].get_array()
            np.testing.assert_array_equal(np.moveaxis(pixels, -1, 0), image)
    frames = [to_hex(ax.spines["top"].get_edgecolor()) for ax in drawn.axes]
    assert frames == ["#0072b2", "#c25400", "#1a1a1a", "#1a1a1a"]


def test_channels_are_where_they_are_or_on_the_edge():
    points = {"photos": ([0.0, 0.1], [1.0, 1.1]), "noise": ([-5, 4], [0.01, 90])}
    drawn = tasks.shifts(points, ["90 %", "60 %"], "A finding")
    inside, outside = (ax.lines[-1] for ax in drawn.axes)
    np.testing.assert_allclose(inside.get_xydata(), [[0, 1], [0.1, 1.1]])
    np.testing.assert_allclose(outside.get_xydata(), [[-3, 1 / 8], [3, 8]])
    titles = [ax.get_title(loc="left") for ax in drawn.axes]
    assert titles == ["photos\n90 %", "noise\n60 %"]
    assert drawn.axes[0].get_yscale() == "log"
    assert [line.get_ydata()[0] for line in drawn.axes[1].lines[:1]] == [1]


@pytest.mark.parametrize("panel", [0, 1])
def test_the_moving_average_begins_before_the_first_batch(panel):
    seen, batch, average = [64, 128], [3.0, 5.0], [1.0, 1.2, 1.58]
    panels = {"64": (seen, batch, average), "4": (seen, batch, average)}
    frozen, dots, line = tasks.traces(panels, "mean", "A finding").axes[panel].lines
    assert set(frozen.get_ydata()) == {1.0}
    np.testing.assert_array_equal(dots.get_xydata(), [[64, 3], [128, 5]])
    np.testing.assert_array_equal(line.get_xydata(), [[0, 1], [64, 1.2], [128, 1.58]])

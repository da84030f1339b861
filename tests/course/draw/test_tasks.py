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


def test_the_memory_begins_before_the_first_batch():
    drawn = tasks.traces({64: [4.0, 9.0], 4: [4.0, 9.0]}, "deviation", "A finding")
    for ax, size in zip(drawn.axes, (64, 4), strict=True):
        frozen, dots, line = ax.lines
        assert set(frozen.get_ydata()) == {1.0}
        np.testing.assert_array_equal(dots.get_xydata(), [[size, 2], [2 * size, 3]])
        memory = [1, 0.9 + 0.4, 0.81 + 0.36 + 0.9]
        np.testing.assert_array_equal(line.get_xdata(), [0, size, 2 * size])
        np.testing.assert_allclose(np.square(line.get_ydata()), memory)
    titles = [ax.get_title(loc="left") for ax in drawn.axes]
    assert titles == [
        "batches of 64: 44 are 2,816 images",
        "batches of 4: 44 are 176 images",
    ]


@pytest.mark.parametrize(("batches", "marks"), [(43, 0), (44, 1)])
def test_44_batches_are_marked_where_there_are_as_many(batches, marks):
    lines = tasks.traces({4: np.ones(batches)}, "m", "A finding").axes[0].lines
    assert [list(line.get_xdata()) for line in lines[3:]] == [[176, 176]] * marks

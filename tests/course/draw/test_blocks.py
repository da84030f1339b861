import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from course.draw import blocks
from course.draw.style import CLASS_COLORS

GENERATOR = np.random.default_rng(0)


def test_a_tile_lies_in_its_images_column_and_its_channels_row():
    block = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    laid = blocks.lay_out(block, gap=2)
    assert laid.shape == (3 * 6 - 2, 2 * 7 - 2)
    for n in range(2):
        for c in range(3):
            tile = laid[c * 6 : c * 6 + 4, n * 7 : n * 7 + 5]
            np.testing.assert_array_equal(tile, block[n, c])
    assert np.isnan(laid).sum() == laid.size - block.size


def test_tiles_show_the_pixels_in_colour_and_by_channel():
    images = GENERATOR.random((2, 3, 8, 8))
    drawn = blocks.channel_tiles(images, ["airplane", "bird"])
    assert isinstance(drawn, Figure)
    shown = np.asarray(drawn.axes[0].images[0].get_array())
    np.testing.assert_allclose(shown[:8, 9:17, :3], np.moveaxis(images[1], 0, -1))
    assert np.unique(shown[8]).tolist() == [0, 1]
    assert not shown[8, :, 3].any()  # a gap lets the paper be seen
    for channel in range(3):
        top = (channel + 1) * 9
        tile = shown[top : top + 8, 9:17, :3]
        np.testing.assert_allclose(tile, images[1, channel][..., None].repeat(3, -1))


def test_the_frame_holds_one_channel_of_all_images():
    drawn = blocks.channel_tiles(np.zeros((3, 3, 8, 8)), ["bird"] * 3)
    frame = drawn.axes[0].patches[0].get_bbox()
    assert (frame.y0, frame.y1) == (8.5, 17.5)  # the second row: channel 0
    assert frame.x0 < 0
    assert frame.x1 > 3 * 8 + 2


def test_class_names_have_their_colours():
    drawn = blocks.channel_tiles(np.zeros((2, 3, 4, 4)), ["bird", "airplane"])
    colours = [to_hex(t.get_color()).upper() for t in drawn.axes[0].get_xticklabels()]
    assert colours == [CLASS_COLORS["bird"], CLASS_COLORS["airplane"]]


def test_what_moved_is_dark_and_the_poked_value_is_marked():
    moved = np.zeros((3, 4, 2, 2), dtype=bool)
    moved[:, 1] = True
    drawn = blocks.neighbours(
        {"batch norm": moved, "none": moved & False}, (2, 1, 0, 1)
    )
    titles = [ax.get_title(loc="left") for ax in drawn.axes]
    assert titles == ["batch norm", "none"]
    shown = drawn.axes[0].collections[0].get_array()
    np.testing.assert_array_equal(shown.filled(np.nan), blocks.lay_out(moved))
    assert drawn.axes[0].get_xlabel() == "image\n12 of 48 values"
    assert drawn.axes[0].patches[0].get_xy() == (2 * 3 + 1, 1 * 3 + 0)
    assert drawn.axes[0].yaxis_inverted()


def test_every_number_is_written_in_its_cell():
    block = np.array([2, -1.5, 0, 40]).reshape(1, 2, 1, 2)
    drawn = blocks.steps({"x": block, "twice": 2 * block})
    written = {t.get_position(): t.get_text() for t in drawn.axes[1].texts}
    assert written == {
        (0.5, 0.5): "4",
        (1.5, 0.5): "−3",
        (0.5, 1.5): "0",
        (1.5, 1.5): "80",
    }


@pytest.mark.parametrize("width", [1, 3])
def test_all_are_eight_inches_wide(width):
    block = GENERATOR.random((2, 2, 2, width))
    for drawn in (
        blocks.steps({"x": block}),
        blocks.neighbours({"x": block > 0.5}, (0, 0, 0, 0)),
    ):
        assert drawn.get_figwidth() == 8

import numpy as np
import pytest

from course.draw import network

SHAPES = [(3, 32, 32), (16, 16, 16), (16, 16, 16), (2,)]
IMAGE = np.random.default_rng(0).integers(0, 256, (3, 32, 32), dtype=np.uint8)


def drawn_stages():
    names, skips = ["stem", "block", "head"], [False, True, False]
    return network.stages(IMAGE, names, SHAPES, [464, 4672, 34], [1, 2, 0], skips)


def test_parameters_are_written_and_summed():
    drawn = drawn_stages()
    texts = [text.get_text() for text in drawn.axes[0].texts]
    assert texts[3:12] == ["stem", "464", "1", "block", "4,672", "2", "head", "34", "0"]
    assert drawn.get_suptitle().startswith("5,170 parameters")


def test_shapes_are_written_under_their_blocks():
    texts = drawn_stages().axes[0].texts[-4:]
    assert [t.get_text() for t in texts] == [
        "3 × 32 × 32", "16 × 16 × 16", "16 × 16 × 16", "2",
    ]  # fmt: skip
    assert [t.get_position()[0] for t in texts] == [0, 100, 200, 300]


@pytest.mark.parametrize("number", range(4))
def test_blocks_are_to_scale(number):
    *_, height, width = (1, *SHAPES[number])[-3:] if number < 3 else (2, 1, 1)
    faces = [p for p in drawn_stages().axes[0].patches if hasattr(p, "get_xy")]
    front = np.ptp(faces[3 * number + 2].get_xy(), axis=0)
    assert front.tolist() == [network.PIXEL * width, network.PIXEL * height]
    side = faces[3 * number + 1].get_xy()
    deep = network.CHANNEL * SHAPES[number][0] * network.SLANT
    np.testing.assert_allclose(side[3] - side[0], deep)


def test_a_skip_connection_is_one_arrow_more():
    arrows = [p for p in drawn_stages().axes[0].patches if not hasattr(p, "get_xy")]
    assert len(arrows) == 3 + 1


def test_the_image_covers_the_front_of_the_first_block():
    ax = drawn_stages().axes[0]
    (shown,) = ax.images
    np.testing.assert_array_equal(shown.get_array(), np.moveaxis(IMAGE, 0, -1))
    left, right, bottom, top = shown.get_extent()
    corners = ax.patches[2].get_xy()
    np.testing.assert_allclose([left, bottom], corners.min(axis=0))
    np.testing.assert_allclose([right, top], corners.max(axis=0))

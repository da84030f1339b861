import numpy as np
import pytest
from matplotlib.colors import to_hex

from course.draw import images
from course.draw.style import CLASS_COLORS

GENERATOR = np.random.default_rng(0)
BLOCK = GENERATOR.integers(0, 256, (5, 3, 8, 8), dtype=np.uint8)
NAMES = ["bird", "airplane", "bird", "airplane", "bird"]


def tiles(ax):
    """Left edge → pixels, (H, W, 3), of all images in the upper row."""
    return {
        shown.get_extent()[0]: np.asarray(shown.get_array())
        for shown in ax.images
        if shown.get_extent()[3] == 0
    }


def frames(ax):
    return [to_hex(patch.get_edgecolor()).upper() for patch in ax.patches]


def test_airplanes_lie_left_and_birds_right_in_their_colours():
    drawn = images.contact_sheet(BLOCK, NAMES, BLOCK[:1])
    shown = tiles(drawn.axes[0])
    for at, index in zip(sorted(shown), (1, 3, 0, 2, 4), strict=True):
        np.testing.assert_array_equal(shown[at], np.moveaxis(BLOCK[index], 0, -1))
    airplane, bird = CLASS_COLORS["airplane"], CLASS_COLORS["bird"]
    assert frames(drawn.axes[0]) == [airplane] * 2 + [bird] * 3


def test_a_seventh_image_begins_a_row():
    block = np.zeros((7, 3, 8, 8), dtype=np.uint8)
    drawn = images.contact_sheet(block, ["bird"] * 7, block[:0])
    *_, last = drawn.axes[0].images
    left, _, _, top = last.get_extent()
    assert left == drawn.axes[0].images[0].get_extent()[0]
    assert top == 8 + images.GAP


def test_riddles_have_letters_and_no_class():
    drawn = images.contact_sheet(BLOCK, NAMES, BLOCK[:3])
    assert [t.get_text() for t in drawn.axes[1].texts] == ["A: ?", "B: ?", "C: ?"]
    assert not {*frames(drawn.axes[1])} & {*CLASS_COLORS.values()}


OTHERS = ["airplane", "bird", "airplane", "bird", "airplane"]
SURE = [0.6, 0.7, 0.99, 0.8, 0.9]


def test_the_surest_mistakes_come_first():
    drawn = images.mistakes(BLOCK, NAMES, OTHERS, SURE, [], columns=2)
    planes, birds, _ = drawn.axes
    assert [t.get_text() for t in planes.texts] == ["80 % bird", "70 % bird"]
    assert [t.get_text() for t in birds.texts] == ["99 % airplane", "90 % airplane"]
    shown = tiles(birds)
    np.testing.assert_array_equal(shown[0.0], np.moveaxis(BLOCK[2], 0, -1))
    assert planes.get_title(loc="left") == "airplanes taken for birds"


def test_a_class_without_mistakes_leaves_its_row_empty():
    drawn = images.mistakes(BLOCK[:1], ["bird"], ["airplane"], [0.9], [])
    assert [len(ax.images) for ax in drawn.axes] == [0, 1, 0]


def test_right_answers_are_no_mistakes():
    answers = ["bird", "bird", *OTHERS[2:]]  # the first is right
    drawn = images.mistakes(BLOCK, NAMES, answers, SURE, [])
    assert [len(ax.images) for ax in drawn.axes] == [2, 2, 0]


def test_the_riddles_are_lettered_and_judged():
    answers = ["bird", *OTHERS[1:]]
    *_, quiz = images.mistakes(BLOCK, NAMES, answers, SURE, [3, 0]).axes
    written = [text.get_text() for text in quiz.texts]
    assert written == ["A: wrong\n80 % bird", "B: right\n60 % bird"]
    assert frames(quiz) == [CLASS_COLORS["airplane"], CLASS_COLORS["bird"]]
    np.testing.assert_array_equal(tiles(quiz)[0.0], np.moveaxis(BLOCK[3], 0, -1))


@pytest.mark.parametrize("name", ["airplane", "bird"])
def test_shares_are_drawn_and_written_for_each_class(name):
    drawn = images.surroundings({name: (0.05, 0.25)}, {name: (60, 40)})
    (line,) = drawn.axes[0].lines
    assert line.get_ydata().tolist() == [0.05, 0.25]
    assert to_hex(line.get_color()).upper() == CLASS_COLORS[name]
    written = [text.get_text() for text in drawn.axes[0].texts]
    assert written == [f"{name}s", "5 % of 60", "25 % of 40"]

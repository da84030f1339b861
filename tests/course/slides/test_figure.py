"""Where a figure goes on its slide."""

import re

import pytest

from course.captions import Caption
from course.notebooks import node
from course.slides.figure import ACROSS, FULL, UP, slides

WORDS = Caption(3, 1, "Two `lines`.", "They cross & part. " + 20 * "Then they go on. ")


@pytest.mark.parametrize(
    ("size", "kind", "images"),
    [
        ((888, 250), "figure", 1),
        ((888, 448), "figure", 1),
        ((888, 690), "figure beside", 1),
        ((888, 844), "figure beside", 1),
        ((888, 2483), "figure", 2),
    ],
)
def test_a_figure_is_as_large_as_it_can_be(png, size, kind, images):
    (slide,) = slides([node(**png(*size))], WORDS)
    assert slide.kind == kind
    sizes = re.findall(r"width: (\d+)px; height: (\d+)px", slide.body[0])
    assert len(sizes) == images
    width = int(sizes[0][0])
    height = max(int(high) for _, high in sizes)
    whole = sum(int(high) for _, high in sizes)
    assert width / whole == pytest.approx(size[0] / size[1], rel=0.01)
    assert width * images <= ACROSS
    assert height <= FULL if kind == "figure beside" else UP
    assert width * images > 0.9 * ACROSS or height > 0.8 * UP


def test_a_tall_figure_is_cut_where_nothing_is_drawn(png):
    drawn = [row for row in range(-110, 110) if not 30 <= row < 60]
    (slide,) = slides([node(**png(888, 2400, drawn))], WORDS)
    upper, lower = (int(high) for high in re.findall(r"height: (\d+)px", slide.body[0]))
    row = 2400 * upper / (upper + lower) - 1200
    assert 32 <= row < 58


def test_its_caption_is_cut_and_stays_whole_for_speaker_and_screen_reader(png):
    (slide,) = slides([node(**png(888, 448))], WORDS)
    assert slide.heading == "Figure 3.1. Two <code>lines</code>."
    assert "They cross &amp; part." in slide.body[1]
    assert len(slide.body[1].split()) < 40
    assert slide.notes == [WORDS.words]
    alt = re.search(r'alt="(.+?)"', slide.body[0])[1]
    assert alt.startswith("Two lines. They cross &amp; part.")
    assert alt.count("Then") == 20


def test_where_there_is_no_figure_there_is_no_slide():
    assert slides([node(**{"text/plain": "2"})], None) == []


def test_without_a_caption_it_needs_no_file(png):
    (slide,) = slides([node(**png())], None)
    assert f'src="data:image/png;base64,{png()["image/png"]}"' in slide.body[0]
    assert (slide.heading, slide.notes) == ("", [])

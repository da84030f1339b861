import base64
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from course.draw.style import figure, styled
from course.shrink import INVISIBLE, shrink, shrink_text

GENERATOR = np.random.default_rng(0)


def png(pixels, mode=None):
    buffer = BytesIO()
    Image.fromarray(pixels, mode).save(buffer, "PNG")
    return buffer.getvalue()


def rgb(data):
    picture = Image.open(BytesIO(data)).convert("RGB")
    return np.asarray(picture, dtype=np.float64)


@pytest.fixture(scope="module")
def plot():
    @styled
    def draw():
        drawn = figure(3.0, "Some lines")
        drawn.subplots().plot(GENERATOR.normal(size=(50, 16)).cumsum(0))
        return drawn

    buffer = BytesIO()
    draw().savefig(buffer)
    return buffer.getvalue()


def test_a_plot_shrinks_and_looks_the_same(plot):
    small = shrink(plot)
    assert len(small) < len(plot) / 2
    assert rgb(small).shape == rgb(plot).shape
    assert np.abs(rgb(small) - rgb(plot)).max() <= INVISIBLE


def test_a_small_patch_of_colour_is_kept():
    grey = np.repeat(GENERATOR.integers(0, 256, (300, 300, 1), dtype=np.uint8), 3, 2)
    grey[10:14, 10:14] = (0, 158, 80)  # 16 of 90,000 pixels
    patch = rgb(shrink(png(grey)))[10:14, 10:14]
    assert np.abs(patch - (0, 158, 80)).max() <= INVISIBLE


def test_shrinking_twice_changes_nothing_more(plot):
    once = shrink(plot)
    assert shrink(once) == once


def test_a_photograph_comes_back_as_it_was():
    noise = png(GENERATOR.integers(0, 256, (64, 64, 3), dtype=np.uint8))
    assert shrink(noise) == noise


def test_transparency_comes_back_as_it_was():
    glass = png(np.full((8, 8, 4), 100, dtype=np.uint8))
    assert shrink(glass) == glass


def test_what_would_grow_comes_back_as_it_was():
    dot = png(np.zeros((1, 1, 3), dtype=np.uint8))
    assert len(shrink(dot)) <= len(dot)


def test_base64_in_base64_out(plot):
    text = base64.b64encode(plot).decode()
    assert base64.b64decode(shrink_text(text)) == shrink(plot)
    assert shrink_text(text + "\n") == shrink_text(text)

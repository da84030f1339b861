"""On dark paper ink is light, hues stay what they are, and pictures stay untouched."""

import colorsys

import numpy as np
import pytest
from matplotlib import colors
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from course.dark import darken, turned
from course.draw.style import CLASS_COLORS, GREY, INK, PALE

PAPER, LIGHT = turned("white"), turned(INK)


def luminance(colour):
    parts = [c / 12.92 if c < 0.04 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return np.dot(parts[:3], [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [INK, GREY, "#595959", *CLASS_COLORS.values()])
def test_what_could_be_read_can_be_read(colour):
    assert contrast(turned(colour), PAPER) > (3 if colour == GREY else 4.5)


def test_the_order_of_greys_is_turned_round():
    greys = [turned(grey)[0] for grey in ("white", PALE, GREY, INK)]
    assert greys == sorted(greys)


@pytest.mark.parametrize("colour", [*CLASS_COLORS.values(), "#f4a582", "#92c5de"])
def test_a_hue_stays(colour):
    before, after = (
        colorsys.rgb_to_hls(*colour[:3])
        for colour in (colors.to_rgba(colour), turned(colour))
    )
    assert after[0] == pytest.approx(before[0], abs=0.01)


@pytest.mark.parametrize("fill", ["#f4a582", "#92c5de", "#d6604d", "#6bacd1"])
def test_text_on_a_fill_can_be_read(fill):
    assert contrast(turned(fill), LIGHT) > 4


@pytest.mark.parametrize("hue", ["#f4a582", "#92c5de"])
def test_a_fill_stands_out_from_paper_the_more_the_stronger_it_is(hue):
    mixed = np.linspace(1, colors.to_rgb(hue), 12)[3:]  # from pale to strong
    seen = [contrast(turned(colour), PAPER) for colour in mixed]
    assert seen == sorted(seen)
    assert seen[0] > 1.08


def test_what_covers_nothing_still_does():
    assert turned("none")[3] == 0
    figure = Figure()
    frame = figure.subplots().bar([0], [1], facecolor="none", edgecolor="none")[0]
    frame.set_alpha(1)  # as the frame of a legend has it
    darken(figure)
    assert frame.get_facecolor()[3] == frame.get_edgecolor()[3] == 0
    assert turned((1, 1, 1, 0.5))[3] == 0.5


@pytest.fixture
def drawn():
    figure = Figure()
    axes = figure.subplots(1, 3)
    axes[0].plot([0, 1], [0, 1], "o-", color=INK)
    axes[0].scatter([0], [1], color=GREY)
    axes[0].fill_between([0, 1], [0, 1], color=PALE)
    axes[0].set_title("a finding")
    stroke = withStroke(linewidth=3, foreground="white")
    axes[0].text(0.5, 0.5, "said", color=INK, path_effects=[stroke])
    look = {"arrowstyle": "->", "color": INK}
    axes[0].annotate("", (1, 1), (0, 0), arrowprops=look)
    axes[1].imshow(np.eye(2), cmap="RdBu_r")
    axes[1].text(0, 0, "on it", color="white")
    axes[1].plot([0, 1], [0, 1], color="white")
    mesh = axes[2].pcolormesh(np.eye(2), cmap=ListedColormap([PALE, INK]))
    mesh.set_edgecolor("white")
    return figure


def test_paper_lines_dots_and_words_are_turned_once(drawn):
    darken(drawn)
    left, _, _ = drawn.axes
    assert colors.to_rgba(drawn.get_facecolor()) == PAPER
    assert colors.to_rgba(left.get_facecolor()) == PAPER
    (line,) = left.lines
    for colour in (line.get_color(), line.get_markerfacecolor()):
        assert colors.to_rgba(colour) == LIGHT
    dots, area = left.collections
    np.testing.assert_allclose(dots.get_facecolor()[0], turned(GREY))
    np.testing.assert_allclose(area.get_facecolor()[0], turned(PALE))
    assert colors.to_rgba(left.title.get_color())[0] > 0.9
    said, arrow = left.texts
    assert colors.to_rgba(said.get_color()) == LIGHT
    assert said.get_path_effects()[0]._gc["foreground"] == PAPER
    assert colors.to_rgba(arrow.arrow_patch.get_edgecolor()) == LIGHT
    ticks = [label.get_color() for label in left.get_xticklabels()]
    assert {colors.to_rgba(colour)[0] > 0.9 for colour in ticks} == {True}


def test_pictures_and_what_was_written_on_them_stay(drawn):
    _, picture, mesh = drawn.axes
    before = picture.images[0].get_cmap()
    darken(drawn)
    assert picture.images[0].get_cmap() == before
    assert picture.texts[0].get_color() == "white"
    assert picture.lines[0].get_color() == "white"
    # a mesh of ink on paper is no picture
    shades = mesh.collections[0].get_cmap()([0, 1])
    np.testing.assert_allclose(shades, [turned(PALE), turned(INK)])
    np.testing.assert_allclose(mesh.collections[0].get_edgecolor(), [PAPER])

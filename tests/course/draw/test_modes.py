import numpy as np
import pytest
from matplotlib.colors import to_rgb

from course.dark import darken
from course.draw import modes
from course.draw.style import figure

TABLES = {"shuffled": [[0.9, 0.895], [0.7, 0.89]], "sorted": [[0.9, 0.9], [0.5, 0.55]]}


def drawn_accuracies():
    return modes.accuracies(TABLES, ["eval", "train"], ["1", "64"], "A finding")


def test_a_panel_holds_its_accuracies_and_writes_them():
    for ax, (name, table) in zip(drawn_accuracies().axes, TABLES.items(), strict=True):
        assert ax.get_title(loc="left") == name
        np.testing.assert_array_equal(ax.collections[0].get_array(), table)
        said = [f"{100 * share:.0f} %" for share in np.ravel(table)]
        assert [text.get_text() for text in ax.texts] == said
        assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "64"]


def test_all_panels_have_one_scale_that_is_black_at_chance():
    meshes = [ax.collections[0] for ax in drawn_accuracies().axes]
    assert {mesh.get_clim() for mesh in meshes} == {(0.5, 1.0)}
    assert meshes[1].to_rgba(np.array([[0.5]]))[0, 0, :3].tolist() == [0, 0, 0]


def test_text_contrasts_with_its_cell():
    ax = drawn_accuracies().axes[1]
    assert to_rgb(ax.texts[2].get_color()) == (1, 1, 1)  # 50 %, on black
    assert max(to_rgb(ax.texts[0].get_color())) < 0.2  # 90 %, on light grey


@pytest.mark.parametrize(("loud", "expected"), [(["move"], [[0, 1], [0, 0]]), ([], 0)])
def test_loud_words_and_no_others_stand_out(loud, expected):
    rows = {
        "train()": {"output": "same", "buffers": "move"},
        "eval()": {"output": "same", "buffers": "stay"},
    }
    ax = modes.facts(rows, loud, "A finding").axes[0]
    np.testing.assert_array_equal(
        ax.collections[0].get_array(), np.broadcast_to(expected, (2, 2))
    )
    assert [text.get_text() for text in ax.texts] == ["same", "move", "same", "stay"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["train()", "eval()"]
    white = [to_rgb(text.get_color()) == (1, 1, 1) for text in ax.texts]
    np.testing.assert_array_equal(
        np.reshape(white, (2, 2)), np.broadcast_to(expected, (2, 2))
    )


def test_loud_words_stand_out_on_dark_paper_too():
    drawn = modes.facts({"train()": {"buffers": "move", "γ": "stays"}}, ["move"], "A")
    darken(drawn)
    ax = drawn.axes[0]
    loud, other = ax.collections[0].to_rgba(np.array([[1, 0]]))[0, :, 0]
    assert loud > 0.9 > 0.3 > other
    words = [to_rgb(text.get_color())[0] for text in ax.texts]
    assert words[0] < 0.1 < 0.9 < words[1]
    assert {to_rgb(line.get_color())[0] < 0.1 for line in ax.lines} == {True}


def test_a_line_parts_the_modes_in_every_panel_but_the_colour_bar():
    drawn = figure(3.0)
    panels = drawn.subplots(1, 2, sharex=True)
    for ax in panels:
        mesh = ax.pcolormesh([[1, 2, 3, 4]])
    bar = drawn.colorbar(mesh, ax=panels)
    before = len(bar.ax.lines)
    assert modes.part(drawn, 2.0, [0, 2]) is drawn
    for ax in panels:
        assert [line.get_xdata() for line in ax.lines] == [[2.0, 2.0]]
        assert ax.get_xticks().tolist() == [0, 2]
    assert len(bar.ax.lines) == before
    said = {text.get_text().strip(): text.get_ha() for text in panels[0].texts}
    assert said == {"eval": "right", "train": "left"}
    assert not panels[1].texts


def test_the_line_between_the_modes_stays_white_on_dark_paper():
    drawn = figure(3.0)
    ax, _ = drawn.subplots(1, 2)
    ax.pcolormesh([[1, 2, 3, 4]])
    modes.part(drawn, 2.0, [0, 2])
    darken(drawn)
    assert [to_rgb(part.get_color()) for part in (*ax.lines, *ax.texts)] == [
        (1, 1, 1)
    ] * 3
    outlines = [effect for text in ax.texts for effect in text.get_path_effects()]
    assert [effect._gc["foreground"] for effect in outlines] == [modes.INK] * 2

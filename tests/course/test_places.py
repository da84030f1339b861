"""Figures are found by number or name, and an unknown one names those that exist."""

import json
from dataclasses import replace

import pytest

from course.captions import Caption
from course.claims import claim
from course.notebooks import UsageError
from course.places import Place, choose, describe, file_name, places


def place(notebook, number, title):
    return Place(0, Caption(notebook, number, title, "Words."), None)


THERE = [
    place(3, 1, "Input and output of 16 channels."),
    place(3, 2, "All channels pooled."),
    place(10, 1, "Slopes of three functions."),
]


def test_figures_with_the_claim_that_is_settled_next(good):
    found = places(good, "04_x")
    assert [each.number for each in found] == ["4.1", "4.2"]
    assert [good.cells[each.cell].source for each in found] == ["drawn", "drawn"]
    assert {each.claim["claim"] for each in found} == {"C11"}


def test_behind_the_last_claim_there_is_none(good, parts):
    caption = "**Figure 4.3. One more.** Nothing is settled by it, it is there."
    good.cells += [parts.code("x", [parts.drawing()]), parts.prose(caption)]
    assert places(good, "04_x")[-1].claim is None


@pytest.mark.parametrize(
    "name",
    [
        "3.2",
        "03.2",
        "figure-3.2",
        "Figure 3.2",
        "fig_3.2",
        "03_2",
        "03_2_all_channels_pooled",
        "build/exported/03_2_all_channels_pooled_dark.svg",
        "03_2_all_channels_pooled.json",
    ],
)
def test_the_ways_to_name_a_figure(name):
    assert choose(THERE, [name]) == [THERE[1]]


def test_all_or_several_in_the_course_s_order():
    assert choose(THERE, []) == THERE
    assert choose(THERE, ["10.1", "3.1"]) == [THERE[0], THERE[2]]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("3.7", r"no figure '3.7'; notebook 03 has these:\n  3.1  Input.*\n  3.2  All"),
        ("10.11", r"notebook 10 has these:\n  10.1  Slopes"),
        ("pooled", r"did you mean one of these\?\n  3.2  All channels pooled"),
        ("slopes of tree functions", r"one of these\?\n  10.1  Slopes"),
        ("4.1", r"there are 3, 3.1 to 10.1; --list names them"),
        ("xyz", r"there are 3, 3.1 to 10.1; --list names them"),
    ],
)
def test_an_unknown_figure_names_what_is_near(name, said):
    with pytest.raises(UsageError, match=said):
        choose(THERE, ["3.1", name])


def test_the_sidecar_says_what_the_figure_is(parts):
    record = claim("C11", "it is so", True, article="002", measured={"x": 0.5}).record()
    settled = Place(0, THERE[0].caption, record)
    book = parts.made(parts.prose("# Does it?\n\nWords."))
    content = json.loads(describe(settled, book, "03_x.ipynb"))
    assert content["figure"] == "3.1"
    assert content["caption"] == "Words."
    assert content["question"] == "Does it?"
    assert content["claim"] == {
        "number": "C11",
        "text": "it is so",
        "verdict": "holds",
        "articles": "002",
        "measured": {"x": "0.5"},
    }
    assert json.loads(describe(THERE[0], book, "03_x.ipynb"))["claim"] is None


@pytest.mark.parametrize(("words", "said"), [("The line is black.", True), ("", False)])
def test_the_sidecar_says_what_is_black_in_the_light_theme_alone(parts, words, said):
    place = Place(0, replace(THERE[0].caption, words=words), None)
    book = parts.made(parts.prose("# Does it?\n\nWords."))
    content = json.loads(describe(place, book, "03_x.ipynb"))
    assert bool(content["in_the_dark_theme"]) == said


def test_the_names_of_files():
    assert file_name(THERE[1], "pdf", "light") == "03_2_all_channels_pooled.pdf"
    assert file_name(THERE[1], "svg", "dark") == "03_2_all_channels_pooled_dark.svg"

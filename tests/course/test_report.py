"""Cards say what the notebooks say; a lesson falls with one of its verdicts."""

import pytest

from course.claims import claim
from course.report import Cards, Lesson, Lessons, show


@pytest.fixture
def table():
    shown = [
        claim(
            "C01", "a <b>", True, article="001", measured={"gain, points": (1, 2, 3)}
        ),
        claim("C02", "it is so", None, verdict="undecided here", measured={"x": 0.25}),
    ]
    return [{**each.record(), "notebook": "01_x"} for each in shown]


def test_a_card_is_that_of_the_notebook(table):
    own = claim("C02", "it is so", None, verdict="undecided here", measured={"x": 0.25})
    assert show(table[1]) == own._repr_mimebundle_()["text/html"]


def test_cards_hold_the_digits_in_html_alone(table):
    cards = Cards({"01  Does it & how?": table, "02": []})
    html = cards._repr_html_()
    assert "2.0 [1.0, 3.0]" in html
    assert "0.25" in html
    assert ">01  Does it &amp; how?</summary>" in html
    assert html.count("<details>") == html.count("</details>") == 2
    assert repr(cards).splitlines() == [
        "C01 holds · a <b>",
        "C02 undecided here · it is so",
    ]


def test_cards_without_a_heading_lie_open_and_none_are_said_to_be_none(table):
    assert "<details>" not in Cards({"": table})._repr_html_()
    assert repr(Cards({"": []})) == Cards({"": []})._repr_html_() == "none"


def test_a_lesson_stands_while_all_its_verdicts_do(table):
    rests = {"C01": "holds", "C02": "undecided here"}
    assert Lesson("a", rests).stands(table)
    assert not Lesson("a", rests | {"C02": "holds"}).stands(table)
    assert not Lesson("a", rests | {"C03": "holds"}).stands(table)  # not there yet
    assert not Lesson("a", {"C01": "holds when"}).stands(table)


def test_only_lessons_that_stand_are_shown_with_their_witnesses(table):
    good, bad = (
        Lesson("take <care>", {"C01": "holds"}, "001"),
        Lesson("b", {"C09": "x"}),
    )
    lessons = Lessons([good, bad], table)
    assert repr(lessons) == "Article 001: take <care>\n1 of 2 stand"
    html = lessons._repr_html_()
    assert "Article 001: take &lt;care&gt;" in html
    assert '<span title="a &lt;b&gt;"><strong>C01</strong>: holds</span>' in html
    assert html.count("<li") == 1
    assert "C02" not in html

"""The card is legible without its styles and closes what it opens."""

from html.parser import HTMLParser

import pytest

from course.card import COLOURS, card


class Reader(HTMLParser):
    """Collects the words, and fails on an element that is not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.words, self.tags = [], [], set()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += [data.strip()] if data.strip() else []


def read(html):
    reader = Reader()
    reader.feed(html)
    assert not reader.open
    return reader


@pytest.mark.parametrize(
    "verdict", ["holds", "holds when n > 16", "does not hold", "undecided here"]
)
def test_the_words_say_everything(verdict):
    measured = {"gain, %": (0.8, 1.2, 1.6), "pairs": 5}
    words = read(card("C06", "it helps", verdict, "000, 002", measured)).words
    assert words == [
        verdict,
        "C06",
        "articles\N{NO-BREAK SPACE}000 and\N{NO-BREAK SPACE}002",
        "it helps",
        "gain, %",
        "1.20 [0.80, 1.60]",
        "pairs",
        "5",
    ]


def test_quotation_marks_are_those_of_the_text():
    text = "It says “noise”"
    assert text in read(card("C02", text, "holds", "001", {})).words


def test_what_no_article_says_is_the_course_itself():
    words = read(card("C10", "looking changes nothing", "holds", "", {})).words
    assert words == ["holds", "C10", "the course itself", "looking changes nothing"]


def test_no_table_without_numbers():
    assert "table" not in read(card("C10", "t", "holds", "", {})).tags


@pytest.mark.parametrize("background", ["#FFFFFF", "#111111"])
@pytest.mark.parametrize("colour", COLOURS.values())
def test_the_borders_are_seen_on_light_and_dark(colour, background):
    lighter, darker = sorted(map(luminance, (colour, background)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

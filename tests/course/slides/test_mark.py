"""Which cell becomes which slide."""

import copy

import pytest

from course.claims import claim
from course.slides.mark import mark, slide_type


def marked(parts, *cells):
    notebook = parts.made(*cells)
    mark(notebook)
    return [slide_type(cell) for cell in notebook.cells]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# Why?\n\nBecause.", "slide"),
        ("## Why not?", "slide"),
        ("**Predict.** How many?", "subslide"),
        ("**After this notebook you can**\n\n- read", "subslide"),
        ("**Trap 2: it fires again.** And again.", "subslide"),
        ("**Figure 3.1. Two lines.** They cross.", "-"),
        ("**What you saw, and why.** They cross.", "notes"),
        ("Only words, - and a dash.", "notes"),
        ("Of a table:\n\n| a | b |\n| - | - |\n| 1 | 2 |", "subslide"),
        ("**What you saw.** So.\n\n## Rules\n\n- one", "notes"),
        ("A formula:\n\n$$x^2$$", "subslide"),
        ("A list:\n\n1. one\n2. two", "subslide"),
    ],
)
def test_prose(parts, source, expected):
    assert marked(parts, parts.prose(source)) == [expected]


def test_code(parts):
    settled = parts.result(1, **claim("C11", "so", True)._repr_mimebundle_())
    printed = parts.stream("1\n")
    assert marked(parts, parts.code("import sys\nimport os")) == ["skip"]
    assert marked(parts, parts.code("import sys\nprint(1)", [printed])) == ["skip"]
    assert marked(parts, parts.code("import hooks\ndraw()", [parts.drawing()])) == [
        "subslide"
    ]
    assert marked(parts, parts.code("x = 1")) == ["skip"]
    assert marked(parts, parts.code("print(1)", [printed])) == ["subslide"]
    assert marked(parts, parts.code("claim()", [settled])) == ["subslide"]
    assert marked(parts, parts.code("def f():\n    return 1")) == ["subslide"]


def test_all_that_begins_with_the_exercises_is_left_out(parts):
    found = marked(
        parts,
        parts.prose("## Recap\n\nIt was."),
        parts.prose("## Exercise 1: again (★☆☆)"),
        parts.code("print(1)", [parts.stream("1\n")], tags=["solution"]),
        parts.prose("## What it means"),
    )
    assert found == ["slide", "skip", "skip", "skip"]


def test_what_an_author_has_set_stays(parts):
    cell = parts.prose("**Predict.** How many?")
    cell.metadata = {"slideshow": {"slide_type": "skip"}, "tags": ["x"]}
    other = parts.prose("# Why?")
    other.metadata = {"slideshow": {"show_code": True}}
    notebook = parts.made(cell, other)
    mark(notebook)
    cell, other = notebook.cells
    assert cell.metadata == {"slideshow": {"slide_type": "skip"}, "tags": ["x"]}
    assert other.metadata.slideshow == {"show_code": True, "slide_type": "slide"}


def test_marking_twice_changes_nothing_and_only_the_slide_type_is_new(good):
    before = copy.deepcopy(good)
    mark(good)
    once = copy.deepcopy(good)
    mark(good)
    assert good == once
    for cell in good.cells:
        del cell.metadata["slideshow"]
    assert good == before

"""A notebook as slides, in order."""

import copy

from course.slides.deck import deck


def kinds(notebook):
    return [slide.kind for slide in deck(notebook)]


def made(parts, png):
    return parts.made(
        parts.prose("# Why?\n\n*Notebook 1 of 13*"),
        parts.prose("**After this notebook you can**\n\n- say why"),
        parts.code("import sys"),
        parts.prose("## How?\n\nSo.\n\n**Predict.** How many?"),
        parts.prose("The next cell draws."),
        parts.code("draw()", [parts.result(1, **png())]),
        parts.prose("**Figure 1.1. A line.** It rises."),
        parts.prose("**What you saw.** It rises.\n\n## Recap\n\nIt rises."),
        parts.prose("## Exercise 1: again"),
        parts.code("assert True", tags=["solution"]),
    )


def test_slides_in_order_with_the_words_between_them_as_notes(parts, png):
    found = deck(made(parts, png))
    assert [slide.kind for slide in found] == [
        *("title", "plain", "section", "predict", "figure", "plain"),
    ]
    assert [slide.first for slide in found] == [
        *(True, False, True, False, False, True),
    ]
    assert found[3].notes == ["The next cell draws."]
    assert found[4].notes == ["It rises.", "**What you saw.** It rises."]
    assert 'src="figures/01_1_a_line.png"' in found[4].body[0]
    assert found[-1].heading == "Recap"


def test_the_notebook_stays_as_it_is(parts, png):
    notebook = made(parts, png)
    before = copy.deepcopy(notebook)
    deck(notebook)
    assert notebook == before


def test_what_an_author_has_set_is_done(parts, png):
    notebook = made(parts, png)
    for index, kind in ((1, "skip"), (4, "fragment"), (7, "skip"), (5, "slide")):
        notebook.cells[index].metadata = {"slideshow": {"slide_type": kind}}
    found = deck(notebook)
    assert [slide.kind for slide in found] == ["title", "section", "predict", "figure"]
    assert found[2].body[-1] == (
        '<div class="fragment"><p>The next cell draws.</p>\n</div>'
    )
    assert found[3].first


def test_prose_can_be_put_on_a_slide(parts):
    cell = parts.prose("Some words. Some more.")
    cell.metadata = {"slideshow": {"slide_type": "subslide"}}
    found = deck(parts.made(parts.prose("# Why?"), cell))
    assert found[1].body == ["<p>Some words. Some more.</p>\n"]

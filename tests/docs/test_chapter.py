import base64
import copy
import json
import struct

import pytest
from coursebook.chapter import chapter, plain

from course.claims import MIME


def test_an_image_and_its_caption_become_one_figure(notebook):
    drawn, figure = chapter(notebook).cells[1:3]
    assert [output.output_type for output in drawn.outputs] == ["stream"]
    lines = figure.source.splitlines()
    assert lines[0] == "````{figure} figures/03_1_a_line_up.png"
    assert lines[1] == ":name: figure-3-1"
    assert lines[-2] == (
        '**Figure 3.1. A `line`, "up".** It rises: see [there](03_x.ipynb).'
    )


def test_the_alternative_text_comes_from_the_caption(notebook):
    line = chapter(notebook).cells[2].source.splitlines()[2]
    alt = json.loads(line.removeprefix(":alt: "))
    assert alt == 'Figure 3.1. A line, "up". The caption describes it.'


@pytest.mark.parametrize(("height", "tall"), [(1200, False), (1201, True)])
def test_a_tall_figure_is_marked(notebook, height, tall):
    header = struct.pack(">16xII", 800, height)
    notebook.cells[1].outputs[1].data["image/png"] = base64.b64encode(header).decode()
    assert (":figclass: tall\n" in chapter(notebook).cells[2].source) is tall


def test_an_image_without_a_caption_stays(notebook):
    notebook.cells[2].source = "Words."
    drawn, words = chapter(notebook).cells[1:3]
    assert "image/png" in drawn.outputs[1].data
    assert words.source == "Words."


def test_a_claim_can_be_linked_to_and_brings_no_kind_that_a_page_does_not_know(
    notebook,
):
    data = chapter(notebook).cells[3].outputs[0].data
    assert data["text/html"].startswith('<div id="claim-c07"><div style=')
    assert MIME not in data


def test_a_solution_is_folded_with_what_it_prints(notebook):
    before, after = (made.cells[4] for made in (notebook, chapter(notebook)))
    assert after.metadata.tags == ["solution", "hide-cell"]
    assert after.metadata.mystnb["code_prompt_show"] == "Show the solution"
    assert before.metadata.tags == ["solution"]


def test_the_notebook_stays_as_it_is(notebook):
    before = copy.deepcopy(notebook)
    chapter(notebook)
    assert notebook == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a [notebook 3](03_x.ipynb), `bn1`", "a notebook 3, bn1"),
        ("two\nlines **here**", "two lines here"),
        ("γ · β", "γ · β"),
    ],
)
def test_plain(text, words):
    assert plain(text) == words

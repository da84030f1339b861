import inspect
import re

import pytest
from coursebook import pages
from coursebook.book import Book
from coursebook.chapter import figure_id
from coursebook.mentions import pieces, targets
from coursebook.reference import documented, section

import hooks
import hooks.plot
from course.captions import Caption
from course.contents import chapters

PLACE = "notebooks/03_why_so"


def test_a_card_has_the_question_a_picture_and_what_it_holds(book):
    card = pages.cards(book)
    assert ":::{grid-item-card} 3 · Why so?\n" in card
    assert f":link: {PLACE}\n" in card
    assert ":img-top: /notebooks/figures/03_1_a_line_up.png\n" in card
    assert ':img-alt: "A line, \\"up\\"."\n' in card
    assert "\n40 minutes, 1 figure, 1 claim\n" in card


def test_a_picture_of_the_gallery_leads_to_its_place_and_says_what_it_shows(book):
    page = pages.gallery(book)
    assert f":link: {PLACE}.html#figure-3-1\n" in page
    assert ":link-alt: Figure 3.1\n" in page
    assert ':img-alt: "A line, \\"up\\". It rises: see there."\n' in page
    assert '\n**3.1** A `line`, "up".\n' in page


def test_a_verdict_leads_to_its_notebook(book):
    assert pages.verdicts(book).splitlines()[-1] == (
        "| C07 | It is \\|so\\| | the course itself | **holds** | x: 1.5 "
        f"| [03]({PLACE}.ipynb) |"
    )


def test_the_score_counts_every_kind(book):
    assert pages.score(book) == (
        "1 claims: **holds** 1, **holds when** 0, **does not hold** 0, "
        "**undecided here** 0.\n"
    )


def test_the_times_are_summed(book):
    twice = Book(book.project, book.chapters * 2)
    rows = pages.times(twice).splitlines()
    assert rows[2] == f"| 3. [Why so?]({PLACE}.ipynb) | 40 |  | 12 | 1 | 1 |"
    assert rows[-1] == "| together | 80 |  | 24 | 2 | 2 |"


def test_the_citation_is_that_of_the_file(book):
    page = pages.cite(book)
    text = (book.project / "CITATION.cff").read_text("utf-8")
    title, version = (
        re.search(rf'^{key}: "?(.+?)"?$', text, re.M)[1] for key in ("title", "version")
    )
    assert f"*{title}*, version {version}." in page
    assert f"title   = {{{{{title}}}}}," in page


def test_what_is_named_is_linked(book):
    places = targets(book)
    assert places == {
        "notebook 3": PLACE,
        "C07": f"{PLACE}#claim-c07",
        "Figure 3.1": f"{PLACE}#figure-3-1",
    }
    text = "Notebook 3 has Figure 3.1, not Figure 3.10 or C08."
    assert pieces(text, places) == [
        ("Notebook 3", PLACE),
        (" has ", ""),
        ("Figure 3.1", f"{PLACE}#figure-3-1"),
        (", not Figure 3.10 or C08.", ""),
    ]


@pytest.mark.parametrize("module", [hooks, hooks.plot])
def test_every_public_function_has_its_entry(module):
    listed = re.findall(r"auto(?:function|class):: \S+\.(\w+)", section(module))
    parts = {name for name in module.__all__ if inspect.ismodule(getattr(module, name))}
    assert set(listed) == set(module.__all__) - parts
    assert documented(hooks.record)
    assert not documented(re.compile)


def test_a_figure_is_named_by_its_number():
    assert figure_id(Caption(3, 1, "", "")) == "figure-3-1"


def test_the_glossary_names_notebooks_in_which_the_words_stand(project):
    found = {each.number: each for each in chapters(project / "notebooks")}
    text = (project / "docs" / "glossary.md").read_text("utf-8")
    body = re.search(r"```\{glossary\}\n:sorted:\n(.*?)```", text, re.DOTALL)[1]
    entries = re.findall(r"^(\S.*)\n((?:  .+\n)+)", body, re.M)
    assert len(entries) > 40
    for term, words in entries:
        number = re.search(r"Notebook\s+(\d+)\.$", words.strip())
        assert number, f"{term}: which notebook needs it first?"
        cells = found[int(number[1])].notebook.cells
        prose = " ".join(c.source for c in cells if c.cell_type == "markdown")
        first = re.split(r"[ ,]", term)[0].removesuffix("s").lower()
        assert first in prose.lower(), f"{term} does not stand in notebook {number[1]}"

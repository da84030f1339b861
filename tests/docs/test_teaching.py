"""The teacher's guide speaks of what there is, and its minutes add up."""

import re
from pathlib import Path

import pytest

from course.captions import caption
from course.cli import main
from course.contents import chapters

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted((REPOSITORY / "docs" / "teaching").glob("*.md"))
TEXT = {page.name: page.read_text("utf-8") for page in PAGES}
# A line break counts as a space: names are wrapped as words are.
ALL = " ".join(" ".join(TEXT.values()).split())


@pytest.fixture(scope="module")
def book():
    return {chapter.number: chapter for chapter in chapters(REPOSITORY / "notebooks")}


def named(pattern):
    found = set(re.findall(pattern, ALL))
    assert found
    return found


def numbers(chapter):
    return [figure.caption.number for figure in chapter.figures]


def test_figures_exist(book):
    for notebook, figure in named(r"\bFigure (\d+)\.(\d+)"):
        assert int(figure) in numbers(book[int(notebook)]), f"{notebook}.{figure}"


def test_several_figures_are_named_one_by_one():
    assert not re.search(r"\bFigures \d", ALL)  # the book would link to none of them


def test_claims_and_notebooks_exist(book):
    claims = {record["claim"] for each in book.values() for record in each.records}
    assert named(r"\bC\d\d\b") <= claims
    assert {int(n) for n in named(r"\b[Nn]otebook (\d+)")} <= set(book)


def test_claims_stand_in_the_notebook_up_to_which_they_are_read(book):
    for notebook, claim in named(r"Notebook (\d+) up to (C\d\d)"):
        claims = [record["claim"] for record in book[int(notebook)].records]
        assert claim in claims


def test_a_question_stands_before_the_figure_that_answers_it(book):
    for notebook, figure in named(r"\bPredict before Figure (\d+)\.(\d+)"):
        asked = False
        for cell in book[int(notebook)].notebook.cells:
            words = caption(cell)
            if words and words.number == int(figure):
                break
            asked = not words and (asked or cell.source.startswith("**Predict.**"))
            asked = asked or "\n**Predict.**" in cell.source
        assert asked, f"nothing is asked before Figure {notebook}.{figure}"


def test_exercises_and_traps_exist(book):
    found = named(r"exercise (\d) of notebook (\d+)")
    for exercise, notebook in found:
        assert f"## Exercise {exercise}" in source(book[int(notebook)])
    for trap, notebook in named(r"trap (\d) of notebook (\d+)"):
        assert f"**Trap {trap}:" in source(book[int(notebook)])


def source(chapter):
    return "\n".join(cell.source for cell in chapter.notebook.cells)


def test_minutes_add_up():
    totals = []
    for heading, plan in re.findall(
        r"^#+ ([^\n]*\(\d+ minutes\))$(.*?)(?=^#|\Z)",
        TEXT["lesson-plans.md"],
        re.MULTILINE | re.DOTALL,
    ):
        blocks = plan.strip().split("\n\n")
        table = next(each for each in blocks if each.startswith("| minutes |"))
        totals.append(int(re.search(r"(\d+) minutes", heading)[1]))
        minutes = map(int, re.findall(r"^\| (\d+) \|", table, re.MULTILINE))
        assert sum(minutes) == totals[-1], heading
    assert totals == [50, 180, 90, 90, 90, 90]


def test_each_misconception_has_its_four_parts():
    _, *parts = TEXT["misconceptions.md"].split("\n## ")
    assert len(parts) >= 12
    for part in parts:
        title, *paragraphs = part.strip().split("\n\n")
        assert re.fullmatch(r'"[^"]+[.]"', title), title
        starts = [paragraph.split(" ")[0] for paragraph in paragraphs]
        assert starts == ["Why", "What", "Ask:"], title
        assert re.search(r"Figure \d|C\d\d|trap \d", paragraphs[1]), title
        assert paragraphs[2].endswith("?"), title


def test_the_number_of_misconceptions_is_right():
    assert TEXT["misconceptions.md"].count("\n## ") == 18
    assert "Eighteen sentences" in TEXT["misconceptions.md"]


def test_commands_exist(capsys):
    targets = re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), re.M)
    assert named(r"`make (\w+)") <= set(targets)
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    for command in named(r"`course (\w+)"):
        assert re.search(rf"^ +{command} ", shown, re.M), command


def test_files_exist():
    for name in named(r"`((?:tools|docs|data)/[\w./-]+)`"):
        if not name.startswith("docs/_build"):
            assert (REPOSITORY / name).exists(), name
    for page, text in TEXT.items():
        for link in re.findall(r"\]\(([^):#]+)", text):
            assert (REPOSITORY / "docs" / "teaching" / link).exists(), (page, link)


def test_the_printed_lines_are_those_of_the_check():
    from course.check import in_a_line
    from course.finding import Finding

    fine = [Finding(True, what) for what in ("disk", "memory", "place")]
    shown = TEXT["the-room.md"].split("```text\n")[1]
    for line, findings in zip(
        shown.splitlines(), (fine, [Finding(False, "the images: …", "")]), strict=False
    ):
        assert line[:7] == in_a_line(findings)[:7]
        assert line.count(" · ") == in_a_line(findings).count(" · ")

"""The ledger holds what the notebooks have stored, wherever it is asked from."""

import shutil

import pytest

from course import ledger
from course.card import KINDS
from course.notebooks import UsageError
from course.refresh import refresh

CLAIM = "from course import claim\nclaim('{}', 'a text', True, article='{}')"


@pytest.fixture
def course(folder):
    folder("02_why", CLAIM.format("C03", "000, 002"), CLAIM.format("C02", ""))
    root = folder("01_does_it", CLAIM.format("C05", "001"))
    folder("13_what_survives", "1 + 1")
    assert refresh([], root / "notebooks") == 0
    return root / "notebooks"


def test_claims_are_in_order_with_the_questions_of_their_notebooks(course):
    table, questions = ledger.gather(course)
    assert [record["claim"] for record in table] == ["C02", "C03", "C05"]
    assert [record["notebook"] for record in table] == [
        "02_why",
        "02_why",
        "01_does_it",
    ]
    assert list(questions) == ["01", "02"]
    assert [ledger.articles(record) for record in table] == [
        [],
        ["000", "002"],
        ["001"],
    ]


def test_the_heading_is_the_question(folder, parts):
    root = folder("01_x", parts.prose("# Does it?\n\nWords."), CLAIM.format("C05", ""))
    refresh([], root / "notebooks")
    assert ledger.gather(root / "notebooks")[1] == {"01": "Does it?"}


def test_what_lies_beside_the_notebook_comes_first_the_rest_is_the_clones(
    course, tmp_path, monkeypatch
):
    monkeypatch.setattr(ledger, "CLONE", course)
    alone = tmp_path / "build" / "notebooks"
    alone.mkdir(parents=True)
    shutil.copy(course / "13_what_survives.ipynb", alone)
    monkeypatch.chdir(alone)
    assert len(ledger.gather()[0]) == 3  # the clone's: nothing settled lies beside it
    # as in the folder of a student who has run one of the copies
    own = (course / "01_does_it.ipynb").read_text("utf-8")
    (alone / "01_does_it.ipynb").write_text(own.replace("a text", "my text"), "utf-8")
    table, questions = ledger.gather()
    assert [record["claim"] for record in table] == ["C02", "C03", "C05"]
    assert [record["text"] for record in table] == ["a text", "a text", "my text"]
    assert list(questions) == ["01", "02"]


def test_copies_without_outputs_have_a_file_to_read(course, tmp_path, monkeypatch):
    monkeypatch.setattr(ledger, "CLONE", tmp_path / "nowhere")  # as in a plain install
    copies = tmp_path / "student"
    ledger.keep(course, copies)
    assert [path.name for path in copies.iterdir()] == ["verdicts.json"]
    monkeypatch.chdir(copies)
    assert ledger.gather() == ledger.gather(course)


def test_without_claims_or_notebooks_it_says_so(folder, tmp_path, monkeypatch):
    root = folder("01_does_it", "1 + 1")
    with pytest.raises(UsageError, match="has settled a claim; run them"):
        ledger.gather(root / "notebooks")
    monkeypatch.setattr(ledger, "CLONE", tmp_path / "nowhere")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="found none"):
        ledger.gather()


def test_counts_are_in_the_order_of_the_verdicts_and_complete():
    verdicts = ["undecided here", "holds when a", "holds when b", "holds"]
    found = ledger.counts({"verdict": verdict} for verdict in verdicts)
    assert list(found) == list(KINDS)
    assert list(found.values()) == [1, 2, 0, 1]


def test_intervals_are_those_of_the_unit_and_no_single_numbers():
    measured = {"gain, points": [-1, 0, 1], "lost, points": 3, "gain, %": [1, 2, 3]}
    far = {"gain, points": ["-inf", 0, "inf"]}
    table = [{"claim": "C06", "measured": measured}, {"claim": "C07", "measured": far}]
    assert ledger.intervals(table, "points") == {
        "C06 · gain": (-1, 0, 1),
        "C07 · gain": (float("-inf"), 0, float("inf")),
    }

"""Every correction and every rule rests on verdicts that the notebooks have stored."""

from pathlib import Path

import pytest

from course import ledger
from course.card import KINDS
from course.lessons import CORRECTIONS, MONDAY

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.mark.parametrize(
    "lesson", CORRECTIONS + MONDAY, ids=lambda each: each.text[:40]
)
def test_a_lesson_stands_in_the_stored_notebooks(lesson):
    table, _ = ledger.gather(NOTEBOOKS)
    assert lesson.rests
    assert set(lesson.rests.values()) <= set(KINDS)
    assert lesson.stands(table), "a verdict is another one now: change the lesson"


def test_every_article_is_right_somewhere_and_wrong_somewhere():
    table, _ = ledger.gather(NOTEBOOKS)
    for article in ("000", "001", "002", "003"):
        said = [record for record in table if article in ledger.articles(record)]
        found = ledger.counts(said)
        assert all(found[kind] for kind in ("holds", "holds when", "does not hold"))


def test_shared_sentences_are_less_often_wrong_and_more_often_undecided():
    table, _ = ledger.gather(NOTEBOOKS)
    alone = [record for record in table if len(ledger.articles(record)) == 1]
    shared = [record for record in table if len(ledger.articles(record)) > 1]
    wrong, undecided = (
        [ledger.counts(said)[kind] / len(said) for said in (alone, shared)]
        for kind in ("does not hold", "undecided here")
    )
    assert wrong[0] > wrong[1]
    assert undecided[0] < undecided[1]


def test_every_correction_names_its_article():
    assert all(lesson.where for lesson in CORRECTIONS)
    assert not any(lesson.where for lesson in MONDAY)

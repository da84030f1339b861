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


def test_every_correction_names_its_article():
    assert all(lesson.where for lesson in CORRECTIONS)
    assert not any(lesson.where for lesson in MONDAY)

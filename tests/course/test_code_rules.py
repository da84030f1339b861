"""What the code of a notebook must be, as `course.guard` says it."""

import pytest

from course.claims import MIME
from course.guard import problems
from course.notebooks import code_cells

NAME = "04_does_it_work"


def cell(notebook, number):
    """Code cell `number`, counted from 1."""
    return code_cells(notebook)[number - 1]


def many_functions(notebook):
    cell(notebook, 3).source = "def a():\n    pass\n\ndef b():\n    pass"
    cell(notebook, 4).source = "%time 1\n\nclass C:\n    def c(self):\n        pass"


def no_record(notebook):
    del cell(notebook, 9).outputs[0].data[MIME]


def another_record(notebook):
    cell(notebook, 9).outputs[0].data[MIME]["claim"] = "C12"


def claim_not_shown(notebook):
    cell(notebook, 3).source = "shown = claim('C12', 'text', True)\nshown.verdict"


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (many_functions, "there are 3 functions, more than 2: a, b, c"),
        (no_record, "code cell 9 claims ['C11'] and stores nothing"),
        (another_record, "code cell 9 claims ['C11'] and stores ['C12']"),
        (claim_not_shown, "code cell 3 claims ['C12'] and stores nothing"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_rule_is_said(good, break_it, said):
    break_it(good)
    assert any(sentence.startswith(said) for sentence in problems(good, NAME, 9))


def test_lines_of_ipython_and_functions_of_solutions_pass(good):
    cell(good, 3).source = "x = 5 % 3\n%precision 3\n!ls\nprint?"
    solved = "def a(): ...\ndef b(): ...\ndef c(): ...\nassert a() == b()"
    cell(good, 10).source = solved
    assert problems(good, NAME, 9) == []

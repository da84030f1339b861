"""A solution falls into an answer and a test, or says why not."""

import pytest

from course.solutions import split, without_comments

LOOPS = """\
found = {}  # number → its square
for number in (1, 2):
    square = number**2  # not asked for
    found[number] = square

# This gives it away.
for number in (1, 2):  # both
    want = number * number
    assert found[number] == want  # of course
# And so does this."""


def test_the_test_begins_with_the_first_assert_and_has_no_comments():
    parted = split(LOOPS)
    assert parted.answer == LOOPS[: LOOPS.index("\nfor number in (1, 2):  # both")]
    assert parted.test == (
        "for number in (1, 2):\n"
        "    want = number * number\n"
        "    assert found[number] == want"
    )
    assert parted.names == {"found": "number → its square"}


def test_names_are_those_of_the_answer_that_the_test_reads():
    source = """\
import math
(a, b), c = (1, 2), 3  # three numbers
with open(a) as file:
    d = [e for e in file]
def f(x, y, z=1):
    inside = 2
    assert x
old += 1  # one more
assert f(a, other) == math.pi or d or old or inside"""
    assert split(source).names == {
        "a": "three numbers",
        "d": "",
        "f": "a function: f(x, y, …)",
        "old": "one more",
    }


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1", "there is no assert"),
        ("assert True", "takes nothing from the answer"),
        ("x = 1\nassert x\nprint(x)", r"line 3, 'print\(x\)', stands behind"),
        ("for x in y:\n    print(x)\n    assert x", "line 1, 'for x in y:', stands"),
        ("x = 1\nif y:\n    assert x", "line 2, 'if y:', stands"),
    ],
)
def test_what_cannot_be_parted(source, said):
    with pytest.raises(ValueError, match=said):
        split(source)


def test_a_sign_in_a_string_is_no_comment():
    assert without_comments('x = "# a" # b\n  # c\ny = 1') == 'x = "# a"\ny = 1'

"""A test cell says what is right, what is missing, and what was expected."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from course.answers import answer


def said(names, test, **values):
    """Run a test in a cell of its own, as IPython does, and give the sentence."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.push({**values, "np": np, "torch": torch, "answer": answer})
    listed = ", ".join(map(repr, names))
    inside = "\n".join(f"    {line}" for line in test.splitlines())
    done = shell.run_cell(f"with answer({listed}) as found:\n{inside}\nfound.said")
    assert done.success
    return done.result


def fails(value):
    raise AssertionError("not so")


@pytest.mark.parametrize(
    ("test", "values", "sentence"),
    [
        ("assert x == 4", {"x": 4}, "right"),
        ("assert x == 4", {"x": 5}, "not yet: expected x to be 4, got 5"),
        ("assert x", {"x": False}, "not yet: expected x to be True, got False"),
        (
            "assert x",
            {"x": torch.tensor(False)},
            "not yet: expected x to be True, got False",
        ),
        ("assert not x", {"x": True}, "not yet: expected x to be False, got True"),
        ("assert x < 0.1", {"x": 0.2345678}, "not yet: expected x < 0.1, got 0.2346"),
        (
            "assert (\n    abs(x)\n    < y\n)",
            {"x": -2.5, "y": 1},
            "not yet: expected abs(x) < y, got 2.5 and 1",
        ),
        (
            "assert 1 < min(x) < max(x) < 9",
            {"x": [0, 3]},
            "not yet: expected 1 < min(x) < max(x) < 9, got 0 and 3",
        ),
        (
            "assert x.max() < 0.1",
            {"x": torch.tensor([0.5])},
            "not yet: expected x.max() < 0.1, got 0.5",
        ),
        (
            "assert all(a < x for a in (1, 2))",
            {"x": 2},
            "not yet: expected all(a < x for a in (1, 2)) to be True, got False",
        ),
        (
            "for n in (1, 2):\n    twice = 2 * n\n    assert x[n] == twice",
            {"x": {1: 2, 2: 3}},
            "not yet: expected x[n] to be 4, got 3 (where n = 2)",
        ),
        ("assert x == {'a'}", {"x": ...}, "not yet: x has no value; give it one in"),
        ("assert x == {'a'}", {"x": None}, "not yet: x has no value; give it one in"),
        ("assert x == {'a'}", {}, "not yet: x has no value; give it one in the cell"),
        (
            "assert x['a'] == 1",
            {"x": {"b": 1}},
            "not yet: expected x['a'] == 1, got KeyError: 'a'; is something in",
        ),
        (
            "for row in x.rows():\n    assert row",
            {"x": [1]},
            "not yet: AttributeError: 'list' object has no attribute 'rows'; is somet",
        ),
        (
            "for n in (1, 2):\n    first = x[n, 'a']\n    assert first",
            {"x": {}},
            "not yet: expected x[n, 'a'] (where n = 1), got KeyError: (1, 'a'); is so",
        ),
        (
            "assert x(1) == 2",
            {"x": fails},
            "not yet: expected x(1) == 2, got AssertionError: not so; is something in",
        ),
        ("assert x == 1", {"x": np.zeros(900)}, "not yet: expected x == 1, got Val"),
    ],
)
def test_what_it_says(test, values, sentence):
    assert said(["x"], test, **values).startswith(sentence)


def test_several_names_are_missing_and_a_value_that_passes_by_itself_is_one():
    found = said(["a", "b", "c"], "assert a\nassert b", a=..., b=1)
    assert found == (
        "not yet: a and c have no values; give them some in the cell above"
    )


def test_a_long_value_is_cut():
    found = said(["x"], "assert x == []", x=list(range(1000)))
    assert found.endswith(" …")
    assert len(found) < 300


def test_it_prints_and_raises_nothing_but_an_interruption(capsys):
    x = 3
    with answer("x"):
        assert x == 4
    assert capsys.readouterr().out == "not yet: expected x to be 4, got 3\n"
    with pytest.raises(KeyboardInterrupt), answer("x"):
        raise KeyboardInterrupt


def test_without_the_source_it_still_says_so():
    code = "from course.answers import answer\nx = 1\nwith answer('x'):\n assert x == 2"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("not yet: ")

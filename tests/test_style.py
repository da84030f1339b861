"""The docstrings and the figures look alike all over the source."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src"
FILES = sorted(path.relative_to(SRC) for path in SRC.rglob("*.py"))


def without_example(source):
    """Names of the public functions of a module whose docstring runs nothing."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and ">>>" not in (ast.get_docstring(node) or "")
    ]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_public_function_has_an_example(path):
    bare = without_example((SRC / path).read_text("utf-8"))
    assert not bare, (
        f"{path}: add an Example with >>> to the docstring of {', '.join(bare)}, or "
        "begin the name with an underscore where no other module uses it"
    )


def test_the_reader_finds_what_has_no_example():
    source = (
        "def bare(): ...\n"
        'def told():\n    """Say.\n\n    Example:\n        >>> told()\n    """\n'
        'def said():\n    """Say, in words alone."""\n'
        "def _own(): ...\n"
        "class Kind:\n    def method(self): ...\n"
    )
    assert without_example(source) == ["bare", "said"]


def test_hooks_and_course_draw_in_one_style():
    ours = (SRC / "hooks" / "hooks.mplstyle").read_bytes()
    assert ours == (SRC / "course" / "course.mplstyle").read_bytes(), (
        "copy the style file that was changed over the other one"
    )

"""Test cells of the students' copies: a sentence says whether an answer is right.

A test is made of plain asserts. :class:`answer` around them reads the one that failed
and says what it expected and what it got.
"""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Iterator, Mapping
from types import FrameType, TracebackType
from typing import Any

LONGEST = 200  # characters of a value that is shown
OPEN = "not yet: "
RIGHT = "right"
NOTHING = (..., None)
KIND = "is something in the cell above of another kind than asked for?"
Values = Mapping[str, Any]


class answer:
    """Run the asserts of a test and say whether they hold; nothing is raised.

    Attributes:
        names: what the student's cell was to give a value.
        said: the sentence that was printed, "" before that.

    Example:
        >>> mean = ...
        >>> with answer("mean"):
        ...     assert mean == 0
        not yet: mean has no value; give it one in the cell above
    """

    def __init__(self, *names: str) -> None:
        """Keep the names."""
        self.names = names
        self.said = ""
        self._frame: FrameType | None = None

    def __enter__(self) -> answer:
        """Remember where the names live."""
        self._frame = sys._getframe(1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Say it; only what is no error of the answer (Ctrl-C) goes on upwards."""
        if kind is not None and not issubclass(kind, Exception):
            return False
        frame, self._frame = self._frame, None
        values = {**frame.f_globals, **frame.f_locals} if frame else {}
        missing = [name for name in self.names if _empty(values.get(name))]
        if missing:
            self.said = OPEN + _missing(missing)
        elif error is None:
            self.said = RIGHT
        else:
            self.said = OPEN + _explain(error, trace, values)
        print(self.said)
        return True


def _empty(value: object) -> bool:
    return any(value is nothing for nothing in NOTHING)


def _missing(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} has no value; give it one in the cell above"
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} have no values; give them some in the cell above"


def _explain(
    error: BaseException, trace: TracebackType | None, values: dict[str, Any]
) -> str:
    """Turn what went wrong into what was expected and what was there."""
    found, said = _statement(trace), f"{type(error).__name__}: {error}".rstrip(": ")
    if found is None:
        return said if isinstance(error, AssertionError) else f"{said}; {KIND}"
    tested, source, loops = found
    inside = [f"{name} = {_show(values[name])}" for name in loops if name in values]
    where = f" (where {', '.join(inside)})" if inside else ""
    if isinstance(error, AssertionError) and trace and trace.tb_next is None:
        return compared(tested, source, values) + where
    wanted = _flat(ast.get_source_segment(source, tested) or "")
    return f"expected {wanted}{where}, got {said}; {KIND}"


def _statement(trace: TracebackType | None) -> tuple[ast.expr, str, list[str]] | None:
    """Find what failed, its source, and the names of the loops around it."""
    if trace is None:
        return None
    name, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
    source = "".join(linecache.getlines(name))
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node, loops in _statements(tree, []):
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            tested = node.test if isinstance(node, ast.Assert) else node.value
            return tested, source, loops
    return None


def _statements(
    node: ast.AST, loops: list[str]
) -> Iterator[tuple[ast.Assert | ast.Assign, list[str]]]:
    if isinstance(node, (ast.Assert, ast.Assign)):
        yield node, loops
    if isinstance(node, ast.For):
        inside = [n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)]
        loops = [*loops, *inside]
    for child in ast.iter_child_nodes(node):
        yield from _statements(child, loops)


def compared(test: ast.expr, source: str, values: Values) -> str:
    """Say what an assertion expected and what there was instead.

    Args:
        test: the expression that is not true.
        source: the text it was parsed from.
        values: of the names in it.

    Example:
        >>> text = "abs(mean) < 0.1"
        >>> compared(ast.parse(text, mode="eval").body, text, {"mean": -0.25})
        'expected abs(mean) < 0.1, got 0.25'
    """

    def text(node: ast.AST) -> str:
        return _flat(ast.get_source_segment(source, node) or ast.unparse(node))

    def value(node: ast.expr) -> Any:
        scope = {**values}  # eval adds the builtins; comprehensions read globals alone
        return eval(compile(ast.Expression(node), "<answer>", "eval"), scope)

    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inside):
            return f"expected {text(inside)} to be False, got {_show(value(inside))}"
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            wanted = _show(value(right))
            return f"expected {text(left)} to be {wanted}, got {_show(value(left))}"
        case ast.Compare(left=left, comparators=others):
            sides = [side for side in (left, *others) if not _literal(side)]
            got = " and ".join(_show(value(side)) for side in sides)
            return f"expected {text(test)}, got {got}"
    return f"expected {text(test)} to be True, got {_show(value(test))}"


def _literal(node: ast.expr) -> bool:
    return not any(isinstance(n, (ast.Name, ast.Call)) for n in ast.walk(node))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _show(value: object) -> str:
    """Write a value on one line: numbers with four digits, nothing without end."""
    if getattr(value, "size", None) == 1 or getattr(value, "ndim", None) == 0:
        value = value.item() if hasattr(value, "item") else value  # of numpy, torch
    if isinstance(value, float):
        return f"{value:.4g}"
    text = _flat(repr(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"

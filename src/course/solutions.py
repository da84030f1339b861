"""A solution's cell in two parts: the answer, and the asserts that test it.

From the first assert on a solution is its test, which students get to see; what
stands above is the answer, which they do not.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from tokenize import COMMENT

from nbformat import NotebookNode


@dataclass(frozen=True)
class Solution:
    """What a solution's cell is made of.

    Attributes:
        answer: the source above the first assert.
        test: the source from there on, without comments.
        names: what the test takes from the answer, name → what is said of it.
    """

    answer: str
    test: str
    names: dict[str, str]


def is_solution(cell: NotebookNode) -> bool:
    """Say whether a cell is tagged ``solution``.

    Example:
        >>> from course.notebooks import node
        >>> is_solution(node(cell_type="code", metadata={"tags": ["solution"]}))
        True
    """
    return "solution" in cell.metadata.get("tags", [])


def split(source: str) -> Solution:
    """Part a solution's cell.

    The comment at the end of the line that first gives a name its value says what it
    is; for a function, how it is called says it.

    Args:
        source: Python.

    Raises:
        ValueError: it has no test, or one that students cannot be given.

    Example:
        >>> parted = split("mean = x.mean()  # of one batch\\nassert mean == 0  # so")
        >>> parted.test, parted.names
        ('assert mean == 0', {'mean': 'of one batch'})
    """
    tree, lines = ast.parse(source), source.splitlines()
    first = next((n for n in tree.body if _tests(n)), None)
    if first is None:
        raise ValueError("there is no assert in it")
    answer = [node for node in tree.body if node.lineno < first.lineno]
    test = tree.body[len(answer) :]
    if wrong := next((n for n in test if not _may_stand(n)), None):
        raise ValueError(
            f"line {wrong.lineno}, {lines[wrong.lineno - 1].strip()!r}, stands behind "
            "the first assert or around one; students see what stands there, so "
            "expected asserts, values that they need, and loops over such"
        )
    read = _read(test)
    names = {name: said for name, said in _bound(answer, source) if name in read}
    if not names:
        raise ValueError("its test takes nothing from the answer above it")
    return Solution(
        "\n".join(lines[: first.lineno - 1]).rstrip(),
        without_comments("\n".join(lines[first.lineno - 1 :])),
        names,
    )


def without_comments(source: str) -> str:
    """Take the comments out, and the lines that held nothing else.

    Args:
        source: Python.

    Example:
        >>> without_comments("x = '#'  # a sign\\n# the end")
        "x = '#'"
    """
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    return "\n".join(line for line in lines if line.strip())


def _tests(node: ast.stmt) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return False
    return any(isinstance(inside, ast.Assert) for inside in ast.walk(node))


def _may_stand(node: ast.stmt) -> bool:
    if isinstance(node, ast.For):
        return all(map(_may_stand, node.body))
    return isinstance(node, (ast.Assert, ast.Assign))


def _bound(answer: Iterable[ast.stmt], source: str) -> Iterator[tuple[str, str]]:
    """List the names that get a value, each once, with the comment on its line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == COMMENT}
    seen = set()
    for node in _outer(answer):
        if isinstance(node, ast.FunctionDef):
            name, said = node.name, f"a function: {node.name}({_arguments(node)})"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name, said = node.id, comments.get(node.lineno, "")
        else:
            continue
        if name not in seen:
            seen.add(name)
            yield name, said


def _arguments(function: ast.FunctionDef) -> str:
    """Name those that have no default."""
    listed, given = function.args.args, len(function.args.defaults)
    names = [each.arg for each in listed[: len(listed) - given]]
    return ", ".join([*names, "…"] if given else names)


def _outer(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Walk in the order of the source; what is inside a function stays out."""
    for node in nodes:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            yield from _outer(ast.iter_child_nodes(node))


def _read(test: Iterable[ast.stmt]) -> set[str]:
    """List the names that the test reads; those that it sets do not count."""
    nodes = [node for statement in test for node in ast.walk(statement)]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return {node.id for node in names} - own

"""Rules of `course.guard` that read the code of a notebook, not its outputs alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from course.claims import MIME
from course.notebooks import code_cells
from course.solutions import is_solution

DEFS = 2  # outside of solutions


def functions(notebook: NotebookNode) -> Iterator[str]:
    """Say so where more functions are defined than a lesson may have.

    Args:
        notebook: as stored.

    Yields:
        one sentence, or none.

    Example:
        >>> from course.notebooks import code, node
        >>> cells = [code(f"def {name}(): pass") for name in "abc"]
        >>> list(functions(node(cells=cells)))
        ['there are 3 functions, more than 2: a, b, c']
    """
    names = [
        node.name
        for cell in code_cells(notebook)
        if not is_solution(cell)
        for node in ast.walk(_tree(cell))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    if len(names) > DEFS:
        yield f"there are {len(names)} functions, more than {DEFS}: {', '.join(names)}"


def claims(notebook: NotebookNode) -> Iterator[str]:
    """Compare the claims that the code settles with those that are stored.

    Args:
        notebook: as stored.

    Yields:
        one sentence for each code cell where they differ; cells count from 1.

    Example:
        >>> from course.notebooks import code, node
        >>> list(claims(node(cells=[code("claim('C07', 'so', True)")])))
        ["code cell 1 claims ['C07'] and stores nothing"]
    """
    for number, cell in enumerate(code_cells(notebook), start=1):
        stored = [
            output.data[MIME]["claim"]
            for output in cell.outputs
            if MIME in output.get("data", {})
        ]
        called = [
            _first_argument(node)
            for node in ast.walk(_tree(cell))
            if isinstance(node, ast.Call) and _name(node.func) == "claim"
        ]
        if called != stored:
            yield (
                f"code cell {number} claims {called or 'nothing'} "
                f"and stores {stored or 'nothing'}"
            )


def _tree(cell: NotebookNode) -> ast.Module:
    """Parse a cell after IPython has turned its own lines (``%…``) into Python."""
    transform = TransformerManager()  # type: ignore[no-untyped-call]
    return ast.parse(transform.transform_cell(cell.source))


def _name(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _first_argument(node: ast.Call) -> str:
    keywords = {word.arg: word.value for word in node.keywords}
    first = node.args[0] if node.args else keywords.get("claim")
    return str(getattr(first, "value", "not a literal"))

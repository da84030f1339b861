"""`course student`: copies of the notebooks to hand out, without the solutions."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from nbformat import NotebookNode

from course import ledger
from course.notebooks import UsageError, code, find, node, read, store
from course.solutions import is_solution, split
from course.strip import FOLDED, strip

TITLE = re.compile(r"^## +(Exercise[^(\n]*)", re.MULTILINE)
FOLDED_SOLUTION = re.compile(r"\n+Try it first; the solution below is folded\.")
TRY = (
    'Write your answer where "Your code here" stands. Then run the folded cell after '
    "it: it says whether your answer is right."
)
IMPORT = "from course.answers import answer"


def student(
    wanted: Sequence[str],
    notebooks: Path,
    out: Path,
    *,
    outputs: bool = False,
    force: bool = False,
) -> int:
    """Write copies without solutions into a folder.

    Args:
        wanted: numbers or names; none means all.
        notebooks: where they lie.
        out: made if need be.
        outputs: the copies keep the outputs, but for those of the solutions.
        force: replace copies that are there, with all that was written into them.

    Returns:
        the exit code, 0.

    Raises:
        UsageError: nothing was written, the message says why.

    Example:
        >>> student([], Path("not/there"), Path("student"))
        Traceback (most recent call last):
        ...
        course.notebooks.UsageError: course: expected notebooks such as 01_….ipynb in
        not/there, found none; run it in the project's folder, or say where with
        --notebooks
    """
    paths = find(notebooks, wanted)
    if out.resolve() == notebooks.resolve():
        raise UsageError(
            f"course student: {out} holds the notebooks themselves; say with --out "
            "where the copies go"
        )
    there = [path.name for path in paths if (out / path.name).exists()]
    if there and not force:
        raise UsageError(
            f"course student: {out} holds {', '.join(there)} already, perhaps with "
            "somebody's work; nothing was written. Choose another folder with --out, "
            "or replace them with --force"
        )
    made = {path: convert(read(path), path.stem, outputs=outputs) for path in paths}
    for path, copy in made.items():
        store(copy, out / path.name)
        print(out / path.name)
    if any(uses_verdicts(copy) for copy in made.values()):
        ledger.keep(notebooks, out)
        print(out / ledger.KEPT)
    print(f"copies without solutions in {out}: {len(paths)}", file=sys.stderr)
    return 0


def convert(
    notebook: NotebookNode, name: str, *, outputs: bool = False
) -> NotebookNode:
    """Make a student's copy.

    A solution's cell becomes two: one to write in, and the test. What a reader is told
    after a solution, folded, goes out with it.

    Args:
        notebook: as stored; it stays as it is.
        name: of the notebook, for errors.
        outputs: keep them.

    Raises:
        UsageError: a solution cannot be parted; see `course.solutions.split`.

    Example:
        >>> cell = node(cell_type="code", source="x = 6 * 7\\nassert x == 42", id="a",
        ...     metadata={"tags": ["solution"]})
        >>> for made in convert(node(cells=[cell], metadata={}), "01_x").cells:
        ...     print(made.source)
        # Your code here.
        x = ...
        from course.answers import answer
        <BLANKLINE>
        with answer("x"):
            assert x == 42
    """
    copy: NotebookNode = node(**{**notebook, "cells": list(_cells(notebook, name))})
    strip(copy)
    for cell in copy.cells:
        if cell.cell_type == "code" and not outputs:
            cell.outputs, cell.execution_count = [], None
        if "test" in cell.metadata.get("tags", []):
            cell.metadata.update(FOLDED)
    return copy


def uses_verdicts(notebook: NotebookNode) -> bool:
    """Say whether a notebook reads what the others have settled, as the last one does.

    Example:
        >>> uses_verdicts(node(cells=[node(source="table, _ = ledger.gather()")]))
        True
    """
    return any("ledger.gather(" in cell.source for cell in notebook.cells)


def _cells(notebook: NotebookNode, name: str) -> Iterator[NotebookNode]:
    title, after = "", False
    for cell in notebook.cells:
        if is_solution(cell):
            try:
                yield from exercise(cell, title)
            except (ValueError, SyntaxError) as error:
                raise UsageError(
                    f"course student: {name}, the solution in cell {cell.id!r}: {error}"
                ) from error
        elif cell.cell_type == "markdown":
            if not (after and cell.source.lstrip().startswith("<details>")):
                found = TITLE.search(cell.source)
                title = found[1].strip() if found else title
                yield _told(cell) if found else cell
        else:
            yield cell
        after = is_solution(cell)


def _told(cell: NotebookNode) -> NotebookNode:
    """Say after an exercise's text where the answer goes."""
    text = FOLDED_SOLUTION.sub("", cell.source).rstrip()
    return node(**{**cell, "source": f"{text}\n\n{TRY}"})


def exercise(cell: NotebookNode, title: str) -> Iterator[NotebookNode]:
    """Make the cell to write in, and the one that tests it.

    Args:
        cell: the solution's.
        title: of the exercise; "" where it has none.

    Raises:
        ValueError: as `course.solutions.split`.

    Example:
        >>> solved = node(source="x = 2  # the root of 4\\nassert x == 2", id="a")
        >>> print(next(exercise(solved, "Exercise 1: roots")).source)
        # Exercise 1: roots. Your code here.
        x = ...  # the root of 4
    """
    parted = split(cell.source)
    stop = "" if title.endswith(("?", "!")) else "."
    head = f"# {title}{stop} Your code here." if title else "# Your code here."
    stubs = [
        f"{name} = ...  # {said}" if said else f"{name} = ..."
        for name, said in parted.names.items()
    ]
    names = ", ".join(f'"{name}"' for name in parted.names)
    asserts = "\n".join(f"    {line}" for line in parted.test.splitlines())
    test = f"{IMPORT}\n\nwith answer({names}):\n{asserts}"
    blank = "\n".join([head, *stubs])
    yield code(blank, id=f"{cell.id}-answer", metadata={"tags": ["exercise"]})
    yield code(test, id=f"{cell.id}-test", metadata={"tags": ["test"]})

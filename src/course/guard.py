"""What a stored notebook must be, as a list of what it is not.

nbval compares text and nothing else: a picture that went missing passes, and so
does a cell that was never run. These rules see to the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from nbformat import NotebookNode

from course.captions import caption
from course.code_rules import claims, functions
from course.notebooks import code_cells
from course.solutions import is_solution, split

LARGEST = 1_000_000  # bytes
FEWEST, MOST = 10, 20  # code cells
LINES = 20  # of a code cell
WORDS = 8  # of a caption, at least

PATH = re.compile(
    r"(?<![\w.:/])/(?:home|root|Users|tmp|var|usr|opt|work|mnt|private|srv)/\S+"
    r"|\b[A-Z]:\\\w+"
)
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")

Rule = Callable[[NotebookNode], Iterable[str]]


def problems(notebook: NotebookNode, name: str, size: int) -> list[str]:
    """List everything that is wrong with a stored notebook.

    Args:
        notebook: as stored.
        name: the file's, without its suffix.
        size: the file's, in bytes.

    Returns:
        one sentence each; code cells are counted from 1.

    Example:
        >>> from course.notebooks import node
        >>> problems(node(cells=[]), "01_x", 0)[1]
        'there are 0 code cells, not 10 to 20'
    """
    found = [sentence for rule in RULES for sentence in rule(notebook)]
    found += _captions(notebook, name)
    if size > LARGEST:
        found.append(f"the file has {size:,} bytes, more than {LARGEST:,}")
    return found


def twice(claims: Iterable[str]) -> list[str]:
    """List the claims that are settled more than once.

    Args:
        claims: of all notebooks, in any order.

    Example:
        >>> twice(["C01", "C02", "C01"])
        ['claim C01 is settled 2 times']
    """
    counts = sorted(Counter(claims).items())
    return [f"claim {name} is settled {n} times" for name, n in counts if n > 1]


def _numbered(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    return enumerate(code_cells(notebook), start=1)


def _executed(notebook: NotebookNode) -> Iterator[str]:
    for number, cell in _numbered(notebook):
        if cell.execution_count is None:
            yield f"code cell {number} was not executed"
        elif cell.execution_count != number:
            yield (
                f"code cell {number} was executed as number {cell.execution_count}: "
                "store one clean run"
            )


def _outputs(notebook: NotebookNode) -> Iterator[str]:
    for number, cell in _numbered(notebook):
        allowed = "raises-exception" in cell.metadata.get("tags", [])
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                yield f"code cell {number} stores stderr"
            if output.output_type == "error" and not allowed:
                yield f"code cell {number} stores an error, {output.ename}"
            for text in _texts(output):
                for match in PATH.finditer(text):
                    yield f"code cell {number} shows a path, {match[0]}"
                for match in ADDRESS.finditer(text):
                    yield f"code cell {number} shows an address, {match[0]}"


def _texts(output: NotebookNode) -> list[str]:
    data = output.get("data", {})
    texts = [data[kind] for kind in ("text/plain", "text/html") if kind in data]
    return [*texts, output.get("text", ""), *output.get("traceback", [])]


def _figures(notebook: NotebookNode) -> Iterator[str]:
    first, number = None, 0
    for cell, after in pairwise([*notebook.cells, None]):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        number += 1
        data = [output.get("data", {}) for output in cell.outputs]
        images = sum("image/png" in kinds for kinds in data)
        drawn = sum(kinds.get("text/plain", "").startswith("<Figure") for kinds in data)
        first = number if images and first is None else first
        if images > 1:
            yield f"code cell {number} shows {images} figures"
        if images and caption(after) is None:
            yield f"code cell {number} shows a figure without a caption after it"
        if not images and (drawn or caption(after) is not None):
            yield f"code cell {number} is a figure's, but its image is missing"
    if first is None or first > 3:
        yield "there is no figure within the first three code cells"


def _captions(notebook: NotebookNode, name: str) -> Iterator[str]:
    expected = 0
    for cell, after in pairwise([*notebook.cells, None]):
        found = caption(after)
        if found is None:
            continue
        expected += 1
        right = f"{int(name[:2])}.{expected}"
        if (said := f"{found.notebook}.{found.number}") != right:
            yield f"Figure {said} should be Figure {right}"
        if len(found.words.split()) < WORDS:
            yield f"the caption of Figure {said} says too little"
        if cell.cell_type != "code":
            yield f"the caption of Figure {said} does not follow its figure's cell"


def _shape(notebook: NotebookNode) -> Iterator[str]:
    cells = code_cells(notebook)
    if not FEWEST <= len(cells) <= MOST:
        yield f"there are {len(cells)} code cells, not {FEWEST} to {MOST}"
    for number, cell in _numbered(notebook):
        if (lines := len(cell.source.splitlines())) > LINES:
            yield f"code cell {number} has {lines} lines, more than {LINES}"
    number = 0
    for before, cell in pairwise([None, *notebook.cells]):
        if cell.cell_type != "code":
            continue
        number += 1
        if before is not None and before.cell_type == "code":
            yield f"there is no prose between code cells {number - 1} and {number}"


def _solutions(notebook: NotebookNode) -> Iterator[str]:
    cells = [(n, cell) for n, cell in _numbered(notebook) if is_solution(cell)]
    if not cells:
        yield "no code cell is tagged 'solution'"
    for number, cell in cells:
        try:
            split(cell.source)
        except (ValueError, SyntaxError) as error:
            yield f"code cell {number}, a solution, cannot become an exercise: {error}"


def _heading(notebook: NotebookNode) -> Iterator[str]:
    prose = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    prose = re.sub(r"^```.*?^```", "", prose, flags=re.DOTALL | re.MULTILINE)
    heads = re.findall(r"^# +(.+?)\s*$", prose, flags=re.MULTILINE)
    if len(heads) != 1:
        yield f"there are {len(heads)} headings of the first level, not 1"
    elif not heads[0].endswith("?"):
        yield f"the heading {heads[0]!r} is not a question"
    if not notebook.cells or not notebook.cells[0].source.lstrip().startswith("# "):
        yield "the first cell does not begin with the heading"


RULES: list[Rule] = [
    _executed, _outputs, _figures, _shape, _solutions, _heading, functions, claims,
]  # fmt: skip

"""The notebooks as files: which there are, reading them, writing them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.files import write

NAMES = "[0-9][0-9]_*.ipynb"


class UsageError(Exception):
    """What was asked for is not there; the message says what is."""


def find(directory: Path, wanted: Iterable[str] = ()) -> list[Path]:
    """List the notebooks of the course, or those asked for, in their order.

    Args:
        directory: where the notebooks lie.
        wanted: numbers ("3" or "03") or names (with or without ".ipynb");
            none means all.

    Raises:
        UsageError: no notebooks there, or one asked for does not exist.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as directory:
        ...     Path(directory, "01_what.ipynb").touch()
        ...     Path(directory, "02_why.ipynb").touch()
        ...     [path.name for path in find(Path(directory), ["2"])]
        ['02_why.ipynb']
    """
    there = {path.stem: path for path in sorted(directory.glob(NAMES))}
    if not there:
        raise UsageError(
            f"course: expected notebooks such as 01_….ipynb in {directory}, found "
            "none; run it in the project's folder, or say where with --notebooks"
        )
    chosen: set[str] = set()
    for name in wanted:
        stem = Path(name).name.removesuffix(".ipynb")
        stem = stem.zfill(2) if stem.isdigit() else stem
        matches = {key for key in there if key == stem or key[:2] == stem}
        if not matches:
            raise UsageError(
                f"course: no notebook {name!r} in {directory}; there are "
                + ", ".join(there)
            )
        chosen |= matches
    return [path for stem, path in there.items() if not chosen or stem in chosen]


def read(path: Path) -> NotebookNode:
    """Read a notebook, as format 4 with an id for every cell.

    Cells that have no id, or another cell's, get one from their place: it is the
    same at every reading.

    Args:
        path: the .ipynb file.

    Raises:
        UsageError: the file is not a notebook.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as directory:
        ...     path = Path(directory, "01_what.ipynb")
        ...     store(node(cells=[], metadata={}, nbformat=4, nbformat_minor=5), path)
        ...     read(path).cells
        []
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        seen: set[str] = set()
        for index, cell in enumerate(content["cells"]):
            if cell.get("id", "") in seen | {""}:
                cell["id"] = f"cell-{path.stem[:2]}-{index:02d}"
            seen.add(cell["id"])
        content["nbformat_minor"] = max(5, content["nbformat_minor"])
        nbformat.validate(content)
        text = json.dumps(content)
        found: NotebookNode = nbformat.reads(text, 4)  # type: ignore[no-untyped-call]
        return found
    except (
        nbformat.ValidationError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise UsageError(
            f"course: {path} is not a notebook ({type(error).__name__}: {error}); "
            "restore it from version control"
        ) from error


def store(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook, whole or not at all.

    Args:
        notebook: of format 4.
        path: the .ipynb file; see `read` for an example.

    Raises:
        OSError: as `course.files.write`.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> empty = node(cells=[], metadata={}, nbformat=4, nbformat_minor=5)
        >>> with TemporaryDirectory() as directory:
        ...     path = Path(directory, "01_what.ipynb")
        ...     store(empty, path)
        ...     json.loads(path.read_text())["nbformat"]
        4
    """
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    write(path, text.rstrip("\n") + "\n")


def node(**fields: object) -> NotebookNode:
    """Turn plain values into what nbformat works on.

    Args:
        fields: of a notebook, a cell or an output.

    Example:
        >>> node(metadata={"tags": ["solution"]}).metadata.tags
        ['solution']
    """
    made: NotebookNode = nbformat.from_dict(fields)  # type: ignore[no-untyped-call]
    return made


def code(source: str, **fields: object) -> NotebookNode:
    """Make a code cell that has not been run.

    Args:
        source: Python.
        fields: of the cell, such as its metadata.

    Example:
        >>> code("1 + 1", id="sum").outputs
        []
    """
    fields = {"metadata": {}, "outputs": [], "execution_count": None, **fields}
    return node(cell_type="code", source=source, **fields)


def question(notebook: NotebookNode) -> str:
    """Read the question off a notebook's heading; "" where it has none.

    Args:
        notebook: of format 4.

    Example:
        >>> question(node(cells=[{"source": "# Why?\\n*about 50 minutes*"}]))
        'Why?'
    """
    first = notebook.cells[0].source if notebook.cells else ""
    heading = re.match(r"# +(.+)", first)
    return heading[1].strip() if heading else ""


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """List the code cells that have a source.

    Args:
        notebook: of format 4.

    Example:
        >>> kinds = ("code", "markdown", "code")
        >>> cells = [{"cell_type": kind, "source": "1"} for kind in kinds]
        >>> len(code_cells(node(cells=cells)))
        2
    """
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.strip()
    ]

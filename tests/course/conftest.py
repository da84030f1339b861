"""Made-up notebooks: one that is as it should be, and the parts to break it with."""

import base64
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from course.claims import claim
from course.notebooks import node, store

PNG = base64.b64encode(b"\x89PNG").decode()


def prose(text="Some words between two cells."):
    return node(cell_type="markdown", source=text, metadata={}, id="")


def code(source, outputs=(), count=None, tags=()):
    return node(
        cell_type="code",
        source=source,
        outputs=list(outputs),
        execution_count=count,
        metadata={"tags": list(tags)} if tags else {},
        id="",
    )


def result(count=1, **data):
    return node(
        output_type="execute_result", data=data, metadata={}, execution_count=count
    )


def drawing(count=1):
    return result(count, **{"text/plain": "<Figure size 800x450>", "image/png": PNG})


def stream(text, name="stdout"):
    return node(output_type="stream", name=name, text=text)


def made(*cells):
    for index, cell in enumerate(cells):
        cell.id = f"cell-{index:02d}"
    return node(cells=list(cells), metadata={}, nbformat=4, nbformat_minor=5)


@pytest.fixture(scope="session")
def parts():
    """The functions above, for the tests."""
    return SimpleNamespace(
        prose=prose, code=code, result=result, drawing=drawing, stream=stream, made=made
    )


@pytest.fixture
def good():
    """A stored notebook that breaks no rule: ten code cells, two figures, a claim."""
    settled = claim("C11", "it is so", True, measured={"x": 0.5})
    cells = [prose("# Does it work?\n\nIt takes 5 minutes.")]
    for number in range(1, 11):
        cells.append(code("1 + 1", [result(number, **{"text/plain": "2"})], number))
        cells.append(prose())
    for number, figure in ((2, 1), (5, 2)):
        cells[2 * number - 1] = code("drawn", [drawing(number)], number)
        cells[2 * number] = prose(
            f"**Figure 4.{figure}. What a curve does.** The grey curve goes down "
            "from one to zero, evenly."
        )
    cells[1] = code("%matplotlib inline\nimport sys", [], 1)
    shown = result(9, **settled._repr_mimebundle_())
    cells[17] = code("course.claim(\n    'C11', 'it is so', True)", [shown], 9)
    cells[19] = code("x = 1\nassert x == 1", [], 10, ["solution"])
    cells[19].metadata.jupyter = {"source_hidden": True}
    return made(*cells)


@pytest.fixture
def folder(tmp_path):
    """Write notebooks of the given sources: `folder("01_x", "1 + 1", …)`."""

    def write(name, *cells):
        parts = [code(cell) if isinstance(cell, str) else cell for cell in cells]
        store(made(*parts), tmp_path / "notebooks" / f"{name}.ipynb")
        return tmp_path

    return write


@pytest.fixture
def command():
    """Run the command `course` in a directory, as from a terminal."""

    def run(*arguments, cwd: Path, **environment):
        return subprocess.run(
            [sys.executable, "-m", "course", *arguments],
            cwd=cwd,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1", **environment},
        )

    return run

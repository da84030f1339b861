"""A small course, and the book itself, built once and opened in a browser."""

import base64
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from coursebook.book import Book

from course.claims import claim
from course.contents import Chapter
from course.notebooks import node

PROJECT = Path(__file__).parents[2]
NEEDED = ("README.md", "CITATION.cff", "notebooks", "data/recordings")
HEADER = struct.pack(">8s4x4sII", b"\x89PNG\r\n\x1a\n", b"IHDR", 800, 450)
PNG = base64.b64encode(HEADER).decode()


def prose(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source, *outputs, tags=()):
    metadata = {"tags": list(tags)} if tags else {}
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": source,
        "outputs": list(outputs),
        "execution_count": 1,
    }


def shown(**data):
    kinds = {kind.replace("_", "/"): value for kind, value in data.items()}
    return {"output_type": "execute_result", "data": kinds, "metadata": {}}


@pytest.fixture
def notebook():
    """A question, a figure, a claim and a solution."""
    bundle = claim("C07", "It is |so|", True, measured={"x": 1.5})._repr_mimebundle_()
    settled = {"output_type": "execute_result", "data": bundle, "metadata": {}}
    printed = {"output_type": "stream", "name": "stdout", "text": "42\n"}
    figure = shown(image_png=PNG, text_plain="<Figure>")
    return node(
        cells=[
            prose("# Why so?\n\n*Notebook 3 of 13 · about 40 minutes*"),
            code("draw()", printed, figure),
            prose('**Figure 3.1. A `line`, "up".** It rises: see [there](03_x.ipynb).'),
            code("claim()", settled),
            code("assert True", printed, tags=["solution"]),
        ],
        metadata={"course": {"seconds": 12}},
        nbformat=4,
        nbformat_minor=5,
    )


@pytest.fixture
def book(notebook):
    return Book(PROJECT, (Chapter("03_why_so", notebook),))


@pytest.fixture(scope="session")
def project():
    return PROJECT


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Build the book as `make book` does, from copies; give the folder of its pages."""
    root = tmp_path_factory.mktemp("book")
    unneeded = shutil.ignore_patterns("_build", "notebooks", "__pycache__")
    shutil.copytree(PROJECT / "docs", root / "docs", ignore=unneeded)
    for name in NEEDED:
        source = PROJECT / name
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, root / name)
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "--keep-going",
        "docs",
        "html",
    ]
    done = subprocess.run(
        command,
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    return root / "html"

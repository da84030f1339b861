"""nbval compares words and not digits, in this Python, with warnings as errors."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course.execute import execute
from course.notebooks import node, store
from course.strip import strip

ROOT = Path(__file__).parents[1]
CLAIM = "course.claim('C01', 'it is so', True, measured={'x': 0.25})"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project of one executed notebook, beside the real conftest and settings."""
    root = tmp_path_factory.mktemp("project")
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    sources = (
        "import sys\nimport course\nprint('bar', file=sys.stderr)",
        "import os\n'mine' in dir(), os.path.basename(sys.executable)[:6]",
        CLAIM,
    )
    cells = [
        node(cell_type="code", source=source, metadata={}, outputs=[], id=f"c-{index}")
        for index, source in enumerate(sources)
    ]
    notebook = node(cells=cells, metadata={}, nbformat=4, nbformat_minor=5)
    execute(notebook, "01_x", root, quiet=True)
    strip(notebook)
    store(notebook, root / "01_x.ipynb")
    return root


def compare(root, monkeypatch, old="", new=""):
    """Run `pytest --nbval` on the notebook after a change of its text."""
    stored = (root / "01_x.ipynb").read_text("utf-8")
    assert old in stored
    changed = root / "02_changed.ipynb"
    changed.write_text(stored.replace(old, new) if old else stored, "utf-8")
    nbformat.validate(nbformat.read(changed, 4))
    # a start-up file of the user's must not be read
    start = root / "ipython" / "profile_default" / "startup" / "x.py"
    start.parent.mkdir(parents=True, exist_ok=True)
    start.write_text("mine = 1")
    monkeypatch.setenv("IPYTHONDIR", str(root / "ipython"))
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", changed.name]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


def test_the_same_words_with_other_digits_pass(folder, monkeypatch):
    done = compare(folder, monkeypatch, "0.25", "0.26")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_another_verdict_fails(folder, monkeypatch):
    done = compare(folder, monkeypatch, "C01 holds · it", "C01 does not hold · it")
    assert done.returncode == 1
    assert "1 failed, 2 passed" in done.stdout

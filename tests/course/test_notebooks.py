"""Finding, reading and writing notebooks."""

import json
import re

import pytest

from course import notebooks
from course.notebooks import UsageError


@pytest.fixture
def three(folder):
    for name in ("01_what", "02_why", "10_how"):
        root = folder(name, "1 + 1")
    (root / "notebooks" / "notes.ipynb").touch()
    return root / "notebooks"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([], ["01_what", "02_why", "10_how"]),
        (["1"], ["01_what"]),
        (["10", "02"], ["02_why", "10_how"]),
        (["02_why", "notebooks/01_what.ipynb", "1"], ["01_what", "02_why"]),
    ],
)
def test_find(three, wanted, found):
    assert [path.stem for path in notebooks.find(three, wanted)] == found


@pytest.mark.parametrize("wanted", ["3", "01_wat", "notes", ""])
def test_an_unknown_name_is_answered_with_those_that_exist(three, wanted):
    with pytest.raises(UsageError, match=re.escape("01_what, 02_why, 10_how")):
        notebooks.find(three, [wanted])


def test_no_notebooks_at_all(tmp_path):
    with pytest.raises(UsageError, match="--notebooks"):
        notebooks.find(tmp_path / "nowhere")


def test_cells_without_an_id_or_with_the_same_get_one_that_stays(three):
    path = three / "01_what.ipynb"
    content = json.loads(path.read_text())
    cell = content["cells"][0]
    content["cells"] = [{**cell, "id": "kept"}, dict(cell), {**cell, "id": "kept"}]
    del content["cells"][1]["id"]
    path.write_text(json.dumps({**content, "nbformat_minor": 4}))
    ids = [cell.id for cell in notebooks.read(path).cells]
    assert ids == ["kept", "cell-01-01", "cell-01-02"]


def test_what_is_stored_is_read_and_stored_alike(three):
    path = three / "01_what.ipynb"
    before = path.read_bytes()
    notebooks.store(notebooks.read(path), path)
    assert path.read_bytes() == before
    assert before.endswith(b"}\n")


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"cells": [], "nbformat": 4}'])
def test_a_file_that_is_no_notebook(three, content):
    path = three / "01_what.ipynb"
    path.write_text(content)
    with pytest.raises(UsageError, match="is not a notebook"):
        notebooks.read(path)

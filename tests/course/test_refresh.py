"""Notebooks are stored as they ran, or stay as they were."""

import re

import nbformat

from course.refresh import refresh


def test_it_stores_the_outputs_and_says_what_the_guard_says(folder, parts, capsys):
    root = folder(
        "01_does_it",
        parts.prose("# Does it?"),
        parts.code("import sys\nprint('bar', file=sys.stderr)\n1 + 1", tags=["x"]),
    )
    path = root / "notebooks" / "01_does_it.ipynb"
    assert refresh([], root / "notebooks") == 0
    first = but_for_the_seconds(path)
    cell = nbformat.read(path, 4).cells[1]
    assert cell.execution_count == 1
    assert cell.metadata.tags == ["x"]
    assert cell.metadata.slideshow == {"slide_type": "skip"}
    assert cell.id == "cell-01"
    assert [output.output_type for output in cell.outputs] == ["execute_result"]
    printed = capsys.readouterr()
    assert "01_does_it.ipynb stored" in printed.out
    assert "there are 1 code cells, not 10 to 20" in printed.err
    assert refresh(["1"], root / "notebooks") == 0
    assert but_for_the_seconds(path) == first


def but_for_the_seconds(path):
    """The notebook's text without what it took, which differs from run to run."""
    text, times = re.subn(r'"seconds": \d+', "", path.read_text("utf-8"))
    assert times == 1
    return text


def test_a_failure_leaves_the_old_file(folder, capsys):
    root = folder("01_does_it", "1 + 1", "1 / 0")
    path = root / "notebooks" / "01_does_it.ipynb"
    before = path.read_bytes()
    assert refresh([], root / "notebooks") == 1
    assert path.read_bytes() == before
    printed = capsys.readouterr().err
    assert "stopped in code cell 2: ZeroDivisionError" in printed
    assert "is as it was" in printed
    assert [file.name for file in path.parent.iterdir()] == [path.name]

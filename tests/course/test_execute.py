"""One clean run, and a plain word when it fails."""

import pytest

from course.execute import NotebookError, execute

STALE = "this output is of another run"


def test_a_run_replaces_all_outputs_and_counts_from_one(parts, tmp_path, capsys):
    stale = [parts.stream(STALE)]
    notebook = parts.made(
        parts.prose("words"),
        parts.code("import sys\nx = 2", stale, 7),
        parts.code("", stale, 8),
        parts.code("print(x)\nprint(3)\nx + 1", stale, 9),
    )
    seconds = execute(notebook, "01_x", tmp_path)
    counts = [cell.get("execution_count") for cell in notebook.cells]
    assert counts == [None, 1, None, 2]
    printed, result = notebook.cells[3].outputs
    assert printed.text == "2\n3\n"
    assert result.data == {"text/plain": "3"}
    assert STALE not in str(notebook)
    assert "execution" not in notebook.cells[1].metadata
    assert capsys.readouterr().err == f"01_x: 2 cells, {seconds:.1f} s\n"


def test_a_cell_that_raises(parts, tmp_path):
    notebook = parts.made(
        parts.code("x = 2"),
        parts.prose(),
        parts.code("def f():\n    return x / 0\n\nf()"),
        parts.code("print('never')", [parts.stream(STALE)], 3),
    )
    with pytest.raises(NotebookError) as caught:
        execute(notebook, "01_x", tmp_path, quiet=True)
    error = caught.value
    assert (error.name, error.number) == ("01_x", 2)
    assert error.reason == "ZeroDivisionError: division by zero"
    report = error.report()
    assert report.startswith("01_x stopped in code cell 2: ZeroDivisionError")
    assert "    def f():\n        return x / 0\n\n    f()" in report
    assert "----> 2     return x / 0" in report
    assert "\x1b" not in report
    assert "\x1b" in error.report(colour=True)
    assert STALE not in str(notebook)


def test_a_cell_that_ends_the_kernel(parts, tmp_path):
    notebook = parts.made(parts.code("import os\nos._exit(9)"))
    with pytest.raises(NotebookError, match="code cell 1: the kernel died"):
        execute(notebook, "01_x", tmp_path, quiet=True)


def test_a_cell_that_may_raise_does(parts, tmp_path):
    cell = parts.code("1 / 0", tags=["raises-exception"])
    notebook = parts.made(cell, parts.code("1 + 1"))
    execute(notebook, "01_x", tmp_path, quiet=True)
    assert notebook.cells[1].outputs[0].data["text/plain"] == "2"


def test_a_kernel_that_does_not_start(parts, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(NotebookError, match=r"did not start .*course check"):
        execute(parts.made(parts.code("1")), "01_x", tmp_path, quiet=True)

"""What a run leaves under build/, whole, and what it leaves of an earlier one."""

import json
import os

import nbformat
import pytest

from course import run as module
from course.claims import claim
from course.execute import NotebookError
from course.notebooks import UsageError
from course.run import run

CAPTION = "**Figure 1.{}. A line, from γ up.** It goes up from one to two, evenly."


@pytest.fixture
def faked(monkeypatch, parts):
    """Let every code cell show the claim that is its source, without a kernel."""

    def execute(notebook, name, directory, *, svg):
        for cell in notebook.cells:
            if cell.source == "fail":
                raise NotebookError(name, 2, "fail", "it fails", "")
            if cell.source == "stop":
                raise KeyboardInterrupt
            shown = claim(cell.source, f"of {name}", True)
            cell.outputs = [parts.result(1, **shown._repr_mimebundle_())]
        return 1.0

    monkeypatch.setattr(module, "execute", execute)


def table(root):
    content = json.loads((root / "build" / "verdicts.json").read_text("utf-8"))
    return [(record["claim"], record["notebook"]) for record in content]


def go(root, *wanted):
    return run(wanted, root / "notebooks", root / "build")


def tree(root):
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())


def test_a_run_from_a_clean_kernel(folder, parts, capsys):
    root = folder(
        "01_does_it",
        "%matplotlib inline\nfrom matplotlib.figure import Figure\nimport course, sys",
        "f = Figure(figsize=(2, 2))\nf.subplots().plot([1, 2])\nf",
        parts.prose(CAPTION.format(1)),
        "print('Epoch 1', file=sys.stderr)\nf",
        "course.claim('C01', 'it is so', True, measured={'x, %': (0.8, 1.2, 1.6)})",
    )
    before = (root / "notebooks" / "01_does_it.ipynb").read_bytes()
    old = root / "build" / "figures" / "01_1_another_title.png"
    old.parent.mkdir(parents=True)
    old.touch()
    assert go(root) == 0
    assert (root / "notebooks" / "01_does_it.ipynb").read_bytes() == before
    assert tree(root / "build") == [
        "figures/01_1_a_line_from_gamma_up.png",
        "figures/01_1_a_line_from_gamma_up.svg",
        "figures/01_cell_3.png",
        "figures/01_cell_3.svg",
        "notebooks/01_does_it.ipynb",
        "verdicts.json",
        "verdicts.md",
    ]
    figures = root / "build" / "figures"
    assert (figures / "01_cell_3.png").read_bytes().startswith(b"\x89PNG")
    assert "</svg>" in (figures / "01_cell_3.svg").read_text()
    copy = nbformat.read(root / "build" / "notebooks" / "01_does_it.ipynb", 4)
    assert set(copy.cells[1].outputs[0].data) == {"text/plain", "image/png"}
    assert "Epoch" not in str(copy.cells[3].outputs)
    assert table(root) == [("C01", "01_does_it")]
    printed = capsys.readouterr()
    assert "x, %: 1.20 [0.80, 1.60]" in printed.out
    assert "1 of 1 notebooks executed" in printed.out
    assert printed.err.startswith("01_does_it: 4 cells, ")


@pytest.mark.usefixtures("faked")
def test_a_partial_run_keeps_what_the_others_left(folder):
    folder("01_a", "C02", "C01")
    root = folder("02_b", "C03")
    assert go(root) == 0
    folder("02_b", "C04")
    assert go(root, "2") == 0
    assert table(root) == [("C01", "01_a"), ("C02", "01_a"), ("C04", "02_b")]
    (root / "notebooks" / "02_b.ipynb").unlink()
    folder("02_c", "C04")
    assert go(root, "2") == 0
    assert table(root)[-1] == ("C04", "02_c")
    assert tree(root / "build" / "notebooks") == ["01_a.ipynb", "02_c.ipynb"]


@pytest.mark.usefixtures("faked")
def test_a_failure_stops_and_keeps_the_part(folder, capsys):
    folder("01_a", "C01")
    folder("02_b", "C02", "fail", "C03")
    root = folder("03_c", "C04")
    assert go(root) == 1
    assert table(root) == [("C01", "01_a"), ("C02", "02_b")]
    assert tree(root / "build") == [
        "failed/02_b.ipynb",
        "notebooks/01_a.ipynb",
        "verdicts.json",
        "verdicts.md",
    ]
    printed = capsys.readouterr()
    assert "02_b stopped in code cell 2: it fails\n\n    fail\n" in printed.err
    assert os.path.join("failed", "02_b.ipynb") in printed.err
    assert "1 of 3 notebooks executed" in printed.out
    folder("02_b", "C02", "C03")
    assert go(root) == 0
    assert not list((root / "build" / "failed").iterdir())


@pytest.mark.usefixtures("faked")
def test_an_interruption_keeps_what_is_done(folder, capsys):
    folder("01_a", "C01")
    root = folder("02_b", "C02", "stop")
    assert go(root) == 130
    assert table(root) == [("C01", "01_a")]
    assert "1 of 2 notebooks executed" in capsys.readouterr().out


@pytest.mark.usefixtures("faked")
def test_it_never_writes_over_the_notebooks(folder):
    root = folder("01_a", "C01")
    with pytest.raises(UsageError, match="--out"):
        run([], root / "notebooks", root)


@pytest.mark.usefixtures("faked")
def test_a_broken_table_is_said_before_the_work(folder):
    root = folder("01_a", "stop")
    (root / "build").mkdir()
    (root / "build" / "verdicts.json").write_text("{")
    with pytest.raises(UsageError, match="remove it"):
        go(root)

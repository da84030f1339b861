"""A figure comes anew out of a kernel that runs no farther than it must."""

import base64
import json

import pytest

from course.cli import main
from course.files import write

DRAW = "from course.draw.style import figure\n_ = 7\nfigure(2.0, 'It {}')"
CAPTION = "**Figure 1.{}. It {}.** The words that say what is to be seen in it."


@pytest.fixture
def course(folder, parts):
    return folder(
        "01_does_it",
        parts.prose("# Does it?"),
        parts.code("x = 1"),
        parts.prose(),
        parts.code(DRAW.format("rises"), [parts.drawing()]),
        parts.prose(CAPTION.format(1, "rises")),
        parts.code(DRAW.format("falls"), [parts.drawing()]),
        parts.prose(CAPTION.format(2, "falls")),
        parts.code("1 / 0"),
    )


@pytest.fixture
def figures(course, tmp_path):
    def run(*arguments):
        at = ["--notebooks", str(course / "notebooks"), "--out", str(tmp_path / "out")]
        return main(["figures", *at, *arguments])

    return run


@pytest.fixture
def found(tmp_path):
    return lambda: sorted(path.name for path in (tmp_path / "out").iterdir())


def test_one_figure_with_its_sidecar(figures, found, tmp_path, capsys):
    assert figures("--only", "1.2") == 0
    assert found() == ["01_2_it_falls.json", "01_2_it_falls.svg"]
    text = (tmp_path / "out" / "01_2_it_falls.svg").read_text("utf-8")
    assert "<svg" in text
    assert "<dc:date>" not in text  # the same figure gives the same file
    content = json.loads((tmp_path / "out" / "01_2_it_falls.json").read_text("utf-8"))
    assert (content["title"], content["question"]) == ("It falls.", "Does it?")
    assert "1.2: " in capsys.readouterr().out


def test_all_of_them_dark_as_pdf(figures, found, tmp_path):
    assert figures("--format", "pdf", "--theme", "dark") == 0
    pdf = [name for name in found() if name.endswith(".pdf")]
    assert pdf == ["01_1_it_rises_dark.pdf", "01_2_it_falls_dark.pdf"]
    assert (tmp_path / "out" / pdf[0]).read_bytes().startswith(b"%PDF")


def test_the_stored_pictures_need_no_kernel(figures, found, tmp_path, parts, capsys):
    assert figures("--stored", "--format", "png", "--only", "1.1") == 0
    assert found() == ["01_1_it_rises.json", "01_1_it_rises.png"]
    stored = base64.b64decode(parts.drawing().data["image/png"])
    assert (tmp_path / "out" / "01_1_it_rises.png").read_bytes() == stored
    assert figures("--stored", "--theme", "dark") == 2
    assert "got --format svg --theme dark" in capsys.readouterr().err


def test_which_there_are(figures, tmp_path, capsys):
    assert figures("--list") == 0
    assert capsys.readouterr().out == "1.1  It rises.\n1.2  It falls.\n"
    assert figures("--only", "1.3") == 2
    assert "notebook 01 has these:\n  1.1  It rises." in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_figure_in_place_of_a_notebook(figures, capsys):
    assert figures("1.2") == 2
    assert "say --only 1.2" in capsys.readouterr().err


def test_a_notebook_without_outputs_has_no_stored_picture(folder, parts, capsys):
    cells = parts.code("1 + 1"), parts.prose(CAPTION.format(1, "rises"))
    at = ["--notebooks", str(folder("01_x", *cells) / "notebooks")]
    assert main(["figures", *at, "--stored", "--format", "png"]) == 2
    assert "leave --stored out to draw it" in capsys.readouterr().err


def test_what_was_drawn_before_ctrl_c_has_its_sidecar(
    figures, found, monkeypatch, capsys
):
    def stop(notebook, path, asked, theme):
        write(min(asked.values()), "<svg/>")
        raise KeyboardInterrupt

    monkeypatch.setattr("course.figures._draw", stop)
    assert figures() == 130
    assert found() == ["01_1_it_rises.json", "01_1_it_rises.svg"]
    said = capsys.readouterr()
    assert said.out.startswith("1.1: ")
    assert "1.2" not in said.out
    assert "Stopped." in said.err


def test_a_cell_that_fails_is_counted_as_a_reader_does(folder, parts, capsys):
    root = folder(
        "01_does_it",
        parts.code(DRAW.format("rises")),
        parts.prose(CAPTION.format(1, "rises")),
        parts.code("6"),
        parts.prose(CAPTION.format(2, "falls")),
    )
    at = ["--notebooks", str(root / "notebooks"), "--out", str(root / "out")]
    assert main(["figures", *at, "--format", "png"]) == 1
    said = capsys.readouterr().err
    assert "01_does_it stopped in code cell 2" in said
    assert "got int" in said
    picture = (root / "out" / "01_1_it_rises.png").read_bytes()
    assert picture.startswith(b"\x89PNG")

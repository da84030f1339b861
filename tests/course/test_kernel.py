"""A kernel is this Python and clean, whatever is installed for the user."""

import json
import sys
from pathlib import Path

import pytest

from course import kernel as module
from course.execute import execute

WHO = "import sys, os\nprint(sys.executable, os.getcwd(), 'mine' in dir())"


def printed(parts, directory):
    notebook = parts.made(parts.code(WHO))
    execute(notebook, "01_x", directory, quiet=True)
    return "".join(output.text for output in notebook.cells[0].outputs)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A directory for temporary files, to see what is left in it."""
    place = tmp_path / "t"
    place.mkdir()
    monkeypatch.setattr(module.tempfile, "tempdir", str(place))
    return place


def test_it_is_this_python(parts, tmp_path, monkeypatch, temporary, capfd):
    for variable in ("JUPYTER_DATA_DIR", "JUPYTER_PATH"):
        data = tmp_path / variable
        spec = data / "kernels" / "python3" / "kernel.json"
        spec.parent.mkdir(parents=True)
        argv = ["no-such-python", "{connection_file}"]
        spec.write_text(json.dumps({"argv": argv, "display_name": "", "language": ""}))
        monkeypatch.setenv(variable, str(data))
    start = tmp_path / "ipython" / "profile_default" / "startup" / "x.py"
    start.parent.mkdir(parents=True)
    start.write_text("mine = 1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    where = tmp_path.resolve()
    assert printed(parts, where) == f"{sys.executable} {where} False\n"
    assert capfd.readouterr() == ("", "")
    assert list(temporary.iterdir()) == []


def test_it_is_as_quiet_where_no_sockets_have_files(
    parts, tmp_path, monkeypatch, temporary, capfd
):
    monkeypatch.setattr(module, "_can_hold_sockets", lambda _: False)
    assert module._manager(tmp_path).transport == "tcp"
    assert printed(parts, tmp_path).startswith(sys.executable)
    assert capfd.readouterr() == ("", "")
    assert list(temporary.iterdir()) == []


def test_sockets_have_files_where_the_path_is_short(tmp_path):
    assert not module._can_hold_sockets(str(tmp_path / ("x" * 100)))
    assert not module._can_hold_sockets(str(tmp_path / "not there" / "k"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has none")
def test_the_probe_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert module._can_hold_sockets("k")
    assert list(Path().iterdir()) == []

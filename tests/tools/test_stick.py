import importlib
import platform
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
HERE = sys.version_info[:2]
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def stick(tmp_path, monkeypatch):
    """tools/stick.py over a small course, with a pip that fetches one package."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    for name in ("setup", "stick"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    module = importlib.import_module("stick")
    root = tmp_path / "course"
    for name in ("src/a.py", ".git/config", ".venv/b.py", "build/c.csv", "data/d.webp"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    monkeypatch.setattr(module.setup, "ROOT", str(root))
    monkeypatch.setattr(module.setup, "VENV", str(root / ".venv"))
    monkeypatch.setattr(module.setup, "venv_version", lambda: HERE)
    monkeypatch.setattr(module.setup, "check_platform", lambda: None)
    module.free, module.asked, module.fetched = 5e11, [], "torch-1.whl"

    def pip(*arguments):
        module.asked.append(arguments)
        part = Path(arguments[arguments.index("-d") + 1])
        part.mkdir()
        (part / module.fetched).write_text("")
        return module.fails and module.fails()

    module.fails = None
    monkeypatch.setattr(module.setup, "python", pip)
    monkeypatch.setattr(
        module.shutil, "disk_usage", lambda place: Usage(9e11, 0, module.free)
    )
    yield module
    for name in ("setup", "stick"):
        sys.modules.pop(name, None)


def inside(folder):
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_the_folder_holds_packages_course_and_how_to_install_them(stick, tmp_path):
    folder = tmp_path / "stick"
    assert stick.main([str(folder)]) == 0
    assert inside(folder) == {
        *("wheels/torch-1.whl", "INSTALL.txt", "made-for.txt"),
        *(f"batchnorm-course/{n}" for n in ("src/a.py", "data/d.webp")),
        "batchnorm-course/pyproject.toml",
    }
    assert stick.refusal(str(folder), HERE) is None
    assert stick.machine(HERE) in (folder / "INSTALL.txt").read_text()


def test_pip_is_asked_for_wheels_in_the_versions_of_the_constraints(stick, tmp_path):
    stick.main([str(tmp_path / "stick")])
    (asked,) = stick.asked
    words = " ".join(asked)
    assert "download --only-binary :all:" in words
    assert "-c constraints.txt" in words
    assert asked[-3:] == (".[course]", "editables", "hatchling>=1.27")


def test_a_second_machine_adds_its_packages(stick, tmp_path, monkeypatch):
    folder = tmp_path / "stick"
    stick.main([str(folder)])
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    stick.fetched = "torch-1-win.whl"
    assert stick.main([str(folder)]) == 0
    assert {"torch-1.whl", "torch-1-win.whl"} == inside(folder / "wheels")
    assert len(stick.machines(str(folder))) == 2


def test_the_course_is_replaced_and_the_book_comes_along(stick, tmp_path):
    folder, root = tmp_path / "stick", Path(stick.setup.ROOT)
    stick.main([str(folder)])
    (root / "src/a.py").unlink()
    (root / "docs/_build/html").mkdir(parents=True)
    (root / "docs/_build/html/index.html").write_text("")
    stick.main([str(folder)])
    assert "batchnorm-course/src/a.py" not in inside(folder)
    assert {n for n in inside(folder) if "index" in n} == {"book/index.html"}


def test_a_folder_inside_the_course_is_not_copied_into_itself(stick):
    folder = Path(stick.setup.ROOT, "stick")
    assert stick.main([str(folder)]) == 0
    assert not (folder / "batchnorm-course" / "stick").exists()


@pytest.mark.parametrize("problem", ["fails", "interrupt"])
def test_what_was_there_stays_when_pip_fails(stick, tmp_path, capsys, problem):
    folder = tmp_path / "stick"
    stick.main([str(folder)])
    before = inside(folder)

    def interrupt():
        raise KeyboardInterrupt

    stick.fails = interrupt if problem == "interrupt" else lambda: 1
    stick.fetched = "half"
    assert stick.main([str(folder)]) == 1
    assert inside(folder) == before
    said = "Run it again" if problem == "interrupt" else "its reason stands above"
    assert said in capsys.readouterr().err


def test_a_full_disk_stops_before_anything_is_fetched(stick, tmp_path, capsys):
    stick.free = 5e8
    assert stick.main([str(tmp_path / "stick")]) == 1
    assert "0.5 GB are free in" in capsys.readouterr().err
    assert stick.asked == []


@pytest.mark.parametrize("words", [[], [""], ["--help"], ["a", "b"]])
def test_a_wrong_call(stick, capsys, words):
    assert stick.main(words) == 1
    assert "expected one folder" in capsys.readouterr().err


def test_another_python_is_told_what_the_folder_holds(stick, tmp_path):
    stick.main([str(tmp_path / "stick")])
    said = stick.refusal(str(tmp_path / "stick"), (3, 99))
    assert f"are for {stick.machine(HERE)}; this is" in said
    assert "Python 3.99. Run tools/setup.py with a Python that fits" in said


@pytest.mark.parametrize("there", [True, False])
def test_another_folder_is_told_what_was_expected(stick, tmp_path, there):
    folder = tmp_path / "empty"
    if there:
        folder.mkdir()
    said = stick.refusal(str(folder), HERE)
    assert "expected the folder that tools/stick.py filled" in said
    assert said.endswith("has no made-for.txt" if there else "is not there")

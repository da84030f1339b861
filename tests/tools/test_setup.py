import ast
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SOURCE = REPOSITORY / "tools" / "setup.py"
Usage = namedtuple("Usage", "total used free")


def load():
    """tools/ is no package: read the module from its file."""
    spec = importlib.util.spec_from_file_location("tools_setup", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def setup(tmp_path, monkeypatch):
    """tools/setup.py over an empty project whose commands are noted, not run."""
    module = load()
    (tmp_path / "pyproject.toml").write_text("[project]\n\n[tool.ruff]\nwidth = 1\n")
    (tmp_path / "constraints.txt").write_text("torch==1\n")
    venv = tmp_path / ".venv"
    for name, value in {
        "ROOT": tmp_path,
        "VENV": venv,
        "BIN": venv / "bin",
        "UNFINISHED": venv / "unfinished",
    }.items():
        monkeypatch.setattr(module, name, str(value))
    monkeypatch.delenv("PYTHON", raising=False)

    module.commands = []
    module.fails = lambda command: False
    module.version = None

    def call(command, **_):
        module.commands.append(" ".join(map(str, command)))
        if "venv" in command:
            shutil.rmtree(venv, ignore_errors=True)  # --clear
            venv.mkdir()
            module.version = sys.version_info[:2]
        return int(bool(module.fails(command)))

    monkeypatch.setattr(module.subprocess, "call", call)
    monkeypatch.setattr(module, "venv_version", lambda: module.version)
    monkeypatch.setattr(module, "check_platform", lambda: None)
    monkeypatch.setattr(
        module.shutil, "disk_usage", lambda path: Usage(9e11, 0, module.free)
    )
    module.free = 5e11
    return module


def installed(setup):
    """What was installed, and whether .venv was made, since the last look."""
    words = [command.split()[-1] for command in setup.commands if " -e " in command]
    made = any("venv --clear" in command for command in setup.commands)
    setup.commands.clear()
    return words, made


def test_the_first_run_makes_the_environment_and_the_second_has_nothing_to_do(setup):
    assert setup.main([]) == 0
    assert installed(setup) == ([".[course]"], True)
    assert setup.main(["course"]) == 0
    assert installed(setup) == ([], False)


def test_test_is_added_to_course_and_contains_it(setup):
    setup.main(["course"])
    setup.commands.clear()
    setup.main(["test"])
    assert installed(setup) == ([".[test]"], False)
    setup.main(["course"])
    assert installed(setup) == ([], False)


def test_docs_lies_between_them(setup):
    setup.main(["docs"])
    assert installed(setup) == ([".[docs]"], True)
    setup.main(["course"])
    assert installed(setup) == ([], False)
    setup.main(["test"])
    assert installed(setup) == ([".[test]"], False)
    setup.main(["docs"])
    assert installed(setup) == ([], False)


def test_an_interrupted_install_is_made_anew(setup):
    def interrupt(command):
        if "-e" in command:
            raise KeyboardInterrupt

    setup.fails = interrupt
    assert setup.main([]) == 1
    setup.commands.clear()
    setup.fails = lambda command: False
    assert setup.main([]) == 0
    assert installed(setup) == ([".[course]"], True)


def test_without_a_network_the_environment_stays(setup, capsys):
    setup.fails = lambda command: "-e" in command
    assert setup.main([]) == 1
    assert "If it found no network" in capsys.readouterr().err
    setup.commands.clear()
    setup.fails = lambda command: False
    assert setup.main([]) == 0
    assert installed(setup) == ([".[course]"], False)


def test_a_disk_that_fills_up_leaves_an_unfinished_environment(setup, capsys):
    def fill(command):
        if "-e" in command:
            setup.free = 0
            return True

    setup.fails = fill
    assert setup.main([]) == 1
    assert "the disk is full" in capsys.readouterr().err
    assert os.path.exists(setup.UNFINISHED)


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_requirement_is_installed_in_place(setup, name):
    setup.main([])
    setup.commands.clear()
    path = Path(setup.ROOT, name)
    path.write_text("# changed\n" + path.read_text())
    setup.main([])
    assert installed(setup) == ([".[course]"], False)


def test_a_changed_setting_of_ruff_installs_nothing(setup):
    setup.main([])
    setup.commands.clear()
    Path(setup.ROOT, "pyproject.toml").write_text("[project]\n\n[tool.ruff]\n")
    setup.main([])
    assert installed(setup) == ([], False)


def test_what_is_installed_stands_above_the_settings_of_tools():
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    above, ruff, below = text.partition("\n[tool.ruff")
    assert ruff
    for header in ("[build-system]", "[project]", "[tool.hatch"):
        assert header in above
    assert "[tool.hatch" not in below
    assert "[project" not in below


@pytest.mark.parametrize("version", [None, (3, 9)])
def test_a_broken_or_an_old_environment_is_made_anew(setup, version):
    setup.main([])
    setup.commands.clear()
    setup.version = version
    if version:
        Path(setup.stamp("course")).unlink()
    setup.main([])
    assert installed(setup) == ([".[course]"], True)


def test_a_moved_project_makes_its_environment_anew(setup):
    setup.main([])
    setup.commands.clear()
    stamp = Path(setup.stamp("course"))
    stamp.write_text(stamp.read_text().replace(setup.ROOT, "/elsewhere"))
    setup.main([])
    assert installed(setup) == ([".[course]"], True)


def test_an_environment_made_by_hand_is_built_upon(setup):
    Path(setup.VENV).mkdir()
    setup.version = (3, 12)
    setup.main([])
    assert installed(setup) == ([".[course]"], False)


def test_an_old_python_is_named_with_the_way_out(setup):
    with pytest.raises(setup.Stop, match=r"3\.11 or newer is needed, this is 3\.10 \("):
        setup.check_python((3, 10))
    setup.check_python((3, 11))


def test_an_old_python_may_use_an_environment_that_is_ready(setup, monkeypatch):
    setup.main([])
    monkeypatch.setattr(setup, "check_python", lambda: pytest.fail("not needed"))
    assert setup.main([]) == 0


def test_an_old_python_can_read_the_file():
    source = SOURCE.read_bytes()
    source.decode("ascii")
    for node in ast.walk(ast.parse(source)):
        assert not isinstance(node, ast.JoinedStr | ast.AnnAssign | ast.NamedExpr)
        for new in ("annotation", "returns", "cause"):
            assert getattr(node, new, None) is None, f"line {node.lineno}"


def test_a_missing_ensurepip_names_the_package_of_debian(setup, monkeypatch, capsys):
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else 1
    )
    assert setup.main([]) == 1
    version = "{}.{}".format(*sys.version_info)
    assert f"sudo apt install python{version}-venv." in capsys.readouterr().err
    assert setup.commands == []


@pytest.mark.parametrize("room", [1, 50])
def test_on_a_tight_disk_pip_keeps_no_downloads(setup, room):
    setup.free = (setup.DISK_GB + room) * 1e9
    assert setup.main([]) == 0
    assert ("--no-cache-dir" in setup.commands[-1]) == (room == 1)


def test_a_disk_without_room_stops_before_anything_is_made(setup, capsys):
    setup.free = 1e9
    assert setup.main([]) == 1
    assert "1.0 GB are free in" in capsys.readouterr().err
    assert setup.commands == []


@pytest.mark.parametrize(
    ("system", "machine", "mac", "fits"),
    [
        ("Linux", "x86_64", "", True),
        ("Darwin", "arm64", "14.5", True),
        ("Darwin", "arm64", "13.7", False),
        ("Darwin", "x86_64", "15.0", False),
        ("Windows", "AMD64", "", True),
        ("Windows", "x86", "", False),
    ],
)
def test_a_machine_without_torch_is_told_so(system, machine, mac, fits):
    setup = load()
    if fits:
        setup.check_platform(system, machine, mac)
    else:
        with pytest.raises(setup.Stop, match=f"this Python runs on {system}"):
            setup.check_platform(system, machine, mac)


def test_another_python_than_the_one_inside_is_refused(setup, monkeypatch, capsys):
    setup.main([])
    setup.version = (3, 99)
    monkeypatch.setenv("PYTHON", "python3")
    assert setup.main([]) == 1
    assert "but .venv has 3.99. Delete .venv to change" in capsys.readouterr().err


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder that tools/stick.py filled, as far as setup.py looks at it."""
    monkeypatch.syspath_prepend(str(SOURCE.parent))
    for name in ("setup", "stick"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    stick = importlib.import_module("stick")
    folder = tmp_path / "on a stick"
    folder.mkdir()
    stick.describe(str(folder), sys.version_info)
    yield folder
    for name in ("setup", "stick"):
        sys.modules.pop(name, None)


def test_from_a_folder_pip_asks_no_network(setup, folder):
    assert setup.main(["--from", str(folder)]) == 0
    (last,) = [command for command in setup.commands if " -e " in command]
    assert f"--no-index --find-links {folder / 'wheels'}" in last
    setup.commands.clear()
    assert setup.main([]) == 0  # afterwards make needs no folder
    assert setup.commands == []


def test_a_folder_for_another_python_stops_before_anything_is_made(
    setup, folder, capsys
):
    (folder / "made-for.txt").write_text("Linux x86_64, Python 3.99\n")
    assert setup.main(["course", "--from", str(folder)]) == 1
    assert "are for Linux x86_64, Python 3.99; this is" in capsys.readouterr().err
    assert setup.commands == []


def test_from_a_folder_less_room_is_enough(setup, folder, capsys):
    setup.free = (setup.FROM_FOLDER_GB + 0.5) * 1e9
    assert setup.free < setup.DISK_GB * 1e9
    assert setup.main([]) == 1
    assert setup.main(["--from", str(folder)]) == 0


def test_a_folder_has_no_packages_for_the_tests(setup, folder, capsys):
    assert setup.main(["test", "--from", str(folder)]) == 1
    assert "leave 'test' out" in capsys.readouterr().err


def test_from_needs_a_folder(setup, capsys):
    for words in (["--from"], ["course", "--from", ""]):
        assert setup.main(words) == 1
        assert "expected a folder after --from" in capsys.readouterr().err


def test_a_word_that_is_no_extra_is_refused(setup, capsys):
    assert setup.main(["peers"]) == 1
    assert "expected 'course', 'docs' or 'test', got 'peers'" in capsys.readouterr().err


def test_it_runs_by_itself():
    done = subprocess.run(
        [sys.executable, "-I", "tools/setup.py", "nothing"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("setup: expected")

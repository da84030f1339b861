"""The command as a user meets it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from course.cli import main


def test_run_and_an_unknown_notebook(folder, command):
    root = folder("01_a", "1 + 1")
    done = command("run", "1", cwd=root)
    assert done.returncode == 0, done.stderr
    assert "1 of 1 notebooks executed" in done.stdout
    assert done.stderr.startswith("01_a: 1 cells, ")
    done = command("run", "7", cwd=root)
    assert done.returncode == 2
    assert done.stderr == "course: no notebook '7' in notebooks; there are 01_a\n"


def test_a_failure_on_the_terminal(folder, command):
    root = folder("01_a", "1 / 0")
    done = command("run", cwd=root)
    assert done.returncode == 1
    assert "01_a stopped in code cell 1: ZeroDivisionError" in done.stderr
    assert "Traceback (most recent call last)\nCell In[1], line 1" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["run", "refresh"])
def test_ctrl_c(folder, tmp_path, name):
    folder("01_a", "1 + 1")
    root = folder("02_b", "open('started', 'w').close()", "while True: pass")
    before = (root / "notebooks" / "02_b.ipynb").read_bytes()
    temporary = tmp_path / "t"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "course", name],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
        # Where the tests run in the background of a shell, it is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    started = root / "notebooks" / "started"
    deadline = time.monotonic() + 60
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Stopped" in err
    assert "Traceback" not in err
    assert list(temporary.iterdir()) == []  # no kernel, no socket, no part of a file
    assert (root / "notebooks" / "02_b.ipynb").read_bytes() == before
    if name == "run":
        assert "1 of 2 notebooks executed" in out
        assert os.listdir(root / "build" / "notebooks") == ["01_a.ipynb"]
        assert not (root / "build" / "failed").exists()


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
@pytest.mark.parametrize("words", [1, 9999])  # fewer, and more, than a buffer holds
def test_a_reader_who_has_seen_enough_is_no_error(folder, parts, words):
    caption = parts.prose(f"**Figure 1.1. {words * 'What '}a curve does.** It falls.")
    process = subprocess.Popen(
        [sys.executable, "-m", "course", "figures", "--list"],
        cwd=folder("01_a", parts.code("1", [parts.drawing()]), caption),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    with process:
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_what_notebooks_need_is_not_installed(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "nbclient", None)
    for module in ("course.run", "course.execute", "course.kernel"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    assert main(["run"]) == 1
    assert 'pip install -e ".[course]"' in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["learn"], ["check", "01"]])
def test_a_wrong_call(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage: course" in capsys.readouterr().err


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in ("run", "check", "refresh"))

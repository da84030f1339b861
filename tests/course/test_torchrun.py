import subprocess
import sys
import textwrap

import pytest

from course.torchrun import torchrun

FAILS = """
import sys
print("one thing worth knowing")
sys.exit(3)
"""
HANGS = """
import pathlib, os, time
pathlib.Path(r"{place}").write_text(str(os.getpid()))
print("waiting", flush=True)
time.sleep(600)
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module that can be imported by its name."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(source):
        (tmp_path / "some_ranks.py").write_text(textwrap.dedent(source))
        return "some_ranks"

    return write


def test_a_failing_process_is_told_of_with_its_words(module):
    with pytest.raises(RuntimeError, match=r"^torchrun: some_ranks failed") as error:
        torchrun(module(FAILS), processes=1)
    assert "one thing worth knowing" in str(error.value)


def test_what_hangs_is_ended_with_all_its_processes(module, tmp_path):
    place = tmp_path / "pid"
    with pytest.raises(RuntimeError, match=r"took over \d+ s") as error:
        torchrun(module(HANGS.format(place=place)), processes=1, seconds=5)
    if place.exists():  # on a busy machine nothing has begun yet
        assert "waiting" in str(error.value)
        assert not alive(int(place.read_text()))


def alive(pid):
    """Say whether a process runs, other than as a zombie."""
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return bool(done.stdout.strip()) and not done.stdout.strip().startswith("Z")


if sys.platform == "win32":
    pytestmark = pytest.mark.skip(reason="needs process groups")

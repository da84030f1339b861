"""Each look says [ok] or [fail] with a remedy."""

import pytest

from course import check as module
from course.check import check
from course.cli import main
from course.finding import Finding


def test_the_installed_packages_are_those_asked_for():
    assert module.packages().ok


@pytest.mark.parametrize(
    ("requirement", "said"),
    [
        ("no-such-package>=1", "no-such-package is missing"),
        ("pytest<1", "expected pytest<1, got"),
        ('pytest<1; extra == "course"', "expected pytest<1, got"),
    ],
)
def test_a_package_that_is_not_as_asked_for(requirement, said):
    finding = module.packages([requirement, "numpy"])
    assert not finding.ok
    assert said in finding.what
    assert "pip install" in finding.remedy


def test_what_is_not_asked_for_is_not_looked_at():
    others = ['no-such-package; extra == "docs"', 'none; python_version < "3"', "numpy"]
    assert module.packages(others) == Finding(
        True, "1 packages in the versions asked for"
    )


def test_a_kernel_starts_and_draws():
    finding = module.kernel()
    assert finding.ok, finding


@pytest.fixture
def looks(monkeypatch):
    """All is well at once, and the disk is as the test says."""
    fine = Finding(True, "fine")
    for name in ("asks", "kernel", "memory"):
        monkeypatch.setattr(module, name, lambda *_: fine)
    monkeypatch.setattr(module.platform, "node", lambda: "laptop-07")

    def with_disk(ok):
        there = Finding(ok, "the disk", "make room")
        monkeypatch.setattr(module, "disk", lambda _: there)

    return with_disk


@pytest.mark.parametrize(("disk", "code"), [(True, 0), (False, 1)])
def test_the_exit_code(tmp_path, looks, capsys, disk, code):
    looks(disk)
    assert check(tmp_path) == code
    lines = capsys.readouterr().out.splitlines()
    assert ("[fail] the disk" in lines) is not disk
    assert len([line for line in lines if line.startswith("[")]) == 10


@pytest.mark.parametrize(("disk", "code"), [(True, 0), (False, 1)])
def test_a_line_for_the_whole_computer(tmp_path, looks, capsys, disk, code):
    looks(disk)
    assert check(tmp_path, line=True) == code
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("[ok]   laptop-07 · " if disk else "[fail] laptop-07 · ")
    assert "the disk" in line
    assert ("says what to do" in line) is not disk


def test_the_command_takes_the_line(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(module, "check", lambda out, line: asked.append(line) or 0)
    for words in (["check"], ["check", "--line"]):
        assert main([*words, "--out", str(tmp_path)]) == 0
    assert asked == [False, True]

"""Each look says [ok] or [fail] with a remedy."""

import pytest

from course import check as module
from course.check import check
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


@pytest.mark.parametrize(("disk", "code"), [(True, 0), (False, 1)])
def test_the_exit_code(tmp_path, monkeypatch, capsys, disk, code):
    fine = Finding(True, "fine")
    for name in ("asks", "kernel", "memory"):
        monkeypatch.setattr(module, name, lambda *_: fine)
    monkeypatch.setattr(
        module, "disk", lambda _: Finding(disk, "the disk", "make room")
    )
    assert check(tmp_path) == code
    lines = capsys.readouterr().out.splitlines()
    assert ("[fail] the disk" in lines) is not disk
    assert len([line for line in lines if line.startswith("[")]) == 10

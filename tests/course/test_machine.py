"""What is measured of the computer, and when it is too little."""

import shutil
from collections import namedtuple

import pytest

from course import machine as module


@pytest.mark.parametrize(
    ("version", "ok"), [((3, 10, 14), False), ((3, 11, 0), True), ((4, 0, 0), True)]
)
def test_python(version, ok):
    assert module.python(version).ok is ok


def test_the_disk(tmp_path, monkeypatch):
    assert module.disk(tmp_path / "not" / "there" / "yet", 0).ok
    usage = namedtuple("usage", "free")(5e8)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    finding = module.disk(tmp_path)
    assert not finding.ok
    assert finding.what.startswith("0.5 GB free")


def test_memory():
    assert module.memory(0).ok
    assert not module.memory(1e6).ok


def test_a_place_that_cannot_be_written(tmp_path):
    assert module.writable(tmp_path / "build").ok
    assert list((tmp_path / "build").iterdir()) == []
    (tmp_path / "file").touch()
    assert not module.writable(tmp_path / "file").ok

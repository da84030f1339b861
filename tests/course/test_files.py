"""Files are whole or absent."""

import os

import pytest

from course.files import write


@pytest.mark.parametrize("content", ["β = 0\n", b"\x00\xff"])
def test_what_is_written_is_read(tmp_path, content):
    path = tmp_path / "a" / "b.txt"
    write(path, content)
    expected = content.encode() if isinstance(content, str) else content
    assert path.read_bytes() == expected
    assert os.listdir(path.parent) == ["b.txt"]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path, monkeypatch, error
):
    path = tmp_path / "b.txt"
    write(path, "old")

    def stopped(*_):
        raise error

    monkeypatch.setattr(os, "replace", stopped)
    with pytest.raises(error):
        write(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["b.txt"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_permissions_stay_and_new_files_follow_the_umask(tmp_path):
    path, other = tmp_path / "b.txt", tmp_path / "plain.txt"
    write(path, "old")
    other.write_text("plain")
    assert path.stat().st_mode == other.stat().st_mode
    path.chmod(0o640)
    write(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640

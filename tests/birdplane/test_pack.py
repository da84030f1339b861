import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import birdplane
from birdplane import pack, sheets

STAGES = ["read", "encode", "write"]


@pytest.fixture
def old(small_cifar, tmp_path):
    """A data folder whose sheets stand for the old ones."""
    data = tmp_path / "data"
    for sheet in small_cifar.sheets:
        (data / sheet.file).parent.mkdir(parents=True, exist_ok=True)
        (data / sheet.file).write_bytes(f"old {sheet.file}".encode())
    return data


def content(data):
    files = [path for path in data.rglob("*") if path.is_file()]
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in files}


def fail_at(stage, error, monkeypatch):
    """Let one stage fail; of the four sheets, the third where there are several."""
    name = {"read": "read_batches", "encode": "encode", "write": "read"}[stage]
    calls = []
    working = getattr(pack, name)

    def fail(*arguments):
        calls.append(arguments)
        if stage == "read" or len(calls) == 3:
            raise error
        return working(*arguments)

    monkeypatch.setattr(pack, name, fail)


@pytest.mark.parametrize("form", ["npm", "official"])
def test_each_form_gives_the_four_sheets(small_cifar, tmp_path, form):
    files = pack.pack(getattr(small_cifar, form), tmp_path / "data")
    assert files == [tmp_path / "data" / s.file for s in small_cifar.sheets]
    assert set(content(tmp_path / "data")) == {s.file for s in small_cifar.sheets}
    for path, sheet in zip(files, small_cifar.sheets, strict=True):
        first = slice(0, 150) if sheet.split == "train" else slice(150, 180)
        label = {"airplane": 0, "bird": 2}[sheet.name]
        chosen = small_cifar.labels[first] == label
        with Image.open(path) as picture:
            images = sheets.untile(np.asarray(picture))
        assert (images == small_cifar.images[first][chosen]).all()


def test_both_forms_give_the_same_files(small_cifar, tmp_path):
    pack.pack(small_cifar.npm, tmp_path / "one")
    pack.pack(small_cifar.official, tmp_path / "two")
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_old_sheets_are_replaced(small_cifar, old):
    before = content(old)
    pack.pack(small_cifar.npm, old)
    after = content(old)
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before)


def test_new_sheets_can_be_read_by_others(small_cifar, tmp_path):
    probe = tmp_path / "probe"
    probe.touch()
    for path in pack.pack(small_cifar.npm, tmp_path / "data"):
        assert path.stat().st_mode == probe.stat().st_mode


def test_encoding_is_lossless_whatever_the_pixels():
    images = np.zeros((4, 32, 32, 3), np.uint8)
    images[0, ::2] = 255
    images[1] = np.random.default_rng(0).integers(0, 256, (32, 32, 3))
    raw = pack.encode(images, columns=2)
    assert raw[12:16] == b"VP8L"  # WebP's lossless form
    assert raw == pack.encode(images, columns=2)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    "error",
    [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")],
    ids=["Ctrl-C", "disk full"],
)
def test_stopped_half_way_the_old_sheets_are_whole(
    small_cifar, old, monkeypatch, capsys, stage, error
):
    before = content(old)
    fail_at(stage, error, monkeypatch)
    status = pack.main([str(small_cifar.npm), "--out", str(old)])
    assert content(old) == before  # and no file has come to them
    stopped = isinstance(error, KeyboardInterrupt)
    assert status == (130 if stopped else 1)
    output = capsys.readouterr()
    assert output.out == ""
    assert ("pack: stopped" if stopped else "No space left") in output.err


def test_a_changed_batch_is_refused(small_cifar, old, capsys):
    before = content(old)
    (small_cifar.npm / "test_batch.png").write_bytes(b"changed")
    assert pack.main([str(small_cifar.npm), "--out", str(old)]) == 1
    assert content(old) == before
    assert "test_batch.png is not the published file" in capsys.readouterr().err


def test_other_pixels_than_the_published_are_refused(small_cifar, old, monkeypatch):
    before = content(old)
    monkeypatch.setitem(pack.ORIGINAL_LABELS, "bird", 3)
    expected = r"train/bird\.webp are not .* expected 15 with sha256 .* No sheet"
    with pytest.raises(ValueError, match=expected):
        pack.pack(small_cifar.npm, old)
    assert content(old) == before


def test_a_sheet_that_does_not_read_back_is_refused(small_cifar, old, monkeypatch):
    before = content(old)

    def with_loss(images, columns, encode=pack.encode):
        return encode(images // 2 * 2, columns)

    monkeypatch.setattr(pack, "encode", with_loss)
    with pytest.raises(ValueError, match=r"does not read back .* so no sheet was"):
        pack.pack(small_cifar.npm, old)
    assert content(old) == before


def test_an_out_that_is_a_file(small_cifar, tmp_path, capsys):
    (tmp_path / "data").touch()
    assert pack.main([str(small_cifar.npm), "--out", str(tmp_path / "data")]) == 1
    assert "pack: cannot write the sheets below" in capsys.readouterr().err


def test_the_command_says_what_it_wrote(small_cifar, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert pack.main([str(small_cifar.npm)]) == 0
    output = capsys.readouterr()
    lines = output.out.splitlines()
    assert len(lines) == 4
    for line, sheet in zip(lines, small_cifar.sheets, strict=True):
        path = Path("data") / sheet.file
        assert line.startswith(f"{path}  {path.stat().st_size:,} bytes")
        assert sheet.sha256[:12] in line
    assert "4/4" in output.err  # the progress bar


def test_the_command_needs_a_source(capsys):
    with pytest.raises(SystemExit, match="2"):
        pack.main([])
    assert "SOURCE" in capsys.readouterr().err


def test_it_runs_as_a_module(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "birdplane.pack", "nowhere"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("pack: there is no folder nowhere; expected")
    assert done.stdout == ""


@pytest.mark.skipif(
    "CIFAR10_SOURCE" not in os.environ,
    reason="set CIFAR10_SOURCE to a folder that `birdplane.pack` takes",
)
def test_the_real_source_gives_the_sheets_of_the_repository(tmp_path):
    for path in pack.pack(os.environ["CIFAR10_SOURCE"], tmp_path):
        name = path.relative_to(tmp_path)
        assert path.read_bytes() == (birdplane.folder.find_data() / name).read_bytes()

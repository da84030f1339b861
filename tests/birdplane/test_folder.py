import shutil
import tomllib
from pathlib import Path

import pytest

import birdplane
from birdplane import folder
from birdplane.sheets import SHEETS


def lay_out(data):
    """Files of the right names: `find_data` looks no further."""
    for sheet in SHEETS:
        (data / sheet.file).parent.mkdir(parents=True, exist_ok=True)
        (data / sheet.file).touch()
    return data


def test_found_from_any_working_directory(tmp_path, monkeypatch):
    before = folder.find_data()
    monkeypatch.chdir(tmp_path)
    assert folder.find_data() == before
    assert before.is_absolute()


def test_in_a_wheel_the_sheets_lie_in_the_package(tmp_path, monkeypatch):
    package = tmp_path / "lib" / "site-packages" / "birdplane"
    data = lay_out(package / "data")
    monkeypatch.setattr(folder, "__file__", str(package / "folder.py"))
    assert folder.find_data() == data


def test_in_a_clone_the_sheets_lie_at_the_top(tmp_path, monkeypatch):
    data = lay_out(tmp_path / "data")
    monkeypatch.setattr(
        folder, "__file__", str(tmp_path / "src" / "birdplane" / "folder.py")
    )
    assert folder.find_data() == data


def test_the_wheel_is_told_to_bring_the_sheets():
    top = next(
        (p for p in Path(__file__).parents if (p / "pyproject.toml").is_file()), None
    )
    if top is None:
        pytest.skip("the tests stand outside a clone")
    project = tomllib.loads((top / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"]["data"] == "birdplane/data"


def test_root_is_used_and_may_be_text_or_relative(tmp_path, monkeypatch):
    data = lay_out(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path)
    for root in (data, str(data), "elsewhere"):
        assert folder.find_data(root) == data


def test_no_data_anywhere(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "places", lambda: (tmp_path / "a", tmp_path / "b"))
    with pytest.raises(FileNotFoundError, match=r"no folder .*b; .*birdplane\.pack"):
        folder.find_data()


def test_a_root_that_does_not_exist(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder .*nowhere; .*bird\.webp"):
        birdplane.load("val", root=tmp_path / "nowhere")


def test_a_root_that_is_a_file(tmp_path):
    (tmp_path / "sheet.webp").touch()
    with pytest.raises(FileNotFoundError, match=r"sheet\.webp is not .* it is a file"):
        birdplane.load("val", root=tmp_path / "sheet.webp")


def test_a_root_that_is_another_folder(tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"missing train/airplane.*holds nothing"
    ):
        birdplane.load("val", root=tmp_path)
    for i in range(10):
        (tmp_path / f"song{i}.mp3").touch()
    with pytest.raises(FileNotFoundError, match=r"song0\.mp3, .*song7\.mp3 and 2 more"):
        birdplane.load("val", root=tmp_path)


@pytest.mark.parametrize("given", [".", "data/train"])
def test_a_root_one_level_off(tmp_path, given):
    data = lay_out(tmp_path / "data")
    with pytest.raises(FileNotFoundError, match="Did you mean root=") as caught:
        birdplane.load("val", root=tmp_path / given)
    assert f"root={str(data)!r}" in str(caught.value)


def test_one_sheet_missing(tmp_path):
    data = lay_out(tmp_path / "data")
    (data / "train" / "bird.webp").unlink()
    expected = r"not a whole one: missing train/bird\.webp; .*git checkout -- data"
    with pytest.raises(FileNotFoundError, match=expected):
        birdplane.load("val", root=data)


def test_only_the_checked_split_is_read(tmp_path):
    data = lay_out(tmp_path / "data")
    shutil.copytree(folder.find_data() / "val", data / "val", dirs_exist_ok=True)
    assert len(birdplane.load("val", root=data)) == 2000
    with pytest.raises(ValueError, match=r"airplane\.webp is not a readable"):
        birdplane.load("train", root=data)


def test_the_data_card_agrees_with_the_sheets():
    data = folder.find_data()
    card = (data / "README.md").read_text("utf-8")
    for sheet in SHEETS:
        width, height = sheet.size
        size = (data / sheet.file).stat().st_size
        assert (
            f"| `{sheet.file}` | {sheet.tiles:,} | {sheet.columns} "
            f"| {width}×{height} | {size:,} |" in card
        )
        assert f"| `{sheet.file}` | `{sheet.sha256}` |" in card
    for number in (*birdplane.MEAN, *birdplane.STD):
        assert f"{number:.8f}" in card

"""The stored recording is what notebook 04 records, and its own cells make it."""

from pathlib import Path

import pytest
from PIL import Image

import hooks
from course.notebooks import UsageError, code_cells, read
from course.recording import FILE, MOVING, main, saving

ROOT = Path(__file__).parents[2]
(NOTEBOOK,) = (ROOT / "notebooks").glob("04_*.ipynb")


def test_the_stored_file_is_of_the_size_and_the_shape_that_the_notebook_shows():
    stored = hooks.load(ROOT / FILE)
    assert (ROOT / FILE).stat().st_size < 3_000_000
    assert [layer.sizes["snapshot"] for layer in stored.values()] == [50] * 7
    outputs = [out for cell in code_cells(read(NOTEBOOK)) for out in cell.outputs]
    shown = [out.get("data", {}).get("text/plain") for out in outputs]
    assert repr(stored) in shown


def test_the_stored_numbers_can_be_of_that_run():
    layer = hooks.load(ROOT / FILE)["res_block1.bn1"]
    assert layer.sizes["bin"] == 64
    assert layer.snapshot.values.tolist() == list(range(1, 51))
    # In train mode the mean of the output is β of the moment, so near that of the end.
    output = layer["mean"].sel(side="output")
    assert abs(output - layer.bias)[-1].max() < 0.01
    assert layer.weight[-1].median() < 0.6  # Figure 4.1: about 0.4
    assert abs(layer.running_mean[-1]).median() < 0.8


def test_the_notebooks_own_cells_run_up_to_its_figure_and_save(parts, monkeypatch):
    notebook = read(NOTEBOOK)
    cells = code_cells(saving(notebook, Path("x.nc")))
    assert [cell.source for cell in cells[:2]] == [
        cell.source for cell in code_cells(notebook)[:2]
    ]
    assert len(cells) == 3
    layers = {"bn1": hooks.load(ROOT / FILE)["bn1"].assign(t=("step", [1.0, 2.0]))}
    saved = []
    monkeypatch.setattr(hooks.Recording, "save", lambda self, path: saved.append(self))
    exec(cells[2].source, {"hooks": hooks, "recording": hooks.Recording(layers)})
    assert set(saved[0]["bn1"].sizes) == set(layers["bn1"].sizes) - {"step"}


def test_a_notebook_without_the_figure(parts, tmp_path, capsys):
    with pytest.raises(UsageError, match=r"no Figure 4\.1"):
        saving(parts.made(parts.code("1 + 1"), parts.prose()), Path("x.nc"))
    assert main(["--notebooks", str(tmp_path)]) == 1
    assert "found none" in capsys.readouterr().err


def test_the_animation_on_the_front_page_shows_every_epoch():
    assert (ROOT / MOVING).stat().st_size < 3_000_000
    with Image.open(ROOT / MOVING) as moving:
        assert (moving.n_frames, moving.width) == (50, 960)
    assert str(MOVING.as_posix()) in (ROOT / "README.md").read_text("utf-8")


def test_the_animation_of_another_recording(tmp_path, capsys):
    layer = hooks.load(ROOT / FILE)["res_block1.bn1"].isel(channel=[0])
    hooks.Recording({"res_block1.bn1": layer[{"snapshot": [0, 1]}]}).save(
        tmp_path / "two.nc"
    )
    paths = ["--out", str(tmp_path / "two.nc"), "--moving", str(tmp_path / "two.gif")]
    assert main(["--animation", *paths]) == 0
    with Image.open(tmp_path / "two.gif") as moving:
        assert moving.n_frames == 2
    assert "two.gif: " in capsys.readouterr().out

"""A frame is a snapshot, all on the same axes, and the file is whole or not there."""

import numpy as np
import pytest
from PIL import Image

from hooks.plot import animation, distributions
from hooks.plot.animation import FIRST, LAST, frames
from hooks.plot.rows import window


def test_frames_are_the_snapshots_on_the_axes_of_all(exact, rows):
    found = list(frames(exact, snapshots="epoch"))
    assert [figure.get_suptitle() for figure in found] == [
        f"layer, epoch {label} of 4" for label in (1, 2, 4)
    ]
    assert {axes.get_xlim() for figure in found for axes in figure.axes} == {
        window(exact)
    }
    alone = distributions(exact, 2)
    assert window(exact) != alone.axes[0].get_xlim()  # else this would show nothing
    heights, _ = rows(found[1].axes[0])
    np.testing.assert_array_equal(heights, rows(alone.axes[0])[0])


@pytest.mark.parametrize("kind", ["webp", "gif"])
def test_the_file_plays_all_snapshots_and_pauses_at_both_ends(exact, tmp_path, kind):
    path = tmp_path / f"bn.{kind}"
    animation(exact.isel(channel=[0, 4]), path, title="Two channels", seconds=0.2)
    times, pictures = [], []
    with Image.open(path) as moving:
        assert moving.info.get("loop") == 0  # without end
        for number in range(moving.n_frames):
            moving.seek(number)
            moving.load()
            times.append(moving.info["duration"])
            pictures.append(np.asarray(moving.convert("RGB")).astype(int))
    assert times == [1000 * FIRST, 200, 1000 * LAST]
    assert pictures[0].shape[1] == 960
    assert abs(pictures[2] - pictures[1]).max() > 100
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_another_kind_of_file_is_refused(exact, tmp_path):
    with pytest.raises(ValueError, match=r"ends in \.webp or \.gif, got '.*bn\.mp4'"):
        animation(exact, tmp_path / "bn.mp4")
    with pytest.raises(ValueError, match="has no snapshot"):
        animation(exact.isel(snapshot=[]), tmp_path / "bn.gif")


def test_a_failure_leaves_what_was_there(exact, tmp_path, monkeypatch):
    path = tmp_path / "bn.gif"
    path.write_bytes(b"old")

    def full(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(OSError, match="no space"):
        animation(exact.isel(channel=[0]), path)
    assert [file.name for file in tmp_path.iterdir()] == ["bn.gif"]
    assert path.read_bytes() == b"old"

import pytest

import birdplane
from birdplane.experiments import SWEEPS
from birdplane.results import sweeps_folder


@pytest.mark.parametrize("name", SWEEPS)
def test_every_sweep_is_stored_whole(name):
    sweep = SWEEPS[name]
    table = birdplane.read_sweep(name)
    assert list(table.columns[: len(sweep.columns)]) == sweep.columns
    assert list(table.columns[-4:]) == ["torch", "python", "threads", "date"]
    runs = table.groupby([*sweep.columns, "seed"], dropna=False)
    assert runs.ngroups == len(sweep.runs())


def test_a_missing_sweep_is_named_with_those_that_are_there(tmp_path):
    (tmp_path / "other.csv").write_text("seed\n0\n")
    with pytest.raises(FileNotFoundError, match=r"^read_sweep: .*'one'.*: other\."):
        birdplane.read_sweep("one", tmp_path)


def test_words_for_nothing_are_read_as_words(tmp_path):
    (tmp_path / "norms.csv").write_text("norm,seed,loss\nNone,0,\nNA,1,0.5\n")
    table = birdplane.read_sweep("norms", tmp_path)
    assert table["norm"].tolist() == ["None", "NA"]
    assert table["loss"].isna().tolist() == [True, False]


def test_the_folder_is_beside_the_images():
    assert (sweeps_folder().parent / "train" / "bird.webp").is_file()

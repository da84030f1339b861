import os
from dataclasses import replace

import pandas as pd
import pytest
import torch

from birdplane.experiments import Sweep
from birdplane.results import read_sweep
from birdplane.runs import _halve, run_sweeps

CALLS = []


def power(config, seed):
    """One row for each of three exponents."""
    CALLS.append((config["x"], seed))
    return {
        "n": [1, 2, 3],
        "power": [float(config["x"] + seed) ** n for n in (1, 2, 3)],
    }


def stumble(config, seed):
    if seed == 2:
        raise KeyboardInterrupt
    return power(config, seed)


def threads(config, seed):
    return {"seen": torch.get_num_threads()}


def make(experiment=power, grid=({"x": 1}, {"x": 2.5, "word": "NA"}), seeds=(0, 1, 2)):
    return Sweep("powers", "Which powers?", experiment, grid, seeds)


@pytest.fixture(autouse=True)
def _fresh_calls():
    CALLS.clear()


def run(sweep, folder, workers=1, progress=False, **options):
    options |= {"workers": workers, "progress": progress}
    assert list(run_sweeps([sweep], folder, **options)) == [sweep]
    return read_sweep(sweep.name, folder)


def test_the_table_is_tidy(tmp_path):
    table = run(make(), tmp_path)
    assert list(table.columns) == (
        ["x", "word", "seed", "n", "power", "torch", "python", "threads", "date"]
    )
    assert len(table) == 2 * 3 * 3
    row = table[(table["x"] == 2.5) & (table["seed"] == 2) & (table["n"] == 3)]
    assert row["power"].item() == 4.5**3
    assert row["word"].item() == "NA"
    assert table["torch"].unique().tolist() == [str(torch.__version__)]
    assert table["threads"].unique().tolist() == [1]
    assert list(tmp_path.iterdir()) == [tmp_path / "powers.csv"]


def test_what_is_done_is_not_done_again(tmp_path):
    first = run(make(seeds=(0, 2)), tmp_path)
    assert len(CALLS) == 4
    second = run(make(seeds=(0, 1, 2)), tmp_path)
    assert CALLS[4:] == [(1, 1), (2.5, 1)]
    assert second["seed"].drop_duplicates().tolist() == [0, 1, 2]
    kept = second[second["seed"] != 1].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, first)
    run(make(seeds=(0, 1, 2)), tmp_path)
    assert len(CALLS) == 6


def test_fresh_begins_anew(tmp_path):
    run(make(), tmp_path)
    run(make(), tmp_path, fresh=True)
    assert len(CALLS) == 12


def test_runs_before_an_interrupt_are_kept(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(make(stumble), tmp_path)
    assert CALLS == [(1, 0), (1, 1)]
    assert len(read_sweep("powers", tmp_path)) == 6
    assert len(run(make(), tmp_path)) == 18
    assert len(CALLS) == 6


def test_a_file_with_other_runs_is_not_mixed_with_ours(tmp_path):
    run(make(), tmp_path)
    before = (tmp_path / "powers.csv").read_bytes()
    with pytest.raises(ValueError, match=r"^run_sweeps: powers\.csv .*--fresh powers"):
        run(make(seeds=(0, 1)), tmp_path)
    with pytest.raises(ValueError, match=r"^run_sweeps: powers\.csv"):
        run(make(grid=({"x": 1, "y": 2},)), tmp_path)
    assert (tmp_path / "powers.csv").read_bytes() == before


def test_a_failed_write_leaves_the_file_whole(tmp_path, monkeypatch):
    run(make(seeds=(0,)), tmp_path)
    before = (tmp_path / "powers.csv").read_bytes()

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        run(make(), tmp_path)
    assert (tmp_path / "powers.csv").read_bytes() == before


def test_a_result_of_plain_numbers_is_one_row_and_runs_on_one_thread(tmp_path):
    before = torch.get_num_threads()
    table = run(make(threads, grid=({"x": 1},)), tmp_path)
    assert table["seen"].tolist() == [1, 1, 1]
    assert torch.get_num_threads() == before


def test_workers_give_the_same_table_in_the_same_order(tmp_path):
    # An experiment of the package, because workers have to import it by name.
    sweep = make(_halve, grid=({"x": 1}, {"x": 2}))
    alone = run(sweep, tmp_path / "alone")
    together = run(sweep, tmp_path / "together", workers=2)
    pd.testing.assert_frame_equal(alone, together)


def test_the_bar_goes_to_stderr_and_starts_where_it_stopped(tmp_path, capsys):
    run(make(seeds=(0,)), tmp_path)
    run(make(), tmp_path, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "powers" in shown.err
    assert "6/6" in shown.err


def test_the_runs_of_several_sweeps_are_in_one_queue(tmp_path):
    one, other = make(seeds=(0,)), make(seeds=(0, 1))
    one, other = replace(one, name="one"), replace(other, name="other")
    run(one, tmp_path)
    CALLS.clear()
    one = replace(one, seeds=(0, 1))
    finished = []
    for sweep in run_sweeps([other, one], tmp_path, workers=1, progress=False):
        finished.append((sweep.name, len(CALLS)))
    assert finished == [("other", 4), ("one", 6)]
    CALLS.clear()
    again = run_sweeps([other, one], tmp_path, workers=1, progress=False)
    assert [sweep.name for sweep in again] == ["other", "one"]
    assert CALLS == []

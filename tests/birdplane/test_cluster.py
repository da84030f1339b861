import os
import sys

import pandas as pd
import pytest
import torch

from birdplane import sweep as command
from birdplane.cluster import dask_cluster
from birdplane.experiments import Sweep
from birdplane.results import read_sweep
from birdplane.runs import run_sweeps
from birdplane.sweep import main


def test_two_worker_processes_compute_what_this_one_does(tmp_path):
    def draw(config, seed):  # inside, so that it travels as it is
        drawn = torch.rand(1, generator=torch.Generator().manual_seed(seed))
        return {"drawn": config["x"] * drawn.item(), "process": os.getpid()}

    grid, seeds = tuple({"x": x} for x in range(4)), (0, 1, 2)
    sweep = Sweep("draws", "Which number?", draw, grid, seeds)
    here, there = tmp_path / "here", tmp_path / "there"
    list(run_sweeps([sweep], here, workers=1, progress=False))
    with dask_cluster("local", workers=2):
        list(run_sweeps([sweep], there, workers=2, progress=False))
    here, there = read_sweep("draws", here), read_sweep("draws", there)
    assert here["process"].unique().tolist() == [os.getpid()]
    assert there["process"].nunique() == 2
    assert os.getpid() not in set(there["process"])
    same = ["x", "seed", "drawn", "torch", "threads"]
    pd.testing.assert_frame_equal(there[same], here[same])


@pytest.mark.parametrize(
    "error", [OSError("no scheduler"), ModuleNotFoundError("dask")]
)
def test_without_a_cluster_the_command_says_why(error, monkeypatch, capsys, tmp_path):
    def refuse(address, workers):
        raise error

    monkeypatch.setattr(command, "dask_cluster", refuse)
    options = ["--cluster", "tcp://127.0.0.1:1", "--folder", str(tmp_path)]
    assert main(options) == 2
    assert str(error) in capsys.readouterr().err


def test_dask_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ModuleNotFoundError, match=r"\[cluster\]"):
        dask_cluster("local").__enter__()

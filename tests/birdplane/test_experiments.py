import math

import pandas as pd
import pytest

from birdplane import read_sweep
from birdplane.data import load
from birdplane.experiments import SWEEPS, accuracy, core, parameters, train


@pytest.fixture
def _few_images(val, monkeypatch):
    small = load("val")
    small.images, small.labels = val.images[872:1128], val.labels[872:1128]
    monkeypatch.setattr(core, "images", lambda split: small)


@pytest.mark.usefixtures("_few_images")
def test_train_gives_one_value_an_epoch_in_every_column():
    result = train({"norm": "group", "epochs": 3}, seed=0)
    assert result["epoch"] == [1, 2, 3]
    assert {len(column) for column in result.values()} == {3}
    assert result["diverged"] == [False] * 3
    assert result == train({"norm": "group", "epochs": 3}, seed=0)
    assert result != train({"norm": "group", "epochs": 3}, seed=1)


@pytest.mark.usefixtures("_few_images")
def test_a_diverged_run_says_so_in_its_last_row():
    config = {"norm": "none", "max_lr": 1e6, "epochs": 20, "schedule": "constant"}
    result = train(config, seed=0)
    assert result["diverged"][-1]
    assert math.isnan(result["val_accuracy"][-1])
    assert len(result["epoch"]) < 20


@pytest.mark.parametrize("name", ["epoch", "seed", "progress", "model"])
def test_an_option_that_is_not_one_is_refused(name):
    with pytest.raises(ValueError, match=f"^train: no option '{name}'.*max_lr"):
        train({"epochs": 1, name: 1}, seed=0)


@pytest.mark.parametrize("sweep", SWEEPS.values(), ids=SWEEPS)
def test_the_sweeps_make_sense(sweep):
    if sweep.experiment in (train, parameters.train_and_measure):  # no more options
        for config in sweep.grid:
            core.check_config(config)
    runs = [(tuple(config.items()), seed) for config, seed in sweep.runs()]
    assert len(set(runs)) == len(runs) == len(sweep.grid) * len(sweep.seeds)


def test_seeds_that_chose_the_rates_do_not_judge_them():
    assert not set(accuracy.norm_rates.seeds) & set(accuracy.norm_paired.seeds)


def test_the_rates_of_the_pairs_are_the_best_of_the_stored_ones():
    table = read_sweep("norm_rates")
    last = table.groupby(["norm", "max_lr", "seed"]).last(skipna=False).reset_index()
    last["val_accuracy"] = last["val_accuracy"].fillna(0.5)
    means = last.groupby(["norm", "max_lr"])["val_accuracy"].mean()
    best = means.groupby("norm").idxmax()
    assert {norm: rate for norm, rate in best} == accuracy.BEST_RATES
    for rate in accuracy.BEST_RATES.values():
        assert accuracy.RATES[0] < rate < accuracy.RATES[-1]


def test_the_pairs_are_whole():
    table = read_sweep("norm_paired")
    assert isinstance(table, pd.DataFrame)
    assert set(table.groupby("norm")["seed"].nunique()) == {10}


def test_the_runs_without_decay_pair_with_those_with_it():
    (config,) = parameters.no_decay.grid
    with_decay = {k: v for k, v in config.items() if k != "weight_decay"}
    assert config["weight_decay"] == 0
    assert with_decay in accuracy.fifty_epochs.grid
    assert parameters.no_decay.seeds == accuracy.fifty_epochs.seeds
    table = read_sweep("no_decay")
    assert set(table.groupby("seed")["epoch"].max()) == {50}

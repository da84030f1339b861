import math

import pytest

from birdplane import read_sweep
from birdplane.data import load
from birdplane.experiments import core, placement
from course.stored import falls_inside

TUNED = [
    ("order_rates", "norm_position", placement.ORDER_RATES),
    ("dropout_rates", "dropout_position", placement.DROPOUT_RATES),
]
PAIRED = [
    ("order_paired", "norm_position", placement.order_paired),
    ("dropout_paired", "dropout_position", placement.dropout_paired),
]


@pytest.fixture
def _few_images(val, monkeypatch):
    small = load("val")
    small.images, small.labels = val.images[500:1500], val.labels[500:1500]
    monkeypatch.setattr(core, "images", lambda split: small)


@pytest.mark.usefixtures("_few_images")
def test_the_accuracy_measured_anew_stands_in_the_last_row():
    config = {"dropout": 0.3, "epochs": 2}
    result = placement.train_and_reestimate(config, seed=0)
    first, last = result.pop("reestimated_accuracy")
    assert math.isnan(first)
    assert 0.4 < last < 1
    assert result == core.train(config, seed=0)


@pytest.mark.usefixtures("_few_images")
def test_of_a_run_that_diverged_nothing_is_measured_anew():
    config = {"norm": "none", "max_lr": 1e6, "epochs": 20, "schedule": "constant"}
    result = placement.train_and_reestimate(config, seed=0)
    assert result["diverged"][-1]
    assert all(map(math.isnan, result["reestimated_accuracy"]))


@pytest.mark.parametrize(("name", "place", "chosen"), TUNED)
def test_the_rates_of_the_pairs_are_the_best_of_the_stored_ones(name, place, chosen):
    table = read_sweep(name)
    last = table.groupby([place, "max_lr", "seed"]).last(skipna=False).reset_index()
    last["val_accuracy"] = last["val_accuracy"].fillna(0.5)
    means = last.groupby([place, "max_lr"])["val_accuracy"].mean()
    assert {side: rate for side, rate in means.groupby(place).idxmax()} == chosen
    for rate in chosen.values():
        assert placement.RATES[0] < rate < placement.RATES[-1]


@pytest.mark.parametrize(("name", "place", "sweep"), PAIRED)
def test_the_pairs_are_whole_and_judged_by_other_seeds(name, place, sweep):
    table = read_sweep(name)
    assert set(table.groupby(place)["seed"].nunique()) == {len(sweep.seeds)}
    assert not set(sweep.seeds) & set(placement.order_rates.seeds)
    assert not set(sweep.seeds) & set(placement.dropout_rates.seeds)


@pytest.mark.parametrize(("name", "place", "sweep"), PAIRED)
def test_a_file_that_is_five_points_off_is_caught(name, place, sweep):
    table = read_sweep(name)
    last = table[table["epoch"] == table["epoch"].max()]
    for _, side in last.groupby(place):
        stored = side["val_accuracy"]
        assert all(falls_inside(live, stored, 0.03) for live in stored)
        assert not any(falls_inside(live, stored - 0.1, 0.03) for live in stored)

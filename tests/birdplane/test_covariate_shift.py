import numpy as np
import pytest

from birdplane import read_sweep
from birdplane.data import load
from birdplane.experiments import core, covariate_shift
from birdplane.experiments.covariate_shift import summary, train_and_watch
from course.stored import falls_inside

SIDES = list(covariate_shift.BEST_RATES.items())[:2]


@pytest.fixture
def _few_images(val, monkeypatch):
    small = load("val")  # 6 batches, so that every 6th step ends an epoch
    small.images, small.labels = val.images[616:1384], val.labels[616:1384]
    monkeypatch.setattr(core, "images", lambda split: small)


@pytest.mark.usefixtures("_few_images")
def test_the_training_is_that_of_the_other_sweeps():
    config = {"norm": "noisy", "max_lr": 0.1, "epochs": 2}
    found, plain = train_and_watch(config, seed=1), core.train(config, seed=1)
    for column in ("epoch", "step", "val_loss", "val_accuracy"):
        assert found[column] == plain[column]
    assert {len(values) for values in found.values()} == {2}
    assert len(found) == 4 + 14 + 12
    assert min(found["in fc"]) > 0


def test_means_are_geometric_and_those_of_cosines_are_not():
    rows = [{"step": 6, "out a": 1e-4, "cosine a": -0.5}]
    rows += [{"step": 12, "out a": 1.0, "cosine a": 1.0}]
    assert summary(rows) == pytest.approx({"out a": 0.01, "cosine a": 0.25})


def test_the_rates_are_the_best_of_the_stored_ones_and_not_at_an_edge():
    table = read_sweep("shift_rates")
    last = table.groupby(["norm", "max_lr", "seed"]).last(skipna=False).reset_index()
    last["val_accuracy"] = last["val_accuracy"].fillna(0.5)
    means = last.groupby(["norm", "max_lr"])["val_accuracy"].mean()
    best = {norm: rate for norm, rate in means.groupby("norm").idxmax()}
    assert best == covariate_shift.BEST_RATES
    for norm, rate in best.items():
        rates = covariate_shift.RATES[norm]
        assert rates[0] < rate < rates[-1]


def test_the_pairs_are_whole_and_judge_no_seed_that_chose():
    table = read_sweep("shift_paired")
    assert set(table.groupby(["norm", "max_lr"])["seed"].nunique()) == {6}
    assert len(table.groupby(["norm", "max_lr"])) == 4
    chose = covariate_shift.shift_rates.seeds
    assert not set(chose) & set(covariate_shift.shift_paired.seeds)
    assert not table.isna().any().any()


def test_a_csv_with_the_networks_confused_is_caught():
    """The notebook's spot check: one run's shift, among those stored of a network."""
    runs = read_sweep("shift_paired").query("epoch == 1")
    number = np.log(runs.filter(like="out ")).mean(axis=1)
    none, batch = (number[(runs.norm == n) & (runs.max_lr == r)] for n, r in SIDES)
    for mine, other in ((none, batch), (batch, none)):
        live = mine.iloc[0]
        assert falls_inside(live, mine.iloc[1:], np.log(1.2))
        assert not falls_inside(live, other, np.log(1.2))
        assert not falls_inside(live, mine + np.log(10), np.log(1.2))

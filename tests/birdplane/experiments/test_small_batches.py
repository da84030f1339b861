import pytest

from birdplane import read_sweep
from birdplane.data import load
from birdplane.experiments import core, small_batches
from birdplane.experiments.small_batches import (
    BEST_PAIR_RATES,
    BEST_RATES,
    PAIR_RATES,
    RATES,
    SIDES,
    TUNED,
    enough,
    settled,
    train_on_few,
)
from course.stored import falls_inside


def norm_batch(side):
    return SIDES[side].get("norm_batch", 0)


@pytest.fixture(scope="module")
def stored():
    """Final accuracies of the pairs: images that share, 0 for none, norm → by seed."""
    runs = read_sweep("shared_statistics").fillna({"norm_batch": 0})
    return {
        key: rows["val_accuracy"] for key, rows in runs.groupby(["norm", "norm_batch"])
    }


def test_every_side_takes_the_best_of_its_stored_rates_and_none_at_the_edge():
    table = read_sweep("shared_rates").fillna({"norm_batch": 0, "val_accuracy": 0.5})
    by = ["norm", "norm_batch", "max_lr"]
    means = table.groupby(by)["val_accuracy"].mean()
    for side in TUNED:
        found = means[SIDES[side]["norm"], norm_batch(side)]
        assert tuple(found.index) == RATES[side]
        assert found.idxmax() == BEST_RATES[side]
        assert RATES[side][0] < BEST_RATES[side] < RATES[side][-1]


def test_steps_of_two_take_the_best_of_their_stored_rates():
    means = read_sweep("pair_rates").groupby(["norm", "max_lr"])["val_accuracy"].mean()
    for norm, best in BEST_PAIR_RATES.items():
        assert tuple(means[norm].index) == PAIR_RATES[norm]
        assert means[norm].idxmax() == best
        assert PAIR_RATES[norm][0] < best < PAIR_RATES[norm][-1]


def test_seeds_that_chose_the_rates_do_not_judge_them():
    for tuning, judging in (
        ("shared_rates", "shared_statistics"),
        ("pair_rates", "steps_of_two"),
    ):
        seeds = [set(getattr(small_batches, name).seeds) for name in (tuning, judging)]
        assert not seeds[0] & seeds[1]


def test_all_sides_have_run_with_all_seeds(stored):
    assert set(stored) == {(SIDES[s]["norm"], norm_batch(s)) for s in SIDES}
    assert {len(runs) for runs in stored.values()} == {5}
    assert len(read_sweep("steps_of_two")) == 10


def test_a_wrong_table_is_caught_by_the_live_check(stored):
    """A run as good as it should be falls outside of runs that are 5 points off."""
    for runs in stored.values():
        live = runs.mean()
        assert falls_inside(live, runs, least=0.03)
        assert not falls_inside(live, runs - 0.05, least=0.03)
        assert not falls_inside(live, runs + 0.05, least=0.03)


@pytest.mark.parametrize(
    ("two", "sixteen", "expected"),
    [
        ((-5, -4, -3), (-1, 0, 1), True),
        ((-3, -2, -1), (-1, 0, 1), None),
        ((-5, -4, -3), (-3, -2, -1), None),  # one part is not enough
        ((-3, -2, -1), (-3, -2, -1), None),
        ((-1, 0, 1), (-3, -2, -1), False),
        ((-3, -2, -1), (-5, -4, -3), False),
        ((1, 2, 3), (-1, 0, 1), None),  # better is no "enough"
    ],
)
def test_one_verdict_is_made_of_two_intervals(two, sixteen, expected):
    assert settled(enough(two), enough(sixteen)) is expected


def test_a_network_is_scored_with_both_statistics(val, monkeypatch):
    small = load("val")
    small.images, small.labels = val.images[500:1500], val.labels[500:1500]
    monkeypatch.setattr(core, "images", lambda split: small)
    config = {"max_lr": 0.01, "batch_size": 2, "images": 40}
    result = train_on_few({"norm": "batch"} | config, seed=0)
    assert list(result) == ["val_accuracy", "reestimated_accuracy", "diverged"]
    assert result["val_accuracy"] != result["reestimated_accuracy"]
    assert result == train_on_few({"norm": "batch"} | config, seed=0)
    result = train_on_few({"norm": "group"} | config, seed=0)
    assert result["val_accuracy"] == result["reestimated_accuracy"]
    result = train_on_few({"norm": "batch"} | config | {"max_lr": 1e30}, seed=0)
    assert result["diverged"]
    assert result["val_accuracy"] == result["reestimated_accuracy"] == 0.5

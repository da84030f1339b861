"""The check of notebook 10: a table of wrong numbers does not pass for the stored."""

import pytest

from birdplane import read_sweep
from course.stored import falls_inside

LEAST = 0.03  # as in the notebook


@pytest.fixture
def stored():
    return read_sweep("bias_paired").set_index(["activation", "held_bias"])


def test_every_stored_run_passes(stored):
    seeds = stored.loc[("relu", 2.0), "val_accuracy"]
    assert all(falls_inside(live, seeds, LEAST) for live in seeds)


@pytest.mark.parametrize("wrong", [0.0, -2.0])
def test_a_table_with_two_networks_swapped_is_caught(stored, wrong):
    live = stored.loc[("relu", 2.0), "val_accuracy"].iloc[0]
    assert not falls_inside(live, stored.loc[("relu", wrong), "val_accuracy"], LEAST)


def test_per_cent_for_shares_are_caught(stored):
    seeds = stored.loc[("relu", 2.0), "val_accuracy"]
    assert not falls_inside(seeds.iloc[0], 100 * seeds, LEAST)

"""What is measured live is held against what is stored."""

import math

import pytest

from birdplane import read_sweep
from course.stored import falls_inside

SEEDS = [0.80, 0.82, 0.84]  # deviation 0.02


@pytest.mark.parametrize(
    ("live", "least", "inside"),
    [
        (0.899, 0.01, True),
        (0.901, 0.01, False),
        (0.741, 0.01, True),
        (0.739, 0.01, False),
        (0.901, 0.09, True),
        (math.nan, 1.0, False),
        (math.inf, 1.0, False),
    ],
)
def test_four_deviations_or_the_least_are_close_enough(live, least, inside):
    assert falls_inside(live, SEEDS, least) is inside


def test_a_stored_number_that_is_missing_agrees_with_nothing():
    assert not falls_inside(0.8, [0.8, math.nan], least=1.0)


@pytest.mark.parametrize("stored", [[], [0.8]])
def test_one_number_has_no_range(stored):
    with pytest.raises(ValueError, match=f"at least 2.*got {len(stored)}"):
        falls_inside(0.8, stored, least=0.1)


def test_a_csv_with_trained_and_frozen_exchanged_is_caught():
    """The check of notebook 08: one run of the shapes against the six stored ones."""
    runs = read_sweep("finetune_paired").query("task == 'shapes'")
    whole = runs[runs["statistics"] == runs["affine"]]
    trained, frozen = (
        whole[whole["statistics"] == way].set_index("seed")["val_accuracy"]
        for way in ("train", "frozen")
    )
    assert falls_inside(trained[0], trained, least=0.03)
    assert falls_inside(frozen[0], frozen, least=0.03)
    assert not falls_inside(trained[0], frozen, least=0.03)
    assert not falls_inside(frozen[0], trained, least=0.03)

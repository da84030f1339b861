import math

import pytest

from birdplane.loop import WARM_UP, Epoch, learning_rates


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 780])
def test_one_cycle_grows_for_a_quarter_then_falls_towards_zero(steps):
    rates = learning_rates("one-cycle", 0.3, steps)
    assert len(rates) == steps
    assert all(0 < rate <= 0.3 for rate in rates)
    top = rates.index(max(rates))
    assert abs(top - WARM_UP * steps) <= 1
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)


def test_one_cycle_reaches_its_largest_rate_and_ends_near_zero():
    rates = learning_rates("one-cycle", 0.3, 780)
    assert max(rates) == pytest.approx(0.3, rel=0.01)
    assert rates[-1] < 0.001


def test_constant_is_constant():
    assert learning_rates("constant", 0.1, 3) == [0.1, 0.1, 0.1]


def test_an_epoch_of_nan_has_diverged():
    nan = math.nan
    assert Epoch(1, 2, nan, nan, nan, nan, 0.1).diverged
    assert not Epoch(1, 2, 0.6, 0.7, 0.6, 0.7, 0.1).diverged

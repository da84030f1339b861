import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.statistics import Spread, paired_ratios, spread

seconds = st.floats(0.01, 100)


def test_spread_gives_the_middle_and_both_ends():
    assert spread([3.0, 1.0, 2.0]) == Spread(2.0, 1.0, 3.0, 3)
    assert spread([4.0, 1.0, 2.0, 3.0]) == Spread(2.5, 1.0, 4.0, 4)


def test_what_was_not_reached_comes_last():
    assert spread([math.inf, 4.0, 5.0]) == Spread(5.0, 4.0, math.inf, 3)


@pytest.mark.parametrize("values", [[], [1.0, math.nan]])
def test_spread_wants_numbers(values):
    with pytest.raises(ValueError, match="expected one number or more"):
        spread(values)


def test_ratios_are_taken_pair_by_pair():
    # the machine was three times slower in the second pair: the ratio knows nothing
    assert paired_ratios([(1.0, 2.0), (3.0, 6.0), (1.0, 9.0)]) == Spread(2, 2, 9, 3)


def test_a_half_that_took_no_time_is_an_error():
    with pytest.raises(ValueError, match="above 0, got 0"):
        paired_ratios([(0.0, 1.0)])


@given(st.lists(st.tuples(seconds, seconds), min_size=1), st.floats(0.1, 10))
def test_ratios_do_not_depend_on_the_speed_of_the_machine(pairs, speed):
    slower = [(before * speed, after * speed) for before, after in pairs]
    assert paired_ratios(slower) == pytest.approx(paired_ratios(pairs))

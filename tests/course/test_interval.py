"""The interval of paired differences against scipy's, and its errors."""

import math

import numpy as np
import pytest
from scipy import stats

import course


def test_it_is_the_one_sample_t_interval():
    differences = np.random.default_rng(0).normal(0.01, 0.004, 7)
    low, mean, high = course.paired_interval(differences)
    expected = stats.ttest_1samp(differences, 0.0).confidence_interval(0.95)
    assert low == pytest.approx(expected.low, rel=1e-12)
    assert high == pytest.approx(expected.high, rel=1e-12)
    assert mean == pytest.approx(differences.mean(), rel=1e-12)


def test_it_covers_the_truth_19_times_in_20():
    rng = np.random.default_rng(1)
    intervals = [course.paired_interval(rng.normal(3, 2, 5)) for _ in range(2000)]
    covered = np.mean([low <= 3 <= high for low, _, high in intervals])
    assert covered == pytest.approx(0.95, abs=0.02)


def test_equal_differences_have_no_width():
    assert course.paired_interval([0.5, 0.5, 0.5]) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize("differences", [[], [0.1]])
def test_one_pair_is_not_enough(differences):
    with pytest.raises(ValueError, match="at least 2"):
        course.paired_interval(differences)


def test_a_failed_run_is_named():
    with pytest.raises(ValueError, match="nan at 1"):
        course.paired_interval([0.1, math.nan, 0.2])

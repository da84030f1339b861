import zlib
from base64 import b64decode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hooks.explorer.pack import CONTEXTS, STEPS, levels, series, streams


def inflate(text):
    return zlib.decompress(b64decode(text))


def unpacked_heights(packed, shape):
    """Read streams one level after the other, as the page does."""
    pieces = [iter(inflate(each)) for each in packed]
    rows, _, _, bins = shape
    heights = np.zeros((rows, np.prod(shape[1:])), int)
    for row, i in np.ndindex(heights.shape):
        before = heights[row - 1] if row else np.zeros_like(heights[0])
        here, bin = before[i], i % bins
        left = before[i - 1] if bin > 0 else here
        right = before[i + 1] if bin < bins - 1 else here
        around = left + 2 * here + right
        stream = sum(around >= limit for limit in CONTEXTS)
        heights[row, i] = ((around + 2) // 4 + next(pieces[stream])) % 256
    assert [list(each) for each in pieces] == [[]] * len(pieces)
    return heights.reshape(shape)


def unpacked_series(packed, shape):
    low, high = (np.frombuffer(inflate(each), np.uint8) for each in packed["steps"])
    zigzag = low + 256 * high.astype(int)
    steps = np.where(zigzag % 2, -(zigzag + 1) // 2, zigzag // 2)
    whole = steps.reshape(-1, shape[0]).cumsum(axis=1)
    values = whole * np.array(packed["unit"])[:, None]
    for first, number in packed["gaps"]:
        values.ravel()[first : first + number] = np.nan
    return values.T.reshape(shape)


@given(hnp.arrays(np.uint8, st.tuples(*[st.integers(1, n) for n in (4, 2, 3, 9)])))
def test_levels_come_out_as_they_went_in(heights):
    back = unpacked_heights(streams(heights), heights.shape)
    np.testing.assert_array_equal(back, heights)


def test_a_height_is_off_by_half_a_level_at_most():
    shares = np.random.default_rng(0).random((7, 2, 5, 12))
    for finest in (22, 127):
        heights, level = levels(shares, finest)
        error = np.abs(heights * level[..., None] - shares)
        assert (error <= level[..., None] / 2 + 1e-12).all()
        usual = np.median(shares[..., 1:-1].max(-1), axis=0)
        np.testing.assert_allclose(level, usual / finest)


def test_a_peak_far_above_the_others_fits():
    shares = np.full((5, 1, 1, 8), 0.01)
    shares[2] = [0, 0, 1, 0, 0, 0, 0, 0]
    heights, level = levels(shares, 100)
    assert heights.max() == 255
    assert heights[2, 0, 0, 2] * level[0, 0] == pytest.approx(1)


def test_what_lies_beyond_does_not_flatten_the_rest():
    shares = np.array([0.9, 0.001, 0.002, 0.001, 0.1]).reshape(1, 1, 1, 5)
    heights, _ = levels(shares, 100)
    assert heights.ravel().tolist() == [255, 50, 100, 50, 255]


@pytest.mark.parametrize("bins", [[0, 0, 0, 0], [1, 0, 0, 0]])
def test_histograms_without_a_bin(bins):
    heights, level = levels(np.array(bins, float).reshape(1, 1, 1, 4), 50)
    assert heights.ravel().tolist() == [50 * n for n in bins]
    assert (level > 0).all()


NUMBERS = st.floats(-1e30, 1e30) | st.sampled_from([0.0, np.nan, np.inf, -np.inf])


@given(hnp.arrays(float, st.tuples(*[st.integers(1, 4)] * 3), elements=NUMBERS))
def test_a_course_is_right_to_a_thousandth_of_its_largest_number(values):
    packed = series(values)
    finite = np.isfinite(values)
    assert (packed is None) == (not finite.any())
    if packed is None:
        return
    back = unpacked_series(packed, values.shape)
    np.testing.assert_array_equal(np.isfinite(back), finite)
    known = np.where(finite, values, 0)
    largest = np.abs(known).max(axis=0)
    error = np.abs(np.where(finite, back - known, 0))
    assert (error <= (0.5 + 1e-2) * largest / STEPS + 1e-300).all()


def test_what_is_too_small_to_matter_becomes_nothing():
    packed = series(np.array([[0.0004, 0.3], [0.0002, 0.1]]), least=0.001)
    assert packed["unit"] == [0.001, 0.001]
    back = unpacked_series(packed, (2, 2))
    np.testing.assert_allclose(back, [[0, 0.3], [0, 0.1]])

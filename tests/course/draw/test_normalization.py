import numpy as np
from scipy import stats

from course.draw import normalization

GENERATOR = np.random.default_rng(0)
PIXELS = GENERATOR.integers(0, 256, (4, 3, 16, 16)) / 255


def normalized(block):
    mean, deviation = block.mean((0, 2, 3)), block.std((0, 2, 3))
    return ((np.moveaxis(block, 1, -1) - mean) / deviation).transpose(0, 3, 1, 2)


def test_the_same_shape_gives_the_same_counts():
    drawn = normalization.before_after(PIXELS, normalized(PIXELS).astype(np.float32))
    counts = [ax.patches[0].get_data().values for ax in drawn.axes]
    for before, after in zip(counts[::2], counts[1::2], strict=True):
        np.testing.assert_array_equal(before, after)
        assert before.sum() == 4 * 16 * 16


def test_the_curve_is_the_normal_one_scaled_to_counts():
    drawn = normalization.before_after(PIXELS, normalized(PIXELS))
    curve, stairs = drawn.axes[1].lines[0], drawn.axes[1].patches[0].get_data()
    x, y = curve.get_data()
    width = np.diff(stairs.edges)[0]
    np.testing.assert_allclose(y, stats.norm.pdf(x) * stairs.values.sum() * width)


def test_titles_say_the_moments_and_no_negative_zero():
    drawn = normalization.before_after(PIXELS, normalized(PIXELS) - 1e-9)
    title = drawn.axes[1].get_title(loc="left")
    assert title.startswith("red, after: mean 0.00, deviation 1.00\nskewness ")
    kurtosis = stats.kurtosis(PIXELS[:, 0].ravel())
    assert f"excess kurtosis {kurtosis:.2f}".replace("-", "−") in title


def test_bars_are_the_theory_and_lines_the_measurement():
    weight, bias, deviation = [2.0, 0.5, -1.0], [0.0, 4.0, -3.0], [2.0, 0.5, 1.0]
    affine = np.array([weight, bias])[:, None, :, None, None]
    outputs = normalized(PIXELS) * affine[0] + affine[1]
    drawn = normalization.scale_shift(outputs, weight, bias, deviation)
    for ax, beta, spread in zip(drawn.axes, bias, deviation, strict=True):
        theory, measured, mean = ax.lines
        np.testing.assert_allclose(theory.get_xdata(), [beta - spread, beta + spread])
        np.testing.assert_allclose(measured.get_xdata(), theory.get_xdata())
        np.testing.assert_allclose(mean.get_xdata(), [beta], atol=1e-12)
    assert drawn.axes[2].get_title(loc="left") == "blue: γ = −1, β = −3"


def test_a_negative_weight_mirrors_the_counts():
    skewed = PIXELS**3
    plain = normalization.scale_shift(skewed, [1] * 3, [0] * 3, [1] * 3)
    mirrored = normalization.scale_shift(-skewed, [-1] * 3, [0] * 3, [1] * 3)
    one, other = (d.axes[0].patches[0].get_data().values for d in (plain, mirrored))
    np.testing.assert_array_equal(one, other[::-1])

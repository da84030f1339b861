import numpy as np

from course.draw import learned

EPOCHS = np.arange(1, 6)
GENERATOR = np.random.default_rng(0)


def layers(start):
    """Two layers of three channels, (S, C), around a start."""
    return {name: start + GENERATOR.normal(size=(5, 3)) for name in ("a", "b")}


def test_departure_draws_the_median_channel_of_every_layer():
    weight, bias = layers(1.0), layers(0.0)
    drawn = learned.departure(EPOCHS, weight, bias, meant="b", limit=0.1)
    for ax, values, start in zip(drawn.axes, (weight, bias), (1.0, 0.0), strict=True):
        limit, *lines = ax.lines
        assert set(limit.get_ydata()) == {0.1}
        for line, each in zip(lines, values.values(), strict=True):
            expected = np.median(np.abs(each - start), axis=1)
            np.testing.assert_allclose(line.get_ydata(), expected)
        assert lines[1].get_linewidth() > lines[0].get_linewidth()
    assert drawn.axes[1].texts[0].get_text().strip() == "b"


def test_recipes_draws_every_run_and_names_the_recipe_at_its_end():
    weight = {"large": GENERATOR.random((5, 3)), "small": GENERATOR.random((5, 2))}
    bias = {name: values / 2 for name, values in weight.items()}
    live = np.linspace(0, 0.6, 5), np.linspace(0, 0.1, 5)
    drawn = learned.recipes(EPOCHS, weight, bias, live, limit=0.1)
    for ax, stored, here in zip(drawn.axes, (weight, bias), live, strict=True):
        limit, *runs, ink = ax.lines
        assert set(limit.get_ydata()) == {0.1}
        shown = np.stack([line.get_ydata() for line in runs], axis=1)
        np.testing.assert_array_equal(shown, np.hstack(list(stored.values())))
        np.testing.assert_array_equal(ink.get_ydata(), here)
    texts = drawn.axes[0].texts
    assert [text.get_text() for text in texts] == ["large", "small"]
    ends = [values[-1].mean() for values in weight.values()]
    np.testing.assert_allclose([text.xy[1] for text in texts], ends)


def test_walk_draws_every_channel_their_median_and_decay_alone():
    weight, alone = layers(1.0)["a"], np.linspace(1, 0.2, 5)
    drawn = learned.walk(EPOCHS, weight, alone, limit=0.1, mark=3)
    mark, *channels, median, decay = drawn.axes[0].lines
    assert set(mark.get_xdata()) == {3}
    shown = np.stack([line.get_ydata() for line in channels], axis=1)
    np.testing.assert_array_equal(shown, weight)
    np.testing.assert_allclose(median.get_ydata(), np.median(weight, axis=1))
    np.testing.assert_array_equal(decay.get_ydata(), alone)
    band = drawn.axes[0].patches[0].get_bbox()
    np.testing.assert_allclose((band.y0, band.y1), (0.9, 1.1))


def test_all_three_averages_are_drawn_against_each_other():
    variances = GENERATOR.uniform(0.5, 2, (5, 3))
    drawn = learned.deviation_or_variance(variances, np.sqrt(variances), variances)
    left, right = (ax.collections[0].get_offsets() for ax in drawn.axes)
    np.testing.assert_allclose(left[:, 0] ** 2, left[:, 1])
    np.testing.assert_allclose(right[:, 0], right[:, 1])
    assert len(right) == variances.size

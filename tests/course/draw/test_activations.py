import numpy as np
import pytest

from course.draw import activations
from course.draw.style import INK

GENERATOR = np.random.default_rng(0)
CLASSES = ["airplane", "bird", "bird"]


def maps():
    images = GENERATOR.random((3, 3, 32, 32))
    given = GENERATOR.normal(size=(3, 5, 16, 16))
    return activations.feature_maps(images, given, 2 * given + 1, CLASSES), given


def test_a_tile_lies_in_its_images_row_and_its_channels_column():
    drawn, given = maps()
    left, right = (axes.images[0].get_array() for axes in drawn.axes[1:3])
    for image in range(3):
        for channel in range(5):
            tile = np.s_[image * 18 :, channel * 18 :]
            np.testing.assert_array_equal(left[tile][:16, :16], given[image, channel])
            same = 2 * given[image, channel] + 1
            np.testing.assert_array_equal(right[tile][:16, :16], same)


def test_one_scale_centred_on_zero_for_input_and_output():
    drawn, _ = maps()
    left, right = (axes.images[0].norm for axes in drawn.axes[1:3])
    assert left is right
    assert left.vmin == -left.vmax


def test_the_three_panels_are_as_tall_as_each_other():
    drawn, _ = maps()
    drawn.draw_without_rendering()
    heights = [axes.get_window_extent().height for axes in drawn.axes[:3]]
    assert max(heights) == pytest.approx(min(heights), rel=0.02)


def test_the_images_are_named_in_ink_since_hue_tells_the_sign():
    drawn, _ = maps()
    labels = drawn.axes[0].get_yticklabels()
    assert [label.get_text() for label in labels] == CLASSES
    assert {label.get_color() for label in labels} == {INK}


def test_what_was_kept_is_counted_with_an_edge_at_zero():
    values = GENERATOR.normal(size=(4, 500))
    drawn = activations.kept(
        {"copy": values, "name": np.maximum(values, 0)}, "Overwritten"
    )
    copy, name = (axes.patches[0].get_data() for axes in drawn.axes)
    assert np.abs(copy.edges).min() == 0
    assert copy.values.sum() == name.values.sum() == values.size
    assert name.values[name.edges[:-1] < 0].sum() == 0
    share = (values < 0).mean()
    assert drawn.axes[0].texts[0].get_text() == f"below 0:\n{share:.0%}"
    assert drawn.axes[1].texts[0].get_text() == "below 0:\n0%"


def test_a_constant_can_be_drawn():
    drawn = activations.kept({"one": [2.0, 2.0], "two": [2.0, 2.0]}, "Nothing moves")
    assert [axes.patches[0].get_data().values.sum() for axes in drawn.axes] == [2, 2]


def test_pooled_is_the_mean_of_channels_with_as_many_values():
    counts = GENERATOR.integers(1, 50, (3, 10))
    counts[:, 0] += 1000 - counts.sum(1)
    edges = np.linspace(-1, 1, 11)
    drawn = activations.pooled(edges, {"input": counts, "output": counts}, "Pooled")
    for axes in drawn.axes:
        _, whole, *channels = (patch.get_data().values for patch in axes.patches)
        assert len(channels) == 3
        np.testing.assert_allclose(whole, np.mean(channels, axis=0))
        assert whole.sum() * 0.2 == pytest.approx(1)
    assert drawn.axes[0].get_ylim() == drawn.axes[1].get_ylim()


def test_a_channel_without_values_is_flat():
    drawn = activations.pooled([0, 1, 2], {"input": [[1, 3], [0, 0]]}, "One is empty")
    assert drawn.axes[0].patches[-1].get_data().values.tolist() == [0, 0]

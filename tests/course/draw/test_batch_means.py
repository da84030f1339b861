import numpy as np
import pytest

from course.draw import batch_means

GENERATOR = np.random.default_rng(0)


def test_memory_shows_weights_batches_and_the_ends_of_epochs():
    means = {name: GENERATOR.normal(size=12) for name in ("a", "b")}
    running = {name: np.cumsum(values) for name, values in means.items()}
    drawn = batch_means.memory(means, running, first_step=9, per_epoch=4)
    left, *panels = drawn.axes
    weights = [bar.get_height() for bar in left.patches]
    np.testing.assert_allclose(weights, 0.1 * 0.9 ** np.arange(60))
    assert "44 batches" in left.texts[0].get_text()
    for ax, name in zip(panels, means, strict=True):
        line, rings = ax.lines
        np.testing.assert_array_equal(line.get_ydata(), running[name])
        assert rings.get_xdata().tolist() == [12, 16, 20]
        np.testing.assert_array_equal(rings.get_ydata(), running[name][[3, 7, 11]])
        dots = ax.collections[0].get_offsets()
        np.testing.assert_array_equal(dots[:, 1], means[name])
    assert panels[0].get_ylim() == panels[1].get_ylim()


@pytest.mark.parametrize(("momentum", "batches"), [(0.5, 7), (0.2, 21)])
def test_as_many_batches_as_it_takes_for_99_percent(momentum, batches):
    zeros = {"a": np.zeros(3)}
    drawn = batch_means.memory(zeros, zeros, 1, 3, momentum=momentum)
    assert f"{batches} batches" in drawn.axes[0].texts[0].get_text()
    assert (1 - momentum) ** batches <= 0.01 < (1 - momentum) ** (batches - 1)


def test_frozen_and_trained_share_their_axes():
    trained = {name: GENERATOR.normal(size=(3, 2)) for name in ("a", "b")}
    still = {name: values / 10 for name, values in trained.items()}
    drawn = batch_means.frozen([13, 14, 15], trained, still)
    for row, name in enumerate(trained):
        left, right = drawn.axes[2 * row : 2 * row + 2]
        assert left.get_ylim() == right.get_ylim()
        for ax, values in ((left, trained[name]), (right, still[name])):
            shown = np.stack([line.get_ydata() for line in ax.lines], axis=1)
            np.testing.assert_array_equal(shown, values)
            assert ax.lines[0].get_xdata().tolist() == [13, 14, 15]


def test_every_share_is_on_the_axis_the_first_layer_on_top():
    share = {"a": 1.2, "b": 3e-5}
    drawn = batch_means.noise_share(share)
    ax = drawn.axes[0]
    low, high = ax.get_xlim()
    assert low < 3e-5
    assert high >= 1.2
    assert ax.yaxis_inverted()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


def test_a_row_for_each_experiment_on_shared_axes():
    places = {"into a": GENERATOR.normal(size=(5, 2)), "out of a": np.zeros((5, 2))}
    drawn = batch_means.through({"train": places, "eval": places})
    assert len(drawn.axes) == 4
    assert {ax.get_ylim() for ax in drawn.axes} == {drawn.axes[0].get_ylim()}
    labels = [ax.get_ylabel().splitlines()[0] for ax in drawn.axes[::2]]
    assert labels == ["train", "eval"]
    for ax in drawn.axes[::2]:
        shown = np.stack([line.get_ydata() for line in ax.lines], axis=1)
        np.testing.assert_array_equal(shown, places["into a"])

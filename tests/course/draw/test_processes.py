import numpy as np

from course.draw import processes

GENERATOR = np.random.default_rng(0)


def test_two_processes_lie_around_the_whole():
    first, second, whole = GENERATOR.normal(size=(3, 16))
    means = {"plain": (first, second), "synchronized": (whole, whole)}
    drawn = processes.shares(means, whole, "A finding")
    for ax, (kind, both) in zip(drawn.axes, means.items(), strict=True):
        assert ax.get_title(loc="left") == kind
        for line, mean in zip(ax.lines, both, strict=True):
            np.testing.assert_array_equal(line.get_ydata(), mean)
        segments = np.array(ax.collections[0].get_segments())  # (C, 2, 2)
        np.testing.assert_allclose(segments[:, :, 1].T, [whole, whole])


def test_differences_lie_in_the_row_of_their_quantity():
    found = {"outputs": [0.1], "gradients": [0.0, 1e-3, 0.5]}
    kinds = {"plain": found, "synchronized": {name: [1e-7] for name in found}}
    limits = {"plain": 1e-3, "synchronized": 1e-4}
    drawn = processes.differences(kinds, limits, "A finding")
    outputs, gradients, limit = drawn.axes[0].lines
    assert outputs.get_xdata().tolist() == [0.1]
    assert gradients.get_xdata().tolist() == [1e-9, 1e-3, 0.5]  # 0 at the edge
    assert limit.get_xdata() == [1e-3, 1e-3]
    assert drawn.axes[1].lines[-1].get_xdata() == [1e-4, 1e-4]
    assert [ax.get_title(loc="left") for ax in drawn.axes] == list(kinds)
    labels = [label.get_text() for label in drawn.axes[0].get_yticklabels()]
    assert labels == list(found)

import numpy as np

from course.draw import image_sizes

GENERATOR = np.random.default_rng(0)


def test_accuracies_are_in_per_cent_with_the_size_trained_on_marked():
    lines = {"stored": [0.6, 0.9, 0.7], "anew": [0.7, 0.9, 0.8]}
    drawn = image_sizes.accuracies([16, 32, 64], lines, 32, "A finding")
    mark, stored, anew = drawn.axes[0].lines
    assert mark.get_xdata() == [32, 32]
    np.testing.assert_allclose(stored.get_ydata(), [60, 90, 70])
    np.testing.assert_allclose(anew.get_ydata(), [70, 90, 80])
    assert [text.get_text() for text in drawn.axes[0].texts] == list(lines)


def test_every_channel_is_a_dot_in_the_row_of_its_layer():
    layers = {"bn1": GENERATOR.uniform(0.1, 1, 5), "bn2": GENERATOR.uniform(0.1, 1, 9)}
    panels = {"16": layers, "64": {name: 2 * x for name, x in layers.items()}}
    limits = {"bn1": 0.2, "bn2": 0.3}
    drawn = image_sizes.moved(panels, limits, "A finding")
    for ax, (title, found) in zip(drawn.axes, panels.items(), strict=True):
        assert ax.get_title(loc="left") == title
        rows, marks = ax.lines[::2], ax.lines[1::2]
        for row, (line, values) in enumerate(zip(rows, found.values(), strict=True)):
            np.testing.assert_allclose(line.get_xdata(), values)
            assert (abs(line.get_ydata() - row) < 0.5).all()
        assert [mark.get_xdata()[0] for mark in marks] == [0.2, 0.3]
    assert drawn.axes[0].get_xlim() == drawn.axes[1].get_xlim()

import numpy as np

from course.draw import scaling


def test_modes_have_their_panels_and_theory_is_a_line():
    errors = {"these": [0.5, 0.25], "buffers": [0.5, 0.3]}
    drawn = scaling.batch_noise([2, 8], errors, [0.49, 0.245], 1e-7)
    train, evaluation = drawn.axes
    theory, these, buffers = train.lines
    assert theory.get_ydata().tolist() == [0.49, 0.245]
    assert these.get_ydata().tolist() == errors["these"]
    assert buffers.get_ydata().tolist() == errors["buffers"]
    assert these.get_color() == scaling.INK != buffers.get_color()
    assert theory.get_color() == scaling.INK
    assert evaluation.get_ylabel() == "of the\nlargest input"
    assert list(evaluation.lines[0].get_ydata()) == [1e-7, 1e-7]
    low, high = evaluation.get_ylim()
    assert low < 1e-7 < high


def test_networks_are_panels_on_shared_axes_with_one_over_k():
    k = [0.1, 1, 10]
    networks = {
        "with": {"conv1": [10, 1, 0.1], "others": [1, 1, 1]},
        "without": {"conv1": [1, 1, 2], "others": [0.5, 1, 8]},
    }
    panels = scaling.scaled_gradients(k, networks).axes
    assert [ax.get_title(loc="left") for ax in panels] == list(networks)
    for ax, series in zip(panels, networks.values(), strict=True):
        theory, *measured = ax.lines
        np.testing.assert_allclose(theory.get_ydata(), [10, 1, 0.1])
        for line, values in zip(measured, series.values(), strict=True):
            assert line.get_ydata().tolist() == values
    assert panels[0].get_ylim() == panels[1].get_ylim()
    named = [[text.get_text() for text in ax.texts] for ax in panels]
    assert named == [["conv1", "others"], ["conv1", "others", "dashed: 1 / k"]]


def test_exact_agreement_is_not_drawn_and_the_limit_is():
    measured = {"eps": [1.0, 1e-3, 1e-9], "tiny": [1e-15, 0.0, 1e-15]}
    drawn = scaling.scale_limit([1e-3, 1, 10], measured, [1.0, 1e-3, 1e-9], 0.005)
    theory, limit, eps, tiny = drawn.axes[0].lines
    assert theory.get_ydata().tolist() == eps.get_ydata().tolist() == measured["eps"]
    assert theory.get_color() == eps.get_color() == scaling.INK != tiny.get_color()
    assert tiny.get_xdata().tolist() == [1e-3, 10]
    assert limit.get_xdata()[0] == 0.005

import numpy as np

from course.draw import gradients


def test_a_channel_is_a_dot_and_theory_the_root():
    drawn = gradients.passed({"with": ([0.25, 1], [0.4, 1]), "without": ([0], [0])})
    for ax, active, length in zip(
        drawn.axes, ([0.25, 1], [0]), ([0.4, 1], [0]), strict=True
    ):
        theory, dots = ax.lines
        np.testing.assert_allclose(theory.get_ydata() ** 2, theory.get_xdata())
        assert dots.get_xdata().tolist() == active
        assert dots.get_ydata().tolist() == length


def test_channels_of_the_stem_are_hollow():
    found = {"with": ([0.25, 0.5, 1], [0.4, 0.6, 1])}
    ax = gradients.passed(found, stem=2).axes[0]
    _, others, stem = ax.lines
    assert others.get_xdata().tolist() == [1]
    assert stem.get_xdata().tolist() == [0.25, 0.5]
    assert stem.get_ydata().tolist() == [0.4, 0.6]
    assert stem.get_markerfacecolor() == "none" != others.get_markerfacecolor()
    assert ax.texts[0].get_text() == "curve: √share\nhollow: the stem"


def test_seeds_are_grey_the_geometric_mean_is_ink_and_theory_ends_there():
    kinds = {"with": [[16.0, 4.0, 1.0], [4.0, 4.0, 4.0]], "without": [[1.0, 2.0, 3.0]]}
    drawn = gradients.by_layer(kinds, 3.0, "with", "A finding")
    with_norm, without = drawn.axes
    first, second, mean, theory = with_norm.lines
    assert first.get_ydata().tolist() == kinds["with"][0]
    assert second.get_color() == gradients.GREY != mean.get_color()
    np.testing.assert_allclose(mean.get_ydata(), [8, 4, 2])
    np.testing.assert_allclose(theory.get_ydata(), [18, 6, 2])
    assert mean.get_xdata().tolist() == [1, 2, 3]
    assert len(without.lines) == 2
    assert with_norm.get_ylim() == without.get_ylim()


def test_depths_have_dots_and_a_line_named_at_its_end():
    kinds = {"with BN": [[1.0, 100.0], [4.0, 1.0]], "without BN": [[1.0, 1.0]]}
    ax = gradients.by_depth([8, 50], kinds, "A finding").axes[0]
    _, first, second, mean, *without = ax.lines
    assert first.get_ydata().tolist() == [1, 100]
    assert second.get_ydata().tolist() == [4, 1]
    np.testing.assert_allclose(mean.get_ydata(), [2, 10])
    assert mean.get_color() != without[-1].get_color() == gradients.GREY
    assert [text.get_text() for text in ax.texts] == list(kinds)


def test_settings_are_rows_of_exponents_with_an_arrow():
    found = {"a": ([100.0, 1.0], [10.0, 10.0]), "b": ([1e-31], [1.0])}
    ax = gradients.settings(found, "A finding").axes[0]
    _, without, with_norm, *_ = ax.lines
    assert without.get_xdata().tolist() == [2, 0]
    assert with_norm.get_xdata().tolist() == [1, 1]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert [(a.xyann[0], a.xy[0]) for a in arrows] == [(1, 1), (-31, 0)]

import numpy as np

from course.draw import learned

EPOCHS = np.arange(1, 6)
GENERATOR = np.random.default_rng(0)
WEIGHT = {
    "large": 0.4 + GENERATOR.random((5, 3)) / 9,
    "no decay": np.linspace([0, 0], [0.2, 0.3], 5),
    "small": np.full((5, 2), 0.02),
}
BIAS = {name: values / 2 for name, values in WEIGHT.items()}
LIVE = np.linspace(0, 0.6, 5), np.linspace(0, 0.1, 5)
DECAY = np.linspace(0, 0.9, 5)


def draw():
    return learned.recipes(EPOCHS, WEIGHT, BIAS, LIVE, DECAY, limit=0.1)


def test_every_run_of_every_recipe_is_drawn_and_the_one_at_hand_in_ink():
    for ax, stored, here in zip(draw().axes, (WEIGHT, BIAS), LIVE, strict=True):
        lines = ax.lines[:8]
        shown = np.stack([line.get_ydata() for line in lines[:7]], axis=1)
        np.testing.assert_array_equal(shown, np.hstack(list(stored.values())))
        assert "".join(line.get_linestyle() for line in lines[:7]) == "---::--"
        np.testing.assert_array_equal(lines[7].get_ydata(), here)
        assert lines[7].get_linewidth() > 2 * lines[0].get_linewidth()


def test_the_limit_is_a_band_from_0_in_both_panels():
    for ax in draw().axes:
        band = ax.patches[0].get_bbox()
        np.testing.assert_allclose((band.y0, band.y1), (0, 0.1))
        assert ax.get_ylim()[0] == 0


def test_decay_alone_stands_beside_the_weights_only():
    left, right = draw().axes
    np.testing.assert_array_equal(left.lines[-1].get_ydata(), DECAY)
    assert left.lines[-1].get_linestyle() == "--"
    assert all(line.get_linestyle() != "--" for line in right.lines)


def test_what_is_drawn_is_named_at_its_end():
    ends = {text.get_text(): text.xy for text in draw().axes[0].texts}
    heights = {name: float(height) for name, (_, height) in ends.items()}
    assert {epoch for epoch, _ in ends.values()} == {5}
    assert heights == {
        "large": 0.6,  # above the run at hand, which ends highest there
        "no decay": 0.2,  # under its runs: above them are others
        "small": 0.02,
        "weight decay alone": 0.9,
    }

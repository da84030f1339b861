import numpy as np
import pytest

from course.draw import graph

N = 5
COLUMN = ("x", "centred", "squared", "xhat", "scaled", "out")
PARTS = ("x_mean", "x_centred", "centred_squared", "centred_xhat")


def numbers(names, first):
    """Different whole numbers for each name, (5, 1) or (1,)."""
    shapes = [(N, 1) if name in COLUMN + PARTS else (1,) for name in names]
    return {
        name: np.arange(np.prod(shape)).reshape(shape) + first + 10.0 * index
        for index, (name, shape) in enumerate(zip(names, shapes, strict=True))
    }


@pytest.fixture
def values():
    return numbers(list(graph.NODES), 100)


@pytest.fixture
def gradients():
    return numbers([*graph.NODES, *PARTS], -400)


def texts(drawn):
    return [text.get_text() for text in drawn.axes[0].texts]


def test_every_node_has_its_card_its_shape_and_its_numbers(values):
    said = texts(graph.batch_norm(values))
    for name, node in graph.NODES.items():
        at = said.index(node.sign)
        held = values[name]
        assert said[at + 1] == str(held.shape)
        assert said[at + 2] == node.rule
        shown = said[at + 3 : at + 3 + held.size]
        assert shown == [f"{number:g}" for number in held.ravel()]


def test_gradients_stand_under_the_values_and_forks_show_their_parts(values, gradients):
    said = texts(graph.batch_norm(values, gradients))
    minus = [f"{x:g}".replace("-", "−") for name in PARTS for x in gradients[name].flat]
    assert set(minus) <= set(said)
    for name, labels in {"x": ("mean", "centred"), "centred": ("squared", "x̂")}.items():
        at = said.index(graph.NODES[name].rule) + 1
        rows = [said[at + 6 * i : at + 6 * (i + 1)] for i in range(4)]
        assert [row[5] for row in rows] == ["", *labels, "sum"]
        total = [f"{x:g}".replace("-", "−") for x in gradients[name].flat]
        assert rows[3][:5] == total


def test_arrows_turn_round_for_the_backward_pass(values, gradients):
    edges = sum(len(node.parents) for node in graph.NODES.values())
    there = graph.arrows(graph.batch_norm(values))
    back = graph.arrows(graph.batch_norm(values, gradients))
    assert len(there) == len(back) == edges == 13
    # the last edges lead from scaled down to out and from β to the left
    for arrows, sign in ((there, 1), (back, -1)):
        ends = [arrow._posA_posB for arrow in arrows[-2:]]
        down, left = (np.subtract(stop, start) * sign for start, stop in ends)
        assert down[1] > 0 == down[0]
        assert left[0] < 0 == left[1]


def test_the_sign_of_a_gradient_is_red_or_blue(values, gradients):
    gradients["var"], gradients["gamma"] = np.array([-7.5]), np.array([30.0])
    drawn = graph.batch_norm(values, gradients)
    said = texts(drawn)
    assert "−7.5" in said
    cells = {}
    for text in drawn.axes[0].texts:
        for patch in drawn.axes[0].patches:
            box = getattr(patch, "get_bbox", None)
            if box and patch.get_width() < graph.CELL:
                x, y = text.get_position()
                if box().contains(x, y):
                    cells[text.get_text()] = patch.get_facecolor()
    assert cells["−7.5"][2] > cells["−7.5"][0]
    assert cells["30"][0] > cells["30"][2]


def test_cards_do_not_overlap_and_lie_inside(values, gradients):
    drawn = graph.batch_norm(values, gradients)
    ax = drawn.axes[0]
    cards = [
        p.get_bbox()
        for p in ax.patches
        if getattr(p, "get_width", lambda: 0)() == graph.CARD
    ]
    assert len(cards) == len(graph.NODES)
    for index, card in enumerate(cards):
        assert card.x1 <= ax.get_xlim()[1]
        assert card.y1 <= ax.get_ylim()[0]
        assert not any(card.overlaps(other) for other in cards[:index])

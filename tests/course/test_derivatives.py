"""The judge of gradients must let right ones pass and find every wrong line."""

from types import SimpleNamespace

import numpy as np
import pytest

from course.derivatives import compare_layer_norm, compare_nodes, numerical


def forward(x, gamma, beta, eps=1e-5):
    v = SimpleNamespace(x=x, gamma=gamma, beta=beta)
    v.centred = x - x.mean(0)
    v.root = ((v.centred**2).mean(0) + eps) ** 0.5
    v.xhat = v.centred / v.root
    v.out = gamma * v.xhat + beta
    return v


def backward(v, d_out):
    d = SimpleNamespace(out=d_out, beta=d_out.sum(0))
    d.xhat, d.gamma = d_out * v.gamma, (d_out * v.xhat).sum(0)
    d.root = -(d.xhat * v.centred).sum(0) / v.root**2
    d.centred = d.xhat / v.root + d.root * v.centred / v.root / len(v.x)
    d.x = d.centred - d.centred.mean(0)
    return d


@pytest.mark.parametrize("shape", [(2, 8), (16, 4, 9), (4, 5, 6, 6)])
@pytest.mark.parametrize("eps", [1e-5, 1e-2])
def test_right_gradients_agree_at_every_node(shape, eps):
    found = compare_nodes(forward, backward, shape, eps)
    assert list(found)[:7] == ["x", "gamma", "beta", "centred", "root", "xhat", "out"]
    assert len(found) == 10
    assert max(found.values()) < 1e-12


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("x", lambda d: d.centred),  # the mean forgotten
        ("root", lambda d: -d.root),
        ("gamma", lambda d: d.gamma * 1.001),
        ("beta", lambda d: d.out),  # the sum forgotten: it would broadcast
    ],
)
def test_a_wrong_line_is_found_where_it_is(name, wrong):
    def broken(v, d_out):
        d = backward(v, d_out)
        setattr(d, name, wrong(d))
        return d

    found = compare_nodes(forward, broken, (16, 3))
    suspects = {key for key, gap in found.items() if gap > 1e-6}
    assert suspects - {f"{name}, PyTorch's layer"} == {name}


def test_nodes_that_are_not_given_are_not_compared():
    def only_x(v, d_out):
        return SimpleNamespace(x=backward(v, d_out).x)

    assert list(compare_nodes(forward, only_x, (8, 3))) == ["x", "x, PyTorch's layer"]


def test_numerical_differentiation_meets_the_gradients():
    rng = np.random.default_rng(1)
    given = {"x": rng.normal(5, 3, (6, 2)), "gamma": rng.normal(size=2)}
    given["beta"] = rng.normal(size=2)
    before = {name: array.copy() for name, array in given.items()}
    d_out = rng.normal(size=(6, 2))
    found = numerical(forward, given, d_out, 1e-4)
    expected = vars(backward(forward(**given), d_out))
    for name in given:
        np.testing.assert_allclose(found[name], expected[name], atol=1e-7)
        np.testing.assert_array_equal(given[name], before[name])


def by_row(x, gamma, beta, eps=1e-5):
    centred = x - x.mean(1, keepdims=True)
    root = np.sqrt((centred**2).mean(1, keepdims=True) + eps)
    xhat = centred / root
    return SimpleNamespace(root=root, xhat=xhat, gamma=gamma, out=gamma * xhat + beta)


def back_by_row(v, d_out):
    d = d_out * v.gamma
    along = (d * v.xhat).mean(1, keepdims=True)
    d_x = (d - d.mean(1, keepdims=True) - v.xhat * along) / v.root
    return {"x": d_x, "gamma": (d_out * v.xhat).sum(0), "beta": d_out.sum(0)}


@pytest.mark.parametrize("shape", [(1, 5), (2, 8), (64, 32)])
@pytest.mark.parametrize("eps", [1e-5, 1e-2])
def test_layer_norm_by_hand_agrees_with_pytorch(shape, eps):
    found = compare_layer_norm(by_row, back_by_row, shape, eps)
    assert list(found)[:2] == ["output", "gradient of x"]
    assert max(found.values()) < 1e-12


@pytest.mark.parametrize("wrong", ["x", "gamma", "beta"])
def test_a_wrong_gradient_of_layer_norm_is_found(wrong):
    def backward(v, d_out):
        right = back_by_row(v, d_out)
        return right | {wrong: 1.01 * right[wrong]}

    found = compare_layer_norm(by_row, backward, (8, 4))
    assert [name for name, gap in found.items() if gap > 1e-4] == [
        f"gradient of {wrong}"
    ]


def test_a_layer_norm_that_forgets_eps_is_found():
    def forward(x, gamma, beta, eps):
        return by_row(x, gamma, beta, 0.0)

    assert compare_layer_norm(forward, back_by_row, (8, 4), 1e-2)["output"] > 1e-6

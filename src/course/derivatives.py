"""Are gradients by hand right? Difference quotients, and autograd node by node."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

Array = npt.NDArray[np.float64]
Forward = Callable[..., SimpleNamespace]
Backward = Callable[[SimpleNamespace, Array], SimpleNamespace]

LEARNED = ("x", "gamma", "beta")


def numerical(
    forward: Forward, given: dict[str, Array], d_out: Array, step: float
) -> dict[str, Array]:
    """Differentiate Σ d_out · out by every number given, one after another.

    Args:
        forward: called as `forward(**given)`; returns the output as `out`.
        given: arrays by name, any shapes.
        d_out: the gradient from above, in the shape of the output.
        step: each number is moved up and down by so much.

    Returns:
        For every number the difference up − down, divided by 2 step; by name.

    Example:
        >>> def forward(x):
        ...     return SimpleNamespace(out=x**2)
        >>> given = {"x": np.array([1.0, 3.0])}
        >>> numerical(forward, given, np.ones(2), 1e-3)["x"].round(6)
        array([2., 6.])
    """
    gradients = {name: np.zeros_like(array) for name, array in given.items()}
    for name, array in given.items():
        for place in np.ndindex(array.shape):
            poke = np.zeros_like(array)
            poke[place] = step
            up = forward(**given | {name: array + poke}).out
            down = forward(**given | {name: array - poke}).out
            gradients[name][place] = (d_out * (up - down)).sum() / (2 * step)
    return gradients


def compare_nodes(
    forward: Forward,
    backward: Backward,
    shape: Sequence[int],
    eps: float = 1e-5,
    *,
    seed: int = 0,
) -> dict[str, float]:
    """Compare gradients by hand with autograd's at every node of a graph, in float64.

    The batch is laid out as (n, C), all images and pixels in one axis; γ, β and the
    gradient from above are random. x, γ and β are also compared with the gradients
    of PyTorch's own batch normalization.

    Args:
        forward: called as `forward(x, gamma, beta, eps)`, with arrays and with
            tensors; returns every node, the output as `out`.
        backward: called as `backward(nodes, d_out)`; returns a gradient for some of
            the nodes, under the same names.
        shape: (N, C, *spatial) of a batch.
        eps: added to the variance.
        seed: of all random numbers.

    Returns:
        Largest difference for each node that `backward` knows, divided by the largest
        gradient there where that is above 1.

    Example:
        >>> def forward(x, gamma, beta, eps):
        ...     return SimpleNamespace(x=x, beta=beta, out=x + beta)
        >>> def backward(v, d_out):
        ...     return SimpleNamespace(x=d_out, beta=d_out.sum(0))
        >>> found = compare_nodes(forward, backward, (8, 3))
        >>> list(found)
        ['x', 'beta', "x, PyTorch's layer", "beta, PyTorch's layer"]
        >>> found["beta"] < 1e-12 < found["x, PyTorch's layer"]
        True
    """
    rng = np.random.default_rng(seed)
    channels = shape[1]
    block, above = rng.normal(5, 3, shape), rng.normal(size=shape)
    x, d_out = (np.moveaxis(b, 1, -1).reshape(-1, channels) for b in (block, above))
    gamma, beta = rng.normal(size=(2, channels))
    ours = vars(backward(forward(x, gamma, beta, eps), d_out))

    tensors = [torch.tensor(array, requires_grad=True) for array in (x, gamma, beta)]
    nodes = vars(forward(*tensors, eps))
    theirs = _autograd(nodes["out"], nodes, d_out)
    batch, weight, bias = tensors
    out = nn.functional.batch_norm(batch, None, None, weight, bias, True, eps=eps)
    layer = _autograd(out, dict(zip(LEARNED, tensors, strict=True)), d_out)

    found = {n: _gap(ours[n], theirs[n]) for n in nodes if n in ours}
    return found | {
        f"{n}, PyTorch's layer": _gap(ours[n], layer[n]) for n in LEARNED if n in ours
    }


def compare_layer_norm(
    forward: Forward,
    backward: Callable[[SimpleNamespace, Array], dict[str, Array]],
    shape: tuple[int, int],
    eps: float = 1e-5,
    *,
    seed: int = 0,
) -> dict[str, float]:
    """Compare layer normalization by hand with PyTorch's own, in float64.

    Args:
        forward: called as `forward(x, gamma, beta, eps)`, with arrays; returns nodes,
            the output as `out`.
        backward: called as `backward(nodes, d_out)`; returns the gradients of x, gamma
            and beta, by name.
        shape: (N, D); mean and variance are taken over D.
        eps: added to the variance.
        seed: of all random numbers.

    Returns:
        Largest difference of the output and of the three gradients, divided by the
        largest value where that is above 1.

    Example:
        >>> def forward(x, gamma, beta, eps):
        ...     return SimpleNamespace(out=x + beta)
        >>> def backward(v, d_out):
        ...     return {"x": d_out, "gamma": d_out.sum(0), "beta": d_out.sum(0)}
        >>> found = compare_layer_norm(forward, backward, (8, 3))
        >>> found["gradient of beta"] < 1e-12 < found["output"]
        True
    """
    rng = np.random.default_rng(seed)
    x, d_out = rng.normal(5, 3, shape), rng.normal(size=shape)
    gamma, beta = rng.normal(size=(2, shape[1]))
    nodes = forward(x, gamma, beta, eps)
    ours = backward(nodes, d_out)
    tensors = [torch.tensor(array, requires_grad=True) for array in (x, gamma, beta)]
    batch, weight, bias = tensors
    out = nn.functional.layer_norm(batch, shape[1:], weight, bias, eps)
    theirs = _autograd(out, dict(zip(LEARNED, tensors, strict=True)), d_out)
    return {"output": _gap(nodes.out, out.detach().numpy())} | {
        f"gradient of {name}": _gap(ours[name], theirs[name]) for name in LEARNED
    }


def _autograd(out: Tensor, nodes: dict[str, Tensor], d_out: Array) -> dict[str, Array]:
    wanted = {name: node for name, node in nodes.items() if node.requires_grad}
    found = torch.autograd.grad(
        out, list(wanted.values()), torch.tensor(d_out), allow_unused=True
    )
    return {
        name: np.zeros(tuple(nodes[name].shape)) if g is None else g.numpy()
        for name, g in zip(wanted, found, strict=True)
    }


def _gap(found: Array, expected: Array) -> float:
    if found.shape != expected.shape:
        return float("inf")  # it would broadcast, and hide a missing sum
    return float(np.abs(found - expected).max() / max(1.0, np.abs(expected).max()))

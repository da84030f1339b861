import warnings
from collections import OrderedDict, namedtuple
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from hooks.tensors import (
    CACHED,
    by_channel,
    channel_sums,
    first_tensor,
    pieces,
    rows,
    spread,
    thin,
    unreadable,
)

X = torch.zeros(2, 3)


@dataclass
class Answer:
    loss: object
    hidden: object


Pair = namedtuple("Pair", "first second")


@pytest.mark.parametrize(
    "value",
    [
        X,
        (None, X, torch.ones(1)),
        [[], (1, "a"), [X]],
        ((), {"hidden": X}),
        OrderedDict(a=None, b=[X], c=torch.ones(1)),
        Answer(None, (X,)),
        Pair(1, X),
        nn.utils.rnn.PackedSequence(X, torch.ones(2)),
    ],
)
def test_the_first_tensor_wherever_it_is(value):
    assert first_tensor(value) is X


@pytest.mark.parametrize(
    "value", [None, 3, "text", [], {}, Answer(1, None), [(), {}], Answer]
)
def test_no_tensor(value):
    assert first_tensor(value) is None


@st.composite
def layouts(draw):
    """A tensor of 2 to 5 axes, its axes in any order in memory, maybe with holes."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    order = draw(st.permutations(range(len(sizes))))
    gap = draw(st.sampled_from([1, 2]))
    lying = [sizes[axis] for axis in order]
    lying[-1] *= gap
    x = torch.arange(np.prod(lying), dtype=torch.float32).reshape(lying)[..., ::gap]
    axis = draw(st.integers(-len(sizes), len(sizes) - 1))
    return x.permute(tuple(np.argsort(order))), axis


@given(layouts())
def test_every_value_of_a_channel_is_kept(layout):
    x, axis = layout
    seen = by_channel(x, axis)
    wanted = x.movedim(axis, 0).flatten(1)
    assert seen.ndim == 3
    assert seen.shape[1] == x.shape[axis]
    rows = seen.transpose(0, 1).flatten(1)
    assert torch.equal(rows.sort().values, wanted.sort().values)


@pytest.mark.parametrize(
    "x",
    [
        torch.zeros(2, 3, 4, 5),
        torch.zeros(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
        torch.zeros(2, 3, 4),
        torch.zeros(2, 3),
    ],
)
def test_the_usual_layouts_are_not_copied(x):
    assert by_channel(x).data_ptr() == x.data_ptr()


def test_a_single_value_sample_and_no_sample():
    assert by_channel(torch.tensor(3.0)).tolist() == [[[3]]]  # a loss
    assert by_channel(torch.zeros(5)).shape == (1, 5, 1)
    assert by_channel(torch.zeros(5), axis=-1).shape == (1, 5, 1)
    assert by_channel(torch.zeros(0, 3, 2, 2)).shape[1] == 3
    assert by_channel(torch.zeros(0, 3)).shape == (0, 3, 1)
    assert by_channel(torch.zeros(0, 5, 3), axis=-1).shape == (0, 3, 1)
    assert by_channel(torch.zeros(4, 0)).shape == (0, 0, 1)
    assert by_channel(torch.zeros(0)).shape == (1, 0, 1)


@pytest.mark.parametrize(
    ("given_type", "kept_type"),
    [
        (torch.float16, torch.float32),
        (torch.bfloat16, torch.float32),
        (torch.float32, torch.float32),
        (torch.float64, torch.float64),
        (torch.int64, torch.float64),
        (torch.uint8, torch.float64),
        (torch.bool, torch.float64),
    ],
)
def test_types_become_one_that_can_be_added_up(given_type, kept_type):
    x = torch.ones(2, 3, dtype=given_type)
    assert by_channel(x).dtype == kept_type
    assert by_channel(x).sum() == 6


def quantized():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.quantize_per_tensor(X, 0.1, 0, torch.quint8)


UNREADABLE = {
    "complex": lambda: X * 1j,
    "sparse": lambda: X.to_sparse(),
    "nested": lambda: torch.nested.nested_tensor([X], layout=torch.jagged),
    "quantized": quantized,
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_values_that_cannot_be_read(kind):
    assert unreadable(UNREADABLE[kind]()) == kind


def test_values_of_a_transformed_function_cannot_be_read_inside_it():
    said = []

    def function(x):
        said.append(unreadable(x))
        return x.sum()

    torch.func.vmap(function)(X)
    torch.func.grad(function)(X)
    assert said == ["torch.func"] * 2


@pytest.mark.parametrize("x", [X, X.half(), X > 0, X.requires_grad_(False), X[:0]])
def test_values_that_can(x):
    assert unreadable(x) is None


def test_the_graph_is_left_behind():
    assert not by_channel(torch.zeros(2, 3, requires_grad=True) * 2).requires_grad


@pytest.mark.parametrize(("shape", "axis"), [((2, 3), 2), ((2, 3, 4), -4)])
def test_no_such_axis(shape, axis):
    with pytest.raises(ValueError, match=f"channel axis {axis}, got shape"):
        by_channel(torch.zeros(shape), axis)


@pytest.mark.parametrize("shape", [(6, 3, 5), (7, 3, 1), (128, 3, 1), (1, 1, 1)])
def test_channels_add_up_as_in_numpy(shape, normal):
    x = normal(*shape)
    seen = channel_sums(x)
    assert seen.dtype == torch.float64
    wanted = x.double().numpy().sum((0, 2))
    np.testing.assert_allclose(seen.numpy(), wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", [(6, 3, 5), (7, 3, 1), (128, 3, 1), (0, 3, 1)])
def test_a_value_a_channel_reaches_all_values_of_its_channel(shape, normal):
    x, values = normal(*shape), normal(3)
    seen = (rows(x) + spread(values, x)).view(x.shape)
    assert torch.equal(seen, x + values[:, None])


@pytest.mark.parametrize(
    "shape", [(5, 3, 4), (70_001, 3, 1), (9, 3, 20_000), (1, 2, 200_000), (0, 3, 4)]
)
def test_pieces_hold_every_value_once_and_are_small(shape):
    x = torch.arange(np.prod(shape)).view(shape)
    parts = list(pieces(x))
    assert max(part.numel() for part in parts) <= CACHED
    values = torch.cat([part.flatten() for part in parts])
    assert torch.equal(values.sort().values, x.flatten())
    assert {part.shape[1] for part in parts} == {shape[1]}


SHAPES = [(128, 1024), (7, 1024), (40, 256), (25, 16), (64, 49), (5000, 1), (4096, 4)]


@pytest.mark.parametrize(("samples", "length"), SHAPES)
@pytest.mark.parametrize("keep", [64, 512, 1024])
def test_thin_keeps_about_as_many_values_as_asked(samples, length, keep):
    for turn in range(20):
        kept = thin(torch.zeros(samples, 2, length), keep, turn)
        assert kept.shape[1] == 2
        values = kept.shape[0] * kept.shape[2]
        whole = samples * length
        assert values <= max(4 * keep, 64)
        assert values >= min(whole, keep) * 0.5


def test_thin_keeps_all_of_a_small_batch(normal):
    x = normal(3, 2, 5)
    assert torch.equal(thin(x, 64, turn=7), x)


@pytest.mark.parametrize(("samples", "length"), SHAPES)
@pytest.mark.parametrize("keep", [64, 512])
def test_thin_comes_to_every_place_and_equally_often(samples, length, keep):
    places = torch.arange(samples * length).reshape(samples, 1, length)
    visits = torch.zeros(samples * length, dtype=torch.int64)
    stride = samples * length // keep + 1
    for turn in range(4 * stride):
        visits[thin(places, keep, turn).flatten()] += 1
    assert visits.min() > 0
    assert visits.max() <= 4 * visits.min()


def test_thin_takes_the_same_places_of_every_channel():
    x = torch.arange(64 * 100.0).reshape(64, 1, 100).expand(-1, 3, -1)
    kept = thin(x, 100, turn=3)
    assert torch.equal(kept[:, 0], kept[:, 2])

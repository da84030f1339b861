from itertools import islice

import pytest
import torch

import birdplane
from birdplane import shift
from birdplane.evaluation import prepare
from birdplane.steps import copy_state, training_steps


@pytest.fixture
def few(val):
    return val.images[700:1300], val.labels[700:1300]


@pytest.fixture
def step_and_model(few):
    model = birdplane.ResNet(seed=1)
    (step,) = islice(training_steps(model, few, epochs=1, max_lr=1.0), 1)
    return step, model


def test_moments_are_those_of_the_tensors(few):
    model = birdplane.ResNet()
    images = prepare(few[0][:32])
    found = shift.moments(model, images)
    x = model.pool(model.conv1(images))
    x = model.bn1(x)
    torch.testing.assert_close(found["out bn1"][0], x.mean((0, 2, 3)))
    torch.testing.assert_close(found["out bn1"][1], x.std((0, 2, 3), correction=0))
    x = model.act1(x)
    torch.testing.assert_close(found["in res_block1.conv1"][0], x.mean((0, 2, 3)))
    y = model.res_block1.act1(model.res_block1.bn1(model.res_block1.conv1(x)))
    torch.testing.assert_close(found["in res_block1.conv2"][0], y.mean((0, 2, 3)))
    assert [place.split()[0] for place in found].count("out") == 7


@pytest.mark.parametrize("norm", ["batch", "noisy", "none"])
def test_a_look_leaves_no_trace(norm, few):
    model = birdplane.ResNet(norm)
    before = copy_state(model)
    first, second = (shift.moments(model, prepare(few[0][:32])) for _ in range(2))
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name
    for place, pair in first.items():
        assert all(map(torch.equal, pair, second[place])), place
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


def test_behind_a_norm_the_moments_are_its_bias_and_weight(few):
    model = birdplane.ResNet()
    images = prepare(few[0][:64])
    before = shift.moments(model, images)
    with torch.no_grad():
        model.conv1.weight.normal_(generator=torch.Generator().manual_seed(9))
    still = shift.drift(before, shift.moments(model, images))
    assert still["out bn1"] < 1e-3 < still["in res_block1.conv1"]
    with torch.no_grad():
        model.res_block1.bn1.bias += 0.3
    moved = shift.drift(before, shift.moments(model, images))
    assert moved["out res_block1.bn1"] == pytest.approx(0.3, rel=1e-3)


def test_drift_is_one_number_in_deviations():
    zero, two = torch.zeros(2), torch.full((2,), 2.0)
    before = {"a": (zero, two), "b": (zero, two)}
    after = {"a": (torch.tensor([0.2, 0.2]), two), "b": (zero, torch.tensor([2, 2.2]))}
    found = shift.drift(before, after)
    assert found == pytest.approx({"a": 0.1, "b": 0.1 / 2**0.5})


def test_the_change_is_that_of_stages_in_front_and_of_nothing_else(step_and_model):
    step, model = step_and_model
    found = shift.gradient_change(model, step)
    by_hand = birdplane.ResNet()
    after = copy_state(model)
    mixed = {
        name: (after if name.startswith(("conv1", "bn1.", "res_block1")) else
               step.before)[name]
        for name in after
    }  # fmt: skip
    by_hand.load_state_dict(mixed)
    loss = torch.nn.functional.cross_entropy(by_hand(step.images), step.labels)
    (new,) = torch.autograd.grad(loss, by_hand.res_block2.conv1.weight)
    old = step.gradients["res_block2.conv1.weight"]
    expected = (new - old).norm() / old.norm()
    assert found["change res_block2.conv1"] == pytest.approx(expected.item(), rel=1e-4)
    assert found["change res_block2.conv1"] > 0.01
    cosine = (new * old).sum() / new.norm() / old.norm()
    assert found["cosine res_block2.conv1"] == pytest.approx(cosine.item(), abs=1e-5)


@pytest.mark.parametrize("norm", ["batch", "noisy", "none"])
def test_without_an_update_no_gradient_changes(norm, few):
    model = birdplane.ResNet(norm)
    (step,) = islice(training_steps(model, few, epochs=1, max_lr=0.1), 1)
    model.load_state_dict(step.before)
    found = shift.gradient_change(model, step)
    assert all(found[f"l2 {head}"] == 0 for head in shift.HEADS)
    assert all(found[f"cosine {head}"] > 0.9999 for head in shift.HEADS)


def test_watching_changes_nothing(few):
    watched, alone = (birdplane.ResNet("noisy", seed=1) for _ in range(2))
    rows = list(shift.watch(watched, few, epochs=1, max_lr=0.1, every=2))
    list(training_steps(alone, few, epochs=1, max_lr=0.1))
    assert [row["step"] for row in rows] == [2, 4]
    for name, value in alone.state_dict().items():
        assert torch.equal(value, watched.state_dict()[name]), name
    assert len(rows[0]) == 1 + 14 + 12

import pytest
import torch
from torch import nn

import birdplane
from birdplane.steps import training_steps


@pytest.fixture
def few(val):
    return val.images[700:1300], val.labels[700:1300]


@pytest.mark.parametrize("norm", ["batch", "noisy", "none"])
def test_the_training_is_that_of_fit_bit_for_bit(few, norm):
    by_steps, by_fit = (birdplane.ResNet(norm, seed=1) for _ in range(2))
    steps = list(training_steps(by_steps, few, epochs=2, max_lr=0.1, seed=3))
    list(birdplane.fit(by_fit, few, few, epochs=2, max_lr=0.1, seed=3, progress=False))
    assert [step.number for step in steps] == list(range(1, 9))
    for name, value in by_fit.state_dict().items():
        assert torch.equal(value, by_steps.state_dict()[name]), name


def test_a_step_hands_over_what_was_before_it(few):
    model = birdplane.ResNet(seed=1)
    first = birdplane.ResNet(seed=1).state_dict()
    for step in training_steps(model, few, epochs=1, max_lr=0.1):
        for name, value in step.before.items():
            assert torch.equal(value, first[name]), name
        first = {name: value.clone() for name, value in model.state_dict().items()}
    assert int(step.before["bn1.num_batches_tracked"]) == 3


def test_gradients_and_loss_are_those_of_the_batch_at_that_state(few):
    model = birdplane.ResNet(seed=1)
    *_, step = training_steps(model, few, epochs=1, max_lr=0.1)
    model.load_state_dict(step.before)
    model.zero_grad()
    loss = nn.functional.cross_entropy(model(step.images), step.labels)
    loss.backward()
    assert step.loss == loss.item()
    for name, parameter in model.named_parameters():
        assert torch.equal(step.gradients[name], parameter.grad), name

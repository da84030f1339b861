import random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from hooks.restore import restored


class Restless(nn.Module):
    """Changes on every pass all that a module can hold."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2))
        self.replaced = nn.Parameter(torch.ones(2))
        self.register_buffer("count", torch.zeros((), dtype=torch.long))
        self.register_buffer("average", torch.zeros(2))
        self.register_buffer("nothing", None)
        self.register_buffer("passing", torch.zeros(2), persistent=False)
        self.plain = torch.zeros(2)
        self.history, self.cache, self.passes = [], {}, 0
        self.inner = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5))

    def forward(self, x):
        with torch.no_grad():
            self.scale.data.mul_(1.5)  # as an initialisation from the first batch does
            self.replaced = nn.Parameter(self.replaced * 2)
            self.count += 1
            self.average = self.average * 0.9 + x.mean(0) * 0.1
            self.nothing = x.sum()
            self.passing.add_(1)
            self.plain.add_(1)
        self.history.append(len(x))
        self.cache["last"] = x
        self.passes += 1
        self.new = random.random() + np.random.rand()  # noqa: NPY002
        return self.inner(x * self.scale)


def everything(model):
    """All that a model holds, and the random states, as comparable words."""
    held = [
        (name, key, repr(value), id(value))
        for name, module in model.named_modules()
        for key, value in vars(module).items()
    ]
    tensors = [*model.named_parameters(), *model.named_buffers()]
    bits = [(name, id(t), t._version, t.tolist()) for name, t in tensors]
    states = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    return held, bits, states, torch.get_rng_state().tolist()


@pytest.mark.parametrize("training", [True, False])
def test_a_pass_leaves_nothing_behind(normal, training):
    model = Restless().train(training)
    model(normal(4, 2))
    before = everything(model)
    with restored(model), torch.no_grad():
        model.train(not training)
        model(normal(4, 2))
        assert everything(model) != before
    assert everything(model) == before


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nor_does_one_that_fails(normal, error):
    model = Restless()

    def fail(*given):
        raise error

    model.inner[1].register_forward_hook(fail)
    before = everything(model)
    with pytest.raises(error), restored(model):
        model(normal(4, 2))
    assert everything(model) == before


PARTS = {
    "linear": lambda: nn.Linear(3, 3),
    "norm": lambda: nn.BatchNorm1d(3),
    "average": lambda: nn.BatchNorm1d(3, momentum=None),
    "bare": lambda: nn.BatchNorm1d(3, affine=False, track_running_stats=False),
    "dropout": lambda: nn.Dropout(0.5),
    "relu": lambda: nn.ReLU(inplace=True),
    "weight norm": lambda: nn.utils.parametrizations.weight_norm(nn.Linear(3, 3)),
    "spectral": lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(3, 3)),
    "layer norm": lambda: nn.LayerNorm(3),
}


@given(
    st.lists(st.sampled_from(sorted(PARTS)), min_size=1, max_size=5),
    st.booleans(),
    st.integers(2, 5),
)
def test_for_any_model(names, training, samples):
    parts = [PARTS[name]() for name in names]
    model = nn.Sequential(*parts, parts[0]).train(training)  # one part twice
    before = everything(model)
    with restored(model):
        model.train()
        for _ in range(2):
            model(torch.rand(samples, 3))
    assert everything(model) == before


def test_values_that_are_no_numbers_stay_none(normal):
    model = nn.BatchNorm1d(2)
    with torch.no_grad():
        model.weight[0] = torch.nan
    with restored(model):
        model.weight.data.fill_(1)
    assert model.weight.isnan().tolist() == [True, False]


def test_a_buffer_of_two_modules_stays_one_inside_too():
    model = nn.Sequential(nn.BatchNorm1d(2), nn.BatchNorm1d(2))
    model[1].running_mean = shared = model[0].running_mean
    with restored(model):
        assert model[0].running_mean is model[1].running_mean
        assert model[0].running_mean is not shared
    assert model[0].running_mean is model[1].running_mean is shared


@pytest.mark.parametrize("training", [True, False])
def test_a_backward_pass_that_waits_can_still_be_done(normal, training):
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).train(training)
    x = normal(8, 2)

    def gradients(between):
        model.zero_grad()
        loss = model(x).square().sum()
        between()
        loss.backward()
        return [p.grad.clone() for p in model.parameters()]

    def disturb():
        with restored(model), torch.no_grad():
            model.train()(x + 5)
            model[1].running_var.fill_(3)

    wanted = gradients(lambda: None)
    for seen, each in zip(gradients(disturb), wanted, strict=True):
        assert torch.equal(seen, each)

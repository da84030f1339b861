import math

import pytest
import torch

from birdplane import ResNet, read_sweep
from birdplane.data import load
from birdplane.experiments import active, core


def derivative(name, x):
    functions = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(functions[name](x), x)[0].item()


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
def test_the_region_ends_where_the_derivative_is_half_of_its_largest(name):
    low, high = active.ACTIVE[name]
    assert low == -high
    assert derivative(name, high) == pytest.approx(derivative(name, 0.0) / 2)
    assert derivative(name, high - 0.01) > derivative(name, 0.0) / 2


def test_relu_is_active_above_zero():
    assert active.ACTIVE["relu"] == (0, math.inf)


@pytest.mark.parametrize("held_bias", [-2.0, 0.0, 2.0])
def test_shares_of_normal_inputs_are_those_of_the_rule(held_bias):
    images = torch.randn(64, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    expected = {-2.0: 0.023, 0.0: 0.5, 2.0: 0.977}[held_bias]
    model = ResNet(held_bias=held_bias, skip=False)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    model(images)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    share = active.active_share(model, images)
    assert share == pytest.approx(expected, abs=0.02)
    assert model.training
    assert all(torch.equal(before[n], v) for n, v in model.state_dict().items())
    assert not any(module._forward_pre_hooks for module in model.modules())


def test_the_network_stays_in_eval_mode_if_it_was_in_it():
    model = ResNet(activation="tanh").eval()
    assert 0 <= active.active_share(model, torch.zeros(2, 3, 8, 8)) <= 1
    assert not model.training


def test_the_share_is_a_column(val, monkeypatch):
    small = load("val")
    small.images, small.labels = val.images[872:1128], val.labels[872:1128]
    monkeypatch.setattr(core, "images", lambda split: small)
    found = {}
    for bias in (-2.0, 2.0):
        config = {"epochs": 2, "held_bias": bias, "max_lr": 0.01}
        result = active.train_and_count(config, seed=0)
        assert result["epoch"] == [1, 2]
        found[bias] = result["active"]
    assert max(found[-2.0]) < min(found[2.0])


def test_the_rates_of_the_pairs_are_the_best_of_the_stored_ones():
    table = read_sweep("bias_rates").fillna({"val_accuracy": 0.5})
    means = table.groupby(["activation", "held_bias", "max_lr"])["val_accuracy"].mean()
    best = means.groupby(["activation", "held_bias"]).idxmax()
    found = {(name, bias): rate for name, bias, rate in best}
    assert found == active.BEST_RATES
    for network, rate in active.BEST_RATES.items():
        assert min(active.TRIED[network]) < rate < max(active.TRIED[network])


def test_seeds_that_chose_the_rates_do_not_judge_them():
    assert not set(active.bias_rates.seeds) & set(active.bias_paired.seeds)
    table = read_sweep("bias_paired")
    counts = table.groupby(["activation", "held_bias"])["seed"].nunique()
    assert counts.tolist() == [6] * 9

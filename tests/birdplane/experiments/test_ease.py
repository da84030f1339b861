import pandas as pd
import pytest
import torch

from birdplane import read_sweep
from birdplane.experiments import accuracy, ease
from birdplane.model import ResNet


@pytest.mark.parametrize("shortcuts", [False, True])
def test_the_scale_acts_on_the_convolutions_and_nothing_else(shortcuts):
    model, plain = ResNet("none"), ResNet("none").state_dict()
    ease.scale_weights(model, 3.0, shortcuts=shortcuts)
    for name, value in model.state_dict().items():
        scaled = "conv" in name and name.endswith("weight")
        scaled |= shortcuts and "shortcut" in name
        factor = 3.0 if scaled else 1.0
        torch.testing.assert_close(value, factor * plain[name])


def test_the_scale_reaches_the_network_that_is_trained(monkeypatch):
    seen = {}

    def look(config, seed, change):
        model = ResNet(seed=seed)
        before = model.conv1.weight.norm().item()
        change(model)
        seen.update(config=config, ratio=model.conv1.weight.norm().item() / before)
        return {}

    monkeypatch.setattr(ease, "train_once", look)
    ease.train_scaled({"norm": "batch", "epochs": 1, "scale": 3.0}, 0)
    assert seen["ratio"] == pytest.approx(3)
    assert seen["config"] == {"norm": "batch", "epochs": 1}


def test_the_stored_runs_are_whole():
    for sweep in (ease.rate_limits, ease.init_scales):
        assert len(read_sweep(sweep.name)) == len(sweep.runs())


def test_the_largest_rates_of_either_side_are_beyond_the_best():
    for norm, rates in ease.LARGE_RATES.items():
        assert rates[0] == accuracy.BEST_RATES["none"] < rates[-1]
        assert accuracy.BEST_RATES[norm] in rates


def test_a_limit_ends_where_the_first_rate_fails():
    rates = [0.1, 0.4, 1.0, 2.5]
    accuracies = {
        ("none", 0): [0.8, 0.6, 0.8, 0.5],  # what trains again beyond does not count
        ("none", 1): [0.5, 0.8, 0.8, 0.8],
        ("batch", 0): [0.8, 0.8, 0.8, float("nan")],
        ("batch", 1): [0.8, 0.8, 0.8, 0.66],
    }
    rows = [
        {"norm": norm, "seed": seed, "max_lr": rate, "val_accuracy": accuracy}
        for (norm, seed), each in accuracies.items()
        for rate, accuracy in zip(rates, each, strict=True)
    ]
    table = pd.DataFrame(rows).sample(frac=1, random_state=0)
    found = ease.limits(table)
    assert found["none"].tolist() == [0.1, 0.0]
    assert found["batch"].tolist() == [1.0, 2.5]
    assert ease.limits(table, goal=0.7)["batch"].tolist() == [1.0, 1.0]


def test_the_cost_is_that_of_the_worst_scale():
    rows = [
        {"norm": norm, "seed": 0, "scale": scale, "val_accuracy": accuracy}
        for norm, each in {"none": [0.7, 0.8, None], "batch": [0.82, 0.8, 0.78]}.items()
        for scale, accuracy in zip([0.1, 1.0, 10.0], each, strict=True)
    ]
    found = ease.costs(pd.DataFrame(rows))
    assert found["none"].tolist() == [pytest.approx(0.3)]
    assert found["batch"].tolist() == [pytest.approx(0.02)]

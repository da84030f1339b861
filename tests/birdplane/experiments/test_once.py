import math

import pytest
import torch

from birdplane.data import load
from birdplane.evaluation import evaluate
from birdplane.experiments import core, once
from birdplane.experiments.once import few_images, train_once
from birdplane.model import ResNet
from birdplane.training import fit

CONFIG = {"norm": "group", "max_lr": 0.1, "epochs": 2, "batch_size": 64}


@pytest.fixture(autouse=True)
def _few_images(monkeypatch):
    small = load("val")
    small.images, small.labels = small.images[872:1128], small.labels[872:1128]
    monkeypatch.setattr(core, "images", lambda split: small)


def test_it_says_how_good_the_network_is_in_the_end():
    val = core.images("val")
    model = ResNet("group", seed=3)
    options = {k: v for k, v in CONFIG.items() if k != "norm"}
    list(fit(model, val, val, seed=3, progress=False, **options))
    found = train_once(CONFIG, 3)
    assert (found["val_loss"], found["val_accuracy"]) == tuple(evaluate(model, val))
    assert found["train_loss"] == found["val_loss"]  # the same images here
    assert not found["diverged"]


def test_the_change_is_made_before_training():
    def silence(model):
        model.requires_grad_(False)
        model.fc.weight.zero_()
        model.fc.bias.requires_grad_(True)

    found = train_once(CONFIG, 0, silence)
    assert found["val_accuracy"] == 0.5  # nothing of the images comes through


def test_images_is_how_many_there_are_to_train_on(monkeypatch):
    seen = []

    def spy(model, train, val, **options):
        seen.append(len(train[1]))
        return fit(model, train, val, **options)

    monkeypatch.setattr(once, "fit", spy)
    train_once(CONFIG | {"images": 64}, 0)
    train_once(CONFIG, 0)
    assert seen == [64, 256]


def test_a_diverged_run_has_no_scores():
    config = {"norm": "none", "max_lr": 1e6, "epochs": 9, "schedule": "constant"}
    found = train_once(config, 0)
    assert found["diverged"]
    assert all(math.isnan(v) for k, v in found.items() if k != "diverged")


def test_few_images_are_spread_over_both_classes():
    images, labels = few_images(16)
    assert images.shape == (16, 3, 32, 32)
    assert labels.bincount().tolist() == [8, 8]
    everything, _ = few_images()
    assert torch.equal(everything, core.images("train").images)

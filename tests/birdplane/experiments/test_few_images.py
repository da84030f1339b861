import pytest
import torch

from birdplane import read_sweep
from birdplane.evaluation import prepare
from birdplane.experiments import few_images
from birdplane.experiments.once import few_images as take
from birdplane.model import ResNet


def test_fixed_statistics_are_those_of_the_few_images_and_stay():
    model = ResNet()
    reference = ResNet()  # in train mode, so by the statistics of its batch
    images = prepare(take(few_images.FEW["images"])[0])
    few_images.fix_statistics(model)
    with torch.no_grad():
        torch.testing.assert_close(model(images), reference(images), rtol=0, atol=2e-3)
    before = model.bn1.running_mean.clone()
    model(images[:10])
    assert torch.equal(model.bn1.running_mean, before)
    assert model.bn1.momentum == 0.1
    assert model.bn1.weight.requires_grad


@pytest.mark.parametrize(("part", "count"), [("norms", 480), ("head", 130)])
def test_nothing_but_a_part_learns(part, count):
    model = ResNet()
    few_images.learn_only(model, part)
    learning = {n: p.numel() for n, p in model.named_parameters() if p.requires_grad}
    assert sum(learning.values()) == count
    assert all((".bn" in f".{name}") is (part == "norms") for name in learning)


def test_every_kind_is_made_and_tuned():
    tried = {(c["kind"], c["max_lr"]) for c in few_images.few_rates.grid}
    for kind, rate in few_images.FEW_RATES.items():
        assert (kind, rate) in tried
    assert list(few_images.FEW_RATES) == list(few_images.KINDS)


def test_the_kinds_train_what_their_names_say(monkeypatch):
    seen = {}

    def look(options, seed, change):
        model = ResNet(
            **{k: options[k] for k in ("norm_batch", "affine") if k in options}
        )
        change(model)
        seen[name] = options, model
        return {}

    monkeypatch.setattr(few_images, "train_once", look)
    for name in few_images.KINDS:
        few_images.train_kind({"kind": name, "max_lr": 0.1}, 0)
    assert {options["batch_size"] for options, _ in seen.values()} == {256}
    assert seen["16 images"][1].bn1.group == 16
    assert type(seen["256 images"][1].bn1) is torch.nn.BatchNorm2d
    assert not seen["fixed statistics"][1].bn1.training
    assert seen["no γ, β"][1].bn1.weight is None
    assert not seen["only γ, β"][1].conv1.weight.requires_grad
    assert not seen["only head"][1].bn1.weight.requires_grad


def test_the_rates_are_the_best_of_the_stored_ones():
    table = read_sweep("few_rates").fillna({"val_accuracy": 0.5})
    means = table.groupby(["kind", "max_lr"])["val_accuracy"].mean()
    for kind, tried in few_images.TRIED.items():
        place = 1 if kind == "only γ, β" else 0  # the best depends on rounding
        ranking = means[kind].sort_values(ascending=False).index
        assert ranking[place] == few_images.FEW_RATES[kind]
        assert tried[0] < few_images.FEW_RATES[kind] < tried[-1]


def test_seeds_that_chose_the_rates_do_not_judge_them():
    assert not set(few_images.few_rates.seeds) & set(few_images.few_paired.seeds)
    table = read_sweep("few_paired")
    assert set(table.groupby("kind")["seed"].nunique()) == {5}

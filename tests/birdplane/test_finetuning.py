import pytest
import torch
from torch import nn

from birdplane import ResNet, read_sweep, tasks
from birdplane.experiments import finetuning, freezing


@pytest.fixture
def quick(monkeypatch):
    """An untrained network to start from, 16 images and one epoch."""
    monkeypatch.setattr(finetuning, "_pretrained", lambda seed: ResNet(seed=seed))
    monkeypatch.setattr(finetuning, "FEW", 16)
    monkeypatch.setattr(finetuning, "EPOCHS", {"related": 1, "unrelated": 1})


def config(task="noise", statistics="train", affine="train", **options):
    given = {"task": task, "statistics": statistics, "affine": affine}
    return given | {"batch_size": 8, "max_lr": 0.1} | options


@pytest.mark.parametrize("statistics", [False, True])
@pytest.mark.parametrize("affine", [False, True])
def test_each_switch_freezes_its_own_half_of_all_layers(statistics, affine):
    model = finetuning.freeze(ResNet(), statistics=statistics, affine=affine)
    norms = [layer for layer in model.modules() if isinstance(layer, nn.BatchNorm2d)]
    assert model.training
    assert {norm.training for norm in norms} == {not statistics}
    of_norms = {id(p) for norm in norms for p in norm.parameters()}
    for parameter in model.parameters():
        assert parameter.requires_grad == (not affine or id(parameter) not in of_norms)


def test_the_network_has_not_seen_the_photographs_that_it_is_tuned_on(monkeypatch):
    seen = []

    def record(model, data, val, **options):
        seen.append(data)
        assert options["epochs"] == 3
        return iter(())

    monkeypatch.setattr(finetuning, "fit", record)
    finetuning._pretrained.__wrapped__(5)
    (images, labels), ((few, few_labels), _) = (
        seen[0],
        finetuning.task_data("photos", 5),
    )
    assert len(images) + len(few) == len(labels) + len(few_labels) == 10_000
    before = {image.numpy().tobytes() for image in images}
    assert sum(image.numpy().tobytes() in before for image in few) == 0
    other, _ = finetuning.task_data("photos", 6)
    assert not torch.equal(few, other[0])


def test_a_pretrained_network_is_a_copy(quick):
    model = finetuning.pretrain(0)
    with torch.no_grad():
        model.fc.weight.zero_()
    assert finetuning.pretrain(0).fc.weight.any()


def test_tasks_alter_the_same_photographs(val):
    (photos, labels), (tested, _) = finetuning.task_data("photos", 1)
    assert torch.equal(tested, val.images[::2])
    for task, alter in {
        "grey": tasks.to_grey,
        "low contrast": tasks.lower_contrast,
        "noise": lambda images: tasks.add_noise(images, seed=1),
    }.items():
        (altered, same), (val_images, val_labels) = finetuning.task_data(task, 1)
        assert torch.equal(altered, alter(photos))
        assert torch.equal(same, labels)
        assert len(val_images) == len(val_labels) == 1000
    with pytest.raises(ValueError, match=r"^task_data: no task 'gray'; there are"):
        finetuning.task_data("gray", 1)


def test_shapes_get_a_new_head_and_the_others_keep_theirs(quick):
    for task, outputs in (("shapes", 4), ("grey", 2)):
        model = finetuning.prepare(config(task, "frozen"), seed=3)
        assert model.fc.out_features == outputs
        assert not model.bn1.training
        assert model.bn1.weight.requires_grad
    assert torch.equal(model.fc.weight, ResNet(seed=3).fc.weight)


def test_fine_tuning_is_the_seeds_own(quick):
    result = finetuning.fine_tune(config(), seed=0)
    assert list(result) == ["before", "val_accuracy", "train_accuracy", "diverged"]
    assert result == finetuning.fine_tune(config(), seed=0)
    assert result != finetuning.fine_tune(config(), seed=1)
    frozen = finetuning.fine_tune(config(statistics="frozen"), seed=0)
    assert frozen["before"] == result["before"]


def test_a_diverged_run_guesses(quick):
    lost = finetuning.fine_tune(config("shapes", "frozen", max_lr=1e30), seed=0)
    assert lost["diverged"]
    assert lost["val_accuracy"] == 0.25


def test_seeds_that_chose_the_rates_do_not_judge_them():
    judges = set(freezing.paired.seeds)
    for sweep in (freezing.rates_related, freezing.rates_unrelated):
        assert not judges & set(sweep.seeds)


@pytest.mark.parametrize("kind", ["related", "unrelated"])
def test_the_rates_of_the_pairs_are_the_best_of_the_stored_ones(kind):
    table = read_sweep(f"finetune_rates_{kind}")
    assert (table["statistics"] == table["affine"]).all()
    sides = ["batch_size", "statistics"]
    runs = 3 if kind == "related" else 2
    assert set(table.groupby([*sides, "max_lr"]).size()) == {runs}
    means = table.groupby([*sides, "max_lr"])["val_accuracy"].mean()
    for (size, statistics), (*_, best) in means.groupby(sides).idxmax().items():
        assert best == freezing.BEST_RATES[kind, size, statistics]
        tried = freezing.RATES[kind, size]
        assert tried[0] < best < tried[-1]


def test_the_pairs_are_whole():
    table = read_sweep("finetune_paired")
    runs = table.groupby(["task", "batch_size", "statistics", "affine"])["seed"]
    assert len(runs) == 4 * 4 + 3 * 2  # with batches of 64, and of 4
    assert set(runs.nunique()) == {len(freezing.paired.seeds)}
    starts = table.groupby(["task", "seed"])["before"]
    assert set(starts.nunique()) == {1}  # all ways begin with the same network

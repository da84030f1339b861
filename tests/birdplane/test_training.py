import math
import os
import subprocess
import sys
import textwrap

import pytest
import torch
from torch import nn

import birdplane


@pytest.fixture
def few(val):
    """128 airplanes and 128 birds."""
    chosen = slice(872, 1128)
    return val.images[chosen], val.labels[chosen]


def fit(model, few, *, epochs=2, batch_size=64, progress=False, **options):
    return birdplane.fit(
        model,
        few,
        few,
        epochs=epochs,
        batch_size=batch_size,
        progress=progress,
        **options,
    )


def weights(model):
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def same(a, b):
    return all(torch.equal(a[name], b[name]) for name in a)


def has_hooks(model):
    return any(
        module._forward_hooks or module._forward_pre_hooks or module._backward_hooks
        for module in model.modules()
    )


def test_training_learns(few):
    epochs = list(fit(birdplane.ResNet(), few, epochs=8, augment=False, max_lr=0.1))
    assert [epoch.number for epoch in epochs] == list(range(1, 9))
    assert [epoch.step for epoch in epochs] == list(range(4, 33, 4))
    assert epochs[-1].train_loss < epochs[0].train_loss
    assert epochs[-1].val_accuracy > 0.7
    assert all(epoch.seconds > 0 for epoch in epochs)


def test_the_last_epoch_says_what_evaluate_says(few):
    model = birdplane.ResNet()
    *_, last = fit(model, few)
    assert (last.val_loss, last.val_accuracy) == birdplane.evaluate(model, few)


@pytest.mark.parametrize("augment", [True, False])
def test_one_seed_gives_one_result_bit_for_bit(few, augment):
    results = []
    for state in (1, 2):
        torch.manual_seed(state)
        model = birdplane.ResNet(dropout=0.2)
        for _ in fit(model, few, augment=augment, seed=3):
            torch.rand(state)  # what the caller draws must not matter either
        results.append(weights(model))
    assert same(*results)


def test_another_seed_gives_another_result(few):
    results = []
    for seed in (0, 1):
        model = birdplane.ResNet()
        list(fit(model, few, epochs=1, seed=seed))
        results.append(weights(model))
    assert not same(*results)


def test_the_global_random_state_is_left_alone(few):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    drawn = []
    for _ in fit(birdplane.ResNet(dropout=0.5), few, epochs=3):
        drawn.append(torch.rand(1))
    assert torch.equal(torch.cat(drawn), expected)


def test_dropout_takes_part(few):
    results = []
    for dropout in (0.0, 0.5):
        model = birdplane.ResNet(dropout=dropout)
        list(fit(model, few, epochs=1))
        results.append(weights(model))
    assert not same(*results)


def test_leaving_the_loop_leaves_a_model_to_go_on_with(few):
    model = birdplane.ResNet()
    for _ in fit(model, few, epochs=5):
        break
    assert all(module.training for module in model.modules())
    assert all(p.grad is None for p in model.parameters())
    assert not has_hooks(model)
    assert len(list(fit(model, few))) == 2


@pytest.mark.parametrize("stop_at", [0, 5])
def test_ctrl_c_in_a_batch_leaves_a_model_to_go_on_with(few, stop_at):
    model = birdplane.ResNet(dropout=0.1)
    state = torch.get_rng_state()
    calls = []

    def interrupt(module, inputs, output):
        if module.training:
            calls.append(1)
        if len(calls) > stop_at:
            raise KeyboardInterrupt

    handle = model.fc.register_forward_hook(interrupt)
    with pytest.raises(KeyboardInterrupt):
        list(fit(model, few))
    handle.remove()
    assert torch.equal(torch.get_rng_state(), state)
    assert all(module.training for module in model.modules())
    assert all(p.grad is None for p in model.parameters())
    assert all(tensor.isfinite().all() for tensor in weights(model).values())
    assert not has_hooks(model)
    assert len(list(fit(model, few))) == 2


def test_ctrl_c_in_validation_gives_the_modes_back(few):
    model = birdplane.ResNet()

    def interrupt(module, inputs, output):
        if not module.training:
            raise KeyboardInterrupt

    model.fc.register_forward_hook(interrupt)
    with pytest.raises(KeyboardInterrupt):
        list(fit(model, few))
    assert all(module.training for module in model.modules())


def test_frozen_layers_stay_frozen(few):
    model = birdplane.ResNet()
    model.bn1.eval()
    model.bn1.requires_grad_(False)
    model.res_block1.bn1.eval()
    before = weights(model)
    list(fit(model, few))
    after = weights(model)
    for name in ("running_mean", "running_var", "weight", "bias"):
        assert torch.equal(before[f"bn1.{name}"], after[f"bn1.{name}"])
    key = "res_block1.bn1"
    assert torch.equal(before[f"{key}.running_mean"], after[f"{key}.running_mean"])
    assert not torch.equal(before[f"{key}.weight"], after[f"{key}.weight"])
    assert not model.bn1.training
    assert (
        model.bn2.training if hasattr(model, "bn2") else model.res_block2.bn1.training
    )


def test_a_diverged_run_ends_with_one_epoch_of_nan(few):
    model = birdplane.ResNet(norm="none")
    epochs = list(fit(model, few, epochs=20, max_lr=1e6, schedule="constant"))
    assert 1 <= len(epochs) < 20
    assert [epoch.diverged for epoch in epochs] == [False] * (len(epochs) - 1) + [True]
    last = epochs[-1]
    assert math.isnan(last.train_loss)
    assert math.isnan(last.train_accuracy)
    assert math.isnan(last.val_loss)
    assert math.isnan(last.val_accuracy)


def test_uint8_and_normalized_images_train_alike(few):
    results = []
    for images in (few[0], birdplane.normalize(few[0])):
        model = birdplane.ResNet()
        list(fit(model, (images, few[1]), epochs=1))
        results.append(weights(model))
    assert same(*results)


def test_progress_goes_to_stderr_or_nowhere(few, capsys):
    list(fit(birdplane.ResNet(), few, epochs=1, progress=True))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "4/4" in shown.err
    assert "val_accuracy" in shown.err
    list(fit(birdplane.ResNet(), few, epochs=1))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"epochs": 0}, "epochs .* at least 1; got 0"),
        ({"batch_size": 0}, "batch_size .* at least 1; got 0"),
        ({"batch_size": 257}, "batch_size .* 256 training images.* got 257"),
        ({"max_lr": 0}, "max_lr .* above 0; got 0"),
        ({"max_lr": math.nan}, "max_lr .* got nan"),
        ({"momentum": 1}, "momentum .* < 1; got 1"),
        ({"weight_decay": -1}, "weight_decay .* got -1"),
        ({"schedule": "cosine"}, "schedule .*'one-cycle', 'constant'; got 'cosine'"),
        ({"seed": -1}, "seed .* at least 0; got -1"),
    ],
)
def test_bad_options_are_refused_at_the_call(few, options, words):
    with pytest.raises(ValueError, match=f"^fit: {words}"):
        fit(birdplane.ResNet(), few, **options)


def test_models_that_cannot_be_trained_are_refused_at_the_call(few):
    with pytest.raises(ValueError, match=r"^fit: .*eval mode.*model\.train\(\)"):
        fit(birdplane.ResNet().eval(), few)
    with pytest.raises(ValueError, match=r"^fit: .*parameters to train"):
        fit(birdplane.ResNet().requires_grad_(False), few)
    with pytest.raises(ValueError, match=r"^fit: .*parameters to train"):
        fit(nn.Flatten(), few)


TWO_PROCESSES = """
    import sys, torch, birdplane
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo")
    val = birdplane.load("val")
    few = val.images[968:1032], val.labels[968:1032]
    model = birdplane.ResNet("layer")
    epochs = birdplane.fit(model, few, few, epochs=2, batch_size=32, progress=False)
    losses = [epoch.train_loss for epoch in epochs]
    if torch.distributed.get_rank() == 0:
        torch.save((model.state_dict(), losses), sys.argv[1])
    torch.distributed.destroy_process_group()
"""


def test_two_processes_train_like_one(val, tmp_path):
    script, result = tmp_path / "train.py", tmp_path / "result.pt"
    options = "-m torch.distributed.run --standalone --nproc-per-node 2"
    script.write_text(textwrap.dedent(TWO_PROCESSES))
    subprocess.run(
        [sys.executable, *options.split(), str(script), str(result)],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    state, losses = torch.load(result)
    few = val.images[968:1032], val.labels[968:1032]
    model = birdplane.ResNet("layer")
    epochs = list(fit(model, few, batch_size=32))
    assert losses == pytest.approx([epoch.train_loss for epoch in epochs], rel=1e-4)
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(state[name], tensor, rtol=1e-3, atol=1e-4)

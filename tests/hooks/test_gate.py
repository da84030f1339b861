import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from hooks import record


@pytest.mark.parametrize("start", ["train", "eval"])
@pytest.mark.parametrize("mode", ["train", "eval", "any", None])
def test_only_passes_in_the_mode_are_recorded(n, bn, normal, start, mode):
    bn.train(start == "train")
    with record(bn, "", mode=mode) as recorder:
        bn.train()
        bn(normal(8, 2))
        bn.eval()
        bn(normal(16, 2))
    wanted = {"train": [8], "eval": [16], "any": [24]}
    assert n(recorder) == wanted[mode or start]
    assert recorder.recording[""].attrs["mode"] == (mode or start)


def test_the_mode_is_that_of_the_model_not_of_the_layer(n, net, images):
    net.block.bn1.eval()  # frozen, as in fine-tuning
    with record(net, "block.bn1") as recorder:
        net(images)
        net.eval()
        net(images)
    assert n(recorder, "block.bn1") == [8 * 36]


def test_nothing_is_recorded_while_paused(n, bn, normal):
    with record(bn, "") as recorder:
        bn(normal(8, 2))
        with recorder.paused():
            bn(normal(16, 2))
            with recorder.paused():
                bn(normal(16, 2))
            bn(normal(16, 2))
        bn(normal(4, 2))
        with pytest.raises(KeyboardInterrupt), recorder.paused():
            raise KeyboardInterrupt
        bn(normal(2, 2))
    assert n(recorder) == [14]


@pytest.mark.parametrize("every", [1, 2, 3])
def test_every_so_many_th_pass_is_recorded(n, bn, normal, every):
    with record(bn, "", every=every, trace=True) as recorder:
        for i in range(7):
            bn(normal(2**i + 1, 2))
            with recorder.paused():
                bn(normal(1000, 2))
    assert n(recorder) == [sum(2**i + 1 for i in range(0, 7, every))]
    layer = recorder.recording[""]
    assert layer.sizes["step"] == len(range(0, 7, every))
    assert layer.attrs["every"] == every


def test_a_layer_that_is_never_called_is_named(net, images):
    recorder = record(net, ["fc", "stem.1"])
    with (
        pytest.warns(UserWarning, match=r"'fc' is not in .* not called") as caught,
        recorder,
    ):
        net.stem(images)
    assert [w.filename for w in caught] == [__file__]
    assert list(recorder.recording) == ["stem.1"]


def test_a_layer_that_is_never_called_in_the_mode_is_named(bn, normal):
    recorder = record(bn, "")
    bn.eval()
    message = r"its 2 calls were not in train mode; pass mode='any'"
    with pytest.warns(UserWarning, match=message), recorder:
        bn(bn(normal(8, 2)))
    assert len(recorder.recording) == 0


def test_a_layer_whose_calls_were_all_paused_is_named(bn, normal):
    recorder = record(bn, "")
    message = "its 1 calls came while paused"
    with pytest.warns(UserWarning, match=message), recorder, recorder.paused():
        bn(normal(8, 2))


@pytest.mark.parametrize("reentrant", [True, False])
@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("layers", ["1", "*"])
def test_what_checkpointing_runs_again_is_recorded_once(
    normal, reentrant, exact, layers
):
    def recorded(checkpointed):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.ReLU(inplace=True))
        with record(model, layers, exact=exact, trace=True) as recorder:
            for seed in range(3):
                x = normal(8, 2, seed=seed).requires_grad_()
                y = checkpointed(model, x)
                y.sum().backward()
            recorder.snapshot()
        return recorder.recording

    plain = recorded(lambda model, x: model(x))
    again = recorded(lambda model, x: checkpoint(model, x, use_reentrant=reentrant))
    assert list(again) == list(plain)
    for name, layer in again.items():
        assert layer.n.equals(plain[name].n)
        assert layer.counts.equals(plain[name].counts)
        assert layer.sizes["step"] == 3
        np.testing.assert_allclose(layer["mean"], plain[name]["mean"], 1e-5, 1e-6)
        np.testing.assert_allclose(layer["var"], plain[name]["var"], rtol=1e-4)


def test_checkpoints_that_stop_early_leave_nothing_waiting(bn, normal):
    """The last layer of a checkpoint is begun again, but not ended."""
    model = nn.Sequential(bn, nn.Tanh())
    with record(model, "*") as recorder:
        for _ in range(3):
            x = normal(8, 2).requires_grad_()
            checkpoint(model, x, use_reentrant=False).sum().backward()
    assert all(not o._pending for o in recorder._observers.values())

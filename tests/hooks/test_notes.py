"""BatchNorm layers are read when the model's pass has ended: as if it were at once."""

import warnings
import weakref

import numpy as np
import pytest
import torch
import xarray as xr
from torch import nn

from hooks import record
from hooks.batchnorm import Call, statistics_of
from hooks.notes import Notes


class Overwriting(nn.Module):
    """Has an in-place ReLU behind a norm, and can overwrite the norm's input."""

    def __init__(self, overwrite=False):
        super().__init__()
        self.bn, self.relu = nn.BatchNorm2d(3), nn.ReLU(inplace=True)
        self.overwrite = overwrite

    def forward(self, x):
        y = self.relu(self.bn(x))
        if self.overwrite:
            x.add_(100)
        return y.mean()


def watched_at_once(module, batches, **options):
    """The same layer, called outside of any pass of the model that is recorded."""
    with record(nn.ModuleDict({"bn": module}), "bn", **options) as recorder:
        for x in batches:
            module(x)
    return recorder.recording["bn"]


@pytest.mark.parametrize("kind", ["plain", "nan", "inf", "far", "tiny", "bfloat16"])
def test_what_is_read_late_is_what_is_read_at_once(normal, kind):
    batches = [normal(16, 3, 8, 8, seed=seed) for seed in range(5)]
    if kind in ("nan", "inf"):
        batches[1][0, 0, 0, 0] = float(kind)
    if kind == "far":
        batches = [x + 1e4 for x in batches]
    if kind == "tiny":
        batches = [x * 1e-4 for x in batches]
    if kind == "bfloat16":
        batches = [x.bfloat16() for x in batches]
    net = Overwriting().to(batches[0].dtype)
    with record(net, trace=True) as recorder:
        for x in batches:
            net(x)
    alone = Overwriting().to(batches[0].dtype).bn
    wanted = watched_at_once(alone, batches, trace=True)
    xr.testing.assert_identical(recorder.recording["bn"], wanted)


def test_the_weights_are_those_of_the_pass(normal):
    net = Overwriting()
    with record(net, trace=True) as recorder:
        net(normal(16, 3, 8, 8))
        with torch.no_grad():
            net.bn.bias.fill_(9)
        net(normal(16, 3, 8, 8))
    means = recorder.recording["bn"].batch_mean.sel(side="output")
    np.testing.assert_allclose(means, [[0] * 3, [9] * 3], atol=1e-5)


def test_a_frozen_layer_in_a_network_that_trains(normal, agree, expected):
    net, x = Overwriting(), normal(16, 3, 8, 8)
    net.bn.eval()
    net.bn.running_mean.fill_(5)
    with record(net, exact=False) as recorder:
        net(x)
    layer = recorder.recording["bn"]
    outputs = net.bn(x).detach()
    np.testing.assert_allclose(
        layer["mean"].sel(side="output")[0], expected(outputs)["mean"], rtol=1e-5
    )


def test_an_input_that_was_overwritten_is_not_sampled_and_then_read_in_time(
    normal, expected
):
    net = Overwriting(overwrite=True)
    batches = [normal(4, 3, 8, 8, seed=seed) for seed in range(2)]
    wanted = expected(torch.cat(batches))
    with warnings.catch_warnings(), record(net) as recorder:
        warnings.simplefilter("error")
        for x in batches:
            net(x)
    layer = recorder.recording["bn"].isel(snapshot=0).sel(side="input")
    np.testing.assert_allclose(layer["mean"], wanted["mean"], rtol=1e-4, atol=1e-6)
    assert layer.n.values.tolist() == [2 * 4 * 64] * 3
    assert layer.binned.values.tolist() == [4 * 64] * 3  # of the second alone
    assert (layer.above == 0).all()


def test_an_input_that_cannot_be_measured_any_more_is_said(normal):
    net, x = Overwriting(overwrite=True), normal(4, 3, 8, 8)
    x[0, 0, 0, 0] = torch.nan
    with (
        record(net) as recorder,
        pytest.warns(UserWarning, match=r"layer 'bn': .* overwritten in place"),
    ):
        net(x)
    assert recorder.recording["bn"].nan.values.ravel().tolist() == [1, 0, 0, 256, 0, 0]


def test_a_backward_pass_inside_of_the_forward_pass(normal, agree, expected):
    class Penalized(Overwriting):
        def forward(self, x):
            x = x.requires_grad_()
            (gradient,) = torch.autograd.grad(self.bn(x).square().sum(), x)
            return gradient.square().sum()

    net, x = Penalized(), normal(4, 3, 8, 8)
    with record(net) as recorder:
        net(x.clone())
        net(x.clone())
    agree(recorder.recording["bn"], "input", expected(torch.cat([x, x])), rtol=1e-5)


def test_saved_tensors_that_somebody_packs(normal, agree, expected):
    net, x = Overwriting(), normal(4, 3, 8, 8)
    with record(net) as recorder, torch.autograd.graph.save_on_cpu():
        net(x).backward()
    agree(recorder.recording["bn"], "input", expected(x), rtol=1e-5)


def test_of_a_pass_that_fails_the_layers_that_ran(normal):
    class Failing(Overwriting):
        def forward(self, x):
            super().forward(x)
            raise RuntimeError("no memory")

    net, x = Failing(), normal(4, 3, 8, 8)
    gone = weakref.ref(x)
    with record(net) as recorder:
        with pytest.raises(RuntimeError, match="no memory"):
            net(x)
        del x
        assert gone() is None
        recorder.snapshot()
    assert recorder.recording["bn"].n.values.ravel().tolist() == [256] * 6


def test_an_interrupt_leaves_nothing_to_the_next_pass_that_it_had_not_seen(normal):
    class Stopped(Overwriting):
        def forward(self, x):
            y = super().forward(x)
            if self.overwrite is None:
                raise KeyboardInterrupt
            return y

    net = Stopped(overwrite=None)
    with record(net, trace=True) as recorder:
        with pytest.raises(KeyboardInterrupt):
            net(normal(4, 3, 8, 8))
        net.overwrite = False
        net(normal(4, 3, 8, 8) + 1)
    means = recorder.recording["bn"].batch_mean.sel(side="input").mean("channel")
    assert means.values.tolist() == pytest.approx([0, 1], abs=0.2)


@pytest.mark.parametrize("ask", ["snapshot", "recording", "close"])
def test_asked_in_the_middle_of_a_pass(normal, ask):
    net = Overwriting()

    def middle(*_):
        if ask == "snapshot":
            recorder.snapshot()
        elif ask == "close":
            recorder.close()
        seen.append(recorder.recording["bn"].n[0, 0, 0].item())

    seen = []
    handle = net.relu.register_forward_hook(middle)
    with record(net) as recorder:
        net(normal(4, 3, 8, 8))
    handle.remove()
    assert seen == [256]
    assert recorder.recording["bn"].n.values.ravel().tolist() == [256] * 6


def test_a_model_that_calls_itself(normal):
    class Again(Overwriting):
        def forward(self, x, times=1):
            x = self.bn(x + times)
            return self(x, times - 1) if times else x

    net = Again()
    with record(net, trace=True) as recorder:
        net(normal(4, 3, 8, 8))
    means = recorder.recording["bn"].batch_mean.sel(side="input").mean("channel")
    assert means.values.tolist() == pytest.approx([1, 0], abs=0.2)


def test_nothing_of_a_pass_is_kept(normal):
    net, x = Overwriting(), normal(64, 3, 8, 8)
    with record(net) as recorder:
        net(x).backward()
        gone = weakref.ref(x)
        del x
        assert gone() is None
        recorder.snapshot()


def test_the_models_own_hooks_come_off(normal):
    net = Overwriting()
    recorder = record(net)
    assert len(net._forward_hooks) == len(net._forward_pre_hooks) == 1
    recorder.close()
    left = net._forward_hooks, net._forward_pre_hooks, net._forward_hooks_always_called
    assert not any(left)


def test_notes_wait_from_the_beginning_to_the_end_of_a_pass(normal):
    class Reader:
        def take(self, call, read):
            seen.append(round(read.mean[0].item(), 3))

    module, seen, notes = nn.BatchNorm1d(1), [], Notes()

    def add(number):
        x = normal(4, 1)
        x += number - x.mean()
        notes.add(Reader(), Call.of(module, x, module(x)))

    notes.begin()
    add(1)
    add(2)
    assert seen == []
    notes.begin()  # the end was never reached
    assert seen == [1, 2]
    add(3)
    notes.end()
    notes.read()
    assert seen == [1, 2, 3]
    assert not notes.open


def test_one_layer_that_cannot_be_read_does_not_keep_others_from_it(normal):
    module = nn.BatchNorm1d(2)
    batches = [normal(8, 2), normal(8, 2) + 1e6, torch.full((8, 2), torch.nan)]
    read = statistics_of([Call.of(module, x, module(x)) for x in batches])
    assert [each is None for each in read] == [False, True, True]
    assert statistics_of([]) == []

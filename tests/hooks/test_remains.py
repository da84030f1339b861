"""What a recorder leaves behind while it runs, when it ends and when it is dropped."""

import gc
import types
import weakref

import numpy as np
import pytest
import torch
from torch import nn

import hooks
from hooks import capture, probe, record

NOT_ITS_OWN = (types.ModuleType, type, types.FunctionType, nn.Module, types.FrameType)


def held(owner):
    """How many objects and bytes of numbers an object holds, with what they hold."""
    found, waiting, size = {}, [owner], 0
    while waiting:
        each = waiting.pop()
        if id(each) in found or isinstance(each, NOT_ITS_OWN):
            continue
        found[id(each)] = each
        if isinstance(each, torch.Tensor):
            size += each.untyped_storage().nbytes()
        elif isinstance(each, np.ndarray):
            size += each.nbytes
        else:
            waiting += gc.get_referents(each)
    return len(found), size


@pytest.mark.parametrize(("passes", "exact"), [(10_000, False), (1000, True)])
def test_many_batches_take_no_more_memory_than_few(normal, passes, exact):
    x = normal(64, 2)
    bn = nn.BatchNorm1d(2)
    sizes = []
    with record(bn, "", exact=exact) as recorder:
        for number in range(1, passes + 1):
            bn(x)
            if number % (passes // 10) == 0:
                sizes.append(held(recorder))
        recorder.snapshot()
    objects, numbers = zip(*sizes, strict=True)
    assert max(numbers) - min(numbers) <= 1024  # some tables are made when needed
    assert max(objects) - min(objects) <= 100  # and some passes wait for others
    assert recorder.recording[""].n[0, 0, 0] == passes * 64


def test_what_is_held_is_seen(bn, normal):
    """The measure above would see what grows."""
    with record(bn, "", trace=True) as recorder:
        bn(normal(8, 2))
        _ = recorder.recording
        before = held(recorder)
        for _ in range(100):
            bn(normal(8, 2))
        _ = recorder.recording
        after = held(recorder)
    assert after[1] >= before[1] + 100 * 2 * 2 * 2 * 8


@pytest.mark.parametrize("settings", [{}, {"exact": True}, {"grads": True}])
def test_closed_before_a_backward_pass_that_is_still_to_come(
    make_net, images, settings
):
    gradients = []
    for watched in (False, True):
        net = make_net().eval()
        if watched:
            recorder = record(net, "*", mode="any", **settings)
        loss = net(images).square().sum()
        if watched:
            recorder.close()
            before = recorder.recording
        loss.backward()
        gradients.append([p.grad for p in net.parameters()])
    assert all(map(torch.equal, *gradients))
    for name, layer in recorder.recording.items():
        assert layer.identical(before[name])


def test_a_cell_that_is_run_again_and_again(net, images, hook_count, n):
    """The recorder of the run before is dropped, hooks and all."""
    recorder = record(net)
    hooks_of_one = hook_count(net)
    for _ in range(3):
        recorder = record(net)
        gc.collect(1)
        assert hook_count(net) == hooks_of_one
    net(images)
    assert n(recorder, "stem.1") == [8 * 36]
    recorder.close()
    assert hook_count(net) == 0


def test_a_cell_that_fails_and_is_run_again(net, images, hook_count, n):
    def cell(broken):
        with record(net) as recorder:
            net(images)
            if broken:
                raise KeyboardInterrupt
        return recorder

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            cell(broken=True)
    assert hook_count(net) == 0
    assert n(cell(broken=False), "stem.1") == [8 * 36]


WATCHES = {
    "record": lambda net, x: hooks.record(net),
    "record, closed": lambda net, x: hooks.record(net, grads=True).close(),
    "capture": lambda net, x: capture(net),
    "probe": lambda net, x: probe(net, x),
}


@pytest.mark.parametrize("way", WATCHES)
def test_model_and_watcher_go_together(make_net, images, way):
    net = make_net()
    watcher = WATCHES[way](net, images)
    net(images)
    gone = weakref.ref(net), weakref.ref(net.stem[1].weight)
    del net, watcher
    gc.collect(1)
    assert [each() for each in gone] == [None, None]


def test_a_recording_keeps_neither_model_nor_recorder(make_net, images):
    net = make_net()
    with record(net) as recorder:
        net(images)
    recording = recorder.recording
    gone = weakref.ref(net), weakref.ref(recorder)
    del net, recorder
    gc.collect(1)
    assert [each() for each in gone] == [None, None]
    assert len(recording) == 3


def test_no_activation_is_kept(normal):
    kept = []

    class Keeps(nn.Module):
        def forward(self, x):
            kept.append(weakref.ref(x))
            return x * 2

    model = nn.Sequential(nn.BatchNorm1d(4), Keeps(), nn.ReLU(inplace=True), Keeps())
    with record(model, "*", grads=True, trace=True):
        model(normal(16, 4)).sum().backward()
        gc.collect(1)
        assert [each() for each in kept] == [None, None]

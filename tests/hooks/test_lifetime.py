"""From when to when a recorder watches, and that nothing remains of it."""

import copy
import gc
import weakref

import pytest
import torch
from torch import nn

from hooks import record
from hooks.moments import PASSES


def test_nothing_remains_after_the_block(n, net, images, hook_count):
    with record(net) as recorder:
        assert hook_count(net) > 0
        net(images)
    assert hook_count(net) == 0
    recorder.close()
    net(images)
    assert n(recorder, "stem.1") == [8 * 36]


def test_without_a_block_it_ends_at_close(n, net, images, hook_count):
    recorder = record(net)
    net(images)
    recorder.close()
    recorder.close()
    net(images)
    assert hook_count(net) == 0
    assert n(recorder, "stem.1") == [8 * 36]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_nothing_remains_after_an_error_and_the_passes_are_kept(
    n, net, images, hook_count, error
):
    recorder = record(net)

    def broken():
        with recorder:
            net(images)
            raise error

    with pytest.raises(error):
        broken()
    assert hook_count(net) == 0
    assert n(recorder, "stem.1") == [8 * 36]


@pytest.mark.parametrize("exact", [True, False])
def test_interrupted_in_the_middle_of_a_pass(n, net, images, hook_count, exact):
    class Interrupt(nn.Module):
        def forward(self, x):
            raise KeyboardInterrupt

    net.block.bn2 = Interrupt()
    recorder = record(net, ["stem.1", "block.bn2", "fc"], exact=exact)
    with pytest.raises(KeyboardInterrupt), recorder:
        net(images)
    assert hook_count(net) == 0
    assert list(recorder.recording) == ["stem.1"]
    recorder.snapshot("interrupted")
    assert list(recorder.recording) == ["stem.1"]
    assert n(recorder, "stem.1") == [8 * 36]


def test_a_pass_that_fails_does_not_shift_the_next(normal):
    class Picky(nn.Module):
        def forward(self, x):
            if x.isnan().any():
                raise ValueError
            return x * 10

    layer = Picky()
    with record(layer, Picky, exact=True, trace=True) as recorder:
        with pytest.raises(ValueError):  # noqa: PT011
            layer(torch.full((1, 2), torch.nan))
        with recorder.paused():
            layer(torch.zeros(1, 2))
        layer(torch.ones(1, 2))
    seen = recorder.recording[""]
    assert seen["mean"].squeeze().values.tolist() == [[1, 1], [10, 10]]
    assert seen.sizes["step"] == 1


def test_dropping_the_recorder_takes_its_hooks_off(net, images, hook_count):
    recorder = record(net)
    net(images)
    gone = weakref.ref(recorder)
    del recorder
    gc.collect()
    assert gone() is None
    assert hook_count(net) == 0


def test_recorders_inside_one_another(n, net, images, hook_count):
    with record(net) as outer:
        net(images)
        with record(net, "stem.1", exact=True) as inner:
            net(images)
        net(images)
    assert n(outer, "stem.1") == [3 * 8 * 36]
    assert n(inner, "stem.1") == [8 * 36]
    assert hook_count(net) == 0


def test_a_copy_made_while_recording_is_not_recorded(n, net, images, hook_count):
    with record(net) as recorder:
        net(images)
        twin = copy.deepcopy(net)
        twin(images)
    assert n(recorder, "stem.1") == [8 * 36]
    twin(images)
    twin.load_state_dict(net.state_dict())


def test_memory_between_snapshots_does_not_grow(n, bn, normal):
    """What waits to be counted or merged is bounded, however many passes."""
    x = normal(64, 2)
    with record(bn, "") as recorder:
        bn(x)
        (observer,) = recorder._observers.values()
        passes = observer._passes
        places = passes._vectors.data_ptr(), passes._samples._memory.data_ptr()
        for _ in range(299):
            bn(x)
            assert len(passes) <= PASSES
        recorder.snapshot()
        bn(x)
        recorder.snapshot()
    assert n(recorder) == [300 * 64, 64]
    again = passes._vectors.data_ptr(), passes._samples._memory.data_ptr()
    assert places == again

from contextlib import contextmanager
from pathlib import Path

import torch
from torch import nn

from benchmarks.measure.observers import Ends
from benchmarks.measure.overhead import alternate
from benchmarks.measure.scale import QUICK, Job
from benchmarks.measure.training import timed_blocks


def job(tick):
    return Job(QUICK, Path(), tick)


def test_halves_take_turns_and_every_other_pair_begins_with_the_other_one():
    turns, ticks = [], []

    def run(number, watched):
        for block in (1.0, 2.0):
            turns.append((number, watched))
            yield block * (10 if watched else 1)

    pairs = alternate(run, 2, job(lambda: ticks.append(None)))
    assert pairs == [(3.0, 30.0)] * 2
    assert turns == [
        *[(0, True), (0, False)] * 2,
        *[(1, False), (1, True)] * 2,
    ]
    assert len(ticks) == 2


def test_an_epoch_comes_in_blocks_and_ends_once():
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 2))
    batches = [(torch.eye(3), torch.tensor([0, 1, 1]))] * 10
    seen = []

    @contextmanager
    def watch(model):
        yield Ends(lambda: seen.append("step"), lambda: seen.append("epoch"))
        seen.append("off")

    blocks = timed_blocks(watch, model, batches, steps=7, warm_up=1, size=3)
    assert [len(seen) for _ in blocks] == [1 + 3, 1 + 6, 1 + 7 + 2]
    assert seen[-2:] == ["epoch", "off"]

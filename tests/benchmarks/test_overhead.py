from pathlib import Path

import torch
from torch import nn

from benchmarks.measure.observers import unwatched
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


def test_an_epoch_comes_in_blocks_whose_sum_is_whole():
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 2))
    batches = [(torch.eye(3), torch.tensor([0, 1, 1]))] * 10
    blocks = [*timed_blocks(unwatched, model, batches, steps=7, warm_up=1, size=3)]
    assert len(blocks) == 3
    assert min(blocks) > 0
    assert model[0].num_batches_tracked == 8

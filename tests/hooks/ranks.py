"""What two processes do in test_distributed.py; each writes down what it has seen."""

import json
import os
import signal
import sys
import warnings
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

import hooks

MINUTE = timedelta(minutes=1)
SPLITS = {"even": 3, "uneven": 1, "alone": 0}  # batches of rank 0, of six
EXACT = {"even": True, "uneven": False, "alone": True}


def network():
    """Two layers of BatchNorm, of which only large batches reach the second."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Branching()


class Branching(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm1d(3)
        self.fc = nn.Linear(3, 4)
        self.large = nn.BatchNorm1d(4)

    def forward(self, x):
        x = self.fc(self.bn(x))
        return self.large(x) if len(x) > 12 else x


def batches(split, rank):
    """Those of one rank, uneven in size."""
    everything = [
        torch.randn(10 + i, 3, generator=torch.Generator().manual_seed(i)) * (i + 1)
        for i in range(6)
    ]
    cut = SPLITS[split]
    return everything[cut:] if rank else everything[:cut]


def record(split, *ranks):
    """Record two snapshots: one of all batches of the ranks, one of a part of them."""
    model = network()
    recorder = hooks.record(model, nn.BatchNorm1d, exact=EXACT[split], trace=True)
    for label, few in (("all", None), ("some", 2)):
        for rank in ranks:
            for x in batches(split, rank)[:few]:
                model(x)
        recorder.snapshot(label)
    return recorder


def refused(make):
    """Give the message with which all_reduce refuses."""
    try:
        make().all_reduce()
    except (ValueError, RuntimeError) as error:
        return f"{type(error).__name__}: {error}"


def other(rank, **settings):
    """Record one pass, rank 1 with other settings than rank 0."""
    model = nn.Sequential(nn.BatchNorm1d(3), nn.BatchNorm1d(3))
    settings = settings if rank else {}
    with torch.no_grad():
        model[0].weight.fill_(settings.pop("weight", 1.0))
    recorder = hooks.record(model, settings.pop("layers", "0"), **settings)
    model(torch.ones(4, 3))
    return recorder


def train(rank):
    """Train for a few steps with DistributedDataParallel."""
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 1))
    with torch.no_grad():
        model[1].weight.fill_(0.5)
    model = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    recorder = hooks.record(model, nn.BatchNorm1d, exact=True, grads=True)
    for x in batches("even", rank):
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()
    recorder.snapshot()
    return recorder


def agree(rank, folder):
    """Save what all_reduce gives in many cases, and its refusals."""
    for split in SPLITS:
        with record(split, rank) as recorder:
            recorder.all_reduce()
        recorder.recording.save(folder / f"{split}{rank}.nc")
    refusals = {
        name: refused(lambda name=name, value=value: other(rank, **{name: value}))
        for name, value in (("layers", ["0", "1"]), ("bins", 10), ("weight", 2.0))
    }
    (folder / f"refusals{rank}.json").write_text(json.dumps(refusals))
    recorder = train(rank)
    recorder.recording.save(folder / f"here{rank}.nc")
    recorder.gradients.save(folder / f"gradients_here{rank}.nc")
    recorder.all_reduce().save(folder / f"both{rank}.nc")
    recorder.gradients.save(folder / f"gradients_both{rank}.nc")


def fail(rank, folder, store):
    """Rank 1 does not come at first, and then breaks down; rank 0 tells of it."""
    recorder = record("even", rank)
    start("late", store, timedelta(seconds=1))
    if rank == 1:
        store.wait(["told"], MINUTE)
    else:
        told = {"late": refused(lambda: recorder)}
        store.set("told", "")
    dist.destroy_process_group()
    start("broken", store)
    if rank == 1:
        raise ValueError("rank 1 breaks down")
    told["broken"] = refused(lambda: recorder)
    (folder / "told.json").write_text(json.dumps(told))


def start(name, store, timeout=MINUTE):
    rank, ranks = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    store = dist.PrefixStore(name, store)
    dist.init_process_group(
        "gloo", store=store, rank=rank, world_size=ranks, timeout=timeout
    )


def main():
    warnings.simplefilter("error")
    # torchrun ends rank 0 when rank 1 breaks down; it shall see that for itself.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    folder, rank = Path(sys.argv[1]), int(os.environ["RANK"])
    host, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    store = dist.TCPStore(host, port, is_master=False)
    start("agree", store)
    agree(rank, folder)
    dist.destroy_process_group()
    fail(rank, folder, store)


if __name__ == "__main__":
    main()

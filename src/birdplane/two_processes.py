"""One training step on a batch that several processes share; started by torchrun.

`torchrun --standalone --nproc-per-node 2 -m birdplane.two_processes FOLDER` writes
what every process has come to: FOLDER/rank0.npz, FOLDER/rank1.npz.
"""

import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from birdplane.data import load, normalize
from birdplane.model import ResNet
from birdplane.sync import synchronize

QUANTITIES = {
    "grad": "gradients",
    "running_mean": "running means",
    "running_var": "running variances",
    "logits": "outputs",
}
"""What is in the name of a tensor of `step`, and what kind of quantity it is."""

MINUTE = timedelta(minutes=1)
Arrays = dict[str, npt.NDArray[np.float32]]


def whole_batch() -> tuple[Tensor, Tensor]:
    """Take 64 validation images at even distances.

    Returns:
        Normalized images (64, 3, 32, 32) and labels (64,).

    Example:
        >>> images, labels = whole_batch()
        >>> labels.bincount().tolist()
        [33, 31]
    """
    val = load("val")
    chosen = 31 * torch.arange(64)
    return normalize(val.images[chosen]), val.labels[chosen]


def step(model: nn.Module, images: Tensor, labels: Tensor) -> Arrays:
    """Go forwards and backwards once, in train mode.

    Args:
        model: a network, or one in DistributedDataParallel, which then holds the mean
            of the processes' gradients.
        images: of this process, (N, 3, H, W), normalized.
        labels: (N,).

    Returns:
        "logits", (N, 2); and by name every gradient ("grad fc.bias") and buffer.

    Example:
        >>> found = step(ResNet(), *whole_batch())
        >>> found["logits"].shape, found["bn1.running_mean"].shape
        ((64, 2), (16,))
    """
    logits = model(images)
    F.cross_entropy(logits, labels).backward()  # type: ignore[no-untyped-call]
    network = model.module if isinstance(model, DistributedDataParallel) else model
    found = {f"grad {name}": p.grad for name, p in network.named_parameters()}
    found |= dict(network.named_buffers())
    found["logits"] = logits.detach()
    return {name: x.float().numpy() for name, x in found.items() if x is not None}


def differences(alone: Arrays, ranks: Sequence[Arrays]) -> dict[str, list[float]]:
    """Say how far the processes are from one process with the whole batch.

    Args:
        alone: of the one process, from `step`.
        ranks: of each process, with the same names; process 0 had images 0, 2, 4, …

    Returns:
        For each of `QUANTITIES`, one number a tensor: the largest difference in any
        process, relative to the largest value in the tensor.

    Example:
        >>> differences({"logits": np.array([[2.0, 0.0], [4.0, 0.0]])},
        ...     [{"logits": np.array([[2.0, 0.0]])}, {"logits": np.array([[3.0, 0.0]])}]
        ... )["outputs"]
        [0.25]
    """
    gaps: dict[str, list[float]] = {name: [] for name in QUANTITIES.values()}
    for name, expected in alone.items():
        both = [rank[name] for rank in ranks]
        if name == "logits":  # together they have what the one has
            both = [np.stack(both, axis=1).reshape(expected.shape)]
        gap = max(float(abs(each - expected).max()) for each in both)
        for part, quantity in QUANTITIES.items():
            if part in name:
                gaps[quantity].append(gap / float(abs(expected).max()))
    return gaps


def refusal() -> str:
    """Say what PyTorch's own synchronized batch norm answers to a CPU tensor.

    Returns:
        the error, "" where there was none.

    Example:
        >>> refusal()  # a process alone has nothing to synchronize
        ''
    """
    try:
        nn.SyncBatchNorm(3)(torch.zeros(2, 3, 4, 4))
    except (ValueError, RuntimeError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _main(folder: Path) -> None:
    """Do the step with plain and with synchronized batch norm, and write both down."""
    dist.init_process_group("gloo", timeout=MINUTE)
    rank, ranks = dist.get_rank(), dist.get_world_size()
    images, labels = (block[rank::ranks] for block in whole_batch())
    seen: dict[str, npt.NDArray[np.generic]] = {"refusal": np.array(refusal())}
    for kind, network in {"plain": ResNet(), "sync": synchronize(ResNet())}.items():
        model = DistributedDataParallel(network)  # gradients: the processes' mean
        for name, array in step(model, images, labels).items():
            seen[f"{kind} {name}"] = array
    np.savez(folder / f"rank{rank}.npz", **seen)  # type: ignore[arg-type]
    dist.destroy_process_group()


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    _main(Path(sys.argv[1]))

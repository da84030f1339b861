"""What several processes have recorded, brought together in each of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import torch.distributed as dist

from hooks.merge import hold_same, union
from hooks.recording import Recording, load


def all_reduce(recording: Recording, plan: Mapping[str, object]) -> Recording:
    """Merge the recordings of all ranks of the default process group.

    Every rank gets the same one, bit for bit. Nothing is pickled: what travels is
    JSON, and netCDF as `Recording.save` writes it.

    Args:
        recording: this rank's; layers that were not called here may be missing.
        plan: by name, what all ranks must have in common; `plan["layers"]` are the
            names of the layers that are watched.
    Returns:
        The ranks' recordings, merged in the order of the ranks.
    Raises:
        ValueError: ranks have recorded different things, or in different ways.
        RuntimeError: there is no process group; a rank has ended, or not come
            within the time-out that the group was made with.
    Example:
        >>> store = dist.HashStore()
        >>> dist.init_process_group("gloo", store=store, rank=0, world_size=1)
        >>> all_reduce(Recording({}), {"layers": ["bn"]})
        Recording of 0 layers
        >>> dist.destroy_process_group()
    """
    if not (dist.is_available() and dist.is_initialized()):
        raise RuntimeError(
            "all_reduce: expected a process group, got none; call "
            "torch.distributed.init_process_group first, or, in a single process, "
            "leave all_reduce out"
        )
    packed = _pack(recording)  # what can fail here comes before others wait
    plans = [
        json.loads(each) for each in _gather(json.dumps(plan, default=str).encode())
    ]
    whos = [f"all_reduce: ranks 0 and {rank}" for rank in range(len(plans))]
    for who, each in zip(whos, plans, strict=True):
        hold_same(who, plans[0], each)
    first, *others = _gather(packed)
    whole = _unpack(first)
    for who, each in zip(whos[1:], others, strict=True):
        whole = union(who, plans[0]["layers"], whole, _unpack(each))
    return whole


def _gather(mine: bytes) -> list[bytes]:
    """Give what every rank has passed, in the order of the ranks."""
    rank, ranks = dist.get_rank(), dist.get_world_size()
    kinds = [each.partition(":")[0] for each in dist.get_backend_config().split(",")]
    device = "cpu" if "cpu" in kinds else kinds[0]  # NCCL sends from GPU to GPU only
    data = torch.frombuffer(bytearray(mine), dtype=torch.uint8).to(device)
    try:
        sizes = list(torch.zeros(ranks, 1, dtype=torch.int64, device=device))
        dist.all_gather(sizes, torch.tensor([len(data)], device=device))
        parts = [data.new_empty(int(size)) for size in sizes]
        parts[rank] = data
        for sender, part in enumerate(parts):
            dist.broadcast(part, sender)
    except RuntimeError as error:
        raise RuntimeError(
            f"all_reduce: rank {rank} expected all {ranks} ranks to call all_reduce, "
            "but another one has ended, or has not come within the process group's "
            "time-out; see what the other ranks have printed"
        ) from error
    return [part.cpu().numpy().tobytes() for part in parts]


def _pack(recording: Recording) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "recording.nc"
        recording.save(path)
        return path.read_bytes()


def _unpack(data: bytes) -> Recording:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "recording.nc"
        path.write_bytes(data)
        return load(path)

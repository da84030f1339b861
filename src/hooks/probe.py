"""Look at a fixed batch in the middle of a training, and leave no trace."""

import warnings
from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.utils._pytree import tree_map_only

from hooks.histogram import bin_edges
from hooks.layers import Layers
from hooks.recorder import Recorder
from hooks.recording import Recording
from hooks.restore import restored
from hooks.side import Settings
from hooks.wrappers import uncompiled, watchable

Batch = Tensor | tuple[object, ...] | Mapping[str, object]


def probe(
    model: nn.Module,
    batch: Batch,
    layers: Layers = nn.BatchNorm2d,
    *,
    bins: int = 64,
    range: tuple[float, float] = (-6.0, 6.0),
    mode: Literal["train", "eval"] | None = None,
    channel_axis: int | None = None,
) -> Recording:
    """Pass a batch through a model once and record the layers, every value of it.

    Modes, buffers, parameters, gradients and the random generators are afterwards bit
    for bit what they were, and recorders that watch the model do not see the pass, so
    that a training can be probed anywhere. No gradient is computed.

    Args:
        model: any module whose lazy layers are initialised; it may be compiled. Of a
            DistributedDataParallel model pass `model.module`, or all ranks must probe.
        batch: its argument, a tuple of arguments or a mapping of keyword arguments,
            on the model's device; a copy is passed.
        layers: see `select`.
        bins: number of histogram bins.
        range: first and last edge of the histogram.
        mode: pass it in "train" or "eval" mode; None: as every module is now.
        channel_axis: where the channels are; see `record`.
    Returns:
        A recording with one snapshot, 0, and no sampling.
    Raises:
        LayerNotFoundError: no such layer.
        TypeError: the batch is none of the above, a list from a `DataLoader`, say.
        ValueError: an argument out of range, or a layer that is not initialised,
            sharded or scripted.
    Example:
        >>> model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
        >>> seen = probe(model, torch.zeros(8, 3, 5, 5), mode="train")["1"]
        >>> int(seen.n[0, 0, 0]), int(model[1].num_batches_tracked)
        (72, 0)
    """
    bin_edges(bins, range)
    if mode not in ("train", "eval", None):
        raise ValueError(f"probe: mode: expected 'train', 'eval' or None, got {mode!r}")
    modules = watchable(model, layers, "probe")
    _refuse_unready(model)
    args, kwargs = _arguments(batch)
    settings = Settings(bins, range, exact=True, channel_axis=channel_axis)
    with restored(model), uncompiled(), torch.no_grad():
        if mode is not None:
            model.train(mode == "train")
        now: Literal["train", "eval"] = "train" if model.training else "eval"
        recorder = Recorder(model, modules, now, settings, Recording({}))
        try:
            model(*args, **kwargs)
            recording = recorder.recording
        finally:
            recorder.close()
    missing = ", ".join(repr(name) for name in modules if name not in recording)
    if missing:
        why = "the model did not call them"
        warnings.warn(f"probe: not recorded: {missing}: {why}", stacklevel=2)
    return recording


def _arguments(batch: Batch) -> tuple[tuple[object, ...], dict[str, object]]:
    """Copy the tensors: a model may begin with a layer that works in place."""
    copies: dict[int, Tensor] = {}  # attention asks whether two arguments are the same

    def copied(x: Tensor) -> Tensor:
        return copies.setdefault(id(x), x.detach().clone())

    if isinstance(batch, Tensor):
        return (copied(batch),), {}
    if isinstance(batch, tuple):
        return tuple(tree_map_only(Tensor, copied, list(batch))), {}
    if isinstance(batch, Mapping):
        return (), tree_map_only(Tensor, copied, dict(batch))
    raise TypeError(
        "probe: batch: expected a tensor, a tuple of arguments or a mapping of keyword "
        f"arguments, got {type(batch).__name__}; of a DataLoader's [images, labels] "
        "pass the images"
    )


def _refuse_unready(model: nn.Module) -> None:
    """Refuse layers that would not be what they were."""
    for name, module in model.named_modules():
        own = [*module.parameters(recurse=False), *module.buffers(recurse=False)]
        if isinstance(module, torch.jit.ScriptModule):
            raise ValueError(
                f"probe: layer {name!r} is a scripted module, which cannot be put back "
                "as it was; watch an ordinary pass with hooks.record(…, mode='any')"
            )
        if any(hasattr(each, "full_tensor") for each in own):
            raise ValueError(
                f"probe: layer {name!r} is in parts on several processes, which take "
                "turns at it; watch an ordinary pass with hooks.record(…, mode='any')"
            )
        if any(map(is_lazy, own)):
            raise ValueError(
                f"probe: layer {name!r} ({type(module).__name__}) is not initialised; "
                "call the model once before"
            )

"""No observer, ours, and the one that keeps everything."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from torch import Tensor, nn

import hooks


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Ends:
    """What an observer does at the end of a step and of an epoch."""

    step: Callable[[], None] = nothing
    epoch: Callable[[], None] = nothing
    recorder: hooks.Recorder | None = None


Watch = Callable[[nn.Module], AbstractContextManager[Ends]]


@contextmanager
def unwatched(model: nn.Module) -> Iterator[Ends]:
    """Watch nothing."""
    yield Ends()


@contextmanager
def default(model: nn.Module) -> Iterator[Ends]:
    """Record with `hooks`, as it comes."""
    with hooks.record(model) as recorder:
        yield Ends(epoch=recorder.snapshot, recorder=recorder)


@contextmanager
def exact(model: nn.Module) -> Iterator[Ends]:
    """Record with `hooks`, every value."""
    with hooks.record(model, exact=True) as recorder:
        yield Ends(epoch=recorder.snapshot, recorder=recorder)


@contextmanager
def everything(model: nn.Module) -> Iterator[Ends]:
    """Append every input and output to a list, as they are, until the block ends."""
    kept: list[Tensor] = []

    def keep(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        kept.extend((inputs[0].detach(), output.detach()))

    handles = [layer.register_forward_hook(keep) for layer in batch_norms(model)]
    try:
        yield Ends()
    finally:
        for handle in handles:
            handle.remove()


def batch_norms(model: nn.Module) -> list[nn.BatchNorm2d]:
    """Find the layers that all observers are to watch."""
    return [layer for layer in model.modules() if isinstance(layer, nn.BatchNorm2d)]

"""Other people's observers, each used as its own documentation does.

They are imported when they are asked for: the extra `peers` brings them.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from types import SimpleNamespace
from typing import Any

from torch import Tensor, nn

from benchmarks.measure.observers import (
    Ends,
    Watch,
    batch_norms,
    default,
    everything,
    exact,
    unwatched,
)


def fastai() -> Watch:
    """Take the callback ActivationStats: mean, deviation, histogram of the outputs."""
    hook = import_module("fastai.callback.hook")

    @contextmanager
    def watch(model: nn.Module) -> Iterator[Ends]:
        stats: Any = hook.ActivationStats(with_hist=True, modules=batch_norms(model))
        # A callback asks its learner whether this is training; nothing else is asked.
        stats.learn = SimpleNamespace(training=True, model=model)
        stats.before_fit()
        try:
            yield Ends(step=stats.after_batch)
        finally:
            stats.after_fit()

    return watch


def tensorboard() -> Watch:
    """Write a histogram of every input and every output of every batch."""
    writer_of = import_module("torch.utils.tensorboard").SummaryWriter

    @contextmanager
    def watch(model: nn.Module) -> Iterator[Ends]:
        numbers = count()

        with tempfile.TemporaryDirectory() as folder, writer_of(folder) as writer:

            def add(
                module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor
            ) -> None:
                step = next(numbers)
                writer.add_histogram(f"{id(module)}/input", inputs[0], step)
                writer.add_histogram(f"{id(module)}/output", output, step)

            handles = [layer.register_forward_hook(add) for layer in batch_norms(model)]
            try:
                yield Ends(epoch=writer.flush)
            finally:
                for handle in handles:
                    handle.remove()

    return watch


def torchexplorer() -> Watch:
    """Watch the inputs and outputs of every batch; it knows the whole model only."""
    watch_model = import_module("torchexplorer").watch

    @contextmanager
    def watch(model: nn.Module) -> Iterator[Ends]:
        # Its hooks cannot be taken off again, so they go with the model.
        watch_model(model, log=["io"], log_freq=1, backend="none")
        yield Ends()

    return watch


WATCHES = {
    "nothing": lambda: unwatched,
    "hooks": lambda: default,
    "exact": lambda: exact,
    "everything": lambda: everything,
    "fastai": fastai,
    "tensorboard": tensorboard,
    "torchexplorer": torchexplorer,
}
"""How to get each observer; a peer is imported when it is called."""

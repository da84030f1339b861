"""Run a model and leave it, and the random generators, exactly as they were."""

import random
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import copy

import numpy as np
import torch
from torch import Tensor, nn

from hooks.handles import is_ours

CONTAINERS = (dict, list, set, deque)


@contextmanager
def restored(model: nn.Module) -> Iterator[None]:
    """Undo at the end of a block what passes through a model have changed.

    That is: modes, buffers, parameters and other attributes of all modules, and the
    states of the random generators of Python, NumPy and torch. Recorders and captures
    that were there before see nothing of the passes.

    Args:
        model: any module; its parameters are kept a second time for the while.
    Example:
        >>> bn = nn.BatchNorm1d(1)
        >>> with restored(bn), torch.no_grad():
        ...     _ = bn.train()(torch.ones(2, 1))
        >>> bn.running_mean.item(), bn.num_batches_tracked.item()
        (0.0, 0)
    """
    before = [(module, dict(vars(module))) for module in model.modules()]
    parameters = [(p, p.detach().clone()) for p in model.parameters()]
    copies: dict[int, Tensor] = {}  # of buffers; one may belong to several modules
    with _random_states(model):
        try:
            for module, _ in before:
                _work_on_copies(module, copies)
            yield
        finally:
            for module, attributes in before:
                vars(module).clear()
                vars(module).update(attributes)
            for parameter, value in parameters:
                if not torch.equal(parameter, value):
                    parameter.data.copy_(value)


def _work_on_copies(module: nn.Module, copies: dict[int, Tensor]) -> None:
    """Give a module other buffers, and other containers of all that it holds."""
    attributes = vars(module)
    for name, value in attributes.items():
        if isinstance(value, CONTAINERS):
            attributes[name] = copy(value)  # of its own class
    for name in ("_forward_pre_hooks", "_forward_hooks"):
        for key, hook in list(attributes[name].items()):
            if is_ours(hook):
                del attributes[name][key]
    # Not their values alone are to stay: a backward pass may still need the tensors,
    # and would refuse those that have been written to.
    for holder in (attributes, attributes["_buffers"]):
        for name, value in holder.items():
            if isinstance(value, Tensor):
                holder[name] = copies.setdefault(id(value), value.detach().clone())


@contextmanager
def _random_states(model: nn.Module) -> Iterator[None]:
    """Give back the states of the random generators."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    tensors = [*model.parameters(), *model.buffers()]
    devices = {tensor.device for tensor in tensors if tensor.device.type != "cpu"}
    with ExitStack() as states:
        states.enter_context(torch.random.fork_rng(devices=[]))
        for kind in sorted({device.type for device in devices} - {"meta"}):
            theirs = [device for device in devices if device.type == kind]
            states.enter_context(torch.random.fork_rng(theirs, device_type=kind))
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002

"""Models that run something else than their modules: compiled, scripted, copied."""

import sys
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import nn

from hooks.layers import Layers, select

REFUSED: dict[type[nn.Module], str] = {
    nn.DataParallel: (
        "it runs copies of the model in threads, one on each device, whose hooks "
        "cannot be told apart; use DistributedDataParallel, or watch the module inside "
        "it and run that one on one device"
    ),
    torch.jit.ScriptModule: "it runs no hooks; watch the module that it was made from",
}


def watchable(model: nn.Module, layers: Layers, who: str) -> dict[str, nn.Module]:
    """Select layers, and refuse those whose hooks would not run as they should.

    Args:
        model: any module.
        layers: see `select`.
        who: the caller's name, for the message.
    Returns:
        The modules by dotted name.
    Raises:
        LayerNotFoundError: no such layer.
        ValueError: a part of the model is a `DataParallel`, or the model itself or one
            of the layers a scripted module.
    Example:
        >>> watchable(nn.DataParallel(nn.ReLU()), nn.ReLU, "record")
        Traceback (most recent call last):
        ValueError: record: DataParallel cannot be watched: it runs copies of ...
    """
    _refuse(nn.DataParallel, dict(model.named_modules()), who)
    _refuse(torch.jit.ScriptModule, {"": model}, who)
    selected = select(model, layers, who=who)
    _refuse(torch.jit.ScriptModule, selected, who)
    return selected


def warn_if_compiled(model: nn.Module, who: str) -> None:
    """Warn the caller's caller that a model may run without the new hooks.

    Args:
        model: any module; one that has not run compiled passes in silence.
        who: the caller's name, for the message.
    Source: https://docs.pytorch.org/docs/stable/torch.compiler_nn_module.html
    Example:
        >>> warn_if_compiled(nn.Sequential(nn.ReLU()), "record")
    """
    if _has_run_compiled(model):
        warnings.warn(
            f"{who}: the model has run compiled, and compiled code leaves out hooks "
            "that come later: call torch.compiler.reset(), which has it compiled anew, "
            f"or call hooks.{who} before its first pass",
            stacklevel=3,
        )


def uncompiled() -> AbstractContextManager[object]:
    """Have compiled models run their modules in a block, and so their hooks.

    Returns:
        A context manager.
    Example:
        >>> with uncompiled():
        ...     nn.ReLU()(torch.tensor([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """
    if not has_compiled_code():
        return nullcontext()
    stance: AbstractContextManager[object] = torch.compiler.set_stance("force_eager")
    return stance


def has_compiled_code() -> bool:
    """Say whether anything has run compiled since the last `torch.compiler.reset()`.

    Example:
        >>> has_compiled_code()
        False
    """
    return bool(getattr(_codes(), "seen", False))


def _refuse(kind: type[nn.Module], modules: Mapping[str, nn.Module], who: str) -> None:
    for name, module in modules.items():
        if isinstance(module, kind):
            what = f"{kind.__name__} {name!r}" if name else kind.__name__
            raise ValueError(f"{who}: {what} cannot be watched: {REFUSED[kind]}")


def _has_run_compiled(model: nn.Module) -> bool:
    if not has_compiled_code():
        return False
    # Compiled as another object, `fast = torch.compile(model)`, it looks as before, but
    # the code of its own class is known. That of torch.nn's classes says nothing.
    code = getattr(getattr(model.forward, "__func__", None), "__code__", None)
    own = not type(model).__module__.startswith("torch.nn.")
    return (own and code in _codes()) or any(map(_is_compiled, model.modules()))


def _is_compiled(module: nn.Module) -> bool:
    """Say whether a module is what `torch.compile` or `module.compile` has made."""
    return hasattr(module, "_orig_mod") or module._compiled_call_impl is not None


def _codes() -> Any:
    """Give torch's list of what it has compiled; None where it has not begun."""
    compiler = sys.modules.get("torch._dynamo.convert_frame")
    return getattr(compiler, "input_codes", None)

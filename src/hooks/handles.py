"""Forward hooks that leave no trace."""

from collections.abc import Callable, Mapping
from typing import Protocol

import torch
from torch import nn
from torch.compiler import is_compiling, is_exporting

Before = Callable[[nn.Module, tuple[object, ...], dict[str, object]], None]
After = Callable[[nn.Module, tuple[object, ...], dict[str, object], object], None]

_backward = torch._C._current_graph_task_id  # -1 outside of a backward pass
_traced = torch._C._is_tracing


class Removable(Protocol):
    """What a hook leaves behind so that it can be taken off."""

    def remove(self) -> None:
        """Take it off; again does nothing."""


class _Hook:
    """A hook that a copy of its module does not take along.

    `copy.deepcopy` and pickling a watched model copy its hooks too. The copy gets
    a function that does nothing, so that it is neither watched nor carries the
    recorder and its data.

    A call inside a backward pass is none: activation checkpointing runs a layer once
    more on what it was given before. Neither is one whose operations `torch.export` or
    `torch.jit.trace` write down: ours would be among them.
    """

    def __init__(self, function: Callable[..., None]) -> None:
        self.function = function
        self.uncompiled: Callable[..., None] | None = None

    def __call__(self, *args: object) -> None:
        if not is_compiling():  # true while torch.compile or torch.export reads this
            self._run(*args)
        elif not is_exporting():
            # What we do would be compiled too, over and over.
            if self.uncompiled is None:
                self.uncompiled = torch.compiler.disable(self._run)  # type: ignore[no-untyped-call]
            self.uncompiled(*args)

    def _run(self, *args: object) -> None:
        # A backward pass runs layers once more, as torch.utils.checkpoint says.
        if _backward() == -1 and not _traced():
            self.function(*args)

    def __reduce__(self) -> tuple[Callable[[], Callable[..., None]], tuple[()]]:
        return _make_nothing, ()


def _make_nothing() -> Callable[..., None]:
    return _nothing


def _nothing(*args: object) -> None:
    """Stand in for a hook in a copy of a watched model."""


def attach(
    modules: Mapping[str, nn.Module],
    before: Callable[[str], Before | None],
    after: Callable[[str], After],
) -> list[Removable]:
    """Register a hook before and one after each module's forward, or none at all.

    Args:
        modules: by layer name.
        before, after: make the hook for a layer name; None: there is none before it.
    Returns:
        The handles; `detach` removes the hooks.
    Example:
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
        >>> def after(layer):
        ...     return lambda module, args, kwargs, output: print(layer, output.shape)
        >>> handles = attach(dict(model.named_children()), lambda layer: None, after)
        >>> _ = model(torch.zeros(4, 2))
        0 torch.Size([4, 3])
        1 torch.Size([4, 3])
    """
    handles: list[Removable] = []
    try:
        for name, module in modules.items():
            early, late = before(name), after(name)
            if early is not None:
                handles.append(
                    module.register_forward_pre_hook(_Hook(early), with_kwargs=True)
                )
            handles.append(module.register_forward_hook(_Hook(late), with_kwargs=True))
    except BaseException:
        detach(handles)
        raise
    return handles


def surround(
    model: nn.Module, begin: Callable[..., None], end: Callable[..., None]
) -> list[Removable]:
    """Register a hook before each call of a model, and one after, failed or not.

    Returns:
        The handles.
    Example:
        >>> def begin(*_): print("begin")
        >>> def end(*_): print("end")
        >>> model = nn.Linear(2, 3)
        >>> handles = surround(model, begin, end)
        >>> try:
        ...     model(torch.zeros(1, 1))
        ... except RuntimeError:
        ...     print("failed")
        begin
        end
        failed
    """
    handles: list[Removable] = [model.register_forward_pre_hook(_Hook(begin))]
    handles.append(model.register_forward_hook(_Hook(end), always_call=True))
    return handles


def detach(handles: list[Removable]) -> None:
    """Remove the hooks and empty the list; calling it again does nothing.

    Args:
        handles: what `attach` has returned.
    Example:
        >>> relu = nn.ReLU()
        >>> handles = attach({"relu": relu}, lambda layer: None, lambda layer: print)
        >>> detach(handles)
        >>> handles, len(relu._forward_hooks)
        ([], 0)
    """
    while handles:
        handles.pop().remove()


def is_ours(hook: object) -> bool:
    """Say whether a registered hook is that of a recorder or a capture.

    Args:
        hook: as the module holds it.
    Example:
        >>> relu = nn.ReLU()
        >>> handles = attach({"relu": relu}, lambda layer: None, lambda layer: print)
        >>> another = relu.register_forward_hook(print)
        >>> [is_ours(hook) for hook in relu._forward_hooks.values()]
        [True, False]
    """
    return isinstance(hook, _Hook)

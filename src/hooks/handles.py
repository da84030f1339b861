"""Forward hooks that leave no trace."""

from collections.abc import Callable, Mapping

from torch import nn
from torch.utils.hooks import RemovableHandle

Before = Callable[[nn.Module, tuple[object, ...], dict[str, object]], None]
After = Callable[[nn.Module, tuple[object, ...], dict[str, object], object], None]


class _Hook:
    """A hook that a copy of its module does not take along.

    `copy.deepcopy` and pickling a watched model copy its hooks too. The copy gets
    a function that does nothing, so that it is neither watched nor carries the
    recorder and its data.
    """

    def __init__(self, function: Callable[..., None]) -> None:
        self.function = function

    def __call__(self, *args: object) -> None:
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
) -> list[RemovableHandle]:
    """Register a hook before and one after each module's forward, or none at all.

    Args:
        modules: by layer name.
        before, after: make the hook for a layer name; None: there is none before it.
    Returns:
        The handles; `detach` removes the hooks.
    """
    handles: list[RemovableHandle] = []
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


def detach(handles: list[RemovableHandle]) -> None:
    """Remove the hooks and empty the list; calling it again does nothing."""
    while handles:
        handles.pop().remove()

"""Which calls of a layer are recorded."""

from collections.abc import Callable, Mapping
from typing import Literal

from torch import nn

from hooks.handles import After, Before
from hooks.observer import Observer

Mode = Literal["train", "eval", "any"]


class Gate:
    """Decides whether a call of a layer is recorded.

    Args:
        model: whose mode counts, whatever that of the layer.
        mode: in which mode calls are recorded.
        every: record every so many-th of them.
    """

    def __init__(self, model: nn.Module, mode: Mode, every: int) -> None:
        """Start open."""
        self.model, self.mode, self.every = model, mode, every
        self.paused = False

    def opens(self, observer: Observer) -> bool:
        """Say whether this call is recorded."""
        current = "train" if self.model.training else "eval"
        if self.paused:
            observer.paused += 1
            return False
        if self.mode not in (current, "any"):
            observer.skipped += 1
            return False
        observer.seen += 1
        return (observer.seen - 1) % self.every == 0


def gated(
    observers: Mapping[str, Observer], gate: Gate
) -> tuple[Callable[[str], Before | None], Callable[[str], After]]:
    """Make the makers of the hooks before and after a layer's forward.

    Args:
        observers: by the layer's name.
        gate: asked once for each call of a layer.
    Returns:
        Two functions of a layer's name, for `attach`. The first gives None where the
        hook after the layer does.
    Example:
        >>> import torch
        >>> from hooks.handles import attach
        >>> from hooks.side import Settings
        >>> model = nn.ReLU()
        >>> observers = {"relu": Observer("relu", model, Settings())}
        >>> makers = gated(observers, Gate(model, "train", every=2))
        >>> handles = attach({"relu": model}, *makers)
        >>> _ = [model(torch.zeros(4, 1)) for _ in range(6)]
        >>> observers["relu"].calls
        3
    """
    open_calls: dict[str, list[bool]] = {name: [] for name in observers}

    def before(name: str) -> Before | None:
        def hook(module: nn.Module, args: object, kwargs: object) -> None:
            recorded = gate.opens(observers[name])
            open_calls[name].append(recorded)
            if recorded:
                observers[name].before((args, kwargs))

        return hook if observers[name].watches_before else None

    def after(name: str) -> After:
        observer, calls = observers[name], open_calls[name]

        def hook(
            module: nn.Module, args: object, kwargs: object, output: object
        ) -> None:
            if observer.watches_before:
                recorded = bool(calls) and calls.pop()
            else:
                recorded = gate.opens(observer)
            if recorded:
                observer.after((args, kwargs), output)

        return hook

    return before, after

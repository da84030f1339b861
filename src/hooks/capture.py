"""Look at one forward pass: the tensors themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from torch import Tensor, nn

from hooks.handles import After, Before, Removable, attach, detach
from hooks.layers import Layers
from hooks.tensors import first_tensor
from hooks.wrappers import warn_if_compiled, watchable


@dataclass(frozen=True, eq=False)
class Captured:
    """What one call of a layer was given and what it returned.

    Attributes:
        input: a detached copy of the first tensor argument, made before the layer
            ran, so that an in-place layer cannot overwrite it.
        output: a detached copy of the first tensor returned.
    """

    input: Tensor
    output: Tensor


class Capture(Mapping[str, Captured]):
    """The captured layers by name; made by `capture`."""

    def __init__(self, modules: Mapping[str, nn.Module]) -> None:
        """Prepare to watch the modules; the hooks come with `with`."""
        self._modules = modules
        self._calls: dict[str, list[Captured]] = {name: [] for name in modules}
        self._pending: dict[str, list[Tensor | None]] = {n: [] for n in modules}
        self._handles: list[Removable] = []

    def __enter__(self) -> Self:
        """Register the hooks; inside its own block again, anew."""
        detach(self._handles)
        self._handles = attach(self._modules, self._before, self._after)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the hooks, whatever happened."""
        detach(self._handles)

    def __getitem__(self, layer: str) -> Captured:
        """Give the layer's last call.

        Raises:
            KeyError: the layer was not watched, or not called.
        """
        calls = self.calls(layer)
        if not calls:
            raise KeyError(
                f"capture: layer {layer!r} was not called inside the with block; "
                "run the model there, as model(x) rather than model.forward(x)"
            )
        return calls[-1]

    def calls(self, layer: str) -> tuple[Captured, ...]:
        """Give every call of a layer, in order: more than one where it is reused.

        Raises:
            KeyError: the layer was not watched.
        Example:
            >>> import torch
            >>> relu = nn.ReLU()
            >>> model = nn.Sequential(relu, nn.Tanh(), relu)
            >>> with capture(model, nn.ReLU) as seen:
            ...     _ = model(torch.ones(1))
            >>> len(seen.calls("0"))
            2
        """
        if layer not in self._calls:
            watched = ", ".join(self._calls)
            raise KeyError(f"capture: {layer!r} is not watched; these are: {watched}")
        return tuple(self._calls[layer])

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the layers."""
        return iter(self._calls)

    def __len__(self) -> int:
        """Count the layers."""
        return len(self._calls)

    def _before(self, name: str) -> Before:
        def hook(
            module: nn.Module, args: tuple[object, ...], kwargs: dict[str, object]
        ) -> None:
            self._pending[name].append(_copy((args, kwargs)))

        return hook

    def _after(self, name: str) -> After:
        def hook(
            module: nn.Module,
            args: tuple[object, ...],
            kwargs: dict[str, object],
            output: object,
        ) -> None:
            given, returned = self._pending[name].pop(), _copy(output)
            if given is None or returned is None:
                side = "input" if given is None else "output"
                raise TypeError(
                    f"capture: layer {name!r} ({type(module).__name__}) has no tensor "
                    f"as {side}; leave it out of layers="
                )
            self._calls[name].append(Captured(given, returned))

        return hook


def capture(model: nn.Module, layers: Layers = nn.BatchNorm2d) -> Capture:
    """Keep the input and output tensors of some layers for the passes in a block.

    Meant for one forward pass: every call inside the block is kept in memory.
    For a training run see `record`.

    Args:
        model: any module.
        layers: see `select`.
    Returns:
        A context manager and mapping: `seen[name].input`, `seen[name].output`.
    Raises:
        LayerNotFoundError: no such layer; raised before any hook is registered.
    Example:
        >>> import torch
        >>> model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
        >>> with capture(model, "1") as seen:
        ...     _ = model(torch.zeros(8, 3, 5, 5))
        >>> seen["1"].input.shape
        torch.Size([8, 4, 3, 3])
    """
    modules = watchable(model, layers, "capture")
    warn_if_compiled(model, "capture")
    return Capture(modules)


def _copy(value: object) -> Tensor | None:
    tensor = first_tensor(value)
    return None if tensor is None else tensor.detach().clone()

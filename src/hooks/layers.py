"""Which modules of a model to watch, and where their channels are."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import NoReturn

from torch import nn

Predicate = Callable[[str, nn.Module], bool]
Layers = type[nn.Module] | tuple[type[nn.Module], ...] | str | Iterable[str] | Predicate

INDEXED = (nn.Embedding, nn.EmbeddingBag)  # their input counts no channels
CHANNELS_LAST = (
    *INDEXED,
    nn.Linear,
    nn.Bilinear,
    nn.LayerNorm,
    nn.RMSNorm,
    nn.RNNBase,
    nn.MultiheadAttention,
    nn.Transformer,
    nn.TransformerEncoder,
    nn.TransformerEncoderLayer,
    nn.TransformerDecoder,
    nn.TransformerDecoderLayer,
)


class LayerNotFoundError(LookupError):
    """A layer was asked for that the model does not have."""


def select(
    model: nn.Module, layers: Layers, *, who: str = "select"
) -> dict[str, nn.Module]:
    """Find the layers of a model that a description means, in the model's order.

    Args:
        model: any module.
        layers: a module type or a tuple of types, a dotted name, a glob
            (`"res_block*.bn1"`), a list of names and globs, or a predicate
            `(name, module) -> bool`.
        who: the caller's name, for the error.
    Returns:
        The modules by dotted name; the model itself has the name "".
    Raises:
        LayerNotFoundError: a name, or the whole description, matches nothing.
        TypeError: `layers` is none of the above, such as a module itself.
    Example:
        >>> model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
        >>> list(select(model, nn.BatchNorm2d)), list(select(model, ["0", "2"]))
        (['1'], ['0', '2'])
    """
    if isinstance(layers, type) or (
        isinstance(layers, tuple)
        and layers
        and all(isinstance(t, type) for t in layers)
    ):
        kinds = layers if isinstance(layers, tuple) else (layers,)
        what = f"layer of type {' or '.join(kind.__name__ for kind in kinds)}"
        return _by_predicate(model, lambda _, m: isinstance(m, kinds), who, what)
    if isinstance(layers, str):
        return _by_names(model, [layers], who)
    if callable(layers) and not isinstance(layers, nn.Module):
        what = "layer for which the predicate is true"
        return _by_predicate(model, layers, who, what)
    if isinstance(layers, Iterable):
        wanted = list(layers)
        names = [name for name in wanted if isinstance(name, str)]
        if not wanted:
            _fail(model, who, "layer, because layers= is empty")
        if len(names) == len(wanted):
            return _by_names(model, names, who)
    raise TypeError(
        f"{who}: layers must be a module type, a tuple of types, a name, a glob, "
        f"a list of names or a predicate (name, module) -> bool; got {layers!r}"
    )


def channel_axis(module: nn.Module) -> int:
    """Say which axis of a layer's input and output counts the channels.

    Returns:
        -1 for layers that work on the last axis (Linear, LayerNorm, LSTM, …); for a
        convolution the one before height and width, which is there without a batch
        too; else 1.
    Example:
        >>> layers = nn.BatchNorm2d(4), nn.Linear(4, 2), nn.Conv2d(4, 2, 3)
        >>> [channel_axis(layer) for layer in layers]
        [1, -1, -3]
    """
    if isinstance(module, nn.modules.conv._ConvNd):
        return -1 - len(module.kernel_size)
    return -1 if isinstance(module, CHANNELS_LAST) else 1


def _by_predicate(
    model: nn.Module, wanted: Predicate, who: str, what: str
) -> dict[str, nn.Module]:
    found = {name: m for name, m in model.named_modules() if wanted(name, m)}
    if not found:
        _fail(model, who, what)
    return found


def _by_names(model: nn.Module, wanted: list[str], who: str) -> dict[str, nn.Module]:
    modules = dict(model.named_modules(remove_duplicate=False))
    names: set[str] = set()
    for name in wanted:
        matches = [n for n in modules if n == name or fnmatchcase(n, name)]
        if not matches:
            _fail(model, who, f"layer {name!r}", near=name)
        names.update(matches)
    return {n: m for n, m in modules.items() if n in names}


def _fail(model: nn.Module, who: str, what: str, near: str | None = None) -> NoReturn:
    names = [n for n, _ in model.named_modules() if n]
    close = _near_misses(near, names) if near else []
    hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else "."
    raise LayerNotFoundError(f"{who}: no {what}{hint} {_inventory(model)}")


def _near_misses(wanted: str, names: list[str]) -> list[str]:
    """Give up to three similar names, those in the same part of the model first."""
    part = wanted.split(".")[0]
    close = get_close_matches(wanted, names, n=20)
    return sorted(close, key=lambda name: name.split(".")[0] != part)[:3]


def _inventory(model: nn.Module) -> str:
    """List the layers that exist, norm layers alone where there are any."""
    leaves = {n: m for n, m in model.named_modules() if n and not list(m.children())}
    norms = {n: m for n, m in leaves.items() if "Norm" in type(m).__name__}
    shown = norms or leaves
    if not shown:
        return f"The model is a single {type(model).__name__}, with the name ''"
    kinds = sorted({type(m).__name__ for m in shown.values()})
    names = list(shown)
    tail = f", … ({len(names) - 12} more)" if len(names) > 12 else ""
    return f"{len(names)} {'/'.join(kinds)} layers: {', '.join(names[:12])}{tail}"

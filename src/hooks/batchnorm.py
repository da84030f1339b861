"""Read the batch statistics that a BatchNorm layer has computed anyway."""

from collections.abc import Sequence
from math import isfinite
from operator import mul
from typing import NamedTuple, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.graph import Node
from torch.nn.utils.parametrize import is_parametrized

from hooks.moments import BatchMoments
from hooks.tensors import first_tensor

BatchNorm = nn.modules.batchnorm._BatchNorm
FAR = 30.0  # deviations from zero; the sums of a channels_last batch are plain float32
HUGE = 1e30  # γ of this size, or of one over it, is near the ends of float32


class BatchStatistics(NamedTuple):
    """What one pass of a BatchNorm layer in train mode worked with.

    Attributes:
        n: values a channel.
        eps: the layer's.
        dtype: to which it rounded its output.
        mean: of the input, (C,).
        inverse: 1/√(variance + eps) of the input, (C,).
        weight, bias: γ and β, (C,); 1 and 0 where the layer has none.

    They are the layer's own: the next step of the training may change them.
    """

    n: int
    eps: float
    dtype: torch.dtype
    mean: Tensor
    inverse: Tensor
    weight: Tensor
    bias: Tensor


class Call(NamedTuple):
    """A call of a BatchNorm layer in train mode, to be read later in the same pass.

    Attributes:
        module: the layer.
        given: the input, which autograd keeps as well.
        version: of the input; another one says that it was overwritten since.
        made_by: where autograd keeps what the layer worked with.
        dtype: of the output.
    """

    module: BatchNorm
    given: Tensor
    version: int
    made_by: Node
    dtype: torch.dtype

    @classmethod
    def of(cls, module: BatchNorm, given: object, output: Tensor) -> Self | None:
        """Write a call down.

        Args:
            module: the layer, one that `is_plain`.
            given: its arguments, as `first_tensor` takes them.
            output: what it returned.
        Returns:
            None where there will be nothing to read later.
        Example:
            >>> bn = nn.BatchNorm1d(3)
            >>> x = torch.zeros(4, 3)
            >>> Call.of(bn, x, bn(x)).dtype, Call.of(bn, x, bn(x) + 1)
            (torch.float32, None)
        """
        made_by = output.grad_fn
        if made_by is None or type(made_by).__name__ != "NativeBatchNormBackward0":
            return None
        x = first_tensor(given)
        if x is None or not x.is_cpu or not module.training or is_altered(output):
            return None
        return cls(module, x, x._version, made_by, output.dtype)

    @property
    def values(self) -> int:
        """How many the input has, a channel."""
        return self.given.numel() // self.given.shape[1]

    @property
    def overwritten(self) -> bool:
        """Whether the input is no longer what it was."""
        return self.given._version != self.version

    def output(self) -> Tensor:
        """Compute the output once more, with the same arithmetic, and no side effect.

        Example:
            >>> bn, x = nn.BatchNorm1d(1), torch.tensor([[1.0], [3.0]])
            >>> bool((Call.of(bn, x, bn(x)).output() == bn(x)).all())
            True
        """
        weight, bias, eps = self.module.weight, self.module.bias, self.module.eps
        with torch.no_grad():
            return F.batch_norm(self.given, None, None, weight, bias, True, eps=eps)


def moments_of(
    n: Tensor, eps: float, mean: Tensor, inverse: Tensor, weight: Tensor, bias: Tensor
) -> tuple[BatchMoments, BatchMoments]:
    """Give the moments of inputs and of outputs.

    Of an input with the mean μ and the variance v the layer makes an output with the
    mean β and the variance γ²·v/(v + eps).

    Args:
        n: values a channel, of the shape of the others, float64.
        eps: the layer's.
        mean, inverse, weight, bias: as in `BatchStatistics`, (C,) or (P, C), float64.
    Returns:
        n, mean, m2 of inputs and of outputs, exact up to float32 rounding.
    Source: Ioffe & Szegedy (2015), Algorithm 1.
    Example:
        >>> two, half = torch.tensor([2.0]), torch.tensor([0.5])
        >>> given, made = moments_of(two, 0.0, two, half, weight=half, bias=two)
        >>> [each.item() for each in given], [each.item() for each in made]
        ([2.0, 2.0, 8.0], [2.0, 2.0, 0.5])
    """
    m2 = (inverse.square().reciprocal() - eps).clamp(min=0) * n
    return (n, mean, m2), (n, bias, (inverse * weight).square() * m2)


def exact_moments(
    statistics: BatchStatistics,
) -> tuple[BatchMoments, BatchMoments | None]:
    """Give the moments of the input and of the output of one pass.

    Returns:
        n, mean, m2 of each, (C,), float64, exact up to float32 rounding; None instead
        of those of an output whose rounding has cost it digits.
    Example:
        >>> bn = nn.BatchNorm1d(1)
        >>> read = batch_statistics(bn, bn(torch.tensor([[1.0], [3.0]])))
        >>> _, (_, mean, _) = exact_moments(read)
        >>> far = read._replace(bias=torch.full((1,), 1e6))
        >>> mean.tolist(), exact_moments(far)[1]
        ([0.0], None)
    """
    n, eps, dtype, *vectors = statistics
    mean, inverse, weight, bias = (each.double() for each in vectors)
    of_input, of_output = moments_of(
        torch.full_like(mean, n), eps, mean, inverse, weight, bias
    )
    scales, shifts = map(abs, weight.tolist()), map(abs, bias.tolist())
    plain = dtype.itemsize >= 4 and all(
        1 / HUGE < scale < HUGE and shift < FAR * scale
        for scale, shift in zip(scales, shifts, strict=True)
    )
    return of_input, of_output if plain else None


def is_plain(module: nn.Module) -> bool:
    """Say whether a layer runs PyTorch's own batch norm on the input as it comes.

    Not with a weight that is computed whenever it is read, or held in parts.

    Example:
        >>> is_plain(nn.BatchNorm2d(3)), is_plain(nn.SyncBatchNorm(3))
        (True, False)
    """
    forward = getattr(module.forward, "__func__", None)
    own = forward is BatchNorm.forward and not is_parametrized(module)
    return own and not any(hasattr(p, "full_tensor") for p in module.parameters())


def is_altered(output: Tensor) -> bool:
    """Say whether somebody has written into what a layer has just made.

    Autograd notices, but not under `no_grad`, as where a hook switches channels off.

    Example:
        >>> made = torch.zeros(2)
        >>> is_altered(made), is_altered(made.add_(1))
        (False, True)
    """
    return not output.is_inference() and output._version > 0


def batch_statistics(
    module: nn.Module, output: Tensor, *, exact: bool = False
) -> BatchStatistics | None:
    """Read what autograd keeps of a BatchNorm layer for the backward pass.

    Args:
        module: the layer.
        output: what it returned, (N, C, *spatial), still attached to the graph.
        exact: whether all digits of a variance count that is small beside eps.
    Returns:
        None where the layer kept nothing (evaluation mode, no gradient, another
        function made the output or wrote into it), kept it in 16 bits or on another
        device than the CPU, the batch holds NaN or ±inf, or a mean is so many
        deviations from zero, or a variance so small, that float32 has cost it digits.
    Example:
        >>> bn = nn.BatchNorm1d(1)
        >>> read = batch_statistics(bn, bn(torch.tensor([[1.0], [3.0]])))
        >>> read.n, read.mean.tolist(), read.inverse.round(decimals=4).tolist()
        (2, [2.0], [1.0])
    """
    if not isinstance(module, BatchNorm):
        return None
    saved = None if is_altered(output) else _saved(module, output.grad_fn)
    if saved is None or not _is_accurate(*saved, module.eps if exact else 0.0):
        return None
    n = output.numel() // output.shape[1]
    return _with_parameters(module, n, output.dtype, *saved)


def statistics_of(calls: Sequence[Call]) -> list[BatchStatistics | None]:
    """Read of some calls what `batch_statistics` reads of an output.

    Returns:
        For each None where that gives None, or a backward pass has freed all.
    Example:
        >>> bn, x = nn.BatchNorm1d(1), torch.tensor([[1.0], [3.0]])
        >>> [read.mean.tolist() for read in statistics_of([Call.of(bn, x, bn(x))])]
        [[2.0]]
    """
    saved = [_saved(call.module, call.made_by) for call in calls]
    # One look at all of them takes a fraction of the time of a look at each.
    there = [pair for pair in saved if pair is not None]
    means, inverses = [mean for mean, _ in there], [inverse for _, inverse in there]
    all_fine = bool(there) and _is_accurate(torch.cat(means), torch.cat(inverses))
    return [
        _with_parameters(call.module, call.values, call.dtype, *pair)
        if pair is not None and (all_fine or _is_accurate(*pair))
        else None
        for call, pair in zip(calls, saved, strict=True)
    ]


def _saved(module: BatchNorm, made_by: Node | None) -> tuple[Tensor, Tensor] | None:
    """Give the mean and 1/√(variance + eps) that autograd keeps, each (C,)."""
    try:
        saved = getattr(made_by, "_raw_saved_result1", None)
        if getattr(saved, "unpack_hook", saved) is not None:
            return None  # reading would run somebody's hook: a checkpoint's, say
        mean = getattr(made_by, "_saved_result1", None)
        inverse = getattr(made_by, "_saved_result2", None)
    except RuntimeError:
        return None  # freed
    if (
        not isinstance(mean, Tensor)
        or not isinstance(inverse, Tensor)
        or mean.shape != (module.num_features,)
        or mean.itemsize < 4  # a model of float16 or bfloat16: two or three digits
        or mean.device.type != "cpu"  # to check it would wait for the device
    ):
        return None
    return mean, inverse


def _with_parameters(
    module: BatchNorm, n: int, dtype: torch.dtype, mean: Tensor, inverse: Tensor
) -> BatchStatistics:
    weight, bias = module.weight, module.bias
    scale = torch.ones_like(mean) if weight is None else weight.detach()
    shift = torch.zeros_like(mean) if bias is None else bias.detach()
    return BatchStatistics(n, module.eps, dtype, mean, inverse, scale, shift)


def _is_accurate(mean: Tensor, inverse: Tensor, least: float = 0.0) -> bool:
    """Say whether all is finite, no variance under `least`, and float32 was enough."""
    # Lists: for so few numbers the calls of a library take longer than the work.
    means, inverses = mean.tolist(), inverse.tolist()
    ratios = list(map(mul, means, inverses))
    most = (2 * least) ** -0.5 if least else torch.inf  # 1/√(variance + eps)
    return (
        isfinite(sum(ratios))
        and max(map(abs, ratios)) < FAR
        and 0.0 < min(inverses) <= max(inverses) < most
    )

"""Start to record a training."""

from torch import nn

from hooks.gate import Mode
from hooks.histogram import bin_edges
from hooks.layers import Layers
from hooks.recorder import Recorder
from hooks.recording import Recording
from hooks.side import Settings
from hooks.wrappers import warn_if_compiled, watchable


def record(
    model: nn.Module,
    layers: Layers = nn.BatchNorm2d,
    *,
    bins: int = 64,
    range: tuple[float, float] = (-6.0, 6.0),
    exact: bool = False,
    every: int = 1,
    trace: bool = False,
    mode: Mode | None = None,
    channel_axis: int | None = None,
    grads: bool = False,
    resume: Recording | None = None,
) -> Recorder:
    """Record what goes into and comes out of layers, per channel, while it runs.

    Means and variances are of all values in every mode, of BatchNorm layers to float32
    rounding. Memory is constant between snapshots. The model, its outputs, its
    gradients and the random generators stay bit for bit what they would have been.

    Args:
        model: any module, run by one thread at a time. Passes are seen when modules
            are called, as `model(x)`; `model.forward(x)` runs no hooks, and compiled
            code only those that were there at its first pass.
        layers: see `select`.
        bins: number of histogram bins.
        range: first and last edge of the histogram.
        exact: count every value; otherwise, where a pass has more than 256 values a
            channel, an even sample of about as many of the first, fourth, seventh …
            pass of a snapshot, with the error bound in `attrs["cdf_error"]`, and of a
            BatchNorm layer's output the one worked out from γ, β and the input's.
            Moments of a BatchNorm layer are read, either way, from what it has itself
            computed; by default all layers of a pass together, when the model has
            returned.
        every: record every so many-th pass.
        trace: keep the mean and variance of every recorded pass too.
        mode: record passes while the model is in "train" or "eval" mode, or in
            "any"; None: in the mode the model has now, so that the validation
            passes of a training loop stay out of the training statistics.
        channel_axis: where the channels are; None: 1, or -1 for Linear, LayerNorm
            and their like, and for convolutions the one before height and width.
        grads: record the loss's gradients with respect to the layers' inputs and
            outputs too, of all passes that are recorded; see `Recorder.gradients`.
        resume: what was recorded of the model before an interruption, say
            `hooks.load("run.nc")`; the new snapshots follow its own.
    Returns:
        A recorder, at work from now until its `with` block ends.
    Raises:
        LayerNotFoundError: no such layer; raised before any hook is registered.
        ValueError: an argument out of range, a model that cannot be watched, or a
            recording to resume of other layers or with other settings.
    Example:
        >>> import torch
        >>> model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
        >>> with record(model) as recorder:
        ...     for epoch in (1, 2):
        ...         _ = model(torch.zeros(8, 3, 5, 5))
        ...         recorder.snapshot(epoch)
        >>> dict(recorder.recording["1"].sizes)["snapshot"]
        2
    """
    bin_edges(bins, range)
    if every < 1 or int(every) != every:
        raise ValueError(f"record: every: expected 1, 2, 3, …, got {every!r}")
    if mode is None:
        mode = "train" if model.training else "eval"
    if mode not in ("train", "eval", "any"):
        raise ValueError(
            f"record: mode: expected 'train', 'eval', 'any' or None, got {mode!r}"
        )
    modules = watchable(model, layers, "record")
    warn_if_compiled(model, "record")
    settings = Settings(bins, range, exact, every, trace, channel_axis, grads)
    return Recorder(model, modules, mode, settings, resume or Recording({}))

"""Internal covariate shift: what one update of the layers in front does to a layer."""

from collections.abc import Callable, Iterator
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from birdplane.evaluation import Data, prepare, unpack
from birdplane.model import ResNet
from birdplane.steps import State, Step, copy_state, training_steps

Moments = dict[str, tuple[Tensor, Tensor]]
"""Place → mean and deviation of each channel, (C,) each."""

HEADS = ("res_block1.conv1", "res_block2.conv1", "res_block3.conv1", "fc")
"""The first layer of every stage behind the stem: whole stages lie before it."""


def watch(
    model: ResNet,
    train: Data,
    *,
    epochs: int,
    max_lr: float,
    seed: int = 0,
    every: int = 6,
) -> Iterator[dict[str, float]]:
    """Train step by step, and measure what some of the updates shift.

    The measurements change nothing: the training is that of `training_steps`.

    Args:
        model, train, epochs, max_lr, seed: as for `training_steps`.
        every: the last of so many steps is measured; 6 divides the 78 of an epoch.

    Yields:
        For each step that is measured: step, its number; the `drift` of 14 places on
        128 fixed training images in train mode; and the `gradient_change` of the
        four `HEADS` on the step's own batch.

    Example:
        >>> import birdplane
        >>> val = birdplane.load("val")
        >>> rows = watch(ResNet(), val, epochs=1, max_lr=0.1, every=5)
        >>> [row["step"] for row in rows]
        [5, 10, 15]
    """
    images, _ = unpack(train, "watch")
    fixed = prepare(images[:: max(1, len(images) // 128)][:128])
    for step in training_steps(model, train, epochs=epochs, max_lr=max_lr, seed=seed):
        if step.number % every == 0:
            before = moments(model, fixed, step.before)
            moved = drift(before, moments(model, fixed))
            yield {"step": step.number} | moved | gradient_change(model, step)


def moments(model: ResNet, images: Tensor, state: State | None = None) -> Moments:
    """Measure what comes out of every norm and goes into every layer behind one.

    The pass leaves no trace in the model, whatever its mode.

    Args:
        model: with or without norms; without, what the norm's place lets through.
        images: (N, 3, H, W), as `prepare` makes them.
        state: of parameters and buffers; None: the model's own.

    Returns:
        Mean and deviation (ddof 0) of each channel, by place: "out bn1" and so on for
        the seven norms, "in res_block1.conv1" and so on for the six convolutions
        behind norms and for fc.

    Example:
        >>> found = moments(ResNet(), torch.rand(8, 3, 32, 32))
        >>> len(found), found["in fc"][0].shape
        (14, torch.Size([64]))
    """
    found: Moments = {}
    handles = []
    for name, module in model.named_modules():
        kind = name.split(".")[-1]
        if kind in ("bn1", "bn2"):
            keep_output = partial(_keep_output, found, f"out {name}")
            handles.append(module.register_forward_hook(keep_output))
        elif kind in ("conv1", "conv2", "fc") and name != "conv1":
            keep_input = partial(_keep_input, found, f"in {name}")
            handles.append(module.register_forward_pre_hook(keep_input))
    try:
        with torch.no_grad():
            copies = _clone(copy_state(model) if state is None else state)
            functional_call(model, copies, (images,))
    finally:
        for handle in handles:
            handle.remove()
    return found


def _keep_output(
    found: Moments, place: str, module: nn.Module, given: object, returned: Tensor
) -> None:
    x = returned.movedim(1, -1).flatten(0, -2)  # (values, C)
    mean = x.mean(0)
    found[place] = mean, (x - mean).square().mean(0).sqrt()


def _keep_input(
    found: Moments, place: str, module: nn.Module, given: tuple[Tensor]
) -> None:
    _keep_output(found, place, module, None, given[0])


def drift(before: Moments, after: Moments) -> dict[str, float]:
    """Say how far each place's moments have moved, in deviations of its channels.

    The root of: the squared changes of mean and deviation, summed over the channels,
    over the summed squares of the deviations before. (A channel that is always 0 then
    adds nothing, rather than 0 / 0.)

    Example:
        >>> one = {"in fc": (torch.tensor([0.0, 0.0]), torch.tensor([3.0, 4.0]))}
        >>> two = {"in fc": (torch.tensor([1.0, 0.0]), torch.tensor([3.0, 4.0]))}
        >>> drift(one, two)
        {'in fc': 0.2}
    """
    found = {}
    for place, old in before.items():
        (mean, deviation), (new_mean, new_deviation) = (
            [x.double() for x in pair] for pair in (old, after[place])
        )
        moved = (new_mean - mean).square() + (new_deviation - deviation).square()
        found[place] = float((moved.sum() / deviation.square().sum()).sqrt())
    return found


def gradient_change(model: ResNet, step: Step) -> dict[str, float]:
    """Compare gradients before and after the update of all stages in front.

    For each of the `HEADS`: the gradient G of its weights that the step used, and the
    gradient G' on the same batch, with the stages in front as the update left them and
    all else as it was before.

    Args:
        model: just updated.
        step: the update.

    Returns:
        For each head: "change", |G' − G| / |G|; "l2", |G' − G|; and "cosine", of the
        angle between the two.

    Example:
        >>> import birdplane
        >>> model, val = ResNet(), birdplane.load("val")
        >>> steps = training_steps(model, val, epochs=1, max_lr=0.1)
        >>> found = gradient_change(model, next(steps))
        >>> len(found), found["l2 fc"] > 0
        (12, True)

    Source: Santurkar et al. (2018), Definition 2.1, with whole stages as layers.
    """
    stages = [name for name, _ in model.named_children()]
    found = {}
    for head in HEADS:
        in_front = stages[: stages.index(head.split(".")[0])]
        # Parameters alone: of its buffers a train-mode pass reads but the number of
        # batches, which the noise of a noisy norm depends on, and that must stay.
        updated = {
            name: parameter.detach()
            for name, parameter in model.named_parameters()
            if name.split(".")[0] in in_front
        }
        weight = f"{head}.weight"
        old = step.gradients[weight]
        new = _gradient(model, step.before | updated, weight, step)
        difference = float((new - old).norm())
        found[f"change {head}"] = difference / float(old.norm())
        found[f"l2 {head}"] = difference
        angle = F.cosine_similarity(new.flatten(), old.flatten(), dim=0)
        found[f"cosine {head}"] = float(angle)
    return found


def _gradient(model: ResNet, state: State, name: str, step: Step) -> Tensor:
    """The gradient of one parameter on the step's batch, the model in that state."""
    copies = _clone(state)
    parameter = copies[name].requires_grad_()
    call: Callable[..., Tensor] = functional_call
    loss = F.cross_entropy(call(model, copies, (step.images,)), step.labels)
    return torch.autograd.grad(loss, parameter)[0]


def _clone(state: State) -> State:
    """Copies to be handed to a pass, which moves its buffers in place."""
    return {name: value.clone() for name, value in state.items()}

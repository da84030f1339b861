"""Running statistics measured anew, with the weights at rest."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import TypeVar

import torch
from torch import Generator, Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from birdplane.evaluation import check_images, find_device, prepare

Model = TypeVar("Model", bound=nn.Module)


def reestimate(model: Model, images: Tensor, *, batch_size: int = 125) -> Model:
    """Copy a model and measure the running statistics of its batch norm layers anew.

    The images pass once, shuffled, and every batch weighs the same. Everything but
    batch norm is in eval mode meanwhile: no dropout, so that the statistics are those
    which eval mode meets.

    Args:
        model: any module from (N, 3, H, W), on any device; it is left as it is.
        images: (N, 3, H, W), uint8 to be normalized or float; training images.
        batch_size: images a batch; a last batch that is not full is left out.

    Returns:
        The copy, every module in the mode that it was in.

    Raises:
        ValueError: another shape, or fewer images than a batch.

    Source: Wu & Johnson (2021), *Rethinking "Batch" in BatchNorm* (PreciseBN).

    Example:
        >>> import birdplane
        >>> images = birdplane.load("val").images[:250]
        >>> model = reestimate(birdplane.ResNet(), images)
        >>> int(model.bn1.num_batches_tracked), model.bn1.momentum
        (2, 0.1)
    """
    images = check_images(images, "reestimate")
    if len(images) < batch_size:
        raise ValueError(
            f"reestimate: expected at least one batch of {batch_size} images; got "
            f"{len(images)}. Pass more images, or a smaller batch_size."
        )
    model = deepcopy(model)
    device = find_device(model)
    order = torch.randperm(len(images), generator=Generator().manual_seed(0))
    with torch.no_grad(), _measuring(model):
        for first in range(0, len(images) - batch_size + 1, batch_size):
            chosen = order[first : first + batch_size]
            model(prepare(images[chosen].to(device)))
    return model


@contextmanager
def _measuring(model: nn.Module) -> Iterator[None]:
    """Let batch norm average its batches, and everything else be in eval mode."""
    modes = [(module, module.training) for module in model.modules()]
    norms = [module for module in model.modules() if isinstance(module, _BatchNorm)]
    momenta = [norm.momentum for norm in norms]
    model.eval()
    for norm in norms:
        norm.train().reset_running_stats()
        norm.momentum = None  # a plain average over all batches
    yield
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    for module, mode in modes:
        module.training = mode

"""Answers of a model to images, in evaluation mode, and how good they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from birdplane.data import normalize


class Labelled(Protocol):
    """Anything that holds images and labels, as `birdplane.BirdPlane` does."""

    images: Tensor
    labels: Tensor


Data = Labelled | tuple[Tensor, Tensor]
"""A data set with `images` and `labels`, or the pair of them."""


class Score(NamedTuple):
    """How good a model's answers are.

    Attributes:
        loss: mean cross-entropy, in nats.
        accuracy: share of right answers, 0 to 1.
    """

    loss: float
    accuracy: float


def predict(model: nn.Module, data: Data | Tensor, *, batch_size: int = 250) -> Tensor:
    """Compute the logits of all images in evaluation mode.

    Each module's mode is put back afterwards; parameters, buffers and random states
    are only read.

    Args:
        model: any module from (N, 3, H, W) to (N, classes), on any device.
        data: images and labels, or the images alone, (N, 3, H, W): uint8 ones are
            normalized first, float ones are taken as they are.
        batch_size: images a forward pass; the answers do not depend on it beyond
            rounding.

    Returns:
        Logits, (N, classes), float32, on the CPU.

    Raises:
        ValueError: the images have another shape, or there are none.

    Example:
        >>> import birdplane
        >>> val = birdplane.load("val")
        >>> predict(birdplane.ResNet(), val.images[:10]).shape
        torch.Size([10, 2])
    """
    if isinstance(data, Tensor):
        images = check_images(data, "predict")
    else:
        images, _ = unpack(data, "predict")
    expect_whole("predict", "batch_size", batch_size)
    device = find_device(model)
    logits = []
    with torch.no_grad(), evaluation_mode(model):
        for first in range(0, len(images), batch_size):
            batch = images[first : first + batch_size].to(device)
            logits.append(model(prepare(batch)).float().cpu())
    return torch.cat(logits)


def evaluate(model: nn.Module, data: Data, *, batch_size: int = 250) -> Score:
    """Measure loss and accuracy in evaluation mode, as `predict` computes them.

    Args:
        model: any module from (N, 3, H, W) to (N, classes), on any device.
        data: a data set with `images` and `labels`, or the pair of them.
        batch_size: images a forward pass.

    Returns:
        The score, with mean loss and accuracy over all images.

    Raises:
        ValueError: images and labels do not fit together.

    Example:
        >>> import birdplane
        >>> score = evaluate(birdplane.ResNet(), birdplane.load("val"))
        >>> 0 <= score.accuracy <= 1
        True
    """
    images, labels = unpack(data, "evaluate")
    logits = predict(model, images, batch_size=batch_size)
    labels = labels.cpu()
    loss = F.cross_entropy(logits, labels).item()
    right = int((logits.argmax(1) == labels).sum())
    return Score(loss, right / len(labels))


@contextmanager
def evaluation_mode(model: nn.Module) -> Iterator[None]:
    """Hold a model in evaluation mode, then give every module its own mode back.

    Example:
        >>> model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout().eval())
        >>> with evaluation_mode(model):
        ...     [module.training for module in model]
        [False, False]
        >>> [module.training for module in model]
        [True, False]
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def prepare(images: Tensor) -> Tensor:
    """Make images ready for a model: normalized, and laid out for its device.

    Args:
        images: (N, 3, H, W), uint8 to be normalized or float.

    Returns:
        (N, 3, H, W), float32.

    Example:
        >>> prepare(torch.zeros(2, 3, 8, 8, dtype=torch.uint8)).dtype
        torch.float32
    """
    images = normalize(images) if images.dtype == torch.uint8 else images.float()
    if images.device.type == "cpu":
        # The convolutions of the CPU take 15 % less time where a position's channels
        # lie side by side; the layers hand the layout on from one to the next.
        images = images.contiguous(memory_format=torch.channels_last)
    return images


def unpack(data: Data, who: str) -> tuple[Tensor, Tensor]:
    """Take images and labels from a data set, and check that they fit together.

    Args:
        data: a data set with `images` and `labels`, or the pair of them.
        who: name of the function that asks, for the errors.

    Returns:
        Images (N, 3, H, W) and labels (N,) int64.

    Raises:
        TypeError: neither of the two.
        ValueError: shapes that do not fit, or a transform that would be passed over.

    Example:
        >>> unpack((torch.zeros(2, 3, 8, 8), torch.zeros(3, dtype=torch.int64)), "fit")
        Traceback (most recent call last):
        ...
        ValueError: fit: expected one label for each of 2 images; got shape (3,).
    """
    if isinstance(data, tuple) and len(data) == 2:
        images, labels = data
    elif hasattr(data, "images") and hasattr(data, "labels"):
        images, labels = data.images, data.labels
    else:
        raise TypeError(
            f"{who}: expected a data set with images and labels, as birdplane.load "
            f"gives, or a pair (images, labels); got {type(data).__name__}."
        )
    if getattr(data, "transforms", None) is not None:
        raise ValueError(
            f"{who}: the data set has a transform, but its images are read as one "
            "tensor, past the transform. Transform .images and pass (images, labels)."
        )
    images = check_images(images, who)
    if labels.shape != (len(images),):
        raise ValueError(
            f"{who}: expected one label for each of {len(images)} images; got shape "
            f"{tuple(labels.shape)}."
        )
    return images, labels.long()


def check_images(images: Tensor, who: str) -> Tensor:
    """Pass images on if they are (N, 3, H, W) with N > 0.

    Raises:
        ValueError: they are not.

    Example:
        >>> check_images(torch.zeros(3, 32, 32), "predict")
        Traceback (most recent call last):
        ...
        ValueError: predict: expected images (N, 3, H, W) with N > 0; got (3, 32, 32).
    """
    if images.ndim != 4 or images.shape[1] != 3 or len(images) == 0:
        raise ValueError(
            f"{who}: expected images (N, 3, H, W) with N > 0; got "
            f"{tuple(images.shape)}."
        )
    return images


def find_device(model: nn.Module) -> torch.device:
    """The device of a model's first parameter; the CPU where it has none.

    Example:
        >>> find_device(nn.Linear(2, 2))
        device(type='cpu')
    """
    return next((p.device for p in model.parameters()), torch.device("cpu"))


def expect_whole(who: str, option: str, got: object, least: int = 1) -> None:
    """Raise unless a value is a whole number of at least `least`.

    Raises:
        ValueError: it is not.

    Example:
        >>> expect_whole("fit", "epochs", 0)
        Traceback (most recent call last):
        ...
        ValueError: fit: epochs expects a whole number of at least 1; got 0.
    """
    if not isinstance(got, int) or isinstance(got, bool) or got < least:
        raise ValueError(
            f"{who}: {option} expects a whole number of at least {least}; got {got!r}."
        )

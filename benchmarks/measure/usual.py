"""The training loop that one usually finds, written as one usually finds it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import transforms  # type: ignore[import-untyped]

import birdplane
from benchmarks.measure.observers import batch_norms
from benchmarks.measure.training import BATCH_SIZE

SHIFT = 2  # pixels, as birdplane's own augmentation


def loaders(workers: int) -> tuple[DataLoader[Tensor], DataLoader[Tensor]]:
    """Make the loaders of both splits; every image goes through its transforms."""
    plain = [
        transforms.ToTensor(),
        transforms.Normalize(birdplane.MEAN, birdplane.STD),
    ]
    augmented = [
        transforms.RandomHorizontalFlip(),
        transforms.RandomCrop(32, padding=SHIFT, padding_mode="reflect"),
        *plain,
    ]
    train = birdplane.load("train", transform=transforms.Compose(augmented))
    val = birdplane.load("val", transform=transforms.Compose(plain))
    keep = workers > 0
    return (
        DataLoader(
            train,
            BATCH_SIZE,
            shuffle=True,
            drop_last=True,
            num_workers=workers,
            persistent_workers=keep,
        ),
        DataLoader(val, 250, num_workers=workers, persistent_workers=keep),
    )


def train(
    seed: int, rate: float, workers: int, keep: bool, batches: int | None = None
) -> Iterator[tuple[float, float]]:
    """Train at a constant rate.

    Args:
        seed: of the weights, the order and the augmentation.
        rate: learning rate.
        workers: processes that load images.
        keep: whether to append every input and output of every BatchNorm layer, in
            train mode; the lists are emptied after each epoch, or memory would run out.
        batches: of an epoch; None: all.

    Yields:
        After each epoch the seconds since the start and the validation accuracy.
    """
    torch.manual_seed(seed)
    model = birdplane.ResNet(seed=seed)
    train_loader, val_loader = loaders(workers)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=rate, momentum=0.9, nesterov=True, weight_decay=5e-4
    )
    with appended(model, keep) as kept:
        start = time.perf_counter()
        while True:
            model.train()
            for number, (x, y) in enumerate(train_loader):
                if number == batches:
                    break
                loss = F.cross_entropy(model(x), y)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
            accuracy = validate(model, val_loader)
            kept.clear()
            yield time.perf_counter() - start, accuracy


def validate(model: nn.Module, loader: DataLoader[Tensor]) -> float:
    """Give the share of right answers."""
    model.eval()
    right = total = 0
    with torch.no_grad():
        for x, y in loader:
            right += int((model(x).argmax(1) == y).sum())
            total += len(y)
    return right / total


@contextmanager
def appended(model: nn.Module, keep: bool) -> Iterator[list[Tensor]]:
    """Append inputs and outputs to a list, in train mode."""
    kept: list[Tensor] = []

    def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        if module.training:
            kept.extend((inputs[0].detach(), output.detach()))

    layers = batch_norms(model) if keep else []
    handles = [layer.register_forward_hook(hook) for layer in layers]
    try:
        yield kept
    finally:
        for handle in handles:
            handle.remove()

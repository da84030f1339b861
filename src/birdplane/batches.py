"""Batches of training images: shuffled, flipped and shifted, all in memory."""

from collections.abc import Iterator

import torch
from torch import Generator, Tensor

from birdplane.evaluation import prepare

SHIFT = 2
"""Largest shift of an image by augmentation, in pixels, in each direction."""


class Batches:
    """One pass over the training images, in a new order each time it is iterated.

    Args:
        images: (N, 3, H, W), uint8 or float.
        labels: (N,) int64.
        batch_size: images a batch. Images left over after the last whole batch wait
            for another pass, whose order will be another.
        augment: whether to flip half of the images left to right and to shift each by
            up to 2 pixels up, down, left and right, the border mirrored.
        generator: of all random numbers, on the CPU, so that every device gets the
            same batches.
        device: where the batches are wanted.
        part: (rank, world size): of each batch only every world-size-th image, from
            number rank.

    Example:
        >>> images = torch.zeros(10, 3, 32, 32, dtype=torch.uint8)
        >>> batches = Batches(images, torch.zeros(10), 4, generator=Generator())
        >>> [tuple(x.shape) for x, y in batches]
        [(4, 3, 32, 32), (4, 3, 32, 32)]
    """

    def __init__(
        self,
        images: Tensor,
        labels: Tensor,
        batch_size: int,
        *,
        augment: bool = True,
        generator: Generator,
        device: torch.device | str = "cpu",
        part: tuple[int, int] = (0, 1),
    ) -> None:
        """Copy images and labels to the device, once."""
        # Channels last, so that one index finds a position's three values together.
        self.images = images.to(device).permute(0, 2, 3, 1).contiguous()  # (N, H, W, 3)
        self.labels = labels.to(device)
        self.device = self.images.device
        self.batch_size = batch_size
        self.augment = augment
        self.generator = generator
        self.rank, self.world_size = part

    def __len__(self) -> int:
        """Batches in one pass."""
        return len(self.labels) // self.batch_size

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield images (batch_size, 3, H, W), normalized, and labels (batch_size,)."""
        order = torch.randperm(len(self.labels), generator=self.generator)
        for number in range(len(self)):
            chosen = order[number * self.batch_size : (number + 1) * self.batch_size]
            yield self._batch(chosen)

    def _batch(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        mine = slice(self.rank, None, self.world_size)
        if self.augment:
            rows, columns = self._places(len(chosen))
            image = chosen[mine, None, None].to(self.device)  # (n, 1, 1)
            row = rows[mine, :, None].to(self.device)  # (n, H, 1)
            column = columns[mine, None, :].to(self.device)  # (n, 1, W)
            batch = self.images[image, row, column]  # (n, H, W, 3)
        else:
            batch = self.images[chosen[mine].to(self.device)]
        return prepare(batch.permute(0, 3, 1, 2)), self.labels[
            chosen[mine].to(self.device)
        ]

    def _places(self, n: int) -> tuple[Tensor, Tensor]:
        """Say from which row and column each new row and column comes.

        Returns:
            Rows (n, H) and columns (n, W), int64.
        """
        height, width = self.images.shape[1:3]
        shift = torch.randint(-SHIFT, SHIFT + 1, (2, n, 1), generator=self.generator)
        flip = torch.rand(n, 1, generator=self.generator) < 0.5
        rows = _mirror(torch.arange(height) + shift[0], height)
        columns = _mirror(torch.arange(width) + shift[1], width)
        return rows, torch.where(flip, width - 1 - columns, columns)


def _mirror(place: Tensor, size: int) -> Tensor:
    """Fold places that lie outside 0 … size - 1 back in: -1 to 1, size to size - 2."""
    return size - 1 - (size - 1 - place.abs()).abs()

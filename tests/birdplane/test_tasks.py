import pytest
import torch

from birdplane import tasks


def some(images):
    return images[::100]


def test_grey_has_equal_channels_and_the_brightness_of_before(val):
    grey = tasks.to_grey(some(val.images))
    assert grey.dtype == torch.uint8
    assert grey.shape == some(val.images).shape
    assert torch.equal(grey[:, 0], grey[:, 1])
    assert torch.equal(grey[:, 0], grey[:, 2])
    green = some(val.images)[:, 1].float().mean()
    assert abs(grey.float().mean() - green) < 10
    assert torch.equal(tasks.to_grey(grey), grey)


def test_low_contrast_is_a_quarter_of_the_distance_from_the_middle(val):
    low = tasks.lower_contrast(some(val.images))
    expected = 128 + (some(val.images).float() - 128) / 4
    assert low.dtype == torch.uint8
    assert (low.float() - expected).abs().max() <= 0.5
    assert torch.equal(tasks.lower_contrast(val.images[:2], 1), val.images[:2])


def test_noise_is_the_seeds_own_and_stays_within_the_range(val):
    state = torch.get_rng_state()
    images = some(val.images)
    noisy = tasks.add_noise(images, 40, seed=3)
    assert torch.equal(noisy, tasks.add_noise(images, 40, seed=3))
    assert not torch.equal(noisy, tasks.add_noise(images, 40, seed=4))
    assert torch.equal(torch.get_rng_state(), state)
    unclipped = (images > 100) & (images < 156)
    added = (noisy.float() - images.float())[unclipped]
    assert abs(added.std() - 40) < 1.5
    assert torch.equal(tasks.add_noise(images, 0), images)


def test_shapes_are_the_seeds_own_grey_and_equally_many():
    state = torch.get_rng_state()
    images, labels = tasks.draw_shapes(40, seed=1)
    again, _ = tasks.draw_shapes(40, seed=1)
    other, _ = tasks.draw_shapes(40, seed=2)
    assert torch.equal(images, again)
    assert not torch.equal(images, other)
    assert torch.equal(torch.get_rng_state(), state)
    assert images.dtype == torch.uint8
    assert torch.equal(images[:, 0], images[:, 2])
    assert labels.bincount().tolist() == [10] * 4
    assert not torch.equal(labels, labels.sort().values)


@pytest.mark.parametrize("name", tasks.SHAPES)
def test_a_shape_is_what_its_name_says(name):
    """A square grid around the origin: what share lies inside, and is it there?"""
    line = torch.linspace(-1.5, 1.5, 301)
    y, x = line[:, None], line[None, :]
    inside = getattr(tasks, f"_{name}")(x + 0 * y, y + 0 * x)
    area = inside.double().mean() * 9
    assert abs(area - torch.pi) < 0.1
    assert inside[150, 150]
    corner, tip = inside[230, 230].item(), inside[260, 150].item()  # (0.8, 0.8), 1.1
    found = {(False, False): "disc", (True, False): "square", (False, True): "others"}
    expected = name if name in ("disc", "square") else "others"
    assert found[corner, tip] == expected
    upside_down = inside.flip(0)
    assert (inside != upside_down).any().item() == (name == "triangle")


def test_labels_name_the_shapes_in_order():
    """How much of its bounding box a shape fills, and whether its top is lighter."""
    labels = torch.arange(400) % 4
    inside = tasks._inside(labels, 32, torch.Generator().manual_seed(0))
    high, wide = inside.any(2), inside.any(1)  # rows and columns of the box
    filled = inside.sum((1, 2)) / (high.sum(1) * wide.sum(1))
    row = torch.arange(32)
    centre = (inside.sum(2) * row).sum(1) / inside.sum((1, 2))
    middle = (high * row).sum(1) / high.sum(1)
    off = (centre - middle).abs() / high.sum(1)
    fills = [float(filled[labels == label].mean()) for label in range(4)]
    offs = [float(off[labels == label].mean()) for label in range(4)]
    assert fills[1] > fills[0] + 0.02 > 0.75
    assert max(fills[2:]) < 0.55
    assert [far > 0.1 for far in offs] == [False, False, True, False]


def test_a_drawn_shape_lies_inside_its_image_and_stands_out():
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(400) % 4
    inside = tasks._inside(labels, 32, generator)
    edge = torch.ones(32, 32, dtype=torch.bool)
    edge[1:-1, 1:-1] = False
    assert not inside[:, edge].any()
    assert inside.sum((1, 2)).min() > 80
    ground, ink = tasks._greys(400, generator)
    assert (ground - ink).abs().min() >= 60
    assert ink.min() >= 8
    assert ink.max() <= 248


@pytest.mark.parametrize("n", [0, 6])
def test_a_number_that_cannot_be_shared_is_refused(n):
    with pytest.raises(ValueError, match=f"^draw_shapes: n expects .*of 4.*got {n}"):
        tasks.draw_shapes(n)

"""Images to fine-tune on: altered photographs, and drawings of four shapes."""

import torch
from torch import Generator, Tensor

SHAPES = ("disc", "square", "triangle", "cross")
"""What `draw_shapes` draws, in the order of its labels."""

LUMA = (0.299, 0.587, 0.114)
"""What red, green and blue add to the brightness that we see (ITU-R BT.601)."""


def to_grey(images: Tensor) -> Tensor:
    """Take the colour out of images: three equal channels, as bright as before.

    Args:
        images: (N, 3, H, W) uint8.

    Returns:
        The same shape and dtype.

    Example:
        >>> red = torch.tensor([200, 0, 0], dtype=torch.uint8).reshape(1, 3, 1, 1)
        >>> to_grey(red).flatten().tolist()
        [60, 60, 60]
    """
    weights = torch.tensor(LUMA, device=images.device)[:, None, None]  # (3, 1, 1)
    grey = (images * weights).sum(1, keepdim=True)  # (N, 1, H, W)
    return _to_uint8(grey).expand_as(images).contiguous()


def lower_contrast(images: Tensor, share: float = 0.25) -> Tensor:
    """Pull all pixels towards the middle grey, 128.

    Args:
        images: (N, 3, H, W) uint8.
        share: of each pixel's distance from 128 that is left, 0 to 1.

    Returns:
        The same shape and dtype.

    Example:
        >>> ends = torch.tensor([0, 128, 248], dtype=torch.uint8).reshape(1, 3, 1, 1)
        >>> lower_contrast(ends).flatten().tolist()
        [96, 128, 158]
    """
    return _to_uint8(128 + share * (images.float() - 128))


def add_noise(images: Tensor, deviation: float = 40.0, *, seed: int = 0) -> Tensor:
    """Add normal noise to every value, and clip to 0 … 255.

    Args:
        images: (N, 3, H, W) uint8, on the CPU.
        deviation: standard deviation of the noise, in grey levels.
        seed: of the noise.

    Returns:
        The same shape and dtype.

    Example:
        >>> plain = torch.full((1, 3, 32, 32), 128, dtype=torch.uint8)
        >>> noise = add_noise(plain).float()
        >>> bool(abs(noise.std() - 40) < 2), bool(abs(noise.mean() - 128) < 3)
        (True, True)
    """
    generator = Generator().manual_seed(seed)
    noise = torch.randn(images.shape, generator=generator)
    return _to_uint8(images + deviation * noise)


def draw_shapes(n: int, *, seed: int = 0, side: int = 32) -> tuple[Tensor, Tensor]:
    """Draw grey discs, squares, triangles and crosses on grey grounds.

    Place, size, angle (up to 14 degrees), both greys (60 levels apart or more), a
    gradient of the ground and the strength of the noise are random. At the same size
    all four shapes have the same area, and there are equally many of each.

    Args:
        n: how many images, a multiple of 4.
        seed: of all random numbers.
        side: height and width in pixels.

    Returns:
        Images (n, 3, side, side) uint8 with equal channels, and labels (n,) int64, the
        places in `SHAPES`.

    Raises:
        ValueError: n is no multiple of 4.

    Example:
        >>> images, labels = draw_shapes(8)
        >>> tuple(images.shape), labels.bincount().tolist()
        ((8, 3, 32, 32), [2, 2, 2, 2])
    """
    if n < 1 or n % len(SHAPES):
        raise ValueError(
            f"draw_shapes: n expects a multiple of {len(SHAPES)}, the same number of "
            f"each shape; got {n}."
        )
    generator = Generator().manual_seed(seed)
    labels = torch.arange(n) % len(SHAPES)
    labels = labels[torch.randperm(n, generator=generator)]
    inside = _inside(labels, side, generator)  # (n, side, side)
    ground, ink = _greys(n, generator)  # (n, 1, 1) each
    slope = 40 * (torch.rand(2, n, 1, 1, generator=generator) - 0.5)
    along = torch.linspace(-0.5, 0.5, side)
    ground = ground + slope[0] * along[:, None] + slope[1] * along  # (n, side, side)
    noise = torch.randn(n, side, side, generator=generator)
    noise *= 2 + 8 * torch.rand(n, 1, 1, generator=generator)
    drawn = torch.where(inside, ink, ground) + noise
    return _to_uint8(drawn)[:, None].repeat(1, 3, 1, 1), labels


def _inside(labels: Tensor, side: int, generator: Generator) -> Tensor:
    """Say which pixels lie inside the shape: (n, side, side), bool."""
    n = len(labels)
    size = side * (0.20 + 0.10 * torch.rand(n, 1, 1, generator=generator))
    room = side / 2 - 1 - 1.56 * size  # the triangle's corners are 1.556 away
    place = room * (2 * torch.rand(2, n, 1, 1, generator=generator) - 1)
    angle = 0.5 * (torch.rand(n, 1, 1, generator=generator) - 0.5)  # radians
    pixel = torch.arange(side) - (side - 1) / 2
    row, column = (pixel[:, None] - place[0]) / size, (pixel - place[1]) / size
    x = angle.cos() * column + angle.sin() * row  # (n, side, side)
    y = angle.cos() * row - angle.sin() * column
    shapes = torch.stack([_disc(x, y), _square(x, y), _triangle(x, y), _cross(x, y)])
    return shapes[labels, torch.arange(n)]


# Each has the area π, that of a disc of radius 1.
def _disc(x: Tensor, y: Tensor) -> Tensor:
    return x.square() + y.square() < 1


def _square(x: Tensor, y: Tensor) -> Tensor:
    return torch.maximum(x.abs(), y.abs()) < 0.886


def _triangle(x: Tensor, y: Tensor) -> Tensor:
    # Equal sides, 0.778 from the middle to each: the area is 3√3 · 0.778².
    across = 0.866 * x.abs() + 0.5 * y
    return torch.maximum(across, -y) < 0.778


def _cross(x: Tensor, y: Tensor) -> Tensor:
    # Two bars of 2.45 by 0.75: the area is 2 · 2.45 · 0.75 less 0.75² in the middle.
    wide, narrow = torch.maximum(x.abs(), y.abs()), torch.minimum(x.abs(), y.abs())
    return (wide < 1.235) & (narrow < 0.374)


def _greys(n: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Draw the grey of the ground, 30 to 225, and one at least 60 away: (n, 1, 1)."""
    ground = 30 + 195 * torch.rand(n, 1, 1, generator=generator)
    apart = 60 + 60 * torch.rand(n, 1, 1, generator=generator)
    sign = torch.where(ground < 128, 1.0, -1.0)  # towards the middle, so never clipped
    return ground, ground + sign * apart


def _to_uint8(values: Tensor) -> Tensor:
    return values.round().clamp(0, 255).to(torch.uint8)

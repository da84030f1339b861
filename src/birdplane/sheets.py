"""The four contact sheets: what they hold, how a tile is found, whether it is right.

A contact sheet is one picture that shows every image of one class and split,
32×32 pixels each, left to right and top to bottom, without gaps.
"""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 32
"""Height and width of one image, in pixels."""

CLASSES = ("airplane", "bird")
"""Names of the two classes; a class's place here is its label."""

REMEDY = (
    "Restore the file with `git checkout -- data`, or rebuild all four sheets with "
    "`python -m birdplane.pack SOURCE`."
)


@dataclass(frozen=True)
class Sheet:
    """What one contact sheet must hold.

    Args:
        split: "train" or "val".
        name: the class shown, one of `CLASSES`.
        tiles: how many images it shows.
        columns: how many of them stand in one row.
        sha256: of the pixels as uint8 (tiles, 32, 32, 3) in C order.

    Example:
        >>> SHEETS[2].file, SHEETS[2].size
        ('val/airplane.webp', (1600, 640))
    """

    split: str
    name: str
    tiles: int
    columns: int
    sha256: str

    @property
    def file(self) -> str:
        """Path below the data folder, with forward slashes."""
        return f"{self.split}/{self.name}.webp"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture, in pixels."""
        return SIDE * self.columns, SIDE * (self.tiles // self.columns)


SHEETS = (
    Sheet(
        *("train", "airplane", 5000, 100),
        sha256="d56aaf7cec7f3a48ba528e7ac046b7daf0650cf7cfe7701b46df5814c769c51b",
    ),
    Sheet(
        *("train", "bird", 5000, 100),
        sha256="a7299e10d9f457153c02a69169f2ed185d23fc1a0854cb2740cc2b4e8fa41b78",
    ),
    Sheet(
        *("val", "airplane", 1000, 50),
        sha256="7055bdae9af4a323a23afca7f9df2328456f3399fe89448fb3facc0b3010cebf",
    ),
    Sheet(
        *("val", "bird", 1000, 50),
        sha256="7e64bb365aa582712a23ec1e75cb7cb1ac1cf6b7bddc2f562fa1ba3c78c27edc",
    ),
)
"""The four sheets: training before validation, airplanes before birds."""


def tile(images: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    """Lay images out as one contact sheet.

    Args:
        images: (N, 32, 32, 3) uint8, N a multiple of `columns`.
        columns: images in one row of the sheet.

    Returns:
        The sheet, (32·N/columns, 32·columns, 3) uint8; image i is in row
        i // columns and column i % columns.

    Raises:
        ValueError: the last row would not be full.

    Example:
        >>> tile(np.zeros((6, 32, 32, 3), np.uint8), columns=3).shape
        (64, 96, 3)
    """
    if len(images) % columns:
        raise ValueError(
            f"tile: {len(images)} images do not fill rows of {columns}; expected a "
            f"multiple of {columns}."
        )
    grid = images.reshape(-1, columns, SIDE, SIDE, 3)  # (row, column, y, x, RGB)
    lines = grid.transpose(0, 2, 1, 3, 4)  # (row, y, column, x, RGB)
    return lines.reshape(-1, columns * SIDE, 3)


def untile(sheet: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cut a contact sheet into its images: the inverse of `tile`.

    Args:
        sheet: (H, W, 3) uint8, H and W multiples of 32.

    Returns:
        The images, (N, 32, 32, 3) uint8, row after row.

    Raises:
        ValueError: H or W is not a multiple of 32.

    Example:
        >>> untile(np.zeros((64, 96, 3), np.uint8)).shape
        (6, 32, 32, 3)
    """
    height, width, _ = sheet.shape
    if height % SIDE or width % SIDE:
        raise ValueError(
            f"untile: a sheet of {width}×{height} pixels does not divide into tiles "
            f"of {SIDE}×{SIDE}; expected multiples of {SIDE}."
        )
    lines = sheet.reshape(height // SIDE, SIDE, width // SIDE, SIDE, 3)
    return lines.transpose(0, 2, 1, 3, 4).reshape(-1, SIDE, SIDE, 3)


def digest(images: NDArray[np.uint8]) -> str:
    """Checksum of the pixels, whatever file they came from.

    Args:
        images: (N, 32, 32, 3) uint8, in any memory order.

    Returns:
        The sha256 over the bytes in C order, 64 hexadecimal digits.

    Example:
        >>> digest(np.zeros((1, 32, 32, 3), np.uint8))[:8]
        'e80232b4'
    """
    return hashlib.sha256(np.ascontiguousarray(images).data).hexdigest()


def read(path: Path, sheet: Sheet) -> NDArray[np.uint8]:
    """Decode one contact sheet and check it, down to the last pixel.

    Args:
        path: the WebP file.
        sheet: what it must hold.

    Returns:
        The images, (N, 32, 32, 3) uint8.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is cut short, is not a WebP picture, has another
            size, or differs in a pixel.

    Example:
        >>> from birdplane.folder import find_data
        >>> read(find_data() / SHEETS[2].file, SHEETS[2]).shape
        (1000, 32, 32, 3)
    """
    images = untile(_decode(path, sheet))  # (N, 32, 32, 3)
    found = digest(images)
    if found != sheet.sha256:
        raise ValueError(
            f"load: the pixels of {path} are not the expected ones: expected sha256 "
            f"{sheet.sha256}, got {found}. {REMEDY}"
        )
    return images


def _decode(path: Path, sheet: Sheet) -> NDArray[np.uint8]:
    """The picture's pixels, (H, W, 3) uint8, its size checked before decoding."""
    # Pillow rather than torchvision.io.decode_image: as fast (0.23 s for the four
    # sheets), and torchvision 0.29 warns that its decoders will be removed.
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"load: there is no file {path}. {REMEDY}") from None
    promised = 8 + int.from_bytes(raw[4:8], "little")  # the RIFF header's own count
    if raw[:4] == b"RIFF" and len(raw) < promised:
        raise ValueError(
            f"load: {path} is cut short: expected {promised:,} bytes by its own "
            f"header, got {len(raw):,}. {REMEDY}"
        )
    try:
        with Image.open(io.BytesIO(raw), formats=["WEBP"]) as picture:
            if picture.size != sheet.size:
                raise ValueError(
                    "load: {} has the wrong size: expected {}×{} pixels, got "
                    "{}×{}. {}".format(path, *sheet.size, *picture.size, REMEDY)
                )
            return np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(
            f"load: {path} is not a readable WebP picture: expected one of "
            f"{sheet.tiles:,} {sheet.name} images, got {len(raw):,} bytes beginning "
            f"{raw[:12]!r}. {REMEDY}"
        ) from error

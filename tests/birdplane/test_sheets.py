import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from birdplane import sheets


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(1)
    return rng.integers(0, 256, (12, 32, 32, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def spec(images):
    return sheets.Sheet("train", "bird", 12, 4, sheets.digest(images))


@pytest.fixture
def path(tmp_path, images):
    return write(tmp_path / "bird.webp", images)


def write(path, images, columns=4, **options):
    picture = Image.fromarray(sheets.tile(images, columns))
    picture.save(path, **({"lossless": True, "exact": True, "method": 0} | options))
    return path


def test_a_tile_stands_at_row_i_div_columns_and_column_i_mod_columns(images):
    sheet = sheets.tile(images, columns=4)
    assert sheet.shape == (96, 128, 3)
    for i, image in enumerate(images):
        row, column = divmod(i, 4)
        tile = sheet[32 * row : 32 * row + 32, 32 * column : 32 * column + 32]
        assert (tile == image).all()


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 6, 12])
def test_untile_undoes_tile(images, columns):
    assert (sheets.untile(sheets.tile(images, columns)) == images).all()


def test_tiles_must_fill_the_rows(images):
    with pytest.raises(ValueError, match="tile: 12 images do not fill rows of 5"):
        sheets.tile(images, columns=5)


def test_a_sheet_must_divide_into_tiles():
    with pytest.raises(ValueError, match="untile: a sheet of 40×64 pixels"):
        sheets.untile(np.zeros((64, 40, 3), np.uint8))


def test_digest_does_not_depend_on_memory_order(images):
    other = np.asfortranarray(images)
    assert sheets.digest(other) == sheets.digest(images)


def test_the_four_sheets_hold_both_splits_of_both_classes():
    assert [(s.file, s.tiles, s.size) for s in sheets.SHEETS] == [
        ("train/airplane.webp", 5000, (3200, 1600)),
        ("train/bird.webp", 5000, (3200, 1600)),
        ("val/airplane.webp", 1000, (1600, 640)),
        ("val/bird.webp", 1000, (1600, 640)),
    ]


def test_read_gives_the_images(path, spec, images):
    assert (sheets.read(path, spec) == images).all()


def test_missing(tmp_path, spec):
    with pytest.raises(
        FileNotFoundError, match=r"no file .*none\.webp\. Restore .*git"
    ):
        sheets.read(tmp_path / "none.webp", spec)


@pytest.mark.parametrize("keep", [0.01, 0.5, 0.999])
def test_cut_short(path, spec, keep):
    raw = path.read_bytes()
    left = int(len(raw) * keep)
    path.write_bytes(raw[:left])
    expected = rf"cut short: expected {len(raw):,} bytes .* got {left:,}\. Restore"
    with pytest.raises(ValueError, match=expected):
        sheets.read(path, spec)


@pytest.mark.parametrize("raw", [b"", b"RIFF", b"<html>429 Too Many Requests</html>"])
def test_not_an_image(path, spec, raw):
    path.write_bytes(raw)
    with pytest.raises(
        ValueError, match=r"bird\.webp (is not a readable|is cut short)"
    ):
        sheets.read(path, spec)


def test_another_picture_format(path, spec, images):
    file = io.BytesIO()
    Image.fromarray(sheets.tile(images, 4)).save(file, "PNG")
    path.write_bytes(file.getvalue())
    with pytest.raises(ValueError, match=r"not a readable WebP .*beginning .*PNG"):
        sheets.read(path, spec)


def test_wrong_size(path, spec, images):
    write(path, images, columns=6)
    expected = "wrong size: expected 128×96 pixels, got 192×64"
    with pytest.raises(ValueError, match=expected):
        sheets.read(path, spec)


def test_one_pixel_changed(path, spec, images):
    changed = images.copy()
    changed[7, 3, 20, 1] ^= 1
    write(path, changed)
    expected = f"expected sha256 {spec.sha256}, got {sheets.digest(changed)}"
    with pytest.raises(ValueError, match=expected):
        sheets.read(path, spec)


def test_two_images_swapped(path, spec, images):
    write(path, images[[1, 0, *range(2, 12)]])
    with pytest.raises(ValueError, match="not the expected ones"):
        sheets.read(path, spec)


def test_saved_again_with_loss(path, spec, images):
    write(path, images, lossless=False, exact=False, quality=95)
    with pytest.raises(ValueError, match="not the expected ones"):
        sheets.read(path, spec)


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_damaged_byte_never_passes(path, spec, place):
    raw = bytearray(path.read_bytes())
    raw[int(len(raw) * place)] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(ValueError, match=r"^load: "):
        sheets.read(path, spec)


def test_the_expected_sum_is_what_is_compared(path, spec):
    with pytest.raises(ValueError, match="expected sha256 0000"):
        sheets.read(path, replace(spec, sha256="0" * 64))

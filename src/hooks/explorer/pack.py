"""Numbers and counts, packed small enough to travel inside a page.

Everything is written so that a few lines of JavaScript can read it: see `unpack.js`.
"""

import zlib
from base64 import b64encode

import numpy as np

STEPS = 1000  # from 0 to the largest number of a course: three digits
LEVELS = (
    127,
    90,
    63,
    53,
    45,
    38,
    31,
    26,
    22,
    18,
    15,
    12,
)  # to the usual peak of a histogram
CONTEXTS = (1, 4, 16, 64)  # where the neighbourhood of a bin counts as fuller


def deflate(data: bytes) -> str:
    """Compress bytes, as text that JSON can hold.

    Example:
        >>> deflate(bytes(1000))
        'eNpjYBgFo2AUDHcAAAPoAAE='
    """
    # Noise repeats nothing: to look for what repeats makes it larger, and takes long.
    empty = 10 * data.count(0) > 9 * len(data)
    strategy = zlib.Z_DEFAULT_STRATEGY if empty else zlib.Z_HUFFMAN_ONLY
    packer = zlib.compressobj(9, zlib.DEFLATED, 15, 9, strategy)
    return b64encode(packer.compress(data) + packer.flush()).decode()


def levels(shares: np.ndarray, finest: int) -> tuple[np.ndarray, np.ndarray]:
    """Round the heights of histograms to whole levels.

    A usual peak, the median of a channel's peaks over the snapshots, is as many levels
    high as asked for; a height is off by at most half a level. Where one peak is so
    much higher that it would pass 255, the levels of that channel are wider.

    Args:
        shares: of the values, (snapshot, side, channel, bin); the first bin and the
            last one hold all values beyond the edges, cut off at the highest level.
        finest: levels of a usual peak.
    Returns:
        The levels, uint8, and the share that one level stands for, (side, channel).
    Example:
        >>> shares = np.array([0, 0.5, 0.25, 0.001, 0]).reshape(1, 1, 1, 5)
        >>> heights, level = levels(shares, 100)
        >>> heights.ravel().tolist(), level.tolist()
        ([0, 100, 50, 0, 0], [[0.005]])
    """
    peaks = shares[..., 1:-1].max(axis=-1)
    beyond = shares[..., [0, -1]].max(axis=-1)
    peaks = np.where(peaks > 0, peaks, beyond)  # all values lie beyond the edges
    # Without any value, a level may be anything.
    seen = np.where((peaks > 0).any(axis=0), np.where(peaks > 0, peaks, np.nan), 1.0)
    usual = np.nanmedian(seen, axis=0)
    level = np.maximum(usual / finest, peaks.max(axis=0) / 255)
    heights = np.minimum(np.rint(shares / level[..., None]), 255)
    return heights.astype(np.uint8), np.asarray(level)


def streams(heights: np.ndarray) -> list[str]:
    """Pack levels, (snapshot, side, channel, bin), uint8, without loss.

    What is written is by how much a level differs from a guess: the smoothed levels of
    the snapshot before. How well one can guess depends on how full the neighbourhood
    is, so that each degree of fullness has a stream, and its code, of its own.

    Example:
        >>> len(streams(np.zeros((2, 2, 3, 8), np.uint8)))
        5
    """
    now = heights.astype(np.int64)
    before = np.concatenate([np.zeros_like(now[:1]), now[:-1]])
    wide = np.pad(before, [(0, 0)] * 3 + [(1, 1)], mode="edge")
    around = wide[..., :-2] + 2 * before + wide[..., 2:]
    wrong = ((now - (around + 2) // 4) % 256).astype(np.uint8)
    fullness = np.digitize(around, CONTEXTS)
    return [
        deflate(wrong[fullness == degree].tobytes())
        for degree in range(len(CONTEXTS) + 1)
    ]


def series(values: np.ndarray, least: float = 0.0) -> dict[str, object] | None:
    """Pack the courses of numbers over the snapshots.

    A course is rounded to a thousandth of its largest number, and so off by at most
    half of that.

    Args:
        values: (snapshot, ...), NaN and ±inf where there is no number.
        least: what need not be told apart from 0, in the unit of the numbers.
    Returns:
        `unit` of each course, `steps` from one snapshot to the next in that unit, and
        `gaps`, the [first, number] of missing ones; None where no number is finite.
    Example:
        >>> packed = series(np.array([[1.0, 20.0], [1.5, float("nan")]]))
        >>> packed["unit"], packed["gaps"]
        ([0.0015, 0.02], [[3, 1]])
    """
    columns = np.asarray(values, dtype=float).reshape(len(values), -1).T
    finite = np.isfinite(columns)
    if not finite.any():
        return None
    known = np.where(finite, columns, 0.0)
    largest = np.abs(known).max(axis=1)
    unit = np.array([float(f"{x:.6g}") for x in np.maximum(largest / STEPS, least)])
    whole = np.rint(known / np.where(unit > 0, unit, 1.0)[:, None]).astype(int)
    steps = np.diff(whole, axis=1, prepend=0)
    zigzag = np.where(steps < 0, -2 * steps - 1, 2 * steps).astype("<u2")
    planes = zigzag.ravel().view(np.uint8).reshape(-1, 2).T
    return {
        "unit": unit.tolist(),
        "steps": [deflate(plane.tobytes()) for plane in planes],
        "gaps": _runs(~finite.ravel()),
    }


def _runs(marked: np.ndarray) -> list[list[int]]:
    """Give the first index and the length of each run of marked places."""
    turns = np.flatnonzero(np.diff(marked.astype(int), prepend=0, append=0))
    return [[int(a), int(b - a)] for a, b in turns.reshape(-1, 2)]

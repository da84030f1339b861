"""Medians with their range."""

import math
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple


class Spread(NamedTuple):
    """The middle of some numbers, the smallest, the largest, and how many they are."""

    median: float
    low: float
    high: float
    n: int


def spread(values: Iterable[float]) -> Spread:
    """Summarize numbers; infinity stands for "not reached" and sorts last.

    Raises:
        ValueError: there are none, or one is not a number.
    """
    ordered = sorted(values)
    if not ordered or any(math.isnan(value) for value in ordered):
        raise ValueError(f"spread: expected one number or more, got {ordered}")
    return Spread(median(ordered), ordered[0], ordered[-1], len(ordered))


def paired_ratios(pairs: Iterable[Sequence[float]]) -> Spread:
    """Summarize the ratios after / before of pairs (before, after).

    The ratio of each pair first, then the median: what slows down both halves of a
    pair cancels, and a pair that something else has hit does not count much.

    Raises:
        ValueError: there is no pair, or something took no time.
    """
    ratios = []
    for before, after in pairs:
        if not before > 0:
            raise ValueError(f"paired_ratios: expected seconds above 0, got {before}")
        ratios.append(after / before)
    return spread(ratios)

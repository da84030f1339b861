"""Does what was measured live agree with what is stored?"""

from __future__ import annotations

import math
from collections.abc import Iterable


def falls_inside(live: float, stored: Iterable[float], least: float) -> bool:
    """Say whether a live number is as close to stored ones as chance allows.

    Another processor rounds differently, and training makes small differences grow:
    the digits cannot agree, the range must.

    Args:
        live: measured here and now.
        stored: the same of several seeds, at least two.
        least: what is close enough even where the seeds agree better, same unit.

    Returns:
        Whether it lies within four standard deviations (n - 1 below the line) of the
        mean of those stored, or within `least` of it. Nothing that is not finite does.

    Raises:
        ValueError: fewer than two stored numbers.

    Example:
        >>> falls_inside(0.87, [0.90, 0.91], least=0.03)
        False
        >>> falls_inside(0.88, [0.90, 0.91], least=0.03)
        True
    """
    values = [float(value) for value in stored]
    if len(values) < 2:
        raise ValueError(
            f"falls_inside: expected at least 2 stored numbers, got {len(values)}; "
            "a range needs several seeds"
        )
    mean = math.fsum(values) / len(values)
    variance = math.fsum((x - mean) ** 2 for x in values) / (len(values) - 1)
    return abs(live - mean) <= max(4 * math.sqrt(variance), least)

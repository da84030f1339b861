"""The one interval of the course: the mean of paired differences."""

from __future__ import annotations

import math
from collections.abc import Iterable


def paired_interval(differences: Iterable[float]) -> tuple[float, float, float]:
    """Give the mean of paired differences with its 95 % interval (Student's t).

    Pair the runs first (same seed, with and without the change) and pass the
    differences: what the two runs of a pair share then cancels.

    Args:
        differences: one number for each pair, (n,), n at least 2, any unit.

    Returns:
        low, mean, high in the unit of the differences; low and high are
        mean ± t(0.975, n - 1) · s / √n, where s has n - 1 below the line.

    Raises:
        ValueError: fewer than two differences, or one that is not finite.

    Source: Student (1908), "The probable error of a mean".

    Example:
        >>> low, mean, high = paired_interval([0.01, 0.02, 0.03])
        >>> f"{mean:.3f} [{low:.3f}, {high:.3f}]"
        '0.020 [-0.005, 0.045]'
    """
    from scipy.stats import t  # slow to import, and claims alone do not need it

    values = [float(difference) for difference in differences]
    n = len(values)
    if n < 2:
        raise ValueError(
            f"paired_interval: expected at least 2 differences, got {n}; "
            "an interval needs the spread over several seeds"
        )
    bad = [f"{x} at {i}" for i, x in enumerate(values) if not math.isfinite(x)]
    if bad:
        raise ValueError(
            f"paired_interval: expected finite differences, got {', '.join(bad)}; "
            "report the runs that failed apart from those that did not"
        )
    mean = math.fsum(values) / n
    variance = math.fsum((x - mean) ** 2 for x in values) / (n - 1)
    half = float(t.ppf(0.975, n - 1)) * math.sqrt(variance / n)
    return mean - half, mean, mean + half

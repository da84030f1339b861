"""Numbers as text: as many digits as say something, and no more."""

from __future__ import annotations

import math

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MINUS = "\N{MINUS SIGN}"

Interval = tuple[float, float, float]
Value = float | int | bool | Interval


def show(value: Value) -> str:
    """Write a number, an interval or a yes-or-no the way a reader wants it.

    Args:
        value: a number, True or False, or (low, mid, high).

    Returns:
        four significant digits for a number (more where it is close to 1 and
        the distance is the point; one decimal where that is exact, as in the mean
        of ten counts); ``mid [low, high]`` for an interval, with two digits of its
        half width.

    Example:
        >>> show(0.123456), show(0.99994), show(77330), show(1.2e-07)
        ('0.1235', '0.999940', '77,330', '1.2 × 10⁻⁷')
        >>> show(7.4), show(100 / 3)
        ('7.4', '33.33')
        >>> show((0.00812, 0.0123, 0.0165)), show(float("nan"))
        ('0.0123 [0.0081, 0.0165]', 'not a number')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return _interval(*value)
    return _number(value)


def _number(x: float) -> str:
    if special := _special(x):
        return special
    if isinstance(x, int):
        return _signed(f"{x:,}")
    size = abs(x)
    if size == 0:
        return "0"
    if size < 1e-4 or size >= 1e7:
        return _scientific(x)
    decimals = max(0, 3 - math.floor(math.log10(size)))
    distance = abs(size - 1)
    if 1e-9 < distance < 0.01:  # 0.99994 is meant as "6e-5 below 1"
        decimals = max(decimals, 1 - math.floor(math.log10(distance)))
    if math.isclose(round(x, 1), x, rel_tol=1e-12):  # 100 · 0.118 is 11.800000000000002
        decimals = min(decimals, 1)
    return _signed(f"{x:,.{decimals}f}")


def _interval(low: float, mid: float, high: float) -> str:
    half = (high - low) / 2
    if not math.isfinite(half) or half <= 0 or max(abs(low), abs(high)) >= 1e7:
        texts = [_number(x) for x in (mid, low, high)]
    else:
        decimals = max(0, 1 - math.floor(math.log10(half)))
        if decimals > 6:
            texts = [_scientific(x) for x in (mid, low, high)]
        else:
            texts = [_signed(f"{x:,.{decimals}f}") for x in (mid, low, high)]
    return f"{texts[0]} [{texts[1]}, {texts[2]}]"


def _special(x: float) -> str:
    if math.isnan(x):
        return "not a number"
    if math.isinf(x):
        return "∞" if x > 0 else f"{MINUS}∞"
    return ""


def _scientific(x: float) -> str:
    if x == 0:
        return "0"
    factor, power = f"{x:.1e}".split("e")
    return f"{_signed(factor)} × 10{str(int(power)).translate(SUPERSCRIPT)}"


def _signed(text: str) -> str:
    """Put a true minus sign, and none before a number that rounds to zero."""
    if text.startswith("-"):
        bare = text[1:]
        return MINUS + bare if bare.strip("0.,") else bare
    return text

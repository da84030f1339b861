"""Claims: what an article says, beside what was measured here."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, SupportsFloat

from course.card import card
from course.digits import Value, show

MIME = "application/vnd.claim+json"
VERDICTS = "'holds', 'holds when …', 'does not hold' or 'undecided here'"

Measured = Mapping[str, "SupportsFloat | tuple[SupportsFloat, ...]"]


class ClaimError(Exception):
    """The measurement does not support the verdict that the course states."""


@dataclass(frozen=True)
class Claim:
    """A claim with its verdict and its numbers; shown by a notebook as a card.

    Attributes:
        claim: the claim's number in the course, such as "C02".
        text: what is claimed, in words.
        verdict: "holds", "holds when …", "does not hold" or "undecided here".
        article: which articles say it, such as "000, 002"; "" is the course itself.
        measured: short name with its unit → number or (low, mid, high).
    """

    claim: str
    text: str
    verdict: str
    article: str = ""
    measured: dict[str, Value] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Say the verdict without the digits, which differ between machines."""
        return f"{self.claim} {self.verdict} · {self.text}"

    def record(self) -> dict[str, Any]:
        """Give the claim as values that JSON can hold.

        Returns:
            claim, seed (the articles), text, verdict, measured, and the order of
            the measured names; numbers that are not finite become the strings "nan",
            "inf" and "-inf".

        Example:
            >>> Claim("C02", "it is noise", "holds", "001", {"x": math.inf}).record()
            {'claim': 'C02', 'seed': '001', 'text': 'it is noise',
             'verdict': 'holds', 'measured': {'x': 'inf'}, 'order': ['x']}
        """
        return {
            "claim": self.claim,
            "seed": self.article,
            "text": self.text,
            "verdict": self.verdict,
            "measured": {name: _legal(value) for name, value in self.measured.items()},
            "order": list(self.measured),  # a stored notebook sorts what it holds
        }

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "text/html": card(
                self.claim, self.text, self.verdict, self.article, self.measured
            ),
            MIME: self.record(),
        }


def claim(
    claim: str,
    text: str,
    holds: bool | None,
    *,
    verdict: str = "holds",
    article: str = "",
    measured: Measured | None = None,
) -> Claim:
    """Close an experiment: hold the verdict that the course states to the numbers.

    Args:
        claim: the claim's number in the course, "C01" to "C99".
        text: what is claimed, in words and without measured digits.
        holds: what was measured: True, False, or None when the interval leaves
            it open.
        verdict: what the course states: "holds" or "holds when …" (needs True),
            "does not hold" (needs False), "undecided here" (needs None).
        article: which articles say it, such as "000, 002"; "" is the course itself.
        measured: short name with its unit → number, or (low, mid, high) for an
            interval.

    Returns:
        the claim; as the last expression of a cell it is shown as a card.

    Raises:
        ClaimError: the measurement does not support the verdict.
        ValueError: the number or the verdict is not spelled as above.
        TypeError: ``holds`` or a measured value is of another type.

    Example:
        >>> claim(
        ...     "C02",
        ...     "the printed SD of 0.999940 is noise",
        ...     holds=False,
        ...     verdict="does not hold",
        ...     article="001",
        ...     measured={"√(v/(v + eps))": 0.99994},
        ... )
        C02 does not hold · the printed SD of 0.999940 is noise
    """
    if not re.fullmatch(r"C\d\d", claim):
        raise ValueError(f"claim: expected a number such as 'C02', got {claim!r}")
    expected = _needed(claim, verdict)
    found = _truth(claim, holds)
    numbers = {
        name: _value(claim, name, value) for name, value in (measured or {}).items()
    }
    if found is not expected:
        raise ClaimError(_disagreement(claim, text, verdict, found, numbers))
    return Claim(claim, text, verdict, article, numbers)


def _needed(claim: str, verdict: str) -> bool | None:
    """Say which measurement a verdict needs."""
    if verdict == "holds" or re.match(r"holds when \S", verdict):
        return True
    if verdict == "does not hold":
        return False
    if verdict == "undecided here":
        return None
    raise ValueError(f"claim {claim}: expected {VERDICTS}, got {verdict!r}")


def _truth(claim: str, holds: object) -> bool | None:
    """Accept Python's, NumPy's and PyTorch's truth values, and nothing else."""
    found = _plain(holds)
    if found is None or isinstance(found, bool):
        return found
    raise TypeError(
        f"claim {claim}: expected holds to be True, False or None, got {holds!r}; "
        "compare the measurement with a threshold first"
    )


def _plain(value: object) -> object:
    """Unwrap a NumPy or PyTorch scalar."""
    item = getattr(value, "item", None)
    if not callable(item):
        return value
    try:
        return item()
    except (ValueError, RuntimeError):  # more than one element
        return value


def _value(claim: str, name: str, value: object) -> Value:
    """Turn a measured value into plain Python numbers."""
    if isinstance(value, (tuple, list)):
        if len(value) != 3:
            raise TypeError(
                f"claim {claim}: measured {name!r}: expected a number or "
                f"(low, mid, high), got {len(value)} values"
            )
        low, mid, high = (float(_scalar(claim, name, x)) for x in value)
        if mid < low or high < mid or high < low:
            raise ValueError(
                f"claim {claim}: measured {name!r}: expected (low, mid, high) in "
                f"this order, got {low:g}, {mid:g}, {high:g}"
            )
        return low, mid, high
    return _scalar(claim, name, value)


def _scalar(claim: str, name: str, value: object) -> float | int | bool:
    plain = _plain(value)
    if isinstance(plain, (bool, int, float)):
        return plain
    raise TypeError(
        f"claim {claim}: measured {name!r}: expected a number or (low, mid, high), "
        f"got {type(value).__name__}"
    )


def _legal(value: Value) -> object:
    """Spell what JSON has no number for."""
    if isinstance(value, tuple):
        return [_legal(x) for x in value]
    return value if math.isfinite(value) else str(float(value))


def _disagreement(
    claim: str, text: str, verdict: str, found: bool | None, numbers: dict[str, Value]
) -> str:
    measured = {True: "it holds", False: "it does not hold", None: "it is left open"}
    shown = "; ".join(f"{name} = {show(value)}" for name, value in numbers.items())
    return (
        f"claim {claim} ({text}): the course states {verdict!r}, the measurement "
        f"says that {measured[found]}; measured: {shown or 'no numbers given'}. "
        "Look at the numbers: either the experiment broke or the verdict is wrong"
    )

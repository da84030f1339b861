"""The classroom: claims with their verdicts, and the command that runs the notebooks.

A notebook's experiment ends in :func:`claim`, which shows what was measured beside
what is said, and raises when the two do not agree. :func:`paired_interval` is the
one interval that the course uses for differences between trained networks.
"""

from course.claims import Claim, ClaimError, claim
from course.interval import paired_interval

__all__ = ["Claim", "ClaimError", "claim", "paired_interval"]

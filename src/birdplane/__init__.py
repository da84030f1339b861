"""The specimen: bird or airplane, a small residual network, and its training."""

from birdplane.data import CLASSES, MEAN, STD, BirdPlane, load, normalize

__all__ = [
    "CLASSES",
    "MEAN",
    "STD",
    "BirdPlane",
    "load",
    "normalize",
]

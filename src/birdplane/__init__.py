"""The specimen: bird or airplane, a small residual network, and its training."""

from birdplane.data import CLASSES, MEAN, STD, BirdPlane, load, normalize
from birdplane.model import BasicBlock, ResNet

__all__ = [
    "CLASSES",
    "MEAN",
    "STD",
    "BasicBlock",
    "BirdPlane",
    "ResNet",
    "load",
    "normalize",
]

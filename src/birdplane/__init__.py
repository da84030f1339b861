"""The specimen: bird or airplane, a small residual network, and its training."""

from birdplane.data import CLASSES, MEAN, STD, BirdPlane, load, normalize
from birdplane.evaluation import Score, evaluate, predict
from birdplane.loop import Epoch
from birdplane.model import BasicBlock, ResNet
from birdplane.results import read_sweep
from birdplane.training import fit

__all__ = [
    "CLASSES",
    "MEAN",
    "STD",
    "BasicBlock",
    "BirdPlane",
    "Epoch",
    "ResNet",
    "Score",
    "evaluate",
    "fit",
    "load",
    "normalize",
    "predict",
    "read_sweep",
]

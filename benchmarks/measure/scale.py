"""How much is measured: all of it, or a look whether everything runs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Scale:
    """How many of everything.

    Attributes:
        steps: training steps of a timed epoch; 10,000 images make 78 of 128.
        warm_up: steps before the clock starts, in which memory is taken.
        block: steps after which it is the other half's turn.
        pairs: epochs with and without an observer, of `hooks`.
        peer_pairs: of an observer that takes about twice the time.
        slow_pairs: of one that takes about ten times the time.
        big_pairs: of ResNet-18.
        big_steps: its timed steps in one half of a pair.
        marks: the epochs after which memory is read; the last one ends the run.
        peer_marks: of observers whose memory grows.
        passes: of a bare BatchNorm, for the cost of a recorded value.
        repeats: of that, and of loading and drawing.
        seeds: trained to the goal in both ways.
        rate_seeds: trained to choose the usual loop's learning rate; other ones.
        rates: to choose from.
        longest: epochs after which the usual loop gives up.
    """

    steps: int = 78
    warm_up: int = 3
    block: int = 13
    pairs: int = 15
    peer_pairs: int = 7
    slow_pairs: int = 3
    big_pairs: int = 9
    big_steps: int = 3
    marks: tuple[int, ...] = (1, 10, 50)
    peer_marks: tuple[int, ...] = (1,)
    passes: int = 128
    repeats: int = 7
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    rate_seeds: tuple[int, ...] = (100, 101)
    rates: tuple[float, ...] = (0.03, 0.1, 0.3)
    longest: int = 12


FULL = Scale()
QUICK = Scale(
    steps=3,
    warm_up=1,
    block=2,
    pairs=2,
    peer_pairs=2,
    slow_pairs=2,
    big_pairs=1,
    big_steps=1,
    marks=(1, 2, 3),
    passes=4,
    repeats=2,
    seeds=(0,),
    rate_seeds=(100,),
    rates=(0.1,),
    longest=1,
)


@dataclass(frozen=True)
class Job:
    """What a measurement is given.

    Attributes:
        scale: how much to measure.
        folder: where results of other measurements lie.
        tick: to be called when a part is done, as often as was announced.
    """

    scale: Scale
    folder: Path
    tick: Callable[[], None]

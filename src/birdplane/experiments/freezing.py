"""The sweeps behind notebook 08: does batch norm belong frozen while fine-tuning?"""

from collections.abc import Callable
from itertools import product

from birdplane.experiments.core import Config, Sweep
from birdplane.experiments.finetuning import RELATED, TASKS, fine_tune, kind_of

PARTS = ("train", "frozen")
WAYS = tuple((statistics, affine) for statistics in PARTS for affine in PARTS)
"""What happens to the statistics, and what to γ and β: four ways."""

WHOLE = (WAYS[0], WAYS[3])
"""The two ways that treat both alike."""


def _configs(
    names: tuple[str, ...],
    size: int,
    ways: tuple[tuple[str, str], ...],
    rates: Callable[[str, int, str], tuple[float, ...]],
) -> tuple[Config, ...]:
    """Every task in every way, at each of its rates."""
    return tuple(
        {
            "task": task,
            "batch_size": size,
            "statistics": statistics,
            "affine": affine,
            "max_lr": rate,
        }
        for task, (statistics, affine) in product(names, ways)
        for rate in rates(kind_of(task), size, statistics)
    )


def _tried(kind: str, size: int, statistics: str) -> tuple[float, ...]:
    return RATES[kind, size]


def _best(kind: str, size: int, statistics: str) -> tuple[float, ...]:
    return (BEST_RATES[kind, size, statistics],)


RATES = {
    ("related", 64): (0.003, 0.01, 0.03, 0.1),
    ("related", 4): (0.0003, 0.001, 0.003, 0.01, 0.03),
    ("unrelated", 64): (0.1, 0.3, 1.0, 3.0),
}
"""Largest learning rates tried, by kind of task and batch size."""

rates_related = Sweep(
    name="finetune_rates_related",
    question="Which learning rate suits fine-tuning on altered photographs?",
    experiment=fine_tune,
    grid=_configs(RELATED, 64, WHOLE, _tried) + _configs(RELATED, 4, WHOLE, _tried),
    seeds=(100,),  # three tasks: three runs a rate
)

rates_unrelated = Sweep(
    name="finetune_rates_unrelated",
    question="Which learning rate suits fine-tuning on drawings of shapes?",
    experiment=fine_tune,
    grid=_configs(("shapes",), 64, WHOLE, _tried),
    seeds=(100, 101),
)

BEST_RATES = {
    ("related", 64, "train"): 0.03,
    ("related", 64, "frozen"): 0.01,
    ("related", 4, "train"): 0.001,
    ("related", 4, "frozen"): 0.003,
    ("unrelated", 64, "train"): 0.3,
    ("unrelated", 64, "frozen"): 0.3,
}
"""The best rate by kind of task, batch size and what happens to the statistics."""

paired = Sweep(
    name="finetune_paired",
    question="Is fine-tuning better with batch norm trained or frozen?",
    experiment=fine_tune,
    grid=_configs(TASKS, 64, WAYS, _best) + _configs(RELATED, 4, WHOLE, _best),
    seeds=(0, 1, 2, 3, 4, 5),
)
"""Six networks, fine-tuned on four tasks in four ways, and with small batches in two.

All other weights are trained too: article 003 asks whether to fine-tune the batch norm
layers, not whether to fine-tune the rest. One seed gives all ways the same network to
start from, the same images and the same batches.

The rules, written down before the first run:

- Trained is with statistics, γ and β trained; frozen is with all of them frozen. Each
  has its own rate for the related tasks and for the unrelated one, and for each batch
  size: the one of `RATES` with the highest mean validation accuracy over the three
  related tasks with seed 100, or over seeds 100 and 101 of the unrelated one. It must
  not lie at the edge of the grid; where it does, the grid is continued beyond it. The
  two mixed ways, on which no verdict rests, take the rate of the way that treats the
  statistics alike.
- The *gain* is the validation accuracy trained minus frozen; its 95 % t interval is
  over the six pairs.
- C27, "related task: need not train; unrelated task: train", is about batches of 64.
  A task *needs* training if the interval of its gain lies above 1 percentage point,
  and *need not* if it lies below 1 point; otherwise that is undecided. The claim holds
  if the shapes need it and all three related tasks need not; it does not hold if the
  shapes need not or a related task needs it; otherwise it is undecided.
- C28, "smaller batches while fine-tuning make freezing better", is about the mean gain
  over the three related tasks, because the article speaks of stages of one task. It
  holds if with batches of 4 its interval lies below 0, and so does that of the paired
  difference, gain with 4 minus gain with 64; it does not hold if one of the two lies
  above 0; otherwise it is undecided.

What was chosen before by looking at accuracies, with seed 200: how hard the shapes are
to tell apart, how many epochs they get, and where the grids lie.
"""

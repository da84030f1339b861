"""The sweeps behind notebook 02: how good the network gets, and what its norm adds."""

from birdplane.experiments.core import Sweep, train
from birdplane.experiments.parameters import train_and_measure

RATES = (0.01, 0.025, 0.06, 0.15, 0.4, 1.0, 2.5)
"""Largest learning rates tried on either side, each 2.5 times the one before."""

fifty_epochs = Sweep(
    name="fifty_epochs",
    question="Which accuracy is reached in 50 epochs, and how soon is it 89 %?",
    experiment=train_and_measure,
    grid=tuple({"augment": augment, "epochs": 50} for augment in (False, True)),
    seeds=(0, 1, 2, 3, 4),
)

norm_rates = Sweep(
    name="norm_rates",
    question="Which learning rate suits the network with and without batch norm?",
    experiment=train,
    grid=tuple(
        {"norm": norm, "max_lr": rate, "epochs": 10}
        for norm in ("batch", "none")
        for rate in RATES
    ),
    seeds=(100, 101),  # never used again: a rate is not judged on its own luck
)

BEST_RATES = {"batch": 0.4, "none": 0.06}
"""The rate of `norm_rates` with the highest mean final validation accuracy."""

norm_paired = Sweep(
    name="norm_paired",
    question="Does batch norm make the network better, or sooner good?",
    experiment=train,
    grid=tuple(
        {"norm": norm, "max_lr": rate, "epochs": 10}
        for norm, rate in BEST_RATES.items()
    ),
    seeds=tuple(range(10)),
)
"""Ten pairs: one seed gives both sides the same first weights and the same batches.

The rules, written down before the first run:

- A side's rate is the one of `RATES` with the highest mean validation accuracy after
  the last of 10 epochs in `norm_rates`, a diverged run counted as 0.5. It must not lie
  at the edge of the grid.
- "Improves the accuracy" holds if the 95 % t interval of the mean paired difference of
  validation accuracy after epoch 10, with minus without, lies above 0; it does not hold
  if the interval lies below 0; otherwise it is undecided.
- "Trains faster" is decided in the same way on the difference, without minus with, of
  the first epoch whose validation accuracy is at least 85 %. A run that never gets
  there counts as 11.
"""

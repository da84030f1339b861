"""Experiments, each a plain function (config, seed) -> dict, and the sweeps of them."""

from birdplane.experiments import (
    accuracy,
    active,
    covariate_shift,
    ease,
    few_images,
    freezing,
    landscape,
    parameters,
    placement,
    row_readers,
    small_batches,
)
from birdplane.experiments.core import Config, Experiment, Sweep, train

SWEEPS: dict[str, Sweep] = {
    sweep.name: sweep
    for sweep in (
        accuracy.fifty_epochs,
        accuracy.norm_rates,
        accuracy.norm_paired,
        parameters.plain_steps,
        parameters.no_decay,
        small_batches.shared_rates,
        small_batches.shared_statistics,
        small_batches.pair_rates,
        small_batches.steps_of_two,
        row_readers.row_readers,
        placement.order_rates,
        placement.order_paired,
        placement.dropout_rates,
        placement.dropout_paired,
        freezing.rates_related,
        freezing.rates_unrelated,
        freezing.paired,
        active.bias_rates,
        active.bias_paired,
        covariate_shift.shift_rates,
        covariate_shift.shift_paired,
        landscape.walks,
        ease.rate_limits,
        ease.init_scales,
        few_images.few_rates,
        few_images.few_paired,
    )
}
"""Every sweep whose results are stored, by name, in the order in which they are run."""

__all__ = ["SWEEPS", "Config", "Experiment", "Sweep", "train"]

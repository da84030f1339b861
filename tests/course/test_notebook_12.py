"""The checks that notebook 12 makes on its own runs: a wrong file is caught."""

import numpy as np
import pytest

from birdplane import read_sweep
from birdplane.experiments import landscape
from course.stored import falls_inside


@pytest.mark.parametrize("kind", ["16 images", "only γ, β"])
@pytest.mark.parametrize("part", ["train_accuracy", "val_accuracy"])
def test_accuracies_of_few_images(kind, part):
    runs = read_sweep("few_paired").query("kind == @kind").set_index("seed")[part]
    assert falls_inside(runs[0], runs, 0.03)
    assert not falls_inside(runs[0], runs - 0.2, 0.03)


@pytest.mark.parametrize(("norm", "rate"), [("none", 1.0), ("batch", 0.4)])
def test_accuracies_at_a_rate(norm, rate):
    table = read_sweep("rate_limits").query("norm == @norm and max_lr == @rate")
    runs = table["val_accuracy"].fillna(0.5).to_numpy()
    other = 0.5 if norm == "batch" else 0.78
    assert falls_inside(runs[0], runs, 0.03)
    assert not falls_inside(other, runs, 0.03)


@pytest.mark.parametrize(("norm", "scale"), [("none", 0.3), ("batch", 10.0)])
def test_accuracies_at_a_scale(norm, scale):
    query = "norm == @norm and scale == @scale and not shortcuts"
    runs = read_sweep("init_scales").query(query)["val_accuracy"].to_numpy()
    assert falls_inside(runs[0], runs, 0.03)
    assert not falls_inside(runs[0], runs - 0.1, 0.03)


def test_ratios_of_the_walks():
    logs = landscape.log_ratios(read_sweep("walks")).query("epoch in (0, 2)")
    by_seed = logs.groupby(["view", "seed"]).mean()
    for view in landscape.VIEWS:
        for measure in landscape.MEASURES:
            seeds = by_seed.loc[view, measure]
            assert falls_inside(seeds[0], seeds, least=np.log(2))
    # Exchanged networks turn the ratios round, which the narrow views do not allow.
    turned = -by_seed.loc["same length", "roughness"]
    assert not falls_inside(-turned[0], turned, least=np.log(2))

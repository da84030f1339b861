import numpy as np
import pandas as pd
import torch

from birdplane import read_sweep
from birdplane.experiments import core, landscape
from birdplane.model import ResNet
from birdplane.walk import walk


def test_each_view_walks_its_own_steps():
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(8, 3, 8, 8, generator=generator)
    labels = torch.arange(8) % 2
    model = ResNet(seed=1)
    rows = landscape.look_around(model, images, labels, rate=0.4, epoch=7)
    rows = {row["view"]: row for row in rows}
    assert {row["epoch"] for row in rows.values()} == {7}
    for view, unit in [("same step", landscape.COMMON_STEP), ("own rate", 0.4)]:
        sizes = [unit * m for m in landscape.MULTIPLES]
        found = walk(model, images, labels, sizes)
        assert rows[view]["loss_range"] == found.loss_range
        assert rows[view]["gradient_change"] == found.gradient_change
        assert rows[view]["roughness"] == found.roughness
    lengths = [landscape.COMMON_LENGTH * m for m in landscape.MULTIPLES]
    found = walk(model, images, labels, lengths, relative=True)
    changes, ways = found.changes[1:] / found.gradient, np.array(lengths)
    row = rows["same length"]
    np.testing.assert_allclose(row["gradient_change"], changes.max())
    np.testing.assert_allclose(row["roughness"], (changes / ways).max(), rtol=1e-6)


def test_the_stored_walks_are_whole():
    table = read_sweep("walks")
    keys = ["norm", "seed", "epoch", "view"]
    assert isinstance(table, pd.DataFrame)
    assert not table.duplicated(keys).any()
    runs = len(landscape.walks.runs())
    assert len(table) == runs * len(landscape.LOOKS) * len(landscape.VIEWS)
    for config in landscape.walks.grid:
        core.check_config(config)


def test_ratios_pair_what_belongs_together():
    rows = [
        {"norm": norm, "view": view, "seed": seed, "epoch": 1, "loss_range": value}
        for norm, factor in (("batch", 1.0), ("none", 2.0))
        for view in landscape.VIEWS
        for seed, value in ((0, 3.0 * factor), (1, 5.0 * factor**2))
    ]
    table = pd.DataFrame(rows).assign(gradient_change=1.0, roughness=2.0)
    found = landscape.log_ratios(table.sample(frac=1, random_state=0))
    assert len(found) == 6
    for view in landscape.VIEWS:
        ratios = np.exp(found.loc[view, "loss_range"].to_numpy())
        np.testing.assert_allclose(ratios, [2, 4])
    assert (found["roughness"] == 0).all()

import pytest
import torch

from birdplane import read_sweep
from birdplane.data import load
from birdplane.experiments import core
from birdplane.experiments.row_readers import (
    LENGTHS,
    dusk,
    one_pair,
    train_readers,
    with_rows,
)
from birdplane.recurrent import RowReader
from course.stored import falls_inside


def test_one_pair_has_the_moments_of_all_steps_together():
    model = RowReader("per step", width=12, hidden=7, steps=5, seed=1)
    values = torch.randn(5, 1000, 7, generator=torch.Generator().manual_seed(2))
    values = values * torch.arange(1, 6)[:, None, None] + torch.arange(5)[:, None, None]
    for norm, each in zip(model.norms, values, strict=True):
        norm.running_mean.copy_(each.mean(0))
        norm.running_var.copy_(each.var(0, correction=0))
    pair = one_pair(model)
    everything = values.flatten(0, 1)
    torch.testing.assert_close(pair.norms[0].running_mean, everything.mean(0))
    expected = everything.var(0, correction=0)
    torch.testing.assert_close(pair.norms[0].running_var, expected)
    for name, weight in pair.named_parameters():
        assert torch.equal(weight, model.get_parameter(name))
    assert pair.training


def test_dusk_is_dark_and_flat_at_the_top():
    images = torch.ones(1, 3, 32, 2)
    images[..., 1] = -1
    lit = dusk(images)
    torch.testing.assert_close(lit[0, 0, 0], torch.tensor([-0.9, -1.1]))
    torch.testing.assert_close(lit[0, 0, -1], torch.tensor([3.0, -1.0]))
    torch.testing.assert_close(with_rows(images, 32, "dusk"), lit)
    assert torch.equal(with_rows(images, 32, "photographs"), images)
    stretched = with_rows(images, 64, "dusk")
    torch.testing.assert_close(stretched[0, 0, -1], lit[0, 0, -1])


def test_both_readers_are_tested_at_all_lengths(val, monkeypatch):
    small = load("val")
    small.images, small.labels = val.images[872:1128], val.labels[872:1128]
    monkeypatch.setattr(core, "images", lambda split: small)
    result = train_readers({"kind": "dusk"}, seed=0)
    assert result["rows"] == list(LENGTHS)
    assert {len(column) for column in result.values()} == {4}
    assert result == train_readers({"kind": "dusk"}, seed=0)
    assert result["per_step"] != result["one_pair"]


@pytest.mark.parametrize("kind", ["photographs", "dusk"])
@pytest.mark.parametrize("way", ["per_step", "one_pair", "layer"])
def test_a_wrong_table_is_caught_by_the_live_check(kind, way):
    runs = read_sweep("row_readers").query("kind == @kind and rows == 32")[way]
    assert len(runs) == 5
    assert falls_inside(runs.mean(), runs, least=0.03)
    assert not falls_inside(runs.mean(), runs - max(0.05, 5 * runs.std()), least=0.03)

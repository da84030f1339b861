import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from hooks.side import TAILS, Settings, Side


@given(
    st.lists(st.floats(width=32), min_size=4, max_size=60),
    st.lists(st.integers(0, 30), max_size=4),
)
def test_counts_add_up_and_do_not_depend_on_the_split(values, cuts):
    x = torch.tensor(values[: len(values) // 2 * 2]).view(-1, 2)
    sides = Side(2, x.device, Settings(exact=True)), Side(2, x.device, Settings())
    for side in sides:
        for batch in x.tensor_split(sorted(cuts)):
            side.count(batch[..., None], None)
        row = side.row()
        total = row["counts"].sum(1) + sum(row[tail] for tail in TAILS)
        assert total.tolist() == row["binned"].tolist() == row["n"].tolist()
        assert row["n"].tolist() == [len(x)] * 2
    # So small a batch is not sampled.
    assert (sides[0].histogram.slots == sides[1].histogram.slots).all()


def test_samples_wait_to_be_counted_together(normal, monkeypatch):
    monkeypatch.setattr("hooks.samples.TOGETHER", 100)
    side = Side(2, torch.device("cpu"), Settings())
    counted = []
    for _ in range(6):
        side.count(normal(5, 2, 4), None)
        counted.append(int(side.histogram.slots.sum()))
    assert counted == [0, 0, 80, 80, 160, 160]
    assert side.row()["binned"].sum() == 6 * 40


def test_samples_of_another_form_are_counted_too(normal):
    side = Side(2, torch.device("cpu"), Settings())
    seen = 0
    for turn, shape in enumerate([(5, 2, 4), (5, 2, 6), (3, 2, 6), (40, 2, 1)]):
        x = normal(*shape)
        side.count(x if turn % 2 else x.double(), None)
        seen += x.numel() // 2
    assert side.row()["binned"].tolist() == [seen, seen]


def test_cleared_it_is_as_new_and_keeps_its_memory(normal):
    side = Side(2, torch.device("cpu"), Settings())
    side.count(normal(5, 2, 4), None)
    side.clear()
    row = side.row()
    assert row["n"].tolist() == row["binned"].tolist() == [0, 0]
    assert np.isnan([row["mean"], row["var"]]).all()
    side.count(normal(5, 2, 4), None)
    assert side.row()["n"].tolist() == [20, 20]


def test_what_was_made_in_inference_mode_goes_on_outside_of_it(normal):
    side = Side(2, torch.device("cpu"), Settings())
    with torch.inference_mode():
        side.count(normal(5, 2, 4), None)
    side.count(normal(5, 2, 4), None)
    assert side.row()["binned"].tolist() == [40, 40]

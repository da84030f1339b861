import pytest
import torch
from torch import Generator

from birdplane.recurrent import RowReader


@pytest.fixture
def images():
    return torch.randn(6, 3, 5, 4, generator=Generator().manual_seed(0))


def reader(norm, **options):
    return RowReader(norm, width=12, hidden=7, steps=5, **options)


@pytest.mark.parametrize("norm", ["shared", "per step", "layer", "none"])
def test_every_norm_reads_sequences_of_any_length(norm, images):
    model = reader(norm)
    for rows in (1, 3, 5, 8):
        x = images.repeat(1, 1, 2, 1)[:, :, :rows]
        logits = model(x)
        assert logits.shape == (6, 2)
    logits.sum().backward()
    assert all(p.grad.isfinite().all() for p in model.parameters())


def test_a_step_is_the_formula(images):
    model = reader("layer")
    state, states = torch.zeros(6, 7), []
    for step in range(5):
        row = images[:, :, step].flatten(1)  # (N, 3 W)
        state = torch.tanh(
            model.norms[0](row @ model.row.weight.T + state @ model.state.weight.T)
        )
        states.append(state)
    expected = model.fc(sum(states) / 5)
    torch.testing.assert_close(model(images), expected)


def test_steps_share_what_is_learned_and_not_the_statistics(images):
    per_step, shared = reader("per step"), reader("shared")
    assert len(per_step.norms) == 5
    assert len(list(per_step.parameters())) == len(list(shared.parameters()))
    torch.testing.assert_close(per_step(images), shared(images))  # in train mode
    means = [norm.running_mean for norm in per_step.norms]
    assert not torch.allclose(means[0], means[1], atol=1e-3)
    assert shared.norms[0].num_batches_tracked == 5
    longer = per_step.eval()(images.repeat(1, 1, 2, 1))  # the last one's statistics
    assert longer.isfinite().all()
    assert [int(norm.num_batches_tracked) for norm in per_step.norms] == [1] * 5


def test_a_seed_gives_the_same_weights_whatever_the_global_state():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first, second = reader("layer", seed=3), reader("shared", seed=3)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first.state.weight, second.state.weight)
    assert torch.equal(first.row.weight, second.row.weight)
    assert not torch.equal(first.row.weight, reader("layer", seed=4).row.weight)


def test_an_unknown_norm_is_refused():
    with pytest.raises(ValueError, match=r"^RowReader: norm expects .*'batch'\.$"):
        RowReader("batch")

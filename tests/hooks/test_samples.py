import torch

from hooks.samples import KEEP, TOGETHER, Samples

CPU = torch.device("cpu")


def test_they_hold_no_activations(normal):
    samples = Samples(2, CPU)
    x = normal(512, 2, 256)
    samples.add(x)
    assert samples._memory.untyped_storage().nbytes() <= 4 * TOGETHER
    x.fill_(torch.nan)
    assert samples.take().isfinite().all()


def test_one_that_finds_no_room_leaves_the_others_as_they_are(normal, monkeypatch):
    monkeypatch.setattr("hooks.samples.TOGETHER", 30)
    samples, x = Samples(2, CPU), normal(5, 2, 2)
    assert [samples.add(x) for _ in range(2)] == [True, False]
    assert not samples.add(x.double())
    assert len(samples) == 10
    assert torch.equal(samples.take(), x.transpose(1, 2).reshape(-1, 2))


def test_a_large_batch_waits_alone(normal, monkeypatch):
    monkeypatch.setattr("hooks.samples.TOGETHER", 10)
    samples = Samples(2, CPU)
    for _ in range(3):
        assert samples.add(normal(20, 2, 3))
        assert not samples.add(normal(1, 2, 1))
        assert samples.take().shape == (60, 2)


def test_the_memory_is_taken_once(normal):
    samples, taken = Samples(2, CPU), []
    for _ in range(4):
        samples.add(normal(5, 2, 4))
        taken.append(samples.take())  # held, so that no place can be given out twice
    assert len({each.data_ptr() for each in taken}) == 1


def test_another_type_gets_memory_of_its_own(normal):
    samples, x = Samples(2, CPU), normal(5, 2, 4)
    samples.add(x)
    samples.take()
    assert samples.add(x.double())
    assert torch.equal(samples.take(), x.double().transpose(1, 2).reshape(-1, 2))


def test_each_is_taken_at_other_places(normal):
    samples, x = Samples(2, CPU), normal(64, 2, 64)
    taken = []
    for _ in range(2):
        samples.add(x)
        taken.append(samples.take().clone())
    assert not set(taken[0][:, 0].tolist()) & set(taken[1][:, 0].tolist())


def test_one_that_finds_no_room_does_not_take_the_turn_of_the_next(normal, monkeypatch):
    monkeypatch.setattr("hooks.samples.TOGETHER", 2 * KEEP)
    samples, again, x = Samples(2, CPU), Samples(2, CPU), normal(64, 2, 64)
    for each in (samples, again):
        assert each.add(x)
    assert not samples.add(x)
    samples.take()
    again.take()
    assert samples.add(x)
    assert again.add(x)
    assert torch.equal(samples.take(), again.take())

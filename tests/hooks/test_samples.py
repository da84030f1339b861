import torch

from hooks.samples import TOGETHER, Samples

CPU = torch.device("cpu")


def test_they_hold_no_activations(normal):
    samples = Samples(2, CPU)
    x = normal(512, 2, 256)
    samples.add(x, 0)
    assert samples._memory.untyped_storage().nbytes() <= 4 * TOGETHER
    x.fill_(torch.nan)
    assert samples.take().isfinite().all()


def test_one_that_finds_no_room_leaves_the_others_as_they_are(normal, monkeypatch):
    monkeypatch.setattr("hooks.samples.TOGETHER", 30)
    samples, x = Samples(2, CPU), normal(5, 2, 2)
    assert [samples.add(x, turn) for turn in range(2)] == [True, False]
    assert not samples.add(x.double(), 2)
    assert len(samples) == 10
    assert torch.equal(samples.take(), x.transpose(1, 2).reshape(-1, 2))


def test_a_large_batch_waits_alone(normal, monkeypatch):
    monkeypatch.setattr("hooks.samples.TOGETHER", 10)
    samples = Samples(2, CPU)
    for turn in range(3):
        assert samples.add(normal(20, 2, 3), turn)
        assert not samples.add(normal(1, 2, 1), turn)
        assert samples.take().shape == (60, 2)


def test_the_memory_is_taken_once(normal):
    samples, places = Samples(2, CPU), set()
    for turn in range(4):
        samples.add(normal(5, 2, 4), turn)
        places.add(samples.take().data_ptr())
    assert len(places) == 1


def test_another_type_gets_memory_of_its_own(normal):
    samples, x = Samples(2, CPU), normal(5, 2, 4)
    samples.add(x, 0)
    samples.take()
    assert samples.add(x.double(), 1)
    assert torch.equal(samples.take(), x.double().transpose(1, 2).reshape(-1, 2))

import pytest
import torch

from birdplane.randomness import PrivateRandomness


def draw(randomness, n=3):
    with randomness.active():
        return torch.rand(n)


def test_the_private_stream_goes_on_where_it_stopped():
    whole = draw(PrivateRandomness(0, torch.device("cpu")), 6)
    halves = PrivateRandomness(0, torch.device("cpu"))
    torch.manual_seed(99)
    first = draw(halves)
    torch.rand(17)
    assert torch.equal(torch.cat([first, draw(halves)]), whole)


def test_the_global_stream_sees_nothing_of_it_even_after_an_error():
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    with pytest.raises(KeyboardInterrupt):
        draw_and_stop()
    assert torch.equal(torch.rand(3), expected)


def draw_and_stop():
    with PrivateRandomness(0, torch.device("cpu")).active():
        torch.rand(5)
        raise KeyboardInterrupt

import pytest
import torch
from torch import nn

from birdplane.running import follow


@pytest.mark.parametrize("momentum", [0.1, 0.7, None])
def test_the_buffers_move_as_those_of_torch(momentum):
    ours, torchs = (nn.BatchNorm2d(3, momentum=momentum) for _ in range(2))
    generator = torch.Generator().manual_seed(0)
    for _ in range(4):
        x = torch.randn(5, 3, 2, 2, generator=generator) * 3 + 1
        torchs(x)
        follow(ours, x.mean((0, 2, 3)), x.var((0, 2, 3)))
    for name, buffer in torchs.named_buffers():
        torch.testing.assert_close(ours.get_buffer(name), buffer)


def test_a_layer_without_running_statistics_is_left_alone():
    follow(nn.BatchNorm2d(3, track_running_stats=False), torch.ones(3), torch.ones(3))

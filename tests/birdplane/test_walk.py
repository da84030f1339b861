import numpy as np
import pytest
import torch
from torch import nn

import birdplane
from birdplane.walk import filters, walk


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(16, 3, 8, 8, generator=generator, dtype=torch.float64)
    return images, torch.arange(16) % 2


def test_it_walks_against_the_gradient_of_the_filters_alone(batch):
    images, labels = batch
    model = birdplane.ResNet(seed=3).double()
    by_hand = birdplane.ResNet(seed=3).double()
    loss = nn.functional.cross_entropy(by_hand(images), labels)
    gradients = torch.autograd.grad(loss, filters(by_hand))
    with torch.no_grad():
        for weight, gradient in zip(filters(by_hand), gradients, strict=True):
            weight -= 0.3 * gradient
    there = nn.functional.cross_entropy(by_hand(images), labels)
    found = walk(model, images, labels, [0.1, 0.3])
    np.testing.assert_allclose(found.losses[[0, 2]], [loss.item(), there.item()])
    assert found.sizes.tolist() == [0.0, 0.1, 0.3]
    here = torch.autograd.grad(there, filters(by_hand))
    change = [(a - b).square().sum() for a, b in zip(here, gradients, strict=True)]
    assert found.changes[2] == pytest.approx(sum(change).sqrt().item())
    norm = sum(g.square().sum() for g in gradients).sqrt().item()
    assert found.gradient == pytest.approx(norm)


def test_the_model_stays_as_it_is(batch):
    model = birdplane.ResNet().double()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    walk(model, *batch, [0.1])
    assert all(torch.equal(before[k], v) for k, v in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())
    assert model.training


def test_a_parabola_is_as_rough_as_its_curvature(batch):
    class Parabola(nn.Module):
        """Gives logits whose cross-entropy is c/2 · w² + log 2, nearly, for small w."""

        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 1, 3, padding=1, bias=False)
            nn.init.constant_(self.conv.weight, 1e-3)

        def forward(self, x):
            bend = self.conv.weight.square().sum() * 3.0
            return torch.stack([bend, -bend]).expand(len(x), 2)

    images, _ = batch
    labels = torch.ones(len(images), dtype=torch.int64)
    found = walk(Parabola().double(), images, labels, [0.001, 0.01])
    # loss = log(1 + exp(2·3·w²)) ≈ log 2 + 3·w²: the second derivative is 6
    assert found.roughness == pytest.approx(6, rel=1e-3)
    assert found.loss_range == pytest.approx(found.losses[0] - found.losses[-1])
    assert found.gradient_change == found.changes.max() == found.changes[-1]


def test_with_batch_norm_scaled_filters_are_rougher_by_the_square(batch):
    model = birdplane.ResNet().double()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = 1e-30
    plain = walk(model, *batch, [0.01, 0.02], relative=True)
    with torch.no_grad():
        for weight in filters(model):
            weight *= 0.5
    small = walk(model, *batch, [0.01, 0.02], relative=True)
    np.testing.assert_allclose(small.losses, plain.losses)
    np.testing.assert_allclose(small.lengths, [0, 0.01, 0.02])
    np.testing.assert_allclose(plain.lengths, small.lengths)
    assert small.roughness == pytest.approx(4 * plain.roughness)
    assert small.gradient == pytest.approx(2 * plain.gradient)

import itertools

import pytest
import torch
from torch import nn

import birdplane

VARIANTS = [
    {},
    *({"norm": norm} for norm in ("group", "layer", "instance", "noisy", "none")),
    {"norm": "group", "groups": 4},
    {"norm_position": "after"},
    {"affine": False},
    *(
        {"dropout": 0.3, "dropout_position": where}
        for where in ("before", "after", "head")
    ),
    {"conv_bias": True},
    {"norm": "none", "conv_bias": False},
    {"activation": "tanh"},
    {"activation": "sigmoid", "norm": "none"},
    {"depth": 3},
    {"skip": False},
    {"skip": False, "norm": "none", "depth": 2},
    {"norm": "layer", "norm_position": "after", "skip": False},
    {"num_classes": 5},
    {"norm_batch": 2},
    {"held_bias": -2.0},
]


def count(model):
    return sum(p.numel() for p in model.parameters())


@pytest.fixture
def images():
    return torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("options", VARIANTS, ids=str)
def test_every_variant_goes_forward_and_backward(options, images):
    model = birdplane.ResNet(**options)
    logits = model(images)
    assert logits.shape == (4, options.get("num_classes", 2))
    nn.functional.cross_entropy(logits, torch.tensor([0, 1, 0, 1])).backward()
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            assert parameter.grad is not None, name
            assert parameter.grad.isfinite().all(), name


@pytest.mark.parametrize(
    ("options", "parameters"),
    [
        ({}, 77_330),
        ({"affine": False}, 77_330 - 480),
        ({"norm": "none"}, 77_330 - 480 + 240),
        ({"norm": "group"}, 77_330),
        ({"conv_bias": True}, 77_330 + 240),
        ({"skip": False}, 77_330 - 512 - 2048),
        ({"num_classes": 10}, 77_330 + 8 * 65),
    ],
    ids=str,
)
def test_parameters_are_as_many_as_the_sum_by_hand(options, parameters):
    assert count(birdplane.ResNet(**options)) == parameters


def test_the_layers_bear_the_names_of_the_course():
    model = birdplane.ResNet()
    names = [n for n, m in model.named_modules() if isinstance(m, nn.BatchNorm2d)]
    blocks = itertools.product((1, 2, 3), (1, 2))
    assert names == ["bn1", *(f"res_block{b}.bn{i}" for b, i in blocks)]
    assert model.res_block1.bn1.num_features == 16
    assert " ".join(dict(model.named_children())) == (
        "conv1 pool bn1 act1 res_block1 res_block2 res_block3 dropout fc"
    )


def test_blocks_of_a_deep_network_are_numbered_on_and_share_nothing(images):
    model = birdplane.ResNet(depth=8)
    blocks = [m for m in model.modules() if isinstance(m, birdplane.BasicBlock)]
    assert len({id(b) for b in blocks}) == 24
    layers = [
        m
        for m in model.modules()
        if isinstance(m, nn.Linear | nn.Conv2d) and m.weight.shape[-1] != 1
    ]
    assert len(layers) == 6 * 8 + 2
    assert model.res_block24.bn2.num_features == 64


def test_a_seed_gives_the_same_weights_whatever_the_global_state():
    torch.manual_seed(1)
    first = birdplane.ResNet(seed=3).state_dict()
    torch.manual_seed(2)
    before = torch.get_rng_state()
    second = birdplane.ResNet(seed=3).state_dict()
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], second[name]) for name in first)
    other = birdplane.ResNet(seed=4).state_dict()
    assert not torch.equal(first["conv1.weight"], other["conv1.weight"])


def test_pairs_with_and_without_a_norm_start_from_the_same_directions():
    batch, none = birdplane.ResNet(seed=5), birdplane.ResNet("none", seed=5)
    assert torch.equal(batch.conv1.weight, none.conv1.weight)
    ratio = none.res_block2.conv2.weight / batch.res_block2.conv2.weight
    torch.testing.assert_close(ratio, torch.full_like(ratio, 3**-0.5))


def test_without_a_norm_deep_activations_stay_of_one_size(images):
    sizes = [birdplane.ResNet("none", depth=d)(images).std().item() for d in (1, 8)]
    assert 0.01 < sizes[0] < 10
    assert 0.01 < sizes[1] < 10


@pytest.mark.parametrize(("position", "positive"), [("before", False), ("after", True)])
def test_the_norm_sits_before_or_after_the_activation(images, position, positive):
    model = birdplane.ResNet(norm_position=position)
    seen = []
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.register_forward_pre_hook(lambda m, x: seen.append(x[0]))
    model(images)
    assert len(seen) == 7
    assert all(bool((x >= 0).all()) is positive for x in seen)


def test_dropout_sits_where_it_is_said_to(images):
    zeros = {}
    for position in ("before", "after", "head"):
        model = birdplane.ResNet(dropout=0.5, dropout_position=position)
        seen = {}

        def look(module, inputs, output, seen=seen):
            seen["input"] = (inputs[0] == 0).float().mean().item()

        model.res_block1.bn1.register_forward_hook(look)
        model(images)
        zeros[position] = seen["input"]
        torch.testing.assert_close(model.eval()(images), model(images))
    assert zeros["before"] == pytest.approx(0.5, abs=0.05)
    assert zeros["after"] == zeros["head"] == 0


@pytest.mark.parametrize("norm", ["batch", "group", "layer", "instance"])
def test_a_held_bias_is_where_it_is_held_and_is_not_learned(norm):
    model = birdplane.ResNet(norm, held_bias=2.0)
    biases = {n: p for n, p in model.named_parameters() if ".bn" in f".{n}"}
    held = [p for n, p in biases.items() if n.endswith("bias")]
    assert len(held) == 7
    assert all((p == 2).all() and not p.requires_grad for p in held)
    assert all(p.requires_grad for n, p in biases.items() if n.endswith("weight"))
    model.reset_parameters(seed=1)
    assert all((p == 2).all() for p in held)


@pytest.mark.parametrize("size", [8, 16, 33, 64])
def test_images_of_other_sizes_fit(size):
    assert birdplane.ResNet()(torch.zeros(2, 3, size, size)).shape == (2, 2)

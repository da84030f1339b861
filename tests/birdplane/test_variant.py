import pytest
from torch import nn

from birdplane.ghost import GhostBatchNorm2d
from birdplane.noisy import NoisyBatchNorm2d
from birdplane.variant import Variant


@pytest.mark.parametrize(
    ("norm", "kind"),
    [
        ("batch", nn.BatchNorm2d),
        ("group", nn.GroupNorm),
        ("layer", nn.GroupNorm),
        ("instance", nn.InstanceNorm2d),
        ("noisy", NoisyBatchNorm2d),
        ("none", nn.Identity),
    ],
)
def test_the_norm_is_the_one_named(norm, kind):
    assert type(Variant(norm=norm).make_norm(16)) is kind


def test_norm_batch_gives_a_batch_norm_of_groups_of_images():
    module = Variant(norm_batch=4, affine=False).make_norm(16)
    assert isinstance(module, GhostBatchNorm2d)
    assert (module.group, module.affine) == (4, False)


@pytest.mark.parametrize("norm", ["batch", "group", "layer", "instance", "noisy"])
@pytest.mark.parametrize("affine", [True, False])
def test_affine_gives_every_norm_a_weight_and_a_bias(norm, affine):
    module = Variant(norm=norm, affine=affine).make_norm(16)
    assert len(list(module.parameters())) == 2 * affine


def test_without_a_norm_the_convolutions_have_a_bias_unless_told():
    assert not Variant().has_conv_bias
    assert Variant(norm="none").has_conv_bias
    assert not Variant(norm="none", conv_bias=False).has_conv_bias
    assert Variant(conv_bias=True).has_conv_bias


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"norm": "batchnorm"}, ["norm expects", "'instance'", "'batchnorm'"]),
        ({"norm": None}, ["norm expects", "None"]),
        ({"norm_position": "behind"}, ["norm_position", "'after'", "'behind'"]),
        ({"dropout_position": "tail"}, ["dropout_position", "'head'", "'tail'"]),
        ({"activation": "gelu"}, ["activation", "'sigmoid'", "'gelu'"]),
        ({"depth": 0}, ["depth", "at least 1", "0"]),
        ({"depth": 1.5}, ["depth", "1.5"]),
        ({"num_classes": 1}, ["num_classes", "at least 2"]),
        ({"dropout": 1.0}, ["dropout", "1.0"]),
        ({"dropout": -0.1}, ["dropout", "-0.1"]),
        ({"norm": "group", "groups": 3}, ["groups", "3", "1, 2, 4, 8 and 16"]),
        ({"norm": "none", "norm_position": "after"}, ["norm='none'", "after"]),
        ({"norm": "none", "affine": False}, ["norm='none'", "affine=False"]),
        ({"norm_batch": 0}, ["norm_batch", "at least 1", "0"]),
        ({"norm": "group", "norm_batch": 4}, ["norm='group'", "norm_batch=4"]),
        ({"norm": "none", "held_bias": 2}, ["norm='none'", "held_bias=2"]),
        ({"affine": False, "held_bias": 2}, ["affine=False", "held_bias=2"]),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(options, words):
    with pytest.raises(ValueError, match=r"^ResNet: ") as error:
        Variant(**options)
    for word in words:
        assert word in str(error.value)

import pytest
from torch import nn

from hooks.layers import LayerNotFoundError, channel_axis, select


@pytest.mark.parametrize(
    ("layers", "found"),
    [
        (nn.BatchNorm2d, ["stem.1", "block.bn1", "block.bn2"]),
        ((nn.Linear, nn.BatchNorm2d), ["stem.1", "block.bn1", "block.bn2", "fc"]),
        (nn.modules.batchnorm._BatchNorm, ["stem.1", "block.bn1", "block.bn2"]),
        ("block.bn1", ["block.bn1"]),
        ("block.bn?", ["block.bn1", "block.bn2"]),
        ("*.bn[2-9]", ["block.bn2"]),
        (["fc", "stem.1"], ["stem.1", "fc"]),
        (("fc", "block.bn*"), ["block.bn1", "block.bn2", "fc"]),
        ((name for name in ["fc"]), ["fc"]),
        (["block.bn1", "*.bn1"], ["block.bn1"]),
        (
            lambda name, module: name.startswith("block.c"),
            ["block.conv1", "block.conv2"],
        ),
        (lambda name, module: isinstance(module, nn.Dropout), ["dropout"]),
        ("", [""]),
    ],
)
def test_a_description_means_these_layers_in_the_models_order(net, layers, found):
    chosen = select(net, layers)
    assert list(chosen) == found
    assert all(chosen[name] is net.get_submodule(name) for name in found)


def test_the_model_itself_can_be_the_layer():
    bn = nn.BatchNorm1d(2)
    assert select(bn, nn.BatchNorm1d) == {"": bn}


def test_a_layer_that_stands_twice_in_the_model():
    relu = nn.ReLU()
    model = nn.Sequential(relu, nn.Tanh(), relu)
    assert list(select(model, nn.ReLU)) == ["0"]
    assert list(select(model, "2")) == ["2"]
    assert list(select(model, ["0", "2"])) == ["0", "2"]


def test_a_name_with_the_signs_of_a_glob_means_itself():
    model = nn.ModuleDict({"[a]": nn.ReLU(), "a": nn.ReLU()})
    assert list(select(model, "[a]")) == ["[a]", "a"]


@pytest.mark.parametrize(
    "layers",
    [
        "block.bn3",
        ["stem.1", "block.bn3"],
        "bloc.*",
        nn.BatchNorm1d,
        (nn.BatchNorm1d, nn.LSTM),
        lambda name, module: False,
        [],
        (),
    ],
)
def test_what_matches_nothing_is_an_error_with_the_layers_that_exist(net, layers):
    inventory = "3 BatchNorm2d layers: stem.1, block.bn1, block.bn2"
    with pytest.raises(LayerNotFoundError, match=f"^me: no layer.*{inventory}$"):
        select(net, layers, who="me")


def test_a_near_miss_is_named(net):
    message = "no layer 'block.bn3'; did you mean 'block.bn2' or 'block.bn1'"
    with pytest.raises(LayerNotFoundError, match=message):
        select(net, "block.bn3")


def test_of_many_layers_twelve_are_listed():
    model = nn.Sequential(*(nn.ReLU() for _ in range(20)))
    with pytest.raises(LayerNotFoundError, match=r"20 ReLU layers: 0, .*, 11, … \(8"):
        select(model, nn.Linear)


def test_an_error_about_a_single_layer_says_that_it_is_one():
    with pytest.raises(LayerNotFoundError, match="The model is a single ReLU"):
        select(nn.ReLU(), nn.Linear)


@pytest.mark.parametrize("layers", [3, None, [nn.ReLU], ["fc", 1], nn.ReLU()])
def test_what_is_no_description_is_a_type_error(net, layers):
    with pytest.raises(TypeError, match=r"^me: layers must be a module type, .*; got "):
        select(net, layers, who="me")


def test_a_module_in_place_of_its_name_is_a_type_error(net):
    for layer in (net.block.bn1, net.stem):
        with pytest.raises(TypeError, match="layers must be"):
            select(net, layer)


@pytest.mark.parametrize(
    ("module", "axis"),
    [
        (nn.Linear(2, 3), -1),
        (nn.LayerNorm(3), -1),
        (nn.RMSNorm(3), -1),
        (nn.Embedding(5, 3), -1),
        (nn.EmbeddingBag(5, 3), -1),
        (nn.LSTM(2, 3), -1),
        (nn.GRU(2, 3), -1),
        (nn.MultiheadAttention(4, 2), -1),
        (nn.TransformerEncoderLayer(4, 2, batch_first=True), -1),
        (nn.TransformerDecoderLayer(4, 2), -1),
        (nn.Transformer(4, 2, 1, 1, 4, batch_first=True), -1),
        (nn.Bilinear(2, 2, 3), -1),
        (nn.Conv1d(2, 3, 1), -2),
        (nn.Conv2d(2, 3, 1), -3),
        (nn.ConvTranspose3d(2, 3, 1), -4),
        (nn.LazyConv2d(3, 1), -3),
        (nn.BatchNorm1d(3), 1),
        (nn.GroupNorm(1, 3), 1),
        (nn.ReLU(), 1),
    ],
)
def test_where_the_channels_are(module, axis):
    assert channel_axis(module) == axis

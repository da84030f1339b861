"""Layers, inputs and outputs of all kinds, and that any model stays what it was."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import hooks
from hooks import record


class Shortcut(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


PARTS = {
    "linear": lambda: nn.Linear(3, 3),
    "batch norm": lambda: nn.BatchNorm1d(3),
    "average": lambda: nn.BatchNorm1d(3, momentum=None),
    "bare": lambda: nn.BatchNorm1d(3, affine=False, track_running_stats=False),
    "layer norm": lambda: nn.LayerNorm(3),
    "group norm": lambda: nn.GroupNorm(1, 3),
    "in place": lambda: nn.Sequential(nn.Linear(3, 3), nn.ReLU(inplace=True)),
    "tanh": lambda: nn.Tanh(),
    "dropout": lambda: nn.Dropout(0.4),
    "weight norm": lambda: nn.utils.parametrizations.weight_norm(nn.Linear(3, 3)),
    "residual": lambda: Shortcut(nn.Sequential(nn.BatchNorm1d(3), nn.ReLU())),
    "frozen": lambda: nn.BatchNorm1d(3).requires_grad_(False),
}
MODELS = st.lists(st.sampled_from(sorted(PARTS)), min_size=1, max_size=5)


def built(names):
    """The same model for the same names; its first part stands at its end too."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        parts = [PARTS[name]() for name in names]
    return nn.Sequential(*parts, parts[0])


def named(model):
    return model.named_modules(remove_duplicate=False)


def train(model, samples, passes=3):
    """All that is left of a little training."""
    generator = torch.Generator().manual_seed(1)
    torch.manual_seed(0)
    optimizer = torch.optim.SGD([*model.parameters(), torch.zeros(1)], lr=0.01)
    left = []
    for number in range(passes):
        x = torch.randn(samples, 3, generator=generator).requires_grad_()
        y = model.train(number != 1)(x * 1)  # a layer may work in place, but on no leaf
        y.square().sum().backward()
        optimizer.step()
        left += [y.tolist(), x.grad.tolist()]
    left += [p.grad if p.grad is None else p.grad.tolist() for p in model.parameters()]
    left += [value.tolist() for value in model.state_dict().values()]
    return [*left, torch.get_rng_state().tolist()]


@settings(max_examples=20)
@given(
    names=MODELS,
    samples=st.integers(2, 40),
    exact=st.booleans(),
    trace=st.booleans(),
    grads=st.booleans(),
    every=st.integers(1, 2),
    mode=st.sampled_from(["train", "eval", "any"]),
)
def test_any_model_trains_as_without_and_every_value_is_counted(
    names, samples, mode, every, **how
):
    plain, watched = built(names), built(names)
    names_watched = [n for n, _ in named(watched) if "parametrizations" not in n]
    with record(watched, names_watched, mode=mode, every=every, **how) as recorder:
        result = train(watched, samples)
    assert result == train(plain, samples)
    passes = {"train": 2, "eval": 1, "any": 3}[mode]
    for name, layer in recorder.recording.items():
        twice = name.split(".")[0] in ("0", str(len(names)))
        calls = passes * (2 if twice else 1)
        tails = sum(layer[tail] for tail in ("below", "above", "nan", "inf"))
        assert (layer.counts.sum("bin") + tails == layer.binned).all(), name
        assert (layer.n == -(-calls // every) * samples).all(), name


def exactly(module, *inputs, layers="", **keywords):
    """Record a single pass; what came out and what was recorded."""
    with record(module, layers, exact=True, mode="any") as recorder:
        output = module(*inputs, **keywords)
    return output, recorder.recording[layers]


BY_THE_LAST_AXIS = [
    (nn.LSTM(3, 4, batch_first=True), lambda output: output[0]),
    (nn.GRU(3, 4), lambda output: output[0]),
    (nn.TransformerEncoderLayer(4, 2, 8, batch_first=True), lambda output: output),
    (nn.RMSNorm(4), lambda output: output),
]


@pytest.mark.parametrize(("module", "first"), BY_THE_LAST_AXIS)
def test_layers_of_sequences_of_any_length(normal, expected, agree, module, first):
    width = 3 if isinstance(module, nn.RNNBase) else 4
    batches = [normal(2, length, width, seed=length) for length in (5, 7)]
    with record(module, "", exact=True) as recorder:
        outputs = [first(module(x)).detach() for x in batches]
    layer = recorder.recording[""]
    for side, tensors in (("input", batches), ("output", outputs)):
        values = torch.cat([t.reshape(-1, t.shape[-1]) for t in tensors])
        real = layer.isel(channel=slice(values.shape[1]))
        agree(real, side, expected(values), rtol=1e-6)


def test_attention(normal, expected, agree):
    attention = nn.MultiheadAttention(4, 2, batch_first=True)
    x = normal(2, 5, 4)
    (output, _), layer = exactly(attention, x, x, x)
    agree(layer, "input", expected(x, -1), rtol=1e-6)
    agree(layer, "output", expected(output, -1), rtol=1e-6)


@pytest.mark.parametrize("kind", [nn.Embedding, nn.EmbeddingBag])
def test_an_embedding_is_given_indices_and_no_channels(expected, agree, kind):
    indices = torch.arange(10).view(2, 5)
    output, layer = exactly(kind(10, 4), indices)
    values = expected(indices.reshape(-1, 1))
    agree(layer.isel(channel=[0]), "input", values, rtol=1e-9)
    assert (layer.n.sel(side="input")[0] == [10, 0, 0, 0]).all()
    agree(layer, "output", expected(output, -1), rtol=1e-6)


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (nn.ConvTranspose2d(3, 3, 2), (2, 3, 4, 4)),
        (nn.Conv1d(3, 3, 2), (2, 3, 4)),
        (nn.Conv3d(3, 3, 2), (2, 3, 4, 4, 4)),
        (nn.InstanceNorm2d(3), (2, 3, 4, 4)),
        (nn.MaxPool2d(2), (2, 3, 4, 4)),
        (nn.PReLU(3), (2, 3, 4)),
        (nn.Softmax(1), (2, 3)),
        (nn.GELU(), (2, 3)),
        (nn.Sigmoid(), (2, 3, 4)),
        (nn.Flatten(2), (2, 3, 4, 4)),
        (nn.Upsample(scale_factor=2), (2, 3, 4, 4)),
    ],
)
def test_other_layers(normal, expected, agree, module, shape):
    x = normal(*shape)
    output, layer = exactly(module, x)
    agree(layer, "input", expected(x), rtol=1e-6)
    agree(layer, "output", expected(output), rtol=1e-6)


def test_a_loss_is_a_single_value(normal):
    loss, layer = exactly(nn.MSELoss(), normal(4, 2), normal(4, 2, seed=1))
    output = layer.sel(side="output", snapshot=0)
    assert output.n.values.tolist() == [1, 0]
    assert output["mean"].values[0] == pytest.approx(loss.item())


@pytest.mark.parametrize("training", [True, False])
def test_synchronized_batch_norm_in_one_process(normal, training):
    recorded = []
    for kind in (nn.SyncBatchNorm, nn.BatchNorm2d):
        module = kind(3).train(training)
        with record(module, "", exact=True) as recorder:
            for seed in range(2):
                module(normal(4, 3, 5, 5, seed=seed))
        recorded.append(recorder.recording[""])
    sync, plain = recorded
    assert sync.attrs["module"] == "SyncBatchNorm"
    assert sync.counts.equals(plain.counts)
    for name in ("mean", "var", "running_mean", "running_var"):
        np.testing.assert_allclose(sync[name], plain[name], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("exact", [True, False])
def test_lazy_layers_before_and_after_they_are_initialised(
    normal, expected, agree, exact
):
    model = nn.Sequential(nn.LazyLinear(3), nn.LazyBatchNorm1d())
    x = normal(32, 4)
    with record(model, ["0", "1"], exact=exact) as recorder:
        with hooks.capture(model, ["0", "1"]) as seen:
            model(x)
        recorder.snapshot("initialised")
        model(x)
        recorder.snapshot("after")
    for name in "01":
        layer = recorder.recording[name]
        assert layer.sizes["snapshot"] == 2
        assert not layer.attrs["module"].startswith("Lazy")
        agree(layer.isel(channel=slice(4 - int(name))), "input",
              expected(seen[name].input), rtol=1e-5)  # fmt: skip
    assert recorder.recording["1"].running_mean.notnull().all()


def test_one_module_under_two_names(normal, n):
    layer = nn.BatchNorm1d(2)
    model = nn.Sequential(layer, nn.ReLU(), layer)
    x = normal(8, 2)
    with record(model, ["0", "2"]) as both, record(model, nn.BatchNorm1d) as by_type:
        model(x)
    assert list(both.recording) == ["0", "2"]
    assert n(both, "0") == n(both, "2") == [16]  # each name is all of the module
    assert list(by_type.recording) == ["0"]
    assert n(by_type, "0") == [16]


def test_forward_called_directly_runs_no_hooks(bn, normal):
    recorder = record(bn, "")
    bn.forward(normal(8, 2))
    with pytest.warns(UserWarning, match="'' is not in the recording: it was not"):
        recorder.__exit__(None, None, None)


@dataclass
class Answer:
    loss: object
    hidden: torch.Tensor


class Answers(nn.Module):
    """Takes a keyword and gives whatever it was made with."""

    def __init__(self, wrap):
        super().__init__()
        self.wrap = wrap

    def forward(self, *, hidden, scale=1.0):
        return self.wrap(hidden * scale)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda x: (x, x + 1),
        lambda x: [None, x],
        lambda x: {"loss": 3.0, "hidden": {"last": x, "first": x + 1}},
        lambda x: Answer(None, x),
    ],
)
def test_keyword_arguments_and_outputs_of_any_kind(normal, expected, agree, wrap):
    x = normal(6, 2)
    _, layer = exactly(Answers(wrap), hidden=x, scale=3.0)
    agree(layer, "input", expected(x), rtol=1e-6)
    agree(layer, "output", expected(3 * x), rtol=1e-6)


@pytest.mark.parametrize("exact", [True, False])
def test_an_output_is_read_before_the_next_layer_overwrites_it(
    normal, expected, agree, exact
):
    model = nn.Sequential(
        nn.BatchNorm1d(3), nn.ReLU(inplace=True), nn.Hardtanh(-1, 1, True)
    )
    x = normal(40, 3)
    with record(model, "*", exact=exact) as recorder:
        model(x)
    values = [nn.BatchNorm1d(3)(x)]
    values += [values[0].relu(), values[0].relu().clamp(max=1)]
    for name, value in zip("012", values, strict=True):
        truth = expected(value)
        agree(recorder.recording[name], "output", truth, rtol=1e-5)


@pytest.mark.parametrize("exact", [True, False])
def test_one_value_a_channel(watch, exact):
    layer = watch(nn.ReLU(), torch.tensor([[2.0, -7.0]]), exact=exact)
    given_side = layer.sel(side="input", snapshot=0)
    assert given_side["mean"].values.tolist() == [2, -7]
    assert given_side["var"].values.tolist() == [0, 0]
    assert given_side.below.values.tolist() == [0, 1]


@pytest.mark.parametrize("exact", [True, False])
def test_more_values_than_float32_can_count(exact):
    """2²⁴ + 1 = 2²⁴ in float32; 0.1 added up as often is far from right."""
    number = 2**24 + 3
    x = torch.tensor([[0.1, 1.0]]).expand(number, 2)  # without the memory
    identity = nn.Identity()
    with record(identity, "", exact=exact) as recorder:
        identity(x)
        identity(x[:1])
    layer = recorder.recording[""].sel(side="input", snapshot=0)
    assert layer.n.values.tolist() == [number + 1] * 2
    np.testing.assert_allclose(layer["mean"], [0.1, 1.0], rtol=1e-7)
    np.testing.assert_allclose(layer["var"], 0, atol=1e-12)
    if exact:
        assert layer.counts.sum("bin").values.tolist() == [number + 1] * 2


def test_gradients_accumulated_over_several_passes(normal, n):
    """What is recorded are passes, however many make a step."""
    x = normal(32, 2)
    recordings = []
    for parts in (1, 4):
        bn = nn.BatchNorm1d(2).eval()
        with record(bn, "", exact=True) as recorder:
            for batch in x.chunk(parts):
                (bn(batch).square().sum() / parts).backward()
        recordings.append(recorder.recording[""])
        assert n(recorder) == [32]
    assert recordings[0].counts.equals(recordings[1].counts)
    np.testing.assert_allclose(*[each["var"] for each in recordings])


@pytest.mark.parametrize("kind", ["complex", "sparse"])
def test_a_tensor_that_cannot_be_read_is_named(kind):
    module = Answers(lambda x: x * 1j if kind == "complex" else x.to_sparse())
    message = rf"layer '' \(Answers\) has a {kind} tensor as output; leave it out"
    with pytest.raises(TypeError, match=message):
        exactly(module, hidden=torch.ones(2, 2))


def test_deterministic_algorithms_are_enough(net, images):
    torch.use_deterministic_algorithms(True)
    try:
        with record(net, "*", exact=True) as recorder, record(net, "*", grads=True):
            net(images).sum().backward()
    finally:
        torch.use_deterministic_algorithms(False)
    assert len(recorder.recording) > 5


@pytest.mark.parametrize("exact", [True, False])
def test_a_model_that_changes_its_type(normal, expected, agree, exact):
    bn = nn.BatchNorm1d(2)
    x = normal(16, 2)
    with record(bn, "", exact=exact) as recorder:
        bn(x)
        bn.double()
        bn(x.double() * 3)
        bn.half()
        bn(x.half())
    values = torch.cat([x, 3 * x, x.half().float()])
    agree(recorder.recording[""], "input", expected(values), rtol=1e-5)


def test_a_layer_of_several_widths_is_named(normal):
    relu = nn.ReLU()
    with record(relu, "") as recorder:
        relu(normal(4, 2))
        message = r"layer '': expected 2 channels as input, got 3; .* or leave"
        with pytest.raises(ValueError, match=message):
            relu(normal(4, 3))
        assert recorder.recording[""].n[0, 0].values.tolist() == [4, 4]


def test_a_model_that_moves_to_another_device_is_named(normal):
    linear = nn.Linear(2, 2)
    with record(linear, "", exact=True):
        linear(normal(4, 2))
        with pytest.raises(ValueError, match=r"expected its input on cpu.* got meta; "):
            linear.to("meta")(normal(4, 2).to("meta"))


@pytest.mark.parametrize("exact", [True, False])
def test_another_default_device(normal, n, bn, exact):
    x = normal(8, 2)
    torch.set_default_device("meta")
    try:
        with record(bn, "", exact=exact) as recorder:
            bn(x)
        assert n(recorder) == [8]
    finally:
        torch.set_default_device(None)

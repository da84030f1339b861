import random
import warnings
from copy import deepcopy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import hooks
from hooks import LayerNotFoundError, probe, record


def state(model):
    parameters = list(model.parameters())
    held = [(id(t), t._version, t.tolist()) for t in [*parameters, *model.buffers()]]
    modes = [module.training for module in model.modules()]
    gradients = [None if p.grad is None else p.grad.tolist() for p in parameters]
    generators = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    return held, modes, gradients, generators, torch.get_rng_state().tolist()


@pytest.mark.parametrize("mode", ["train", "eval", None])
@pytest.mark.parametrize("training", [True, False])
def test_it_records_one_pass_in_the_mode_and_leaves_no_trace(
    make_net, images, expected, agree, hook_count, mode, training
):
    model, twin = make_net().train(training), make_net().train(training)
    if mode is not None:
        twin.train(mode == "train")
    twin.dropout.p = model.dropout.p = 0
    with hooks.capture(twin) as seen, torch.random.fork_rng():
        twin(images)
    model(images).sum().backward()
    model.load_state_dict(make_net().state_dict())
    before = state(model)
    recording = probe(model, images, mode=mode)
    assert state(model) == before
    assert hook_count(model) == 0
    assert list(recording) == list(seen)
    for name, layer in recording.items():
        assert layer.attrs["exact"] == 1
        assert layer.attrs["mode"] == ("train" if twin.training else "eval")
        for side in ("input", "output"):
            agree(layer, side, expected(getattr(seen[name], side)), rtol=1e-6)


def test_twice_it_sees_the_same_dropout_and_the_training_goes_on_as_without(
    make_net, images
):
    def train(model, probed):
        torch.manual_seed(0)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        recordings = []
        for _ in range(3):
            if probed:
                recordings += [probe(model, images, "fc") for _ in range(2)]
            optimizer.zero_grad()
            model(images).square().sum().backward()
            optimizer.step()
        for one, two in zip(recordings[::2], recordings[1::2], strict=True):
            assert one["fc"].identical(two["fc"])
        return state(model)[2:], [v.tolist() for v in model.state_dict().values()]

    assert train(make_net(), probed=True) == train(make_net(), probed=False)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_it_leaves_no_trace_when_the_pass_fails(net, images, hook_count, error):
    class Broken(nn.Module):
        def forward(self, x):
            raise error

    net.fc = Broken()
    before = state(net)
    with pytest.raises(error):
        probe(net, images, mode="eval")
    assert state(net) == before
    assert hook_count(net) == 0


def test_a_frozen_layer_stays_as_it_is_where_no_mode_is_asked_for(net, images):
    net.block.bn1.eval()
    recording = probe(net, images)
    moments = recording["block.bn1"].sel(side="output")
    assert abs(moments["mean"]).max() > 1e-3  # not that of the batch
    assert abs(recording["block.bn2"].sel(side="output")["mean"]).max() < 1e-6
    probe(net, images, mode="train")
    assert not net.block.bn1.training


def test_it_makes_no_graph_and_computes_no_gradient(images):
    kept = []
    model = nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2))
    model.register_forward_hook(lambda module, args, output: kept.append(output))
    probe(model, images.requires_grad_())
    assert not kept[0].requires_grad
    assert images.grad is None


def test_a_batch_of_several_arguments(normal):
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.BatchNorm1d(2)

        def forward(self, x, y, *, scale=1):
            return self.norm(x * scale + y)

    x, y = normal(4, 2), normal(4, 2, seed=1)
    model = Sum()
    for batch, wanted in (
        ((x, y), x + y),
        ({"x": x, "y": y, "scale": 3}, 3 * x + y),
    ):
        seen = probe(model, batch, "norm")["norm"].sel(side="input")
        np.testing.assert_allclose(seen["mean"][0], wanted.mean(0), rtol=1e-5)


def test_the_batch_stays_fixed_where_the_model_works_in_place(normal):
    x = normal(6, 2)
    before = x.clone()
    model = nn.Sequential(nn.ReLU(inplace=True), nn.BatchNorm1d(2))
    for batch in (x, (x,), {"input": x}):
        probe(model, batch, "1")
    assert torch.equal(x, before)


@pytest.mark.parametrize("batch", [[torch.zeros(2, 2)], None, "images", {1, 2}])
def test_what_is_no_batch(bn, batch):
    with pytest.raises(
        TypeError, match=f"tuple .* mapping .*got {type(batch).__name__}"
    ):
        probe(bn, batch, "")


def test_a_layer_that_is_not_initialised_is_named(normal):
    model = nn.Sequential(nn.LazyLinear(3), nn.LazyBatchNorm1d())
    with pytest.raises(
        ValueError, match=r"layer '0' \(LazyLinear\) is not initialised"
    ):
        probe(model, normal(4, 2), "1")
    assert isinstance(model[0], nn.LazyLinear)
    model(normal(4, 2))
    assert list(probe(model, normal(4, 2), "1")) == ["1"]


def test_an_outer_recorder_and_capture_do_not_see_it(n, net, images):
    with record(net) as recorder, hooks.capture(net) as seen:
        net(images)
        inner = probe(net, images)
        net(images)
    assert n(recorder, "stem.1") == [2 * 8 * 36]
    assert len(seen.calls("stem.1")) == 2
    assert inner["stem.1"].n[0, 0, 0] == 8 * 36


def test_the_users_own_hooks_run(normal, bn):
    bn.register_forward_pre_hook(lambda module, args: (args[0] * 3,))
    x = normal(8, 2)
    seen = probe(bn, x, "")[""]["mean"].sel(side="input")[0]
    np.testing.assert_allclose(seen, 3 * x.mean(0), rtol=1e-5)


def test_a_layer_that_is_not_called_is_named(net, images):
    class Half(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, x):
            return self.net.stem(x)

    with pytest.warns(UserWarning, match=r"not recorded: 'net\.fc': ") as caught:
        recording = probe(Half(), images, ["net.stem.1", "net.fc"])
    assert [w.filename for w in caught] == [__file__]
    assert list(recording) == ["net.stem.1"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"mode": "any"}, "probe: mode: expected 'train', 'eval' or None, got 'any'"),
        ({"bins": 0}, "bins: expected"),
        ({"range": (2, 1)}, "range: expected"),
    ],
)
def test_settings_that_cannot_be(bn, normal, settings, message):
    with pytest.raises(ValueError, match=message):
        probe(bn, normal(4, 2), "", **settings)


def test_a_bad_name_passes_nothing(net, images):
    before = state(net)
    with pytest.raises(LayerNotFoundError, match=r"^probe: no layer 'bn9'"):
        probe(net, images, ["stem.1", "bn9"])
    assert state(net) == before


def test_settings_of_the_histogram_and_the_axis(normal):
    layer = probe(nn.ReLU(), normal(4, 5, 6), "", bins=3, range=(0, 3), channel_axis=-1)
    assert dict(layer[""].sizes)["channel"] == 6
    assert layer[""].bin_edges.values.tolist() == [0, 1, 2, 3]


@given(
    st.sampled_from([nn.BatchNorm1d, nn.InstanceNorm1d, nn.Identity, nn.Dropout]),
    st.lists(
        st.floats(-1e6, 1e6, width=32) | st.just(float("nan")), min_size=6, max_size=60
    ),
    st.sampled_from(["train", "eval", None]),
)
def test_every_value_of_any_batch_is_counted(kind, values, mode):
    x = torch.tensor(values[: len(values) // 6 * 6]).view(-1, 2, 3)
    model = kind(2) if kind in (nn.BatchNorm1d, nn.InstanceNorm1d) else kind()
    before, twin = state(model), deepcopy(model)
    layer = probe(model, x, kind, mode=mode)[""]
    assert state(model) == before
    assert state(twin)[1:] == before[1:]
    tails = sum(layer[name] for name in ("below", "above", "nan", "inf"))
    assert (layer.counts.sum("bin") + tails == layer.n).all()
    assert (layer.n == x[:, 0].numel()).all()
    given_side = layer.sel(side="input", snapshot=0)
    finite = [c[c.isfinite()].double() for c in x.movedim(1, 0)]
    wanted = [c.mean().item() if len(c) else np.nan for c in finite]
    np.testing.assert_allclose(given_side["mean"], wanted, rtol=1e-5, atol=1e-6)


def test_no_warning_under_ordinary_use(net, images):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        probe(net, images)


class Configured(nn.Module):
    """Keeps its settings in a dictionary of a class of their own."""

    class Settings(dict):
        def __getattr__(self, name):
            return self[name]

    def __init__(self):
        super().__init__()
        self.settings = self.Settings(scale=3)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, batch):
        given, again = batch["pair"]
        assert given is again
        return self.relu(given) * self.settings.scale


@pytest.mark.parametrize("name", [None, "batch"])
def test_a_nested_batch_is_copied_and_containers_keep_their_class(normal, name):
    x = normal(6, 2)
    before, batch = x.clone(), {"pair": [x, x]}
    layer = probe(Configured(), {name: batch} if name else (batch,), "relu")["relu"]
    assert torch.equal(x, before)
    np.testing.assert_allclose(layer["mean"][0, 0], before.mean(0), rtol=1e-5)

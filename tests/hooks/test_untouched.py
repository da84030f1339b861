"""Observing changes nothing, bit for bit."""

import random
from contextlib import nullcontext

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.parametrize import register_parametrization
from torch.utils.checkpoint import checkpoint

import hooks

EVERY_LAYER = ("*",)


def watchers(model):
    """Make all ways of watching a model; each is a list of context managers."""
    return {
        "record": lambda: [hooks.record(model, mode="any")],
        "exact": lambda: [hooks.record(model, EVERY_LAYER, mode="any", exact=True)],
        "all layers": lambda: [
            hooks.record(model, EVERY_LAYER, mode="any", trace=True)
        ],
        "capture": lambda: [hooks.capture(model, EVERY_LAYER)],
        "nested": lambda: [
            hooks.record(model, mode="any"),
            hooks.record(model, "stem.*", mode="any", exact=True),
            hooks.capture(model),
        ],
    }


WAYS = tuple(watchers(nn.Identity()))


def seeds():
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002
    torch.manual_seed(0)


def random_states():
    return [random.getstate(), repr(np.random.get_state()), torch.get_rng_state()]  # noqa: NPY002


def train(model, images, steps=3):
    """A few steps of training; everything that it leaves behind."""
    seeds()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    left = []
    for _ in range(steps):
        x = images.clone().requires_grad_()
        output = model(x)
        loss = output.square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        assert torch.isfinite(loss)  # NaN would equal nothing
        left += [output.detach().clone(), loss.detach(), x.grad]
        left += [p.grad.clone() for p in model.parameters()]
    return left + everything(model)


def evaluate(model, images, context):
    seeds()
    with context():
        left = [model(images).clone() for _ in range(2)]
    return left + everything(model)


def everything(model):
    state = model.state_dict()
    return [*random_states(), list(state), *(v.clone() for v in state.values())]


def same(first, second):
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        if isinstance(one, torch.Tensor):
            assert one.dtype == other.dtype
            assert torch.equal(one, other)
        else:
            assert one == other


def inside(contexts, function, *arguments):
    """Call a function inside several context managers."""
    if not contexts:
        return function(*arguments)
    with contexts[0]:
        return inside(contexts[1:], function, *arguments)


@pytest.mark.parametrize("way", WAYS)
def test_training_is_the_same(make_net, images, way):
    plain, watched = make_net(), make_net()
    keys = [list(vars(module)) for module in watched.modules()]
    result = inside(watchers(watched)[way](), train, watched, images)
    same(train(plain, images), result)
    assert [list(vars(module)) for module in watched.modules()] == keys


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("context", [nullcontext, torch.no_grad, torch.inference_mode])
def test_a_pass_is_the_same(make_net, images, way, training, context):
    plain, watched = make_net().train(training), make_net().train(training)
    result = inside(watchers(watched)[way](), evaluate, watched, images, context)
    same(evaluate(plain, images, context), result)


@pytest.mark.parametrize("way", WAYS)
def test_in_channels_last_and_bfloat16_too(make_net, images, way):
    x = images.to(torch.bfloat16).contiguous(memory_format=torch.channels_last)
    plain, watched = make_net().to(torch.bfloat16), make_net().to(torch.bfloat16)
    result = inside(watchers(watched)[way](), train, watched, x)
    same(train(plain, x), result)


def test_snapshots_and_reading_change_nothing(make_net, images):
    plain, watched = make_net(), make_net()
    with hooks.record(watched, EVERY_LAYER, mode="any") as recorder:
        results = []
        for number in range(3):
            results += train(watched, images, steps=1)
            recorder.snapshot(number)
            _ = recorder.recording
            with recorder.paused():
                results += evaluate(watched, images, torch.no_grad)
    wanted = []
    for _ in range(3):
        wanted += train(plain, images, steps=1)
        wanted += evaluate(plain, images, torch.no_grad)
    same(wanted, results)


def test_the_users_own_hooks_are_left_alone(make_net, images):
    def passes(model, watched):
        log = []

        def before(module, args):
            log.append(("before", args[0].clone()))
            return (args[0] + 1,)

        def after(module, args, output):
            log.append(("after", output.clone()))
            return output * 2

        def backward(module, grad_input, grad_output):
            log.append(("backward", grad_output[0].clone()))

        layer = model.block.bn2
        layer.register_forward_pre_hook(before)
        layer.register_forward_hook(after)
        with hooks.record(model, "block.*") if watched else nullcontext():
            layer.register_full_backward_hook(backward)
            result = train(model, images)
        result += train(model, images)
        kept = [layer._forward_pre_hooks, layer._forward_hooks, layer._backward_hooks]
        assert [list(each.values()) for each in kept] == [[before], [after], [backward]]
        return result + [part for entry in log for part in entry]

    same(passes(make_net(), False), passes(make_net(), True))


def test_what_the_layers_own_hooks_change_is_what_is_recorded(normal, expected, agree):
    layer = nn.BatchNorm1d(2)
    layer.register_forward_pre_hook(lambda module, args: (args[0] * 3,))
    layer.register_forward_hook(lambda module, args, output: output + 5)
    x = normal(50, 2)
    with hooks.record(layer, "") as recorder:
        layer(x)
    recording = recorder.recording[""]
    agree(recording, "input", expected(x * 3), rtol=1e-6)
    np.testing.assert_allclose(recording["mean"].sel(side="output"), 5, rtol=1e-6)


def test_a_checkpointed_layer_is_not_run_more_often(make_net, images):
    def passes(model, watched):
        calls = []
        model.block.conv1.register_forward_hook(lambda *given: calls.append(1))
        run = model.block.forward
        model.block.forward = lambda x: checkpoint(run, x, use_reentrant=False)
        with hooks.record(model) if watched else nullcontext():
            return [*train(model, images), len(calls)]

    same(passes(make_net(), False), passes(make_net(), True))


def test_the_types_and_threads_of_torch_stay(net, images):
    before = torch.get_default_dtype(), torch.get_num_threads(), torch.is_grad_enabled()
    with hooks.record(net, EVERY_LAYER) as recorder:
        net(images)
    _ = recorder.recording
    after = torch.get_default_dtype(), torch.get_num_threads(), torch.is_grad_enabled()
    assert after == before


def test_a_device_is_not_waited_for(images):
    """A tensor on "meta" has no values: to ask for one would raise."""
    with torch.device("meta"):
        model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
    with hooks.record(model, nn.Module, grads=True) as recorder:
        for _ in range(3):
            model(images.to("meta")).sum().backward()
    assert [o.calls for o in recorder._observers.values()] == [3] * 4


class Noise(nn.Module):
    def forward(self, weight):
        return weight + torch.randn_like(weight)


PARAMETRIZED = [
    lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(30, 30)),
    lambda: register_parametrization(nn.BatchNorm1d(30), "weight", Noise()),
]


@pytest.mark.parametrize("make", PARAMETRIZED)
@pytest.mark.parametrize("exact", [True, False])
def test_a_weight_that_is_computed_is_not_computed_more_often(normal, make, exact):
    """spectral_norm steps, and noise is drawn, whenever the weight is read."""
    left = []
    for watched in (False, True):
        torch.manual_seed(0)
        layer, outputs = make(), []
        recorder = hooks.record(layer, "", exact=exact) if watched else None
        for seed in range(3):
            outputs.append(layer(normal(8, 30, seed=seed)).detach())
            if recorder:
                recorder.snapshot(seed)
        left.append([*outputs, *layer.state_dict().values(), torch.get_rng_state()])
    assert all(map(torch.equal, *left))
    seen = recorder.recording[""]
    recorder.close()
    assert seen.weight.isnull().all()
    np.testing.assert_allclose(
        seen["var"].sel(side="output"),
        torch.stack([output.var(0, correction=0) for output in outputs]),
        rtol=1e-5,
    )


@pytest.mark.parametrize("strict", [False, True])
def test_a_watched_model_is_exported_as_any_other(strict):
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True))
    x = torch.ones(2, 3, 8, 8)
    wanted = torch.export.export(model, (x,), strict=strict)
    with hooks.record(model, EVERY_LAYER) as recorder:
        exported = torch.export.export(model, (x,), strict=strict)
        model(x)
    assert exported.graph_module.code == wanted.graph_module.code
    assert recorder.recording["1"].n[0, 0, 0] == 2 * 36


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::torch.jit.TracerWarning")
def test_a_watched_model_is_traced_as_any_other():
    model, x = nn.Sequential(nn.BatchNorm1d(4), nn.ReLU()), torch.ones(2, 4)
    wanted = operations(torch.jit.trace(model, x))
    with hooks.record(model, EVERY_LAYER) as recorder:
        assert operations(torch.jit.trace(model, x, check_trace=False)) == wanted
        model(x)
    assert recorder.recording["0"].n[0, 0, 0] == 2


def operations(traced):
    """What a traced model does, by name."""
    return [node.kind() for node in traced.inlined_graph.nodes()]

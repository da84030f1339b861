import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from hooks import LayerNotFoundError, capture


class Overwrites(nn.Module):
    def forward(self, x):
        return x.mul_(0)


class TakesWords(nn.Module):
    def forward(self, words):
        return torch.zeros(len(words), 2)


def test_what_went_in_and_what_came_out(net, images):
    net.eval()
    with capture(net, "stem.*") as seen:
        net(images)
    assert list(seen) == ["stem.0", "stem.1", "stem.2"]
    assert len(seen) == 3
    conv, bn, relu = (seen[name] for name in seen)
    assert torch.equal(conv.input, images)
    assert torch.equal(conv.output, net.stem[0](images))
    assert torch.equal(bn.input, conv.output)
    assert torch.equal(bn.output, net.stem[1](conv.output))
    # The in-place ReLU has overwritten both by now.
    assert torch.equal(relu.input, bn.output)
    assert (relu.input < 0).any()
    assert torch.equal(relu.output, relu.input.clamp(min=0))


def test_the_tensors_are_copies_without_a_graph(net, images):
    with capture(net, "stem.0") as seen:
        net(images)
    inside = seen["stem.0"]
    assert not inside.output.requires_grad
    inside.input.zero_()
    assert images.abs().sum() > 0


def test_every_call_of_a_layer_in_order(net, images):
    with capture(net, "block.relu") as seen:
        net(images)
        net(images)
    calls = seen.calls("block.relu")
    assert len(calls) == 4
    assert seen["block.relu"] is calls[-1]
    assert torch.equal(calls[0].output, calls[0].input.relu())
    assert not torch.equal(calls[0].input, calls[1].input)


def test_a_layer_that_calls_itself():
    class Again(nn.Module):
        def forward(self, x, times=1):
            return self(x + 1, times - 1) * 10 if times else x

    layer = Again()
    with capture(layer, Again) as seen:
        layer(torch.zeros(1))
    inner, outer = seen.calls("")
    assert (inner.input.item(), inner.output.item()) == (1, 1)
    assert (outer.input.item(), outer.output.item()) == (0, 10)


def test_keyword_arguments_and_nested_outputs():
    class Dict(nn.Module):
        def forward(self, *, hidden):
            return {"loss": None, "hidden": (hidden + 1,)}

    layer = Dict()
    with capture(layer, Dict) as seen:
        layer(hidden=torch.zeros(1))
    assert (seen[""].input.item(), seen[""].output.item()) == (0, 1)


def test_nothing_is_watched_outside_the_block(net, images, hook_count):
    seen = capture(net)
    net(images)
    assert hook_count(net) == 0
    with seen:
        pass
    net(images)
    assert hook_count(net) == 0
    assert seen.calls("stem.1") == ()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_remains_after_an_error(net, images, hook_count, error):
    def broken():
        with capture(net) as seen:
            net(images)
            raise error
        return seen

    with pytest.raises(error):
        broken()
    assert hook_count(net) == 0


def test_a_pass_that_fails_does_not_shift_the_next():
    class Picky(nn.Module):
        def forward(self, x):
            if x.item() < 0:
                raise ValueError
            return x * 10

    layer = Picky()
    with capture(layer, Picky) as seen:
        with pytest.raises(ValueError):  # noqa: PT011
            layer(torch.tensor(-1.0))
        layer(torch.tensor(2.0))
    (call,) = seen.calls("")
    assert (call.input.item(), call.output.item()) == (2, 20)


def test_one_block_inside_another(net, images, hook_count):
    with capture(net, "fc") as outer:
        with capture(net, "fc") as inner:
            net(images)
        net(images)
    assert (len(inner.calls("fc")), len(outer.calls("fc"))) == (1, 2)
    assert torch.equal(inner["fc"].input, outer.calls("fc")[0].input)
    assert hook_count(net) == 0


def test_entered_twice_it_watches_once(net, images, hook_count):
    seen = capture(net, "fc")
    with seen, seen:
        net(images)
    assert len(seen.calls("fc")) == 1
    assert hook_count(net) == 0


def test_a_bad_name_registers_no_hook(net, hook_count):
    with pytest.raises(LayerNotFoundError, match=r"^capture: no layer 'bn9'"):
        capture(net, ["stem.1", "bn9"])
    assert hook_count(net) == 0


def test_a_layer_that_was_not_called(net):
    with capture(net) as seen:
        pass
    with pytest.raises(KeyError, match=r"'stem\.1' was not called .* model\(x\)"):
        seen["stem.1"]


def test_a_layer_that_is_not_watched(net, images):
    with capture(net, "fc") as seen:
        net(images)
    with pytest.raises(KeyError, match="'conv' is not watched; these are: fc"):
        seen.calls("conv")
    with pytest.raises(KeyError, match="not watched"):
        seen["conv"]
    assert "conv" not in seen


def test_a_layer_without_a_tensor_is_named():
    layer = TakesWords()
    with (
        capture(layer, TakesWords),
        pytest.raises(TypeError, match=r"layer '' .TakesWords. has no tensor as input"),
    ):
        layer(["a", "b"])


def test_an_input_that_is_overwritten():
    layer = Overwrites()
    with capture(layer, Overwrites) as seen:
        layer(torch.ones(2))
    assert seen[""].input.tolist() == [1, 1]
    assert seen[""].output.tolist() == [0, 0]


@pytest.mark.parametrize("context", [torch.no_grad, torch.inference_mode])
def test_without_a_gradient(net, images, context):
    with capture(net) as seen, context():
        net(images)
    assert seen["stem.1"].output.shape == (8, 4, 6, 6)


@pytest.mark.parametrize("reentrant", [True, False])
def test_what_checkpointing_runs_again_is_captured_once(net, images, reentrant):
    x = images.requires_grad_()
    with capture(net, "stem.*") as seen:
        checkpoint(net.stem, x, use_reentrant=reentrant).sum().backward()
    assert [len(seen.calls(name)) for name in seen] == [1, 1, 1]
    assert seen._pending == {name: [] for name in seen}

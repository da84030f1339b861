import gc
import warnings
import weakref

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

import hooks
from hooks.gradients import RANGE, GradientObserver
from hooks.side import Settings


def loss_of(output):
    """A loss whose gradient differs from value to value."""
    return (output * torch.linspace(-1, 2, output.numel()).view(output.shape)).sum()


def exponents(gradient, axis=1):
    """What NumPy makes of a gradient: log10 of each channel's values, one row each."""
    rows = np.moveaxis(gradient.double().numpy(), axis, 0)
    with np.errstate(divide="ignore"):
        return np.log10(np.abs(rows.reshape(len(rows), -1)))


@pytest.mark.parametrize(
    ("module", "shape", "axis"),
    [
        (nn.BatchNorm2d(3), (8, 3, 4, 4), 1),
        (nn.BatchNorm1d(3), (8, 3), 1),
        (nn.GroupNorm(1, 3), (8, 3, 5), 1),
        (nn.Linear(3, 3), (8, 6, 3), -1),
        (nn.Conv2d(3, 3, 1), (8, 3, 4, 4), 1),
    ],
)
def test_they_are_those_of_autograd(module, shape, axis, normal):
    x = normal(*shape).requires_grad_()
    with hooks.record(module, "", exact=True, grads=True) as recorder:
        output = module(x)
        wanted = torch.autograd.grad(loss_of(output), (x, output), retain_graph=True)
        recorder.snapshot("twice")  # the gradients of the loss above, once more below
        loss_of(output).backward()
    layer = recorder.gradients[""]
    assert layer.attrs["quantity"] == "log10 |gradient|"
    assert (layer.bin_edges[0], layer.bin_edges[-1]) == RANGE
    for side, gradient in zip(("input", "output"), wanted, strict=True):
        row = layer.sel(side=side, snapshot="twice")
        values = exponents(gradient, axis)
        counts = [np.histogram(each, layer.bin_edges)[0] for each in values]
        # A value within rounding of an edge may fall to either side of it.
        assert abs(row["counts"].values - counts).sum() <= 4
        finite = np.isfinite(values)
        np.testing.assert_allclose(
            row["mean"], np.where(finite, values, 0).sum(1) / finite.sum(1), rtol=1e-4
        )
        rms = np.sqrt((10 ** (2 * values)).mean(1))
        np.testing.assert_allclose(row["rms"], rms, rtol=1e-4)
        assert row["n"].values.tolist() == [values.shape[1]] * 3


def test_the_training_does_not_notice(make_net, images):
    nets = make_net(), make_net()
    for net, watched in zip(nets, (False, True), strict=True):
        torch.manual_seed(0)
        if watched:
            with hooks.record(net, nn.Module, grads=True, mode="any"):
                net(images).square().sum().backward()
        else:
            net(images).square().sum().backward()
    for one, other in zip(*(net.parameters() for net in nets), strict=True):
        assert torch.equal(one.grad, other.grad)


def test_in_place_layers_behind_and_several_uses(make_net, images):
    """A gradient is of all that a tensor was used for, before it was overwritten."""
    net = make_net().eval()
    with hooks.record(net, ["stem.1", "block"], grads=True, exact=True) as recorder:
        net(images).square().sum().backward()
    twin = make_net().eval()
    before = twin.stem[1](twin.stem[0](images)).detach().requires_grad_()
    into_block = before.relu()
    into_block.retain_grad()
    twin.fc(twin.dropout(twin.block(into_block).mean((2, 3)))).square().sum().backward()
    for layer, side, tensor in (
        ("stem.1", "output", before),
        ("block", "input", into_block),
    ):
        rms = tensor.grad.double().square().mean((0, 2, 3)).sqrt()
        seen = recorder.gradients[layer].rms.sel(side=side).values[0]
        np.testing.assert_allclose(seen, rms, rtol=1e-4)


def test_what_needs_no_gradient_has_none(normal):
    bn = nn.BatchNorm1d(3)
    with hooks.record(bn, "", grads=True) as recorder:
        loss_of(bn(normal(8, 3))).backward()
    layer = recorder.gradients[""].isel(snapshot=0)
    assert layer.n.sel(side="input").values.tolist() == [0, 0, 0]
    assert layer.n.sel(side="output").values.tolist() == [8, 8, 8]
    assert np.isnan(layer.rms.sel(side="input")).all()


def test_zeros_are_under_the_first_edge_and_nan_is_counted(normal):
    layer = nn.Identity()
    x = normal(4, 2).requires_grad_()
    with hooks.record(layer, "", grads=True) as recorder:
        weights = torch.tensor([[0.0, 1.0], [0.0, torch.nan], [100.0, 1.0], [0.0, 1.0]])
        (layer(x) * weights).sum().backward()
    seen = recorder.gradients[""].isel(snapshot=0).sel(side="output")
    assert seen.below.values.tolist() == [3, 0]
    assert seen["nan"].values.tolist() == [0, 1]
    assert seen["mean"].values.tolist() == [2.0, 0.0]
    assert seen.rms.values[0] == pytest.approx(50)
    total = seen.counts.sum("bin") + seen.below + seen.above + seen["nan"] + seen["inf"]
    assert (total == seen.binned).all()


def test_an_empty_batch_has_no_gradients(normal):
    with hooks.record(nn.Sequential(nn.ReLU()), "0", grads=True) as recorder:
        module = recorder._observers["0"].module
        for size in (0, 4):
            (module(normal(size, 2).requires_grad_()) * 2).sum().backward()
    assert recorder.gradients["0"].n.values.tolist() == [[[4, 4], [4, 4]]]


def test_a_backward_pass_after_the_end_is_not_seen(normal):
    bn = nn.BatchNorm1d(2)
    with hooks.record(bn, "", grads=True) as recorder:
        loss = loss_of(bn(normal(8, 2)))
        loss.backward(retain_graph=True)
    loss.backward()
    assert recorder.gradients[""].n.sel(side="output").values.tolist() == [[8, 8]]


@pytest.mark.parametrize("reentrant", [True, False])
def test_where_none_comes_it_is_said(normal, reentrant):
    """A reentrant checkpoint runs the layer without gradients, and then unseen."""
    bn, x = nn.BatchNorm1d(2), normal(8, 2).requires_grad_()
    with warnings.catch_warnings(record=True, action="always") as said:  # noqa: SIM117
        with hooks.record(bn, "", grads=True) as recorder:
            loss_of(checkpoint(bn, x, use_reentrant=reentrant)).backward()
    text = "".join(str(each.message) for each in said)
    assert ("layer ''" in text and "use_reentrant=False" in text) == reentrant
    seen = recorder.gradients[""].n.sel(side="output").values.tolist()
    assert seen == ([[0, 0]] if reentrant else [[8, 8]])
    assert recorder.recording[""].n[0, 0].values.tolist() == [8, 8]


def test_passes_that_are_not_recorded_are_not_watched(normal):
    bn = nn.BatchNorm1d(2)
    with hooks.record(bn, "", grads=True, every=2) as recorder:
        for _ in range(5):
            loss_of(bn(normal(8, 2))).backward()
        with recorder.paused():
            loss_of(bn(normal(8, 2))).backward()
    assert recorder.gradients[""].n.sel(side="output").values.tolist() == [[24, 24]]


def test_snapshots_saving_and_drawing(normal, tmp_path):
    bn = nn.BatchNorm2d(2)
    with hooks.record(bn, "", grads=True) as recorder:
        for epoch in (1, 2):
            loss_of(bn(normal(4, 2, 3, 3).requires_grad_())).backward()
            recorder.snapshot(epoch)
    gradients = recorder.gradients
    assert gradients[""].snapshot.values.tolist() == [1, 2]
    assert gradients[""].n.values.tolist() == [[[36, 36], [36, 36]]] * 2
    gradients.save(tmp_path / "gradients.nc")
    assert hooks.load(tmp_path / "gradients.nc")[""].identical(gradients[""])
    figure = hooks.plot.distributions(gradients[""])
    assert {axes.get_xlabel() for axes in figure.axes} == {"log10 |gradient|"}
    assert not [line for line in figure.axes[1].lines if line.get_marker() == "|"]


def test_it_must_be_asked_for(bn, normal):
    with hooks.record(bn, "") as recorder:
        bn(normal(4, 2))
    with pytest.raises(ValueError, match=r"gradients: .* grads=True"):
        _ = recorder.gradients


def test_a_graph_that_waits_does_not_keep_the_recorder(normal):
    bn = nn.BatchNorm1d(2)
    recorder = hooks.record(bn, "", grads=True)
    loss = loss_of(bn(normal(8, 2)))
    gone = weakref.ref(recorder)
    del recorder
    gc.collect()
    assert gone() is None
    loss.backward()


def test_any_range_asked_for_is_that_of_the_values():
    observer = GradientObserver("", nn.ReLU(), Settings(bins=8, range=(0, 1)))
    assert (observer.settings.bins, observer.settings.range) == (64, RANGE)


def test_a_parameter_that_is_given_to_a_layer_keeps_no_hooks():
    """It is there before and after each pass: what is seen is one gradient a pass."""
    latents, layer = nn.Parameter(torch.ones(2, 3)), nn.Identity()
    with hooks.record(layer, "", grads=True) as recorder:
        for number in range(3):
            (layer(latents) * 10**number).sum().backward()
            recorder.snapshot(number)
        layer(latents)
        recorder.snapshot(3)
    assert not latents._backward_hooks
    seen = recorder.gradients[""]
    assert seen.n[:, 0, 0].values.tolist() == [2, 2, 2, 0]
    np.testing.assert_allclose(seen["mean"][:3, 0, 0], [0, 1, 2], atol=1e-6)

import warnings

import numpy as np
import pytest
from torch import nn

from hooks import record


def test_parameters_that_a_layer_has_not_are_no_numbers(normal):
    bare = nn.BatchNorm1d(2, affine=False, track_running_stats=False)
    with record(bare, "") as recorder:
        bare(normal(8, 2))
    layer = recorder.recording[""]
    for name in ("running_mean", "running_var", "weight", "bias"):
        assert layer[name].dims == ("snapshot", "channel")
        assert layer[name].isnull().all()


@pytest.mark.parametrize("exact", [True, False])
def test_the_trace_holds_every_pass(bn, normal, expected, exact):
    passes = [normal(16, 2, seed=i) + i for i in range(5)]
    with warnings.catch_warnings(), record(bn, "", exact=exact, trace=True) as recorder:
        warnings.simplefilter("ignore")  # of the passes after the last snapshot
        for number, x in enumerate(passes):
            bn(x)
            if number in (1, 2):
                recorder.snapshot(number)
    layer = recorder.recording[""]
    assert layer.batch_mean.dims == ("step", "side", "channel")
    given = layer.sel(side="input")
    truth = [expected(x) for x in passes]
    np.testing.assert_allclose(given.batch_mean, [t["mean"] for t in truth], 1e-5, 1e-6)
    np.testing.assert_allclose(given.batch_var, [t["var"] for t in truth], 1e-5)
    np.testing.assert_allclose(layer.sel(side="output").batch_mean, 0, atol=1e-6)


def test_no_trace_unless_asked_for(bn, normal):
    with record(bn, "") as recorder:
        bn(normal(8, 2))
    assert "batch_mean" not in recorder.recording[""]


def test_layers_in_the_models_order_with_their_settings(net, images):
    with record(net, ["fc", "stem.*"], bins=10, range=(-1, 2)) as recorder:
        net(images)
    recording = recorder.recording
    assert list(recording) == ["stem.0", "stem.1", "stem.2", "fc"]
    norm = recording["stem.1"]
    assert norm.attrs["module"] == "BatchNorm2d"
    assert norm.attrs["layer"] == "stem.1"
    assert norm.attrs["eps"] == 1e-5
    assert norm.attrs["momentum"] == 0.1
    assert norm.counts.dtype == np.int64
    assert dict(norm.sizes) == dict(snapshot=1, side=2, channel=4, bin=10, edge=11)
    np.testing.assert_allclose(norm.bin_edges, np.linspace(-1, 2, 11))
    assert "eps" not in recording["fc"].attrs


def test_momentum_none_is_no_attribute(normal):
    module = nn.BatchNorm1d(2, momentum=None)
    with record(module, "") as recorder:
        module(normal(8, 2))
    assert "momentum" not in recorder.recording[""].attrs

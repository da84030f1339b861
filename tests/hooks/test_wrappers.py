import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import distributed, nn

from hooks import capture, probe, record

compiler = pytest.importorskip("torch._dynamo.convert_frame")

# torch looks whether what comes into a compiled piece has one, and tells nobody else.
pytestmark = pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor")


@pytest.fixture(autouse=True)
def _nothing_compiled():
    torch.compiler.reset()
    yield
    torch.compiler.reset()


class Small(nn.Module):
    """As little as can be watched: compiling takes its time."""

    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm1d(2)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(self.bn(x) + 1) * 2


def by_function(model):
    return torch.compile(model, backend="eager")


def by_method(model):
    model.compile(backend="eager")
    return model


def with_a_graph_of_the_gradient(model):
    return torch.compile(model, backend="aot_eager")


def passes(model, x, times=3):
    """Train a little; what came out and what was learnt."""
    outputs = []
    for _ in range(times):
        output = model(x)
        output.square().sum().backward()
        outputs.append(output.detach().clone())
    return outputs + [p.grad.clone() for p in model.parameters()]


@pytest.fixture
def x(normal):
    return normal(16, 2)


@pytest.mark.parametrize(
    ("way", "exact"),
    [(by_method, True), (with_a_graph_of_the_gradient, False)],
)
def test_recorded_before_the_first_compiled_pass_it_is_as_uncompiled(x, way, exact):
    plain, model = Small(), Small()
    with record(plain, "*", exact=exact) as wanted:
        results = passes(plain, x)
    compiled = way(model)  # compiled, that is, at the first pass
    with record(model, "*", exact=exact) as recorder:
        seen = passes(compiled, x)
    compiled(x)
    for one, other in zip(seen, results, strict=True):
        torch.testing.assert_close(one, other)
    assert list(recorder.recording) == list(wanted.recording)
    for name, layer in recorder.recording.items():
        assert layer.n.equals(wanted.recording[name].n)
        for moment in ("mean", "var"):
            truth = wanted.recording[name][moment]
            np.testing.assert_allclose(layer[moment], truth, rtol=1e-4, atol=1e-6)
    files = {Path(code().co_filename) for code in compiler.input_codes.seen}
    assert {file.name for file in files if file.parent.name == "hooks"} <= {
        "handles.py",  # not what it calls
        "test_wrappers.py",
    }


def test_a_model_compiled_from_outside_has_its_own_names(x):
    compiled = by_function(Small())
    with record(compiled, "*bn") as recorder:
        compiled(x)
    assert list(recorder.recording) == ["_orig_mod.bn"]


@pytest.mark.parametrize("way", [by_function, by_method])
def test_a_probe_runs_uncompiled(x, way):
    model = Small()
    compiled = way(model)
    compiled(x)
    graphs = len(compiler.input_codes.seen)
    wanted = probe(Small(), x, nn.BatchNorm1d, mode="train")["bn"]
    (seen,) = probe(compiled, x, nn.BatchNorm1d, mode="train").values()
    assert seen.counts.equals(wanted.counts)
    (seen,) = probe(model, x, nn.BatchNorm1d, mode="train").values()
    assert seen.counts.equals(wanted.counts)
    assert len(compiler.input_codes.seen) == graphs
    assert model.bn.num_batches_tracked == 1


WATCHERS = {
    "record": lambda model: record(model, nn.BatchNorm1d).close(),
    "capture": lambda model: capture(model, nn.BatchNorm1d),
}


@pytest.mark.parametrize("way", [by_function, by_method])
def test_watched_after_it_a_warning_says_what_to_do(x, way):
    model = Small()
    compiled = way(model)
    for watch in WATCHERS.values():
        watch(compiled)
    compiled(x)
    for who, watch in WATCHERS.items():
        for each in (compiled, model):
            message = rf"^{who}: .*compiler\.reset\(\).* or call hooks\.{who} before"
            with pytest.warns(UserWarning, match=message) as caught:
                watch(each)
            assert [w.filename for w in caught] == [__file__]


def test_what_the_warning_says_helps(x, n):
    model = Small()
    compiled = by_function(model)
    compiled(x)
    with pytest.warns(UserWarning, match="has run compiled"):
        recorder = record(model, "bn")
    message = "not called, or the code compiled before knows no hook of it"
    with pytest.warns(UserWarning, match=message), recorder:
        compiled(x)
    torch.compiler.reset()
    with record(model, "bn") as recorder:
        compiled(x)
    assert n(recorder, "bn") == [16]


def test_a_part_that_has_run_compiled(x):
    model = nn.Sequential(by_function(Small()))
    record(model, nn.BatchNorm1d).close()
    model(x)
    with pytest.warns(UserWarning, match="has run compiled"):
        record(model, nn.BatchNorm1d).close()


def test_another_model_that_has_run_compiled_is_not_meant(x):
    by_function(Small())(x)
    by_function(nn.Sequential(nn.ReLU()))(x)
    record(nn.Sequential(nn.BatchNorm1d(2)), "0").close()


@pytest.mark.parametrize("watch", [record, capture, lambda m: probe(m, torch.ones(1))])
@pytest.mark.parametrize("inside", [True, False])
def test_data_parallel_is_refused(hook_count, watch, inside):
    model = nn.DataParallel(Small())
    what = r"DataParallel cannot"
    if inside:
        model = nn.Sequential(model)
        what = r"DataParallel '0' cannot"
    message = rf"^\w+: {what} be watched: .*copies .*DistributedDataParallel"
    with pytest.raises(ValueError, match=message):
        watch(model)
    assert hook_count(model) == 0


def test_a_traced_module_is_refused(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(Small().eval(), x)
    with pytest.raises(ValueError, match=r"ScriptModule cannot be watched: .*no hooks"):
        record(traced, "bn")


def test_distributed_data_parallel(x):
    plain, inside = Small(), Small()
    with record(plain, "*") as wanted:
        passes(plain, x)
    store = distributed.HashStore()
    distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    try:
        model = nn.parallel.DistributedDataParallel(inside)
        with record(model, "*") as outer, record(inside, "*") as inner:
            passes(model, x)
            model.eval()
            model(x)
    finally:
        distributed.destroy_process_group()
    assert list(outer.recording) == ["", "module", "module.bn", "module.relu"]
    assert list(inner.recording) == list(wanted.recording)
    for name, layer in wanted.recording.items():
        assert inner.recording[name].identical(layer)
        same = outer.recording[f"module.{name}".rstrip(".")]
        assert same.counts.equals(layer.counts)


def test_a_scripted_part_is_refused_and_the_others_are_watched(x, n):
    model = nn.Sequential(nn.BatchNorm1d(2), nn.ReLU())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.append(torch.jit.script(nn.ReLU()))
    with record(model, "0") as recorder:
        model(x)
    assert n(recorder, "0") == [16]
    with pytest.raises(ValueError, match="ScriptModule '2' cannot be watched"):
        record(model, "*")
    with pytest.raises(ValueError, match="layer '2' is a scripted module"):
        probe(model, x, "0")


def test_a_layer_that_is_replaced_is_named(x):
    model = nn.Sequential(nn.BatchNorm1d(2))
    with (
        pytest.warns(UserWarning, match="layer '0' is no longer in the model"),
        record(model, nn.BatchNorm1d),
    ):
        nn.SyncBatchNorm.convert_sync_batchnorm(model)(x)


def test_a_sharded_model_is_recorded_and_not_probed(x):
    fsdp = pytest.importorskip("torch.distributed.fsdp")
    store = distributed.HashStore()
    distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    try:
        model, plain = (nn.Sequential(nn.BatchNorm1d(2)) for _ in range(2))
        for part in (model[0], model):
            fsdp.fully_shard(part, mesh=distributed.init_device_mesh("cpu", (1,)))
        with record(model, "0") as recorder, record(plain, "0") as wanted:
            for _ in range(2):
                model(x).square().sum().backward()
                plain(x)
        with pytest.raises(ValueError, match="layer '0' is in parts"):
            probe(model, x, "0")
    finally:
        distributed.destroy_process_group()
    seen, wanted = recorder.recording["0"], wanted.recording["0"]
    assert seen.counts.sel(side="input").equals(wanted.counts.sel(side="input"))
    np.testing.assert_allclose(seen["var"], wanted["var"], rtol=1e-5)
    assert seen.weight.isnull().all()

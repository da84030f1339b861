import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed as dist
from torch import nn

import hooks
from hooks import load, merge, record

SCRIPT = Path(__file__).with_name("ranks.py")
pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not dist.is_gloo_available(),
    reason="needs torchrun with gloo",
)


@pytest.fixture(scope="module")
def launched(tmp_path_factory):
    """Let two processes do all that is looked at below; hanging, they fail the test."""
    folder = tmp_path_factory.mktemp("ranks")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    done = subprocess.run(
        [*command, "--nproc-per-node", "2", str(SCRIPT), str(folder)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert (folder / "told.json").exists(), done.stderr
    return folder, done


@pytest.fixture
def folder(launched):
    return launched[0]


@pytest.fixture(scope="module")
def in_one_process():
    """Record the batches of some ranks, with the function that each of them calls."""
    return runpy.run_path(str(SCRIPT))["record"]


@pytest.fixture
def group():
    """Be a process group of one."""
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def identical(first, second):
    assert list(first) == list(second)
    assert all(layer.identical(second[name]) for name, layer in first.items())


@pytest.mark.parametrize("split", ["even", "uneven", "alone"])
def test_two_processes_record_what_one_would(folder, in_one_process, split):
    """Also if one of them has had few batches, or none, or not called a layer."""
    merged = load(folder / f"{split}0.nc")
    identical(merged, load(folder / f"{split}1.nc"))
    whole = in_one_process(split, 0, 1).recording
    first = in_one_process(split, 0).recording
    assert list(merged) == list(whole) == ["bn", "large"]
    for name, layer in whole.items():
        seen = merged[name]
        assert seen.attrs == layer.attrs
        for variable in ("counts", "below", "above", "n", "finite", "weight", "bias"):
            assert seen[variable].identical(layer[variable]), variable
        for variable in ("mean", "var"):
            np.testing.assert_allclose(seen[variable], layer[variable], 1e-12, 1e-12)
        for variable in ("batch_mean", "batch_var"):  # those of rank 0 come first
            passes = [np.sort(each[variable], axis=0) for each in (seen, layer)]
            np.testing.assert_array_equal(*passes)
        if name in first:
            assert seen.running_mean.identical(first[name].running_mean)
            steps = seen.batch_mean[: first[name].sizes["step"]]
            assert steps.identical(first[name].batch_mean)


def test_what_differs_is_refused_on_every_rank(folder):
    refusals = [json.loads((folder / f"refusals{r}.json").read_text()) for r in (0, 1)]
    assert refusals[0] == refusals[1]
    start = "ValueError: all_reduce: ranks 0 and 1: "
    for name, message in {
        "layers": "expected the same layers in both, got ['0'] and ['0', '1'];",
        "bins": "expected the same bins in both, got 64 and 10;",
        "weight": "layer '0': expected the same weight in both,",
    }.items():
        assert refusals[0][name].startswith(start + message)


def test_of_a_training_with_distributed_data_parallel(folder):
    """The weights are one, the running statistics rank 0's; so too the gradients."""
    for kind in ("", "gradients_"):
        here = [load(folder / f"{kind}here{rank}.nc") for rank in (0, 1)]
        both = [load(folder / f"{kind}both{rank}.nc") for rank in (0, 1)]
        identical(*both)
        identical(both[0], merge(*here))
        layer = both[0]["module.0"]
        assert layer.n.sel(side="output").values.tolist() == [[75] * 3]
        assert (layer.weight != 1).any()
        assert layer.running_mean.identical(here[0]["module.0"].running_mean)
        assert (layer.running_mean != here[1]["module.0"].running_mean).any()


def test_a_rank_that_does_not_come_or_breaks_down_hangs_no_other(launched):
    folder, done = launched
    assert done.returncode == 1
    assert "ValueError: rank 1 breaks down" in done.stderr
    told = json.loads((folder / "told.json").read_text())
    assert list(told) == ["late", "broken"]
    for message in told.values():
        assert message.startswith(
            "RuntimeError: all_reduce: rank 0 expected all 2 ranks to call all_reduce, "
            "but another one has ended, or has not come within"
        )


def test_without_a_process_group(bn, normal, n):
    with record(bn, "") as recorder:
        bn(normal(8, 2))
        message = "^all_reduce: expected a process group, got none; call torch"
        with pytest.raises(RuntimeError, match=message):
            recorder.all_reduce()
        bn(normal(8, 2))
    assert n(recorder) == [16]


@pytest.mark.usefixtures("group")
def test_alone_in_its_group_it_changes_nothing(net, images):
    with record(net, "stem.1", trace=True, grads=True) as recorder:
        for label in ("first", "second"):
            net(images).sum().backward()
            recorder.snapshot(label)
    before, gradients = recorder.recording, recorder.gradients
    identical(recorder.all_reduce(), before)
    identical(recorder.recording, before)
    identical(recorder.gradients, gradients)


@pytest.mark.usefixtures("group")
def test_afterwards_nothing_is_recorded(bn, normal, n, hook_count):
    with record(bn, "") as recorder:
        bn(normal(8, 2))
        recorder.snapshot("a")
        recorder.all_reduce()
        assert hook_count(bn) == 0
        bn(normal(8, 2))
        with pytest.raises(RuntimeError, match=r"^snapshot: .* all_reduce has"):
            recorder.snapshot("b")
        recorder.all_reduce()
    assert n(recorder) == [8]


@pytest.mark.usefixtures("group")
def test_the_warnings_are_of_what_is_missing_after_all():
    bns = nn.Sequential(nn.BatchNorm1d(2), nn.BatchNorm1d(2))
    recorder = record(bns, nn.BatchNorm1d)
    bns[0](torch.ones(4, 2))
    recorder.all_reduce()
    message = "layer '1' is not in the recording"
    with pytest.warns(UserWarning, match=message) as told, recorder:
        pass
    assert len(told) == 1


@pytest.mark.usefixtures("group")
def test_settings_of_any_kind_of_number(bn, normal):
    edges = (np.float32(-1), torch.tensor(2).item())
    with record(bn, "", bins=np.int64(4), range=edges) as recorder:
        bn(normal(8, 2))
        assert recorder.all_reduce()[""].sizes["bin"] == 4


@pytest.mark.usefixtures("group")
def test_labels_come_back_as_they_were(bn, normal):
    for labels in ((3, 1), (0.5, 0.1), ("ä", "b")):
        with record(bn, "") as recorder:
            for label in labels:
                bn(normal(8, 2))
                recorder.snapshot(label)
        seen = recorder.all_reduce()[""].snapshot.values.tolist()
        assert tuple(seen) == labels


def test_nothing_is_imported_that_is_not_there(monkeypatch, bn):
    monkeypatch.setattr(dist, "is_available", lambda: False)
    recorder = hooks.record(bn, "")
    with pytest.raises(RuntimeError, match="expected a process group"):
        recorder.all_reduce()
    recorder.close()

import numpy as np
import pytest
import torch
from torch import nn

from hooks import Recording, pooled, record


class Fake:
    """Keeps what it is told to write, by tag and step."""

    def __init__(self):
        self.scalars, self.vectors, self.histograms = {}, {}, {}

    def add_scalar(self, tag, scalar_value, global_step):
        assert type(scalar_value) is float
        self._keep(self.scalars, tag, global_step, scalar_value)

    def add_histogram(self, tag, values, global_step):
        assert np.isfinite(values).all()
        self._keep(self.vectors, tag, global_step, values.tolist())

    def add_histogram_raw(self, tag, min, max, num, sum, sum_squares, **rest):
        limits, counts = rest["bucket_limits"], rest["bucket_counts"]
        kinds = [type(each) for each in (min, max, num, sum, sum_squares)]
        assert kinds == [float, float, int, float, float]
        assert {type(each) for each in limits} == {float}
        assert {type(each) for each in counts} == {int}
        moments = num, sum, sum_squares
        drawn = as_drawn(min, max, limits, counts)
        self._keep(self.histograms, tag, rest["global_step"], (moments, drawn))

    def _keep(self, kept, tag, step, value):
        assert type(step) is int
        assert (tag, step) not in kept
        kept[tag, step] = value


def as_drawn(low, high, limits, counts):
    """Left, right and count of each bin, as TensorBoard reads them.

    Source: `_migrate_histogram_value` in tensorboard/data_compat.py.
    """
    first, *_, last = np.flatnonzero([counts, counts])[[0, -1]] % len(counts)
    lefts, rights = [low, *limits[first:last]], [*limits[first:last], high]
    return list(zip(lefts, rights, counts[first : last + 1], strict=True))


def recorded(module, *passes, labels=None, layers="*", **settings):
    with record(module, layers, **{"exact": True, "bins": 8} | settings) as recorder:
        for number, x in enumerate(passes):
            module(x)
            recorder.snapshot(number if labels is None else labels[number])
    return recorder.recording


def written(recording, **settings):
    writer = Fake()
    recording.to_tensorboard(writer, **settings)
    return writer


def test_every_value_is_in_a_bin_that_is_drawn_where_it_lies(normal):
    x = normal(400, 3) * torch.tensor([1.0, 3.0, 8.0])
    recording = recorded(nn.Identity(), x)
    tag = "Identity/input", 0
    moments, drawn = written(recording).histograms[tag]
    number, total, squares = moments
    values = x.double().numpy().ravel()
    assert number == len(values)
    assert total == pytest.approx(values.sum())
    assert squares == pytest.approx((values**2).sum())
    inner = np.linspace(-6, 6, 9)
    edges = [-7.5, *inner, 7.5]  # what lies beyond is drawn next to the last bins
    assert [left for left, *_ in drawn] == edges[:-1]
    assert [right for _, right, _ in drawn] == edges[1:]
    counts = [(values < -6).sum(), *np.histogram(values, inner)[0], (values > 6).sum()]
    assert [count for *_, count in drawn] == counts
    assert min(counts) > 0


@pytest.mark.parametrize(
    ("values", "bins"),
    [
        ([0.1, 0.2], [(0, 1.5, 2)]),
        ([-1.6, 1.6], [(-3, -1.5, 1), (-1.5, 0, 0), (0, 1.5, 0), (1.5, 3, 1)]),
        ([99.0], [(6, 7.5, 1)]),
        ([-99.0], [(-7.5, -6, 1)]),
        ([6.0], [(4.5, 6, 1)]),
    ],
)
def test_empty_bins_at_the_ends_stretch_no_other(values, bins):
    recording = recorded(nn.Identity(), torch.tensor(values)[:, None])
    _, drawn = written(recording).histograms["Identity/output", 0]
    assert drawn == bins


def test_what_is_not_finite_is_a_number(normal):
    x = normal(10, 2)
    x[0, 0], x[1, 0], x[2, 1] = torch.nan, torch.inf, -torch.inf
    writer = written(recorded(nn.Identity(), x))
    assert writer.scalars["Identity/input/nan", 0] == 1
    assert writer.scalars["Identity/input/inf", 0] == 2
    assert writer.histograms["Identity/input", 0][0][0] == 17
    nothing = written(recorded(nn.Identity(), torch.full((4, 1), torch.nan)))
    assert nothing.histograms == {}
    assert nothing.scalars == {
        (f"Identity/{side}/{name}", 0): number
        for side in ("input", "output")
        for name, number in (("nan", 4), ("inf", 0))
    }


@pytest.mark.parametrize("trace", [True, False])
def test_the_tags_of_a_layer(normal, trace):
    net = nn.Sequential(nn.BatchNorm1d(3), nn.ReLU())
    recording = recorded(net, normal(20, 3), layers=["0", "1"], trace=trace)
    writer = written(recording)
    sides = [f"{layer}/{side}" for layer in "01" for side in ("input", "output")]
    assert [tag for tag, _ in writer.histograms] == sides
    assert {tag for tag, _ in writer.scalars} == {
        f"{side}/{name}" for side in sides for name in ("mean", "var", "nan", "inf")
    }
    both = pooled(recording["0"]).sel(side="input", snapshot=0, channel=0)
    for name in ("mean", "var"):
        assert writer.scalars[f"0/input/{name}", 0] == both[name].item()
    assert {tag for tag, _ in writer.vectors} == {
        "0/running_mean", "0/running_var", "0/weight", "0/bias",
    }  # fmt: skip
    assert writer.vectors["0/running_mean", 0] == net[0].running_mean.tolist()


def test_each_channel(normal):
    net = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    recording = recorded(net, normal(20, 3), layers=["0", "1"])
    writer = written(recording, channels="each")
    tags = [tag for tag, _ in writer.histograms]
    inputs, outputs = (
        [f"0/{side}/{channel}" for channel in range(3)] for side in ("input", "output")
    )
    assert tags[:5] == inputs + outputs[:2]  # it has two outputs
    assert len(tags) == 5 + 4
    layer = recording["1"].sel(side="input", snapshot=0)
    for channel in range(2):
        tag = f"1/input/{channel}"
        assert writer.scalars[f"{tag}/mean", 0] == layer["mean"][channel].item()
        _, drawn = writer.histograms[tag, 0]
        assert sum(count for *_, count in drawn) == 20
        weight = writer.scalars[f"1/weight/{channel}", 0]
        assert weight == net[1].weight[channel].item()
        assert f"0/bias/{channel}" in {tag for tag, _ in writer.scalars}
    assert writer.vectors == {}


@pytest.mark.parametrize(
    ("labels", "steps"),
    [
        ([3, 1, 20], [3, 1, 20]),
        (["a", "b", "c"], [0, 1, 2]),
        ([0.5, 0.1, 2.0], [0, 1, 2]),
    ],
)
def test_the_steps(normal, labels, steps):
    recording = recorded(nn.Identity(), *normal(3, 8, 2), labels=labels)
    writer = written(recording)
    assert [step for _, step in writer.histograms][::2] == steps
    assert [step for tag, step in writer.scalars if tag.endswith("input/mean")] == steps


def test_the_steps_of_a_layer_that_came_later(normal):
    net = nn.Sequential(nn.Tanh(), nn.ReLU())
    with record(net, ["0", "1"]) as recorder:
        net[0](normal(8, 2))
        recorder.snapshot("first alone")
        net(normal(8, 2))
        recorder.snapshot("both")
    writer = written(recorder.recording)
    assert ("1/input", 1) in writer.histograms
    assert ("1/input", 0) not in writer.histograms


def test_a_snapshot_without_a_pass_is_left_out(bn, normal):
    with record(bn, "") as recorder:
        bn(normal(8, 2))
        recorder.snapshot()
        recorder.snapshot()
    writer = written(recorder.recording)
    assert {step for _, step in writer.histograms} == {0}
    assert {step for _, step in writer.vectors} == {0, 1}


def test_a_sample_is_written_as_what_was_counted(normal):
    recording = recorded(nn.Identity(), normal(5000, 2), exact=False)
    binned = int(recording[""].binned.sel(side="input").sum())
    (number, total, _), drawn = written(recording).histograms["Identity/input", 0]
    assert number == sum(count for *_, count in drawn) == binned < 10000
    mean = pooled(recording[""])["mean"].sel(side="input").item()
    assert total / number == pytest.approx(mean)


def test_gradients_have_tags_of_their_own(normal):
    net = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2), nn.ReLU())
    with record(net, "1", grads=True) as recorder:
        for number in range(2):
            net(normal(20, 3)).square().sum().backward()
            recorder.snapshot(number)
    writer = written(recorder.gradients)
    values = written(recorder.recording)
    assert {tag for tag, _ in writer.histograms} == {
        "1/input gradient", "1/output gradient",
    }  # fmt: skip
    assert not writer.scalars.keys() & values.scalars.keys()
    assert writer.vectors == {}
    layer = recorder.gradients["1"].sel(side="output", snapshot=1)
    wanted = np.sqrt((layer["rms"] ** 2).mean())  # both channels have as many
    seen = writer.scalars["1/output gradient/rms", 1]
    assert seen == pytest.approx(wanted.item())
    each = written(recorder.gradients, channels="each").scalars
    assert each["1/output gradient/0/rms", 1] == layer["rms"][0].item()


def test_nothing_is_written_of_nothing():
    writer = written(Recording({}))
    assert writer.scalars == writer.vectors == writer.histograms == {}


def test_other_channels_are_refused(bn, normal):
    with pytest.raises(ValueError, match=r"'pooled' or 'each', got 'all'"):
        written(recorded(bn, normal(8, 2)), channels="all")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("channels", ["pooled", "each"])
def test_with_tensorboard_itself(normal, tmp_path, channels):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from torch.utils.tensorboard import SummaryWriter

    recording = recorded(nn.BatchNorm1d(2), *normal(3, 500, 2) * 4)
    with SummaryWriter(tmp_path) as writer:
        recording.to_tensorboard(writer, channels=channels)
    read = EventAccumulator(str(tmp_path), size_guidance={"histograms": 0})
    read.Reload()
    fake = written(recording, channels=channels)
    kinds = read.Tags()
    assert set(kinds["scalars"]) == {tag for tag, _ in fake.scalars}
    tags = {tag for tag, _ in fake.histograms} | {tag for tag, _ in fake.vectors}
    assert set(kinds["histograms"]) == tags
    for (tag, step), value in fake.scalars.items():
        (seen,) = [each.value for each in read.Scalars(tag) if each.step == step]
        assert seen == pytest.approx(value, rel=1e-6)
    for (tag, step), ((number, total, squares), _) in fake.histograms.items():
        (seen,) = [e.histogram_value for e in read.Histograms(tag) if e.step == step]
        assert (seen.num, seen.sum) == (number, pytest.approx(total))
        assert seen.sum_squares == pytest.approx(squares)

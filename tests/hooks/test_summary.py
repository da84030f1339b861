import numpy as np
import pytest
import torch
import xarray as xr
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats
from torch import nn

from hooks import cdf, density, normal_distance, pooled, quantiles, record


@pytest.fixture(scope="module")
def shapes(watch, normal):
    """One channel each: normal, uniform, two humps, partly outside the bins."""
    z = normal(20000, 4)
    x = z.clone()
    x[:, 1] = torch.special.ndtr(z[:, 1]) * 4 - 2
    x[:, 2] = z[:, 2] * 0.1 + torch.where(z[:, 3] > 0, 3, -3)
    x[:, 3] = z[:, 3] * 5
    return x, watch(nn.ReLU(), x, exact=True)


def given_side(layer):
    return layer.isel(snapshot=0).sel(side="input")


def test_density_is_numpys(shapes):
    x, layer = shapes
    share = density(given_side(layer))
    assert density(layer).dims == ("snapshot", "side", "channel", "bin")
    for channel in range(3):  # nothing outside the bins
        values = x[:, channel].double().numpy()
        wanted = np.histogram(values, layer.bin_edges, density=True)[0]
        np.testing.assert_allclose(share.sel(channel=channel), wanted, rtol=1e-12)


def test_density_sums_to_the_share_inside_the_bins(shapes):
    x, layer = shapes
    width = float(layer.bin_edges[1] - layer.bin_edges[0])
    inside = (x.abs() <= 6).double().mean(0).numpy()
    seen = density(given_side(layer)).sum("bin") * width
    np.testing.assert_allclose(seen, inside, rtol=1e-12)
    assert inside[3] < 0.8


def test_cdf_is_the_share_under_each_edge(shapes):
    x, layer = shapes
    seen = cdf(given_side(layer))
    assert cdf(layer).dims == ("snapshot", "side", "channel", "edge")
    edges = layer.bin_edges.values
    wanted = (x.double().numpy()[..., None] < edges).mean(0)
    np.testing.assert_allclose(seen, wanted, atol=1e-12)
    assert (seen.bin_edges == edges).all()


def test_shares_are_of_the_finite_values_alone(watch):
    x = torch.tensor([[0.0], [1.0], [torch.nan], [torch.inf]])
    layer = given_side(watch(nn.Identity(), x, exact=True, range=(0, 2), bins=2))
    assert cdf(layer).values.tolist() == [[0, 0.5, 1]]
    assert density(layer).values.tolist() == [[0.25, 0.25]]


@given(
    st.lists(st.floats(-8, 8, width=32), min_size=1, max_size=50),
    st.lists(st.floats(0, 1), min_size=1, max_size=5),
)
@example([7.0], [0.0])
def test_quantiles_are_within_a_bin_of_a_true_one(values, wanted):
    x = np.array(values, dtype=float)
    edges = np.linspace(-6, 6, 25)
    layer = xr.Dataset(
        {
            "counts": ("bin", np.histogram(x, edges)[0]),
            "below": (x < -6).sum(),
            "above": (x > 6).sum(),
        },
        coords={"bin_edges": ("edge", edges)},
    )
    seen = quantiles(layer, wanted)
    width = edges[1] - edges[0]
    for q, value in zip(wanted, seen.values, strict=True):
        # A q quantile: at most q lies under it, at least q at or under it. Within
        # the rounding of q any value between two neighbours will do.
        low = np.quantile(x, max(q - 1e-9, 0), method="inverted_cdf")
        high = np.quantile(x, min(q + 1e-9, 1), method="higher")
        low, high = np.clip([low, high], -6, 6)
        assert low - width - 1e-9 <= value <= high + width + 1e-9


def test_quantiles_of_a_normal_distribution(shapes):
    _, layer = shapes
    seen = quantiles(given_side(layer), [0.05, 0.5, 0.95]).sel(channel=0)
    np.testing.assert_allclose(seen, stats.norm.ppf([0.05, 0.5, 0.95]), atol=0.05)
    assert seen["quantile"].values.tolist() == [0.05, 0.5, 0.95]


def test_the_smallest_and_the_largest_value(shapes):
    x, layer = shapes
    seen = quantiles(given_side(layer), [0, 1]).isel(channel=slice(3))
    width = float(layer.bin_edges[1] - layer.bin_edges[0])
    ends = np.stack([x.amin(0)[:3], x.amax(0)[:3]], axis=1)
    assert (np.abs(seen - ends) <= width).all()


def test_quantiles_outside_the_edges_are_the_outermost_edges(shapes):
    _, layer = shapes
    seen = quantiles(given_side(layer), [0, 0.01, 0.99, 1]).sel(channel=3)
    assert seen.values.tolist() == [-6, -6, 6, 6]


@pytest.mark.parametrize("q", [[-0.1], [1.1], [np.nan], 0.5])
def test_what_is_no_probability(shapes, q):
    with pytest.raises(ValueError, match="quantiles: expected probabilities in"):
        quantiles(shapes[1], q)


def test_distance_from_the_normal_distribution(shapes):
    x, layer = shapes
    seen = normal_distance(layer).isel(snapshot=0)
    edges = layer.bin_edges.values
    for side, values in (("input", x), ("output", x.relu())):
        for channel in range(4):
            v = values[:, channel].double().numpy()
            normal = stats.norm.cdf(edges, v.mean(), v.std())
            under = (v[:, None] < edges).mean(0)
            under[-1] = (v <= edges[-1]).mean()
            wanted = np.abs(under - normal).max()
            assert seen.sel(side=side, channel=channel).item() == pytest.approx(wanted)


def test_distances_as_the_docstring_states_them(shapes):
    _, layer = shapes
    seen = normal_distance(layer).isel(snapshot=0)
    assert seen.sel(side="input", channel=0) < 0.02
    assert seen.sel(side="input", channel=1) == pytest.approx(0.06, abs=0.01)
    assert seen.sel(side="output", channel=0) == pytest.approx(0.25, abs=0.02)


def test_where_nothing_was_counted_nothing_is_said(watch):
    layer = given_side(watch(nn.ReLU(), torch.zeros(0, 2)))
    for summary in (density, cdf, normal_distance, lambda each: quantiles(each, [0.5])):
        assert summary(layer).isnull().all()
    both = pooled(layer)
    assert both.n.item() == 0
    assert both["mean"].isnull().all()
    assert both["var"].isnull().all()


def test_a_constant_has_no_distance_from_a_normal_distribution(watch):
    layer = watch(nn.ReLU(), torch.zeros(5, 2), exact=True)
    assert normal_distance(layer).isnull().all()


@pytest.mark.parametrize("exact", [True, False])
def test_pooled_is_as_one_channel(watch, normal, expected, agree, exact):
    x = (
        normal(50, 3, 4) * torch.tensor([1.0, 2, 0.1])[:, None]
        + torch.arange(3)[:, None]
    )
    layer = watch(nn.Identity(), *x.split(10), exact=exact)
    both = pooled(layer)
    assert both.sizes["channel"] == 1
    assert both.counts.dims == ("snapshot", "side", "channel", "bin")
    agree(both, "input", expected(x.movedim(1, 2).reshape(-1, 1)), rtol=1e-7)
    assert both.attrs == layer.attrs
    assert "running_mean" not in both
    whole = watch(nn.Identity(), x.movedim(1, 2).reshape(-1, 1), exact=True)
    np.testing.assert_allclose(cdf(both), cdf(whole))


def test_pooled_leaves_out_what_is_not_finite(watch, normal, expected, agree):
    x = normal(50, 3, 4) + torch.arange(3)[:, None]
    x[:, 0] = torch.nan
    x[:7, 1] = torch.inf
    both = pooled(watch(nn.Identity(), x, exact=True))
    agree(both, "input", expected(x.movedim(1, 2).reshape(-1, 1)), rtol=1e-7)


def test_pooled_over_a_side_with_fewer_channels(watch, normal, expected, agree):
    linear, x = nn.Linear(5, 2), normal(40, 5)
    both = pooled(watch(linear, x, exact=True))
    agree(both, "input", expected(x.reshape(-1, 1)), rtol=1e-6)
    agree(both, "output", expected(linear(x).reshape(-1, 1)), rtol=1e-6)


def test_pooled_of_several_snapshots_and_of_one(normal):
    bn = nn.BatchNorm1d(3)
    with record(bn, "", exact=True) as recorder:
        for label in "ab":
            bn(normal(20, 3))
            recorder.snapshot(label)
    layer = recorder.recording[""]
    both = pooled(layer)
    assert both.snapshot.values.tolist() == ["a", "b"]
    last = pooled(layer.sel(snapshot="b", side="input"))
    same = both.sel(snapshot="b", side="input")
    for name in ("counts", "mean", "var", "n"):
        np.testing.assert_allclose(last[name], same[name])

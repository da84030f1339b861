"""Recordings made of numbers, and a browser that asks nobody for anything."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr
from scipy.special import ndtr

import hooks
from hooks.explore import TITLES
from hooks.explorer.encode import encode
from hooks.explorer.page import fragment, page

LIVE = ".hooks-explorer[data-live]"
EDGES = np.linspace(-6, 6, 65)


def layer(
    name: str, channels: int, labels: tuple, seed: int, values: int, **attrs: object
) -> xr.Dataset:
    """A batch norm whose inputs wander, each channel on its own way."""
    rng = np.random.default_rng(seed)
    rows = len(labels)
    walk = rng.normal(0, 0.05, (rows, channels)).cumsum(axis=0)
    mean = np.stack([walk + rng.normal(0, 1, channels), 0.1 * walk], axis=1)
    wide = np.exp(rng.normal(0, 0.02, (rows, 2, channels)).cumsum(axis=0))
    under = ndtr((EDGES - mean[..., None]) / wide[..., None])
    shares = np.diff(under, axis=-1, prepend=0, append=1)
    counts = rng.multinomial(values, shares)
    chance = rng.normal(0, 1 / np.sqrt(values), (2, *mean.shape))
    dims = ("snapshot", "side", "channel")
    none = np.zeros(counts.shape[:3], int)
    number = np.full_like(none, values)
    ours = {
        "counts": ((*dims, "bin"), counts[..., 1:-1]),
        "below": (dims, counts[..., 0]),
        "above": (dims, counts[..., -1]),
        **{name: (dims, none.copy()) for name in ("nan", "inf")},
        **{name: (dims, number.copy()) for name in ("n", "finite", "binned")},
        "mean": (dims, mean + wide * chance[0]),
        "var": (dims, (wide * (1 + chance[1])) ** 2),
    }
    ours |= {
        name: (dims[::2], value)
        for name, value in {
            "running_mean": mean[:, 0],
            "running_var": wide[:, 0] ** 2,
            "weight": wide[:, 1],
            "bias": mean[:, 1],
        }.items()
    }
    coords = {
        "snapshot": list(labels),
        "side": ["input", "output"],
        "channel": np.arange(channels),
        "bin_edges": ("edge", EDGES),
    }
    known = {"layer": name, "module": "BatchNorm2d", "mode": "train", "eps": 1e-5}
    return xr.Dataset(ours, coords, known | {"exact": 1, "cdf_error": 0.0} | attrs)


@pytest.fixture(scope="session")
def wander() -> Callable[..., hooks.Recording]:
    """Make a recording: names of layers with their numbers of channels."""

    def make(
        layers: dict[str, int] | None = None,
        labels: tuple = (1, 2, 3, 4, 5),
        seed: int = 0,
        values: int = 2000,
        **attrs: object,
    ) -> hooks.Recording:
        sizes = layers or {"stem.bn": 4, "block.bn": 6}
        made = {
            name: layer(name, channels, labels, seed + number, values, **attrs)
            for number, (name, channels) in enumerate(sizes.items())
        }
        return hooks.Recording(made)

    return make


@pytest.fixture(scope="session")
def piece() -> Callable[..., str]:
    """Make an explorer without its static pictures, which take long to draw."""

    def make(*recordings):
        return fragment(encode(recordings, TITLES[: len(recordings)]), [], "")

    return make


class Opened:
    """A page with an explorer, and how to read what it shows."""

    def __init__(self, page):
        self.page = page
        self.slider = page.get_by_role("slider")
        self.channels = page.locator(".grid button")
        self.large = page.locator(".large")

    def rest(self):
        """Wait until what was asked for is drawn."""
        self.page.evaluate("new Promise(requestAnimationFrame)")
        self.page.evaluate("new Promise(requestAnimationFrame)")

    def frame(self):
        return int(self.slider.input_value())

    def heights(self, plots=".grid button"):
        """Heights of the bars of all plots, (plot, bin), their highest place is 1."""
        paths = self.page.locator(f"{plots} .bars").evaluate_all(
            "all => all.map((each) => each.getAttribute('d'))"
        )
        read = [[float(y) for y in re.findall(r"V([\d.]+)h1", path)] for path in paths]
        return (100 - np.array(read)) / 96

    def lines(self, plots=".grid button"):
        """Where the upright lines are, in bins, (plot, line)."""
        paths = self.page.locator(f"{plots} .lines").evaluate_all(
            "all => all.map((each) => each.getAttribute('d'))"
        )
        return [[float(x) for x in re.findall(r"M([\d.-]+) ", p)] for p in paths]


@pytest.fixture
def opened(chromium, tmp_path, piece):
    """Open recordings; in the end nothing was asked for, and nothing went wrong."""
    wrong, contexts = [], []

    def watch(route):
        if not route.request.url.startswith(("file:", "data:")):
            wrong.append(f"asked for {route.request.url}")
        route.continue_()

    def start(*recordings, html=None, script="", **settings):
        context = chromium.new_context(
            **{"viewport": {"width": 1280, "height": 900}} | settings
        )
        contexts.append(context)
        tab = context.new_page()
        tab.route("**/*", watch)
        tab.add_init_script(script)
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda said: wrong.append(said.text))
        if html is None:
            html = page(piece(*recordings), "Seen")
        path = tmp_path / "seen.html"
        path.write_text(html, "utf-8")
        tab.goto(path.as_uri())
        if settings.get("java_script_enabled", True):
            tab.wait_for_selector(f"{LIVE}, [data-still]")
        return Opened(tab)

    yield start
    for context in contexts:
        context.close()
    assert wrong == []

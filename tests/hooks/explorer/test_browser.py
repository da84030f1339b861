"""The explorer's page, in a browser that asks nobody for anything."""

import gzip
import re
from pathlib import Path

import numpy as np
import pytest

import hooks
from hooks.explore import TITLES
from hooks.explorer.encode import encode, window, with_tails
from hooks.explorer.page import fragment, page

SHOTS = Path(__file__).parents[3] / "build" / "explorer"
LIVE = ".hooks-explorer[data-live]"


def piece(*recordings):
    """An explorer without its static pictures, which take long to draw."""
    return fragment(encode(recordings, TITLES[: len(recordings)]), [], "")


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
def opened(chromium, tmp_path):
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


def truth(layer, row, limits):
    """What the bars should be, of all plots: input, output, input, …"""
    counts = with_tails(layer)
    width = 12 / 64
    first, last = (round((limit + 6) / width) + 1 for limit in limits)
    inner = counts[row, ..., first:last].astype(float)
    inner[..., 0] += counts[row, ..., :first].sum(-1)
    inner[..., -1] += counts[row, ..., last:].sum(-1)
    highest = counts[..., 1:-1].max(axis=(0, 3))[..., None]
    return np.minimum(inner / highest, 1).transpose(1, 0, 2)


def test_arrow_keys_move_the_bars_as_the_data_say(opened, wander):
    recording = wander({"bn": 4})
    layer, seen = recording["bn"], opened(recording)
    assert seen.frame() == 4
    seen.slider.focus()
    for key, frame in (("ArrowLeft", 3), ("Home", 0), ("ArrowRight", 1), ("End", 4)):
        seen.page.keyboard.press(key)
        seen.rest()
        assert seen.frame() == frame
        label = f"{frame + 1} ({frame + 1} of 5)"
        assert seen.page.locator(".label").inner_text() == label
        wanted = truth(layer, frame, window([layer])).reshape(4, -1)
        np.testing.assert_allclose(seen.heights(), wanted, atol=0.02)


def test_lines_stand_where_the_layer_says(opened, wander):
    recording = wander({"bn": 3})
    seen, width = opened(recording), 12 / 64
    seen.slider.focus()
    seen.page.keyboard.press("Home")
    seen.rest()
    row = recording["bn"].isel(snapshot=0)
    first, last = window([recording["bn"]])
    shift = 1.08 * round((last - first) / width)
    for channel, found in enumerate(seen.lines()):
        here = row.isel(channel=channel)
        ours = (here.running_mean, here.running_var**0.5), (here.bias, abs(here.weight))
        wanted = [m + s * d for m, d in ours for s in (0, -1, 1)]
        places = (np.array(wanted) + 6) / width + 1
        places[3:] += shift
        np.testing.assert_allclose(found, places, atol=0.05)


def test_each_panel_names_the_ends_of_its_axis_and_zero(opened, wander):
    recording = wander({"bn": 2})
    seen, width = opened(recording), 12 / 64
    low, high = window([recording["bn"]])
    ends = [float(f"{end:.2g}") for end in (low + width, high - width)]
    for axis in seen.page.locator(".grid .axis").all():
        words = axis.locator("span").all_inner_texts()
        read = [float(word.replace("−", "-")) for word in words]
        assert read == [ends[0], 0, ends[1]]


def test_the_slider_stays_in_view_below_many_channels(opened, wander):
    seen = opened(wander({"bn": 64}, values=500))
    top = seen.slider.bounding_box()["y"]
    seen.channels.last.scroll_into_view_if_needed()
    assert seen.page.evaluate("scrollY") > top
    assert seen.slider.bounding_box()["y"] > 0


def test_a_small_deviation_is_not_lost_beside_a_large_one(opened, wander):
    recording = wander({"bn": 1})
    recording["bn"]["var"][-1] = 0.01**2
    words = opened(recording).channels.first.get_attribute("aria-label")
    assert words.count("deviation 0.010") == 2


def test_each_picture_changes_each_path_once(opened, wander):
    """What scrubbing costs: two paths a channel in a frame, and nothing before it."""
    seen = opened(wander({"bn": 64}, values=500))
    changes = seen.page.evaluate(
        """async (live) => {
          const root = document.querySelector(live).shadowRoot;
          const slider = root.querySelector("input[type=range]");
          const seen = [];
          const watcher = new MutationObserver((list) => seen.push(...list));
          watcher.observe(root.querySelector(".grid"), {
            subtree: true, attributes: true, childList: true, characterData: true });
          for (const value of [0, 1, 2]) {
            slider.value = value;
            slider.dispatchEvent(new Event("input"));
          }
          const early = watcher.takeRecords().length;
          await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          return [early, seen.map((one) => one.attributeName)];
        }""",
        LIVE,
    )
    assert changes == [0, ["d"] * 128]


def test_a_channel_is_shown_large_and_left_again_by_keys_alone(opened, wander):
    recording = wander({"bn": 8})
    seen = opened(recording)
    press = seen.page.keyboard.press
    seen.page.get_by_role("checkbox").focus()
    press("Tab")
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "Home", "End"):
        press(key)
    focused = "document.querySelector('.hooks-explorer').shadowRoot.activeElement"
    name = f"{focused}.getAttribute('aria-label')"
    assert seen.page.evaluate(name).startswith("channel 7: input mean ")
    press("Enter")
    assert seen.large.is_visible()
    assert "bn, channel 7" in seen.large.inner_text()
    assert seen.large.locator("canvas").count() == 2
    press("ArrowLeft")
    seen.rest()
    assert seen.frame() == 3
    here = recording["bn"].isel(snapshot=3, channel=7)
    words = seen.large.locator("tr", has_text="mean").inner_text().split()
    read = [float(word.replace("−", "-")) for word in words[1:]]
    np.testing.assert_allclose(read, here["mean"], atol=0.006)
    wanted = truth(recording["bn"], 3, window([recording["bn"]]))[7]
    np.testing.assert_allclose(seen.heights(".large"), wanted, atol=0.02)
    press("Escape")
    assert not seen.large.is_visible()
    assert seen.page.evaluate(name).startswith("channel 7: input mean ")


def test_the_focus_stays_where_it_is_needed(opened, wander):
    seen = opened(wander({"one": 3, "two": 3}))
    focused = "document.querySelector('.hooks-explorer').shadowRoot.activeElement"
    seen.channels.nth(0).click()
    for wanted in ("Next", "title"):  # there is no channel after the last one
        seen.page.get_by_role("button", name="Next").focus()
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate(f"{focused}.className") == wanted
    layer = seen.page.get_by_label("Layer")
    layer.focus()
    layer.select_option("two")
    seen.large.get_by_text("two, channel 2").wait_for()
    assert seen.page.evaluate(f"{focused}.tagName") == "SELECT"


def test_motion_is_slow_where_it_is_unwelcome(opened, wander):
    seen = opened(wander({"bn": 2}), reduced_motion="reduce")
    assert seen.page.get_by_label("Speed").input_value() == "1"


def test_the_heat_map_is_brightest_where_most_values_lie(opened, wander):
    recording = wander({"bn": 2})
    seen = opened(recording)
    seen.channels.nth(1).click()
    pixels = seen.large.locator("canvas").first.evaluate(
        """(c) => [c.width, c.height, ...c.getContext("2d")
             .getImageData(0, 0, c.width, c.height).data]"""
    )
    wide, high, *values = pixels
    green = np.array(values).reshape(high, wide, 4)[..., 1]
    limits = window([recording["bn"]])
    wanted = np.array([truth(recording["bn"], row, limits)[1, 0] for row in range(5)])
    assert green.shape == wanted.shape
    order = np.corrcoef(green.ravel(), np.sqrt(wanted).ravel())[0, 1]
    assert order > 0.99


def test_play_moves_on_and_stops_at_the_end(opened, wander):
    seen = opened(wander({"bn": 2}, labels=(1, 2, 3)))
    seen.page.get_by_label("Speed").select_option("25")
    seen.slider.focus()
    seen.page.keyboard.press("Space")  # at the end: from the start
    seen.page.get_by_role("button", name="Pause").wait_for()
    seen.page.get_by_role("button", name="Play").wait_for()
    assert seen.frame() == 2


def test_another_layer(opened, wander):
    recording = wander({"one": 3, "two": 5})
    seen = opened(recording)
    assert seen.channels.count() == 3
    seen.page.get_by_label("Layer").select_option("two")
    seen.page.locator(".grid button >> nth=4").wait_for()
    seen.rest()
    wanted = truth(recording["two"], 4, window([recording["two"]])).reshape(5, -1)
    np.testing.assert_allclose(seen.heights(), wanted, atol=0.02)
    assert "two, snapshot 5: input means" in seen.page.locator(".now").inner_text()


def test_two_recordings_of_different_length_and_layers(opened, wander):
    one = wander({"both": 3, "only": 2}, labels=(1, 2, 3, 4))
    two = wander({"both": 2}, labels=(1, 2), seed=9)
    seen = opened(one, two)
    assert "Not recorded at snapshot 4" in seen.page.locator(".views").last.inner_text()
    seen.slider.focus()
    seen.page.keyboard.press("Home")
    seen.rest()
    limits = window([one["both"], two["both"]])
    wanted = [truth(each["both"], 0, limits) for each in (one, two)]
    both = np.concatenate([each.reshape(len(each), -1) for each in wanted])
    np.testing.assert_allclose(seen.heights(), both, atol=0.02)
    seen.channels.nth(2).click()
    assert seen.large.locator("canvas").count() == 2  # two has no channel 2
    seen.page.get_by_label("Layer").select_option("only")
    seen.page.get_by_text("No layer only in second").wait_for()


def test_a_screen_reader_is_told_what_is_seen(opened, wander):
    recording = wander({"bn": 2}, values=500)
    layer = recording["bn"]
    layer["nan"][-1, 0, 1] = 50
    seen = opened(recording)
    label = seen.channels.nth(1).get_attribute("aria-label")
    assert re.fullmatch(
        r"channel 1: input mean −?[\d.]+, deviation [\d.]+(, [^;]* beyond the bins)?, "
        r"10 % NaN or infinite; output mean .*",
        label,
    )
    assert "NaN 10 %" in seen.channels.nth(1).inner_text()
    live = seen.page.locator("[aria-live=polite]")
    assert live.text_content().startswith("bn, snapshot 5: input means ")
    seen.channels.nth(1).click()
    seen.page.wait_for_function(
        "(live) => document.querySelector(live).shadowRoot"
        ".querySelector('[aria-live=polite]').textContent.startsWith('Snapshot 5, ch')",
        arg=LIVE,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(opened, wander, theme):
    from axe_playwright_python.sync_playwright import Axe

    recording = wander({"bn": 20}, values=500)
    seen = opened(recording, color_scheme=theme)
    shot(seen, f"grid-{theme}")
    seen.channels.nth(3).click()
    seen.rest()
    found = Axe().run(seen.page)
    problems = [
        (each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]
    ]
    assert problems == []
    shot(seen, f"large-{theme}")


def shot(seen, name):
    """Keep a picture, for people to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    seen.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def test_two_in_one_page_do_not_clash(opened, wander):
    pieces = [piece(wander({"bn": 2}, seed=seed)) for seed in (0, 1)]
    seen = opened(html=page("".join([*pieces, pieces[0]]), "Three"))
    seen.page.locator(LIVE).nth(2).wait_for()
    assert seen.channels.count() == 6
    seen.slider.first.focus()
    seen.page.keyboard.press("Home")
    assert [each.input_value() for each in seen.slider.all()] == ["0", "4", "4"]


def test_without_scripts_a_picture_is_to_be_seen(opened, wander):
    explorer = hooks.explore(wander())
    seen = opened(html=page(explorer.html, "Still"), java_script_enabled=False)
    picture = seen.page.get_by_role("img")
    assert picture.evaluate("(image) => image.naturalWidth") > 600
    assert "Explorer of 2 layers, 5 snapshots" in picture.get_attribute("alt")
    assert seen.page.get_by_text("no scripts run here").is_visible()


def test_a_browser_that_cannot_unpack_shows_the_picture(opened, wander):
    html = page(hooks.explore(wander({"bn": 2}, values=50)).html, "Old")
    seen = opened(html=html, script="delete globalThis.DecompressionStream")
    assert seen.page.get_by_role("img").is_visible()
    assert seen.page.get_by_text("This browser cannot unpack").is_visible()


def test_a_page_around_may_be_dark(opened, wander):
    html = page(piece(wander({"bn": 2})), "Lab")
    html = html.replace("<body>", '<body data-jp-theme-light="false">')
    host = opened(html=html).page.locator(LIVE)
    assert host.get_attribute("data-theme") == "dark"
    host.evaluate("() => (document.body.dataset.jpThemeLight = 'true')")
    host.page.locator(f"{LIVE}[data-theme=light]").wait_for()


def test_all_that_is_awkward(opened, wander):
    """One snapshot, no value at all, a name like an element, 200 channels."""
    recording = wander({"<b>": 200, "": 1}, labels=("only",), values=50)
    layer = recording[""]
    for name in ("counts", "below", "above", "n", "finite", "binned"):
        layer[name][:] = 0
    for name in ("mean", "var", "running_mean", "weight"):
        layer[name][:] = np.nan
    seen = opened(recording)
    assert seen.slider.is_disabled()
    assert seen.channels.count() == 128
    seen.page.get_by_role("combobox", name="Channels").select_option("128")
    seen.rest()
    assert seen.channels.count() == 72
    assert seen.heights().max() > 0.9
    seen.page.get_by_label("Layer").select_option("the model")
    words = "The model, snapshot only: input without values"
    seen.page.locator(".now", has_text=words).wait_for()
    seen.channels.first.click()
    seen.rest()
    assert "none" in seen.large.inner_text()


def test_the_page_of_fifty_snapshots_is_small(wander, tmp_path):
    widths = (16, 16, 16, 32, 32, 64, 64)
    layers = {f"block{i}.bn": width for i, width in enumerate(widths)}
    recording = wander(layers, tuple(range(50)), values=5000)
    hooks.export_html(recording, tmp_path / "seen.html")
    assert len(gzip.compress((tmp_path / "seen.html").read_bytes())) < 400_000

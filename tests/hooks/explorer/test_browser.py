"""What the explorer draws, read off its page in a browser."""

import gzip

import numpy as np

import hooks
from hooks.explorer.encode import window, with_tails


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
        assert seen.page.locator(".label").inner_text() == f"{frame + 1} of 5"
        wanted = truth(layer, frame, window([layer])).reshape(4, -1)
        np.testing.assert_allclose(seen.heights(), wanted, atol=0.02)


def test_a_label_that_is_not_its_number_is_said_beside_it(opened, wander):
    for labels, wanted in (((0, 1), "1 (2 of 2)"), (("a", "2"), "2 of 2")):
        seen = opened(wander({"bn": 1}, labels))
        assert seen.page.locator(".label").inner_text() == wanted


def test_the_share_beyond_the_bins_is_said_as_the_data_say(opened, wander):
    recording = wander({"bn": 3})
    layer = recording["bn"]
    layer["binned"][:] = 100_000
    layer["below"][-1, 0] = [160, 40, 5000]
    layer["above"][-1, 0] = [80, 0, 22]
    seen = opened(recording)
    for channel, share in enumerate(("0.2 %", "under 0.1 %", "5.0 %")):
        words = seen.channels.nth(channel).get_attribute("aria-label").split(";")[0]
        assert words.endswith(f", {share} beyond the bins")


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
        ".hooks-explorer",
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


def test_the_page_of_fifty_snapshots_is_small(wander, tmp_path):
    widths = (16, 16, 16, 32, 32, 64, 64)
    layers = {f"block{i}.bn": width for i, width in enumerate(widths)}
    recording = wander(layers, tuple(range(50)), values=5000)
    hooks.export_html(recording, tmp_path / "seen.html")
    assert len(gzip.compress((tmp_path / "seen.html").read_bytes())) < 400_000

"""The explorer for everybody: by ear, in the dark, without scripts, with odd data."""

import re
from pathlib import Path

import numpy as np
import pytest

import hooks
from hooks.explorer.page import page

LIVE = ".hooks-explorer[data-live]"
SHOTS = Path(__file__).parents[3] / "build" / "explorer"


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


def test_two_in_one_page_do_not_clash(opened, wander, piece):
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


def test_a_page_around_may_be_dark(opened, wander, piece):
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

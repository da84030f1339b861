"""The book in a browser, opened as files, with everything else out of reach."""

from pathlib import Path

import pytest


@pytest.fixture
def opened(chromium, built):
    """A page, what it asked other places for, and what it complained about."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    asked, complaints = [], []

    def local(route):
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    def hear(message):
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.route("**/*", local)
    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert asked == []
    assert complaints == []


def test_every_page_opens_by_itself(opened, built):
    pages = [
        path for path in sorted(built.rglob("*.html")) if "_static" not in path.parts
    ]
    assert len(pages) > 20
    for path in pages:
        opened.goto(path.as_uri())
        assert opened.title(), path


def test_the_front_page_shows_its_pictures(opened, built):
    opened.goto((built / "index.html").as_uri())
    assert opened.locator(".question").count() == 13
    for image in opened.locator("article img").all():
        image.scroll_into_view_if_needed()
        assert image.evaluate("img => img.decode().then(() => img.naturalWidth)") > 100


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_formula_and_a_claim_are_readable(opened, built, theme):
    opened.emulate_media(color_scheme=theme)
    (chapter,) = built.glob("notebooks/09_*.html")
    opened.goto(chapter.as_uri())
    size = opened.locator(".formula svg").bounding_box()
    assert size["width"] > 200
    assert size["height"] > 20
    for place in (".formula svg", "#claim-c29"):
        ink, paper = (opened.locator(place).evaluate(code) for code in (INK, PAPER))
        assert contrast(ink, paper) > 7, (place, ink, paper)


INK = "node => getComputedStyle(node).color"
PAPER = """node => {
    for (; node; node = node.parentElement) {
        const paper = getComputedStyle(node).backgroundColor;
        if (!paper.endsWith(", 0)")) return paper;
    }
    return "rgb(255, 255, 255)";
}"""


def contrast(one, other):
    """The ratio of WCAG between two colours such as "rgb(1, 2, 3)"."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    parts = colour[colour.index("(") + 1 : -1].split(",")[:3]
    shares = [float(part) / 255 for part in parts]
    red, green, blue = (
        x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_narrow_page_does_not_scroll_sideways(opened, built):
    opened.set_viewport_size({"width": 400, "height": 800})
    for name in ("index", "chapters", "verdicts", "figures", "glossary", "reference"):
        opened.goto((built / f"{name}.html").as_uri())
        assert opened.evaluate("document.documentElement.scrollWidth") <= 400, name


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "verdicts"])
def test_axe_finds_nothing(opened, built, name, theme):
    from axe_playwright_python.sync_playwright import Axe

    opened.emulate_media(color_scheme=theme)
    opened.goto((built / f"{name}.html").as_uri())
    found = Axe().run(opened, options={"preload": False})  # it may not read files
    assert found.violations_count == 0, found.generate_report()


def test_the_explorer_follows_the_theme_that_is_chosen(opened, built):
    opened.emulate_media(color_scheme="light")
    opened.goto((built / "explorer.html").as_uri())
    opened.get_by_label("Snapshot").wait_for()
    for theme in ("dark", "light"):
        opened.evaluate(
            "theme => document.documentElement.dataset.theme = theme", theme
        )
        opened.locator(f".hooks-explorer[data-theme={theme}]").wait_for()


def test_the_search_finds_a_word_in_its_chapter(opened, built):
    opened.goto((built / "search.html").as_uri() + "?q=kurtosis")
    first = opened.locator("#search-results li a").first
    first.wait_for()
    pages = opened.locator("#search-results li a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    assert any(Path(page).name.startswith("01_") for page in pages)

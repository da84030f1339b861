"""The stored notebooks as slides: whole, offline, none too full."""

import re
from pathlib import Path

import pytest

from course.cli import main
from course.notebooks import find
from course.slides import build
from course.slides.build import THEIRS, slides

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"
NUMBERS = [path.stem[:2] for path in find(NOTEBOOKS)]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("build")
    assert slides([], NOTEBOOKS, out) == 0
    return out / "slides"


def test_every_link_leads_to_a_file(built):
    pages = sorted(built.glob("*.html"))
    assert [page.stem for page in pages] == [*NUMBERS, "index"]
    for page in pages:
        text = page.read_text("utf-8")
        for link in re.findall(r'(?:src|href)="([^"#?]+)', text):
            assert (built / link).is_file(), (page.name, link)
    assert {Path(name).name for name in THEIRS} < {
        path.name for path in (built / "assets").iterdir()
    }


def test_nothing_is_loaded_from_elsewhere(built):
    for path in (*built.glob("*.html"), *built.glob("assets/*.css")):
        text = path.read_text("utf-8")
        assert not re.search(r"""(?:src=|url\(|@import )["']?(?:https?:)?//""", text)


@pytest.mark.parametrize("number", NUMBERS)
def test_headings_are_in_order_and_pictures_are_described(built, number):
    text = (built / f"{number}.html").read_text("utf-8")
    levels = [int(level) for level in re.findall(r"<h(\d)>", text)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert set(levels) == {1, 2, 3}
    assert levels.index(2) > levels.index(1)
    assert 'lang="en"' in text
    described = re.findall(r'<img [^>]*alt="([^"]*)"', text)
    assert described
    assert all(alt or "object-position: bottom" in text for alt in described)


def test_one_deck_alone_leaves_the_list_of_all(built, tmp_path, capsys):
    assert slides(["3"], NOTEBOOKS, tmp_path) == 0
    assert sorted(path.name for path in (tmp_path / "slides").glob("*.html")) == [
        "03.html"
    ]
    assert "03.html" in capsys.readouterr().out


def test_the_command_makes_slides(folder, parts, command):
    root = folder("01_why", parts.prose("# Why?"))
    done = command("slides", cwd=root)
    assert done.returncode == 0, done.stderr
    assert (root / "build" / "slides" / "01.html").is_file()


def test_ctrl_c_leaves_no_deck_without_the_page_that_leads_to_it(
    folder, parts, monkeypatch
):
    root, written = folder("01_why", parts.prose("# Why?")), []
    monkeypatch.setattr(build, "write", lambda path, content: written.append(path.name))
    assert slides([], root / "notebooks", root / "build") == 0
    assert written[-2:] == ["index.html", "01.html"]


def test_what_is_missing_is_named(folder, parts, monkeypatch, capsys):
    root = folder("01_why", parts.prose("# Why?"))
    monkeypatch.setattr(build, "find_spec", lambda name: None)
    where = ["--notebooks", str(root / "notebooks"), "--out", str(root / "build")]
    assert main(["slides", *where]) == 1
    assert "sphinx_revealjs" in (said := capsys.readouterr().err)
    assert ".[docs]" in said


@pytest.fixture
def opened(chromium, built):
    """A page, what it asked other places for, and what it complained about."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 720}, offline=True
    )
    asked, complaints = [], []
    context.on("request", lambda request: asked.append(request.url))
    context.on("console", lambda message: complaints.append(message.text))
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []


FULL = """() => {
  const full = [];
  for (const slide of Reveal.getSlides()) {
    const place = Reveal.getIndices(slide);
    Reveal.slide(place.h, place.v, 99);
    const page = slide.querySelector(".page");
    const free = page.getBoundingClientRect().bottom - 30;
    const lowest = Math.max(
      ...[...page.children].map((part) => part.getBoundingClientRect().bottom),
    );
    const wide = page.scrollWidth > page.clientWidth + 1;
    if (page.matches(".too-big") || page.offsetHeight !== 720 || lowest > free || wide)
      full.push(page.innerText.slice(0, 80));
  }
  return full;
}"""


LOADED = """() => Promise.all(
  [...document.images].map((image) => image.decode()),  // fails without a file
).then((all) => all.length)"""


@pytest.mark.parametrize("number", NUMBERS)
def test_no_slide_is_too_full(opened, built, number):
    opened.goto((built / f"{number}.html").as_uri())
    opened.wait_for_function("window.Reveal && Reveal.isReady()")
    assert opened.evaluate("Reveal.getTotalSlides()") > 20
    assert opened.evaluate(FULL) == []
    assert opened.evaluate(LOADED) > 3


KINDS = ("title", "section", "predict", "figure", "claim", "code", "plain", "statement")


def test_axe_finds_nothing_on_any_kind_of_slide(opened, built):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    options = {"preload": False}  # it may not read style sheets from files
    opened.goto((built / "03.html").as_uri())
    opened.wait_for_function("window.Reveal && Reveal.isReady()")
    for kind in KINDS:
        opened.evaluate(SHOW, kind)
        found = axe.run(opened, options=options).response["violations"]
        assert [each["help"] for each in found] == [], kind
    opened.goto((built / "index.html").as_uri())
    assert axe.run(opened, options=options).response["violations"] == []


SHOW = """(kind) => {
  const slide = document.querySelector(`.page.${kind}`).parentElement;
  const place = Reveal.getIndices(slide);
  Reveal.slide(place.h, place.v, 99);
}"""


def test_the_keyboard_leads_through_and_the_answer_waits(opened, built):
    opened.goto((built / "01.html").as_uri())
    opened.wait_for_function("window.Reveal && Reveal.isReady()")
    answer = opened.locator(".present > .page .answer")
    while not answer.count():
        opened.keyboard.press("ArrowRight")
    assert answer.evaluate("node => getComputedStyle(node).visibility") == "hidden"
    opened.keyboard.press("ArrowRight")
    assert answer.evaluate("node => getComputedStyle(node).visibility") == "visible"


def test_the_speaker_sees_the_notes(opened, built):
    opened.goto((built / "03.html").as_uri())
    opened.wait_for_function("window.Reveal && Reveal.isReady()")
    opened.evaluate("Reveal.slide(1)")
    with opened.context.expect_page() as window:
        opened.keyboard.press("s")
    notes = window.value.locator(".speaker-controls-notes .value")
    notes.filter(has_text="birdplane").wait_for()


def test_printed_a_slide_is_a_page(opened, built):
    opened.goto((built / "13.html").as_uri())
    opened.wait_for_function("window.Reveal && Reveal.isReady()")
    count = opened.evaluate("Reveal.getTotalSlides()")
    printed = opened.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type ?/Page\b", printed)) == count

"""The book as it is built: whole, with words for every picture, and alone."""

from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from course.contents import chapters

PAGES = ("index", "chapters", "explorer", "verdicts", "figures")
PAGES += ("glossary", "reference", "teaching/index", "cite")


@pytest.fixture(scope="module")
def parsed(built):
    """Every page, by its path."""
    return {
        path: BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted(built.rglob("*.html"))
        if "_static" not in path.parts
    }


@pytest.fixture(scope="module")
def course(project):
    return chapters(project / "notebooks")


def test_every_page_is_there(built, course):
    for name in (*PAGES, *(f"notebooks/{chapter.stem}" for chapter in course)):
        assert (built / f"{name}.html").is_file(), name


def test_every_image_has_words(parsed):
    silent = [
        (path.name, image)
        for path, page in parsed.items()
        for image in page.find_all("img")
        if not image.get("alt", "").strip()
    ]
    assert not silent


def test_every_figure_has_its_caption_and_its_place(parsed, built, course):
    for chapter in course:
        page = parsed[built / "notebooks" / f"{chapter.stem}.html"]
        drawn = [figure.get("id") for figure in page.find_all("figure")]
        words = [figure.caption for figure in chapter.figures]
        assert drawn == [f"figure-{each.notebook}-{each.number}" for each in words]
        for figure, each in zip(page.find_all("figure"), words, strict=True):
            said = f"Figure {each.notebook}.{each.number}."
            assert figure.figcaption.get_text().strip().startswith(said)
            assert figure.img["alt"].startswith(said)


def test_every_claim_has_its_card(parsed, built, course):
    for chapter in course:
        page = parsed[built / "notebooks" / f"{chapter.stem}.html"]
        for record in chapter.records:
            card = page.find(id=f"claim-{record['claim'].lower()}")
            assert record["claim"] in card.get_text()


def test_the_table_of_verdicts_leads_to_every_card(parsed, built, course):
    page = parsed[built / "verdicts.html"]
    rows = {row.find("a").get_text(): row for row in page.table.select("tbody tr")}
    for chapter in course:
        for record in chapter.records:
            links = [link["href"] for link in rows[record["claim"]].find_all("a")]
            place = f"notebooks/{chapter.stem}.html"
            assert links[0] == f"{place}#claim-{record['claim'].lower()}"
            assert links[-1] == place


def test_the_explorer_stands_in_its_page_and_in_a_file_of_its_own(parsed, built):
    assert len(parsed[built / "explorer.html"].select(".hooks-explorer")) == 1
    assert (built / "fifty_epochs.html").is_file()


def test_solutions_are_folded(parsed, built, course):
    for chapter in course:
        page = parsed[built / "notebooks" / f"{chapter.stem}.html"]
        cells = page.select(".tag_solution")
        assert cells
        assert all(
            cell.find_parent("details") or cell.find("details") for cell in cells
        )


def test_every_link_within_the_book_leads_somewhere(parsed):
    names = {path: _names(page) for path, page in parsed.items()}
    broken = []
    for path, page in parsed.items():
        for link in page.select("a[href], link[href], img[src], script[src]"):
            address = urlsplit(link.get("href") or link.get("src"))
            if address.scheme or address.netloc:
                continue
            name = unquote(address.path)
            there = (path.parent / name).resolve() if name else path
            lost = address.fragment and there in names
            lost = lost and unquote(address.fragment) not in names[there]
            if not there.is_file() or lost:
                broken.append(f"{path.name}: {link}")
    assert not broken


def _names(page):
    found = {tag["id"] for tag in page.find_all(id=True)}
    return found | {tag["name"] for tag in page.select("a[name]")}


def test_no_page_loads_anything_from_elsewhere(parsed):
    loaded = [
        f"{path.name}: {tag}"
        for path, page in parsed.items()
        for tag in page.select("[src], link[href], [srcset], object[data]")
        if (urlsplit(tag.get("src") or tag.get("href") or "").netloc)
    ]
    assert not loaded


def test_formulas_are_drawn_and_spoken(parsed):
    found = [tag for page in parsed.values() for tag in page.select(".formula")]
    assert len(found) >= 3
    for tag in found:
        assert tag.svg
        assert tag.math


def test_every_public_name_of_hooks_is_in_the_reference(parsed, built):
    import hooks

    page = parsed[built / "reference.html"]
    for name in hooks.__all__:
        if name != "plot":
            assert page.find(id=f"hooks.{name}") or page.select(f'[id$=".{name}"]'), (
                name
            )
    assert page.find(id="hooks.record").find_next("dl").get_text().count("Parameters")

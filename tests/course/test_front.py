"""The front page shows what the stored notebooks hold, and nothing typed."""

import re
import shutil
from pathlib import Path

import pytest

from course.contents import chapters
from course.front import EMBLEM_FOLDER, PICTURES, between, questions, update
from course.notebooks import UsageError, find, read
from course.refresh import refresh

PROJECT = Path(__file__).parents[2]
PAGE = (
    "# Course\n<!-- verdicts -->\nstale table\n<!-- end of verdicts -->\n"
    "<!-- questions -->\nstale list\n<!-- end of questions -->\nmore\n"
)
CLAIM = "from course import claim\nclaim('C01', 'a text', True, measured={'n': 2})"


def test_the_table_of_this_project_is_that_of_its_notebooks(tmp_path):
    page = PROJECT / "README.md"
    copy = tmp_path / "README.md"
    copy.write_bytes(page.read_bytes())
    shutil.copytree(PROJECT / EMBLEM_FOLDER, tmp_path / EMBLEM_FOLDER)
    for path in PICTURES:
        (tmp_path / path).write_bytes((PROJECT / path).read_bytes())
    assert update(tmp_path, PROJECT / "notebooks") == [], "run: course refresh"


def test_the_pictures_of_the_front_page_are_small():
    paths = [
        *(PROJECT / EMBLEM_FOLDER).iterdir(),
        *(PROJECT / path for path in PICTURES),
    ]
    sizes = {path.name: path.stat().st_size for path in paths}
    assert all(size < 150_000 for size in sizes.values()), sizes


def test_the_lines_of_the_front_page_make_the_picture_below_them():
    page = (PROJECT / "README.md").read_text("utf-8")
    imports, lines, picture = re.search(
        r"```python\n(import .+?)\n\n(.+?)\n```\n\n!\[[^]]+\]\((.+?)\)", page, re.DOTALL
    ).groups()
    assert imports == "import hooks, torch, torchvision"
    number, figure = PICTURES[Path(picture)]
    (path,) = find(PROJECT / "notebooks", [str(number)])
    cells = read(path).cells
    captions = (
        cell.source.startswith(f"**Figure {number}.{figure}.") for cell in cells
    )
    shown = cells[list(captions).index(True) - 1].source
    assert shown.endswith(lines)


def test_the_table_is_put_between_the_marks(folder):
    root = folder("01_does_it", CLAIM)
    (root / "README.md").write_text(PAGE)
    assert refresh([], root / "notebooks") == 0
    text = (root / "README.md").read_text()
    assert "stale" not in text
    assert "| C01 | a text |" in text
    assert text.startswith("# Course\n")
    assert text.endswith("-->\nmore\n")
    assert update(root, root / "notebooks") == []


def test_a_page_without_the_marks_is_refused():
    with pytest.raises(UsageError, match="no place for the table of questions"):
        between("# Course\n", "questions", "")


def test_the_list_of_questions_has_minutes_seconds_and_a_picture_each():
    rows = questions(chapters(PROJECT / "notebooks")).splitlines()[2:]
    assert len(rows) == 13
    for number, row in enumerate(rows, 1):
        found = re.fullmatch(
            r'\| <img src="(docs/questions/\d\d.png)" width="240" alt="[^"]+\."> '
            r"\| (\d+)\. \[[^]]+\?\]\((notebooks/\d\d_\w+\.ipynb)\) "
            r"\| \d+( \+ \d+)? \| \d+ \|",
            row,
        )
        assert found, row
        picture, place, notebook, _ = found.groups()
        assert int(place) == int(notebook[10:12]) == int(picture[15:17]) == number
        assert (PROJECT / picture).read_bytes().startswith(b"\x89PNG")

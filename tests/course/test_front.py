"""The front page shows what the stored notebooks hold, and nothing typed."""

import re
from pathlib import Path

import pytest

from course.front import PICTURE, update, with_table
from course.notebooks import UsageError, find, read
from course.refresh import refresh

PROJECT = Path(__file__).parents[2]
PAGE = "# Course\n<!-- verdicts -->\nstale table\n<!-- end of verdicts -->\nmore\n"
CLAIM = "from course import claim\nclaim('C01', 'a text', True, measured={'n': 2})"


def test_the_table_of_this_project_is_that_of_its_notebooks(tmp_path):
    page = PROJECT / "README.md"
    copy = tmp_path / "README.md"
    copy.write_bytes(page.read_bytes())
    (tmp_path / "docs").mkdir()
    (tmp_path / PICTURE).write_bytes((PROJECT / PICTURE).read_bytes())
    assert update(tmp_path, PROJECT / "notebooks") == [], "run: course refresh"


def test_the_table_is_put_between_the_marks(folder):
    root = folder("01_does_it", CLAIM)
    (root / "README.md").write_text(PAGE)
    assert refresh([], root / "notebooks") == 0
    text = (root / "README.md").read_text()
    assert "stale table" not in text
    assert "| C01 | a text |" in text
    assert text.startswith("# Course\n")
    assert text.endswith("-->\nmore\n")
    assert update(root, root / "notebooks") == []


def test_a_page_without_the_marks_is_refused():
    with pytest.raises(UsageError, match="no place for the table"):
        with_table("# Course\n", {})


@pytest.mark.parametrize(
    "path", find(PROJECT / "notebooks"), ids=lambda path: path.stem
)
def test_the_list_of_questions_is_that_of_the_notebooks(path):
    opening = "\n".join(cell.source for cell in read(path).cells[:2])
    question = re.search(r"^# (.+)$", opening, re.MULTILINE)[1]
    minutes = re.search(r"about (\d+) minutes", opening)[1]
    row = f"| {path.stem[:2]} | [{question}](notebooks/{path.name}) | {minutes} |"
    assert row in (PROJECT / "README.md").read_text("utf-8").splitlines()

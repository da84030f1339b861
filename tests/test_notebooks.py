"""The stored notebooks: executed, with their pictures, and settling their claims."""

from pathlib import Path

import pytest

from course import ledger, report, verdicts
from course.guard import problems, twice
from course.notebooks import code_cells, read

FOLDER = Path(__file__).parents[1] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
SETTLES = {  # notebook: its claims, first to last
    "01": ("C01", "C04"),
    "02": ("C05", "C07"),
    "03": ("C08", "C10"),
    "04": ("C11", "C13"),
    "05": ("C14", "C18"),
    "06": ("C19", "C23"),
    "07": ("C24", "C26"),
    "08": ("C27", "C28"),
    "09": ("C29", "C31"),
    "10": ("C32", "C34"),
    "11": ("C35", "C36"),
    "12": ("C37", "C41"),
    "13": (),  # it gathers the others'
}


def claims(path):
    return [record["claim"] for record in verdicts.records(read(path), path.stem)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_stored_notebook_breaks_no_rule(path):
    assert problems(read(path), path.stem, path.stat().st_size) == []


def test_no_claim_is_settled_twice():
    assert twice(claim for path in PATHS for claim in claims(path)) == []


@pytest.mark.parametrize("number", SETTLES)
def test_a_notebook_settles_the_claims_of_the_syllabus(number):
    found = [
        claim for path in FOLDER.glob(f"{number}_*.ipynb") for claim in claims(path)
    ]
    first, last = [int(name[1:]) for name in SETTLES[number]] or (1, 0)
    expected = [f"C{claim:02d}" for claim in range(first, last + 1)]
    assert sorted(found) == expected


def test_every_notebook_has_its_number_and_its_claims():
    assert [path.stem[:2] for path in PATHS] == sorted(SETTLES)


def test_the_last_notebook_shows_the_cards_that_the_others_hold():
    (last,) = FOLDER.glob("13_*.ipynb")
    outputs = [output for cell in code_cells(read(last)) for output in cell.outputs]
    shown = "".join(output.get("data", {}).get("text/html", "") for output in outputs)
    table, _ = ledger.gather(FOLDER)
    stale = [each["claim"] for each in table if report.show(each) not in shown]
    assert stale == [], "a notebook was stored anew; run: course refresh 13"

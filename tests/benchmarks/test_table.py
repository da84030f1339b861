import csv
import math
from io import StringIO

import pytest

from benchmarks.statistics import Spread, spread
from benchmarks.table import Row, csv_text, markdown, number, write

MACHINE, VERSIONS = {"cores": "2"}, {"torch": "2.15.0"}
RATIO = Row("overhead", "ours", "time", Spread(1.04, 1.01, 1.2, 9), target=1.05)
NO_RESULT = Row("overhead", "theirs", "time", None, note="not installed")


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (1.0437, "×", "1.044 ×"),
        (9.871, "×", "9.87 ×"),
        (18.93, "MB", "18.9 MB"),
        (1473.2, "MB", "1473 MB"),
        (-0.25, "MB", "-0.25 MB"),
        (4.0, "epochs", "4 epochs"),
        (4.5, "epochs", "4.50 epochs"),
        (math.inf, "s", "not reached"),
    ],
)
def test_numbers_are_as_exact_as_they_deserve(value, unit, written):
    assert number(value, unit) == written


@pytest.mark.parametrize(
    ("median", "target", "met"),
    [(1.05, 1.05, "yes"), (1.06, 1.05, "no"), (math.inf, 5.0, "no"), (2.0, None, "")],
)
def test_a_target_is_met_by_the_median(median, target, met):
    value = Spread(median, 0.0, math.inf, 3)
    assert Row("s", "w", "m", value, target=target).met == met


def test_no_result_meets_nothing():
    assert Row("s", "w", "m", None, target=1.0).met == ""


def cells(text):
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def test_markdown_holds_one_whole_table_and_the_machine():
    text = markdown([RATIO, NO_RESULT], MACHINE, VERSIONS)
    table = cells(text)
    assert {len(line) for line in table} == {len(table[0])}
    assert table[2][:4] == ["overhead", "ours", "time", "1.040 ×"]
    assert "1.010 × to 1.200 ×" in table[2]
    assert "yes" in table[2]
    assert table[3][0] == ""  # the same section
    assert table[3][-1] == "not installed"
    assert "- cores: 2" in text
    assert "torch 2.15.0" in text


def test_what_was_measured_once_has_no_range():
    once = Row("memory", "ours", "after epoch 1", spread([4.0]), "MB")
    assert " to " not in " ".join(cells(markdown([once], {}, {}))[2])


def test_csv_keeps_all_digits_and_names_the_machine_on_each_line():
    third = Row("overhead", "ours", "time", spread([1 / 3]), note='a "quote", a comma')
    lines = list(csv.DictReader(StringIO(csv_text([third, NO_RESULT], *FACTS))))
    assert float(lines[0]["median"]) == 1 / 3
    assert lines[0]["note"] == third.note
    assert [line["median"] == "" for line in lines] == [False, True]
    assert {(line["cores"], line["torch"]) for line in lines} == {("2", "2.15.0")}


FACTS = (MACHINE, VERSIONS)


def test_a_table_is_replaced_whole(tmp_path):
    path = tmp_path / "new" / "results.md"
    write(path, "old")
    write(path, "1 ×")
    assert path.read_text(encoding="utf-8") == "1 ×"
    assert list(path.parent.iterdir()) == [path]


def test_an_error_with_a_bar_in_it_does_not_break_the_table():
    row = Row("memory", "theirs", "not measured", None, note="expected a | b")
    assert "expected a \\| b |" in markdown([row], {}, {})

"""The table keeps every notebook's claims and every number."""

import json
import math

import pytest

from course import verdicts
from course.claims import claim
from course.notebooks import UsageError


@pytest.fixture
def table(parts):
    measured = {"|x|": (0.8, 1.2, 1.6), "loss": math.nan, "n": 77330, "same": True}
    shown = [
        claim("C11", "a | b\nc", False, verdict="does not hold", measured=measured),
        claim("C02", "it is so", True, article="000, 002"),
    ]
    cells = [parts.code("…", [parts.result(1, **c._repr_mimebundle_())]) for c in shown]
    return verdicts.records(parts.made(*cells, parts.prose()), "04_x")


def test_records_are_those_of_the_notebook(table):
    assert [record["claim"] for record in table] == ["C11", "C02"]
    assert set(table[0]) == {
        "claim", "seed", "text", "verdict", "measured", "order", "notebook",
    }  # fmt: skip
    assert {record["notebook"] for record in table} == {"04_x"}


def test_a_merge_replaces_one_notebook_and_sorts(table):
    old = [
        {"claim": "C01", "notebook": "01_w"},
        {"claim": "C12", "notebook": "04_other_title"},
    ]
    merged = verdicts.merge(old, "04_x", table)
    assert [record["claim"] for record in merged] == ["C01", "C02", "C11"]


def test_what_is_saved_is_loaded(table, tmp_path):
    assert verdicts.load(tmp_path / "verdicts.json") == []
    verdicts.save(table, tmp_path)
    assert verdicts.load(tmp_path / "verdicts.json") == table
    text = (tmp_path / "verdicts.json").read_text("utf-8")
    assert json.loads(text)[0]["measured"]["loss"] == "nan"


@pytest.mark.parametrize("content", ["{", "[1]", '[{"x": 1}]', "3"])
def test_a_broken_table_is_said(tmp_path, content):
    (tmp_path / "verdicts.json").write_text(content)
    with pytest.raises(UsageError, match="remove it"):
        verdicts.load(tmp_path / "verdicts.json")


def test_markdown_keeps_its_columns(table):
    lines = verdicts.markdown(table).splitlines()
    assert {line.replace("\\|", "").count("|") for line in lines} == {7}
    assert lines[2] == (
        "| C11 | a \\| b c | the course itself | **does not hold** | "
        "\\|x\\|: 1.20 [0.80, 1.60]; loss: not a number; n: 77,330; same: yes | 04 |"
    )


def test_numbers_keep_their_order_and_the_front_page_has_the_first(table):
    table[0]["measured"] = dict(sorted(table[0]["measured"].items()))  # as stored
    assert [name for name, _ in verdicts.numbers(table[0])][:2] == ["|x|", "loss"]
    line = verdicts.markdown(table, most=2).splitlines()[2]
    assert "[0.80, 1.60]; loss: not a number; … (2 more) | 04" in line


@pytest.mark.parametrize("width", [20, 60, 100])
def test_the_terminals_lines_fit(table, width):
    text = verdicts.terminal(table * 3, width)
    assert max(map(len, text.splitlines())) <= max(width, 40)
    assert "loss: not a number" in text

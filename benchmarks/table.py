"""One table of all results, as Markdown and as CSV."""

import csv
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from benchmarks.statistics import Spread

INTRODUCTION = """\
# What observing costs

Medians, with the smallest and the largest of n. A speed is a ratio to what the last
column names, taken pair by pair: the two halves of a pair are trained in one process,
in turns of a few steps, so that both have the machine's fast and slow seconds. Made by
`make benchmarks`.
"""
COLUMNS = ("section", "what", "measure", "median", "low", "high", "unit", "n")


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        section: what the line belongs to.
        what: is measured.
        measure: of it.
        value: the result; None where there is none, and `note` says why.
        unit: "×" for a ratio.
        against: what a ratio or a difference is taken to.
        target: the most it may be; None: nothing is promised.
        note: what else one must know.
    """

    section: str
    what: str
    measure: str
    value: Spread | None
    unit: str = "×"
    against: str = ""
    target: float | None = None
    note: str = ""

    @property
    def met(self) -> str:
        """Say whether the target is met, by the median."""
        if self.target is None or self.value is None:
            return ""
        return "yes" if self.value.median <= self.target else "no"


def number(value: float, unit: str) -> str:
    """Write a number with its unit, as exactly as it deserves."""
    if math.isinf(value):
        return "not reached"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    if unit == "×" and abs(value) < 2:
        digits = 3  # the promises are made in percent
    if unit == "epochs" and float(value).is_integer():
        digits = 0
    return f"{value:.{digits}f} {unit}"


def markdown(
    rows: Sequence[Row], facts: Mapping[str, str], versions: Mapping[str, str]
) -> str:
    """Lay out the table, and under it what it was measured on."""
    lines = [
        INTRODUCTION,
        "| | | measure | median | range | n | at most | met | against, notes |",
        "| --- | --- | --- | ---: | --- | ---: | ---: | --- | --- |",
    ]
    section = ""
    for row in rows:
        name = "" if row.section == section else row.section
        section = row.section
        cells = [cell.replace("|", "\\|") for cell in (name, *_cells(row))]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "Measured on:", ""]
    lines += [f"- {name}: {value}" for name, value in facts.items()]
    lines += [f"- {', '.join(f'{name} {v}' for name, v in versions.items())}", ""]
    return "\n".join(lines)


def _cells(row: Row) -> list[str]:
    target = "" if row.target is None else number(row.target, row.unit)
    if row.value is None:
        return [row.what, row.measure, "–", "", "", target, "", row.note]
    shown = number(row.value.median, row.unit)
    between = ""
    if row.value.n > 1:
        low, high = (number(v, row.unit) for v in (row.value.low, row.value.high))
        between = f"{low} to {high}"
    n = str(row.value.n)
    last = "; ".join(text for text in (row.against, row.note) if text)
    return [row.what, row.measure, shown, between, n, target, row.met, last]


def csv_text(
    rows: Sequence[Row], facts: Mapping[str, str], versions: Mapping[str, str]
) -> str:
    """Write all digits, and on each line what it was measured on."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    after = ("target", "met", "against", "note")
    writer.writerow([*COLUMNS, *after, *facts, *versions])
    for row in rows:
        found = row.value or ("", "", "", 0)
        median, low, high, n = found
        target = "" if row.target is None else row.target
        writer.writerow(
            [
                *(row.section, row.what, row.measure, median, low, high, row.unit, n),
                *(target, row.met, row.against, row.note),
                *(*facts.values(), *versions.values()),
            ]
        )
    return file.getvalue()


def write(path: Path, text: str) -> None:
    """Replace a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)

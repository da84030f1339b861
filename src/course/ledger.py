"""All verdicts of the course, gathered from the stored notebooks and put in order."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from course.card import KINDS, kind
from course.digits import Interval
from course.files import write
from course.notebooks import NAMES, UsageError, find, question, read
from course.verdicts import Record, load, measured, records

KEPT = "verdicts.json"
CLONE = Path(__file__).absolute().parents[2] / "notebooks"  # of an editable install


def gather(folder: Path | None = None) -> tuple[list[Record], dict[str, str]]:
    """Read what the notebooks have settled off their stored outputs.

    Args:
        folder: where they lie; None: beside the notebook that asks. What those have
            not settled, as in a student's copies, is read from `verdicts.json` beside
            them and in the clone that this package belongs to.

    Returns:
        the records, by claim, and number → question of the notebooks they are from.

    Raises:
        UsageError: there are no notebooks, or one of them cannot be read.

    Example:
        >>> gather(Path("not/there"))
        Traceback (most recent call last):
        ...
        course.notebooks.UsageError: course: expected notebooks such as 01_….ipynb in
        not/there, found none; run it in the project's folder, or say where with
        --notebooks
    """
    places = [CLONE, Path()] if folder is None else [folder]
    settled: dict[str, Record] = {}
    questions: dict[str, str] = {}
    for place in places:  # the last one counts most
        table, asked = _read(place)
        settled |= {_claim(record): record for record in table}
        questions |= asked
    if settled:
        return sorted(settled.values(), key=_claim), dict(sorted(questions.items()))
    place = places[0]
    find(place)  # says what is missing
    raise UsageError(f"course: no notebook in {place} has settled a claim; run them")


def _read(folder: Path) -> tuple[list[Record], dict[str, str]]:
    """Gather from one folder, empty or not; a notebook without claims is left out."""
    table = load(folder / KEPT)
    questions = {row["notebook"][:2]: row.pop("question", "?") for row in table}
    for path in sorted(folder.glob(NAMES)):
        notebook = read(path)
        if settled := records(notebook, path.stem):
            table += settled
            questions[path.stem[:2]] = question(notebook) or path.stem
    return table, questions


def keep(folder: Path, place: Path) -> None:
    """Write what notebooks have settled for copies of them that have no outputs.

    Args:
        folder: where the notebooks lie.
        place: the copies' folder; its `verdicts.json` is what `gather` reads there.

    Raises:
        UsageError: as `gather`.
        OSError: as `course.files.write`.

    Example:
        >>> keep(Path("not/there"), Path())
        Traceback (most recent call last):
        ...
        course.notebooks.UsageError: course: expected notebooks such as 01_….ipynb in
        not/there, found none; run it in the project's folder, or say where with
        --notebooks
    """
    table, questions = gather(folder)
    asked = [{**row, "question": questions[row["notebook"][:2]]} for row in table]
    write(place / KEPT, json.dumps(asked, indent=1, ensure_ascii=False) + "\n")


def articles(record: Record) -> list[str]:
    """List the articles that say it; the course's own claims have none.

    Example:
        >>> articles({"seed": "000, 002"}), articles({"seed": ""})
        (['000', '002'], [])
    """
    return re.findall(r"\d+", record["seed"])


def counts(table: Iterable[Record]) -> dict[str, int]:
    """Count the verdicts of each kind.

    Example:
        >>> counts([{"verdict": "holds when x"}, {"verdict": "holds"}])
        {'holds': 1, 'holds when': 1, 'does not hold': 0, 'undecided here': 0}
    """
    found = Counter(kind(record["verdict"]) for record in table)
    return {name: found[name] for name in KINDS}


def intervals(table: Iterable[Record], unit: str) -> dict[str, Interval]:
    """List the measured intervals of one unit, the last word of their names.

    Args:
        table: the records.
        unit: such as "points".

    Returns:
        claim and what was measured → low, mid, high.

    Example:
        >>> numbers = {"gain, points": [1.0, 2.0, 3.0], "pairs": 5}
        >>> intervals([{"claim": "C06", "measured": numbers}], "points")
        {'C06 · gain': (1.0, 2.0, 3.0)}
    """
    return {
        f"{record['claim']} · {name.removesuffix(f', {unit}')}": value
        for record in table
        for name, value in measured(record).items()
        if name.endswith(f", {unit}") and isinstance(value, tuple)
    }


def _claim(record: Record) -> str:
    return str(record["claim"])

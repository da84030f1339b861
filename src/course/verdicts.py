"""The table of verdicts, gathered from the notebooks' own records."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from course.card import source
from course.claims import MIME
from course.digits import Value, show
from course.files import write
from course.notebooks import UsageError

Record = dict[str, Any]


def records(notebook: NotebookNode, name: str) -> list[Record]:
    """Collect the claims that a notebook settled.

    Args:
        notebook: executed.
        name: the notebook's, stored with each claim.

    Returns:
        claim, seed, text, verdict, measured and notebook of each, in order.

    Example:
        >>> from course.notebooks import node
        >>> output = {"data": {MIME: {"claim": "C01", "verdict": "holds"}}}
        >>> cell = {"cell_type": "code", "outputs": [output]}
        >>> records(node(cells=[cell]), "01_x")
        [{'claim': 'C01', 'verdict': 'holds', 'notebook': '01_x'}]
    """
    return [
        {**output.data[MIME], "notebook": name}
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if MIME in output.get("data", {})
    ]


def load(path: Path) -> list[Record]:
    """Read a stored table; none is an empty one.

    Args:
        path: verdicts.json.

    Raises:
        UsageError: the file is no such table.

    Example:
        >>> load(Path("not/there/verdicts.json"))
        []
    """
    try:
        found = json.loads(path.read_text("utf-8")) if path.exists() else []
        return [dict(record, claim=record["claim"]) for record in found]
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"course: {path} is not a table of verdicts ({error}); remove it"
        ) from error


def merge(table: Iterable[Record], name: str, new: Iterable[Record]) -> list[Record]:
    """Put one notebook's claims in the place of those it had.

    Args:
        table: what was there; the other notebooks' claims stay.
        name: the notebook's; its first two digits count, so that a notebook may
            be given another title.
        new: its claims now.

    Example:
        >>> old = [{"claim": "C02", "notebook": "01_x"}]
        >>> merge(old, "02_y", [{"claim": "C01", "notebook": "02_y"}])
        [{'claim': 'C01', 'notebook': '02_y'}, {'claim': 'C02', 'notebook': '01_x'}]
    """
    others = [record for record in table if record["notebook"][:2] != name[:2]]
    return sorted([*others, *new], key=lambda record: str(record["claim"]))


def save(table: list[Record], directory: Path) -> None:
    """Write verdicts.json and verdicts.md.

    Args:
        table: the records.
        directory: made if need be.

    Raises:
        OSError: as `course.files.write`.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as directory:
        ...     save([], Path(directory))
        ...     sorted(path.name for path in Path(directory).iterdir())
        ['verdicts.json', 'verdicts.md']
    """
    content = json.dumps(table, indent=2, ensure_ascii=False, allow_nan=False)
    write(directory / "verdicts.json", content + "\n")
    write(directory / "verdicts.md", markdown(table))


def markdown(table: Iterable[Record], most: int | None = None) -> str:
    """Write the table in Markdown.

    Args:
        table: the records.
        most: how many of its numbers each shows, the first ones; None: all.

    Example:
        >>> row = Record(claim="C02", seed="001", text="|x| is noise", notebook="01_x",
        ...     verdict="does not hold", measured={"SD": 0.99994})
        >>> print(markdown([row]).splitlines()[-1])
        | C02 | \\|x\\| is noise | article 001 | **does not hold** | SD: 0.999940 | 01 |
    """

    def shown(record: Record) -> str:
        digits = [f"{name}: {value}" for name, value in numbers(record)]
        more = len(digits[most:]) if most is not None else 0
        return "; ".join(digits[:most]) + (f"; … ({more} more)" if more else "")

    lines = [
        "| claim | what is said | who says it | verdict | measured | notebook |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for record in table:
        fields = [
            record["claim"],
            record["text"],
            source(record["seed"]),
            f"**{record['verdict']}**",
            shown(record),
            record["notebook"][:2],
        ]
        lines.append(f"| {' | '.join(map(_cell, fields))} |")
    return "\n".join(lines) + "\n"


def terminal(table: Iterable[Record], width: int = 88) -> str:
    """Write the table for a terminal, a paragraph for each claim.

    Args:
        table: the records.
        width: characters in a line.

    Example:
        >>> print(terminal([{"claim": "C02", "seed": "001", "text": "it is noise",
        ...     "verdict": "does not hold", "measured": {"SD": 0.99994},
        ...     "notebook": "01_x"}]))
        C02  does not hold · article 001 · notebook 01
             it is noise
             SD: 0.999940
    """
    lines = []
    for record in table:
        head = f"{record['verdict']} · {source(record['seed'])}"
        parts = [
            f"{head} · notebook {record['notebook'][:2]}",
            record["text"],
            *(f"{name}: {digits}" for name, digits in numbers(record)),
        ]
        first = f"{record['claim']}  "
        for part in parts:
            lines += textwrap.wrap(
                part, max(width, 40), initial_indent=first, subsequent_indent=" " * 5
            )
            first = " " * 5
    return "\n".join(lines)


def numbers(record: Record) -> list[tuple[str, str]]:
    """List what a record measured: the name and the digits as shown on its card.

    Args:
        record: its measured values are those that JSON can hold.

    Example:
        >>> numbers({"measured": {"gain, %": [0.8, 1.2, 1.6], "loss": "nan"}})
        [('gain, %', '1.20 [0.80, 1.60]'), ('loss', 'not a number')]
    """
    return [(name, show(value)) for name, value in measured(record).items()]


def measured(record: Record) -> dict[str, Value]:
    """Give what a record measured as numbers again.

    Example:
        >>> measured({"measured": {"gain": [0.8, 1.2, 1.6], "loss": "inf"}})
        {'gain': (0.8, 1.2, 1.6), 'loss': inf}
    """
    values = record["measured"]
    return {name: _back(values[name]) for name in record.get("order") or values}


def _back(value: Any) -> Value:
    """Undo the spelling of what JSON has no number for."""
    if isinstance(value, list):
        low, mid, high = (float(x) for x in value)
        return low, mid, high
    return float(value) if isinstance(value, str) else value


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())

"""Cards and lessons: what a reader is shown of many claims at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from course.card import card, kind, source
from course.verdicts import Record, measured


@dataclass(frozen=True)
class Cards:
    """Claims that other notebooks have settled, as cards, folded under headings.

    Attributes:
        groups: heading → records; under "" they lie open.
    """

    groups: Mapping[str, Sequence[Record]]

    def __repr__(self) -> str:
        """List the claims without the digits, which differ between machines."""
        lines = [line(record) for table in self.groups.values() for record in table]
        return "\n".join(lines) or "none"

    def _repr_html_(self) -> str:
        parts = []
        for heading, table in self.groups.items():
            inside = _stacked(table)
            parts.append(_folded(heading, inside) if heading else inside)
        return "\n".join(parts)


@dataclass(frozen=True)
class Lesson:
    """A sentence that stands as long as the verdicts that it rests on.

    Attributes:
        text: the sentence.
        rests: claim → the kind of verdict that it needs.
        where: the articles that it corrects, such as "000, 002".
    """

    text: str
    rests: Mapping[str, str]
    where: str = ""

    def stands(self, table: Iterable[Record]) -> bool:
        """Say whether every verdict that it needs is there.

        Args:
            table: the records.

        Example:
            >>> lesson = Lesson("Take care.", {"C14": "holds when"})
            >>> lesson.stands([{"claim": "C14", "verdict": "holds when small"}])
            True
        """
        found = {record["claim"]: kind(record["verdict"]) for record in table}
        return all(found.get(claim) == need for claim, need in self.rests.items())


@dataclass(frozen=True)
class Lessons:
    """Those lessons that stand, each with the claims that show it.

    Attributes:
        lessons: all of them.
        table: the records.
    """

    lessons: Sequence[Lesson]
    table: Sequence[Record]

    @property
    def standing(self) -> list[Lesson]:
        """Those whose verdicts are there."""
        return [lesson for lesson in self.lessons if lesson.stands(self.table)]

    def __repr__(self) -> str:
        """List them, and say how many there are of how many."""
        lines = [f"{_where(lesson)}{lesson.text}" for lesson in self.standing]
        return "\n".join([*lines, self._said()])

    def _said(self) -> str:
        return f"{len(self.standing)} of {len(self.lessons)} stand"

    def _repr_html_(self) -> str:
        rows = "\n".join(
            f'<li style="margin: 0 0 6px 0">{escape(_where(lesson))}'
            f"{escape(lesson.text)} {_witnesses(lesson, self.table)}</li>"
            for lesson in self.standing
        )
        return f'<ol style="max-width: 48em">\n{rows}\n</ol>\n<p>{self._said()}</p>'


def line(record: Record) -> str:
    """Write a claim as one line of text.

    Example:
        >>> line({"claim": "C02", "verdict": "holds", "text": "It is noise."})
        'C02 holds · It is noise.'
    """
    return f"{record['claim']} {record['verdict']} · {record['text']}"


def show(record: Record) -> str:
    """Write a claim as the card of HTML that its own notebook shows.

    Example:
        >>> "0.999940" in show({"claim": "C02", "verdict": "holds", "seed": "001",
        ...     "text": "It is noise.", "measured": {"SD": 0.99994}})
        True
    """
    return card(
        record["claim"],
        record["text"],
        record["verdict"],
        record["seed"],
        measured(record),
    )


def _stacked(table: Iterable[Record]) -> str:
    """Write the cards with more air between them than a card has by itself."""
    cards = "\n".join(map(show, table))
    return (
        f'<div style="display: grid; gap: 10px">\n{cards}\n</div>' if cards else "none"
    )


def _folded(heading: str, inside: str) -> str:
    summary = f'<summary style="padding: 3px 0">{escape(heading)}</summary>'
    return f"<details>{summary}\n{inside}\n</details>"


def _where(lesson: Lesson) -> str:
    return f"{source(lesson.where)}: ".capitalize() if lesson.where else ""


def _witnesses(lesson: Lesson, table: Iterable[Record]) -> str:
    """Name the claims that it rests on, their texts on hovering."""
    said = [
        f'<span title="{escape(record["text"])}"><strong>{record["claim"]}</strong>: '
        f"{escape(record['verdict'])}</span>"
        for record in table
        if record["claim"] in lesson.rests
    ]
    return f"({'; '.join(said)})"

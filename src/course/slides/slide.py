"""What a slide is."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Slide:
    """One screen of a deck.

    Attributes:
        kind: "title", "section", "predict", "figure", "claim", "code" or "plain":
            what it looks like.
        heading: HTML of its heading; "" where it goes on with the slide before.
        body: HTML, part after part.
        notes: what the speaker says, Markdown.
        first: whether it begins a section, a column in reveal.js.
    """

    kind: str
    heading: str = ""
    body: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    first: bool = False

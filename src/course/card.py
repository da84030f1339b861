"""A claim as a card of HTML that reads the same on any page.

Notebook pages differ: JupyterLab is light or dark, GitHub takes every style away,
a printer drops backgrounds. So the card stands on plain elements in their order,
inherits the text's colour, and its own colours are borders beside words.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from course.digits import Value, show

# Mid tones: at least 3:1 against white and against JupyterLab's dark grey.
COLOURS = {
    "holds": "#3C8D40",
    "holds when": "#8A7A1F",
    "does not hold": "#B0559A",
    "undecided here": "#7F7F7F",
}
KINDS = tuple(COLOURS)  # of verdicts
# A border around each line of a verdict, where it needs two
WHOLE = "-webkit-box-decoration-break: clone; box-decoration-break: clone"


def card(
    claim: str, text: str, verdict: str, article: str, measured: Mapping[str, Value]
) -> str:
    """Write a claim as HTML.

    Args:
        claim: the claim's number, such as "C02".
        text: what is claimed, in words; quotation marks stand where it quotes.
        verdict: "holds", "holds when …", "does not hold" or "undecided here".
        article: which articles say it, such as "000, 002"; "" is the course itself.
        measured: short name with its unit → number or (low, mid, high).

    Returns:
        one ``div`` without scripts, style sheets or links; all text escaped.

    Example:
        >>> html = card("C02", "1 < 2", "holds", "001", {"SD": 0.99994})
        >>> "1 &lt; 2" in html, "0.999940" in html, "article&nbsp;001" in html
        (True, True, True)
    """
    colour = COLOURS[kind(verdict)]
    who = escape(source(article)).replace(" 0", "&nbsp;0")  # no line begins with 001
    return (
        f'<div style="border-left: 4px solid {colour}; padding: 4px 0 4px 14px; '
        'margin: 6px 0; max-width: 46em; break-inside: avoid">'
        '<div style="margin: 0 0 4px 0">'
        f'<strong style="border: 1px solid {colour}; border-radius: 4px; '
        f'padding: 1px 8px; margin-right: 0.3em; {WHOLE}">{escape(verdict)}</strong> '
        f'<strong style="margin-right: 0.3em">{escape(claim)}</strong> '
        f"{who}</div>"
        f'<div style="margin: 0 0 4px 0">{escape(text)}</div>'
        f"{_table(measured)}</div>"
    )


def kind(verdict: str) -> str:
    """Say which of the four kinds a verdict is of.

    Example:
        >>> kind("holds when it rains"), kind("holds")
        ('holds when', 'holds')
    """
    return "holds when" if verdict.startswith("holds when") else verdict


def source(article: str) -> str:
    """Say in words who claims it.

    Example:
        >>> source("000, 002"), source("001"), source("")
        ('articles 000 and 002', 'article 001', 'the course itself')
    """
    parts = [part.strip() for part in article.split(",") if part.strip()]
    if not parts:
        return "the course itself"
    numbers = [part for part in parts if part.isdigit()]
    names = [part for part in parts if not part.isdigit()]
    word = ["article"] if len(numbers) == 1 else ["articles"] if numbers else []
    several = ", ".join(numbers[:-1]) + " and " + numbers[-1] if numbers[1:] else ""
    said = " ".join([*word, several or "".join(numbers)]).strip()
    return ", ".join([part for part in (said, *names) if part])


def _table(measured: Mapping[str, Value]) -> str:
    """Two columns: what was measured and the digits."""
    if not measured:
        return ""
    rows = "".join(
        "<tr>"
        f'<td style="text-align: left; padding: 1px 18px 1px 0">{escape(name)}</td>'
        '<td style="text-align: right; padding: 1px 0; white-space: nowrap; '
        f'font-variant-numeric: tabular-nums">{escape(show(value))}</td></tr>'
        for name, value in measured.items()
    )
    return (
        '<table style="margin: 2px 0 0 0; border-collapse: collapse">'
        f"<tbody>{rows}</tbody></table>"
    )

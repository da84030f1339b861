"""Code cells as slides: claims, lists, and code with what it prints."""

from __future__ import annotations

import re
from html import escape
from textwrap import dedent

from nbformat import NotebookNode
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from course.captions import Caption
from course.card import COLOURS, kind, source
from course.claims import MIME
from course.digits import show
from course.slides import figure
from course.slides.slide import Slide
from course.verdicts import Record, measured

ITEMS = 5  # of a list on one slide
MANY = 9  # rows of a table; more stand in two columns
DETAILS = re.compile(
    r'("""[^"\n]+)\n[^"]*(?=""")'
)  # of a docstring, after its first line


def slides(cell: NotebookNode, words: Caption | None) -> list[Slide]:
    """Make the slides of a code cell.

    The code of a figure or of a list is shown, on a slide before it, only where the
    cell's metadata say ``"show_code": true`` beside the slide type; the code of a cell
    that prints is shown unless they say false.

    Args:
        cell: executed.
        words: its figure's caption.

    Returns:
        at least one.

    Example:
        >>> from course.notebooks import code, node
        >>> printed = node(output_type="stream", name="stdout", text="2 < 3")
        >>> (made,) = slides(code("print('2 < 3')", outputs=[printed]), None)
        >>> made.heading, made.body[1]
        ('In code', '<pre class="printed"><samp>2 &lt; 3</samp></pre>')
    """
    wanted = cell.metadata.get("slideshow", {}).get("show_code")
    printed = "".join(o.text for o in cell.outputs if o.output_type == "stream")
    data = [output.data for output in cell.outputs if "data" in output]
    if claims := [kinds[MIME] for kinds in data if MIME in kinds]:
        return [_claim(record) for record in claims]
    found = figure.slides(data, words)
    for kinds in data:
        if "text/html" in kinds and not found:
            lines = kinds.get("text/plain", "").splitlines()
            items = kinds["text/html"].count("<li") or len(lines)  # or all are items
            found += _lists(lines[:items])
    if found:
        return [_code(cell.source, printed), *found] if wanted else found
    shown = printed + "".join(kinds.get("text/plain", "") for kinds in data)
    if "inspect.getsource(" in cell.source:  # what it prints is the code that is meant
        return [_code(shown, "")]
    return [_code("" if wanted is False else cell.source, shown)]


def _code(code: str, printed: str) -> Slide:
    made = Slide("code", "In code" if code else "What it prints")
    short = DETAILS.sub(r"\1", dedent(code))
    lines = [each for each in short.splitlines() if not each.startswith("%")]
    if lines:
        formatter = HtmlFormatter(nowrap=True)
        coloured = highlight("\n".join(lines).strip(), PythonLexer(), formatter)
        made.body.append(f"<pre><code>{coloured}</code></pre>")
    if printed.strip():
        text = escape(printed.rstrip())
        made.body.append(f'<pre class="printed"><samp>{text}</samp></pre>')
    return made


def _lists(lines: list[str]) -> list[Slide]:
    items = [f"<li>{escape(line)}</li>" for line in lines]
    return [
        Slide("plain", body=[f"<ul>{''.join(items[start : start + ITEMS])}</ul>"])
        for start in range(0, len(items), ITEMS)
    ]


def _claim(record: Record) -> Slide:
    """A sentence; at a click the verdict on it, and what was measured."""
    rows = [
        f"<tr><td>{escape(name)}</td><td>{escape(show(value))}</td></tr>"
        for name, value in measured(record).items()
    ]
    half = -(-len(rows) // 2)
    parts = [rows] if len(rows) <= MANY else [rows[:half], rows[half:]]
    size = "measured" if len(parts) == 1 else "measured halved"
    tables = "".join(f"<table><tbody>{''.join(part)}</tbody></table>" for part in parts)
    colour = COLOURS[kind(record["verdict"])]
    verdict = (
        f'<p class="verdict" style="border-color: {colour}">'
        f"{escape(record['verdict'])}</p>"
    )
    return Slide(
        "claim",
        f"{record['claim']} <small>{escape(source(record['seed']))}</small>",
        [
            f"<blockquote>{escape(record['text'])}</blockquote>",
            f'<div class="fragment">{verdict}<div class="{size}">{tables}</div></div>',
        ],
    )

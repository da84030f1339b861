"""Markdown cells as slides: what is shown, and what is left to the speaker."""

from __future__ import annotations

import re

from course.slides.mark import HEADING, OWN
from course.slides.slide import Slide
from course.slides.text import (
    Block,
    blocks,
    html,
    inline,
    sentences,
    shortened,
    together,
)

LEAD = 50  # words of a section's first paragraph on its slide
SHOWN = ("list", "table", "formula", "code")
BOLD = re.compile(r"\*\*[^*]+\*\*")  # a paragraph that is a heading
VERDICT = re.compile(r"(.*?: \*[^*]+\*).*", re.DOTALL)  # of a settled claim


def groups(source: str) -> list[list[Block]]:
    """Take a cell apart where a heading, a question or a trap begins.

    Example:
        >>> [len(group) for group in groups("Words.\\n\\n## Why?\\n\\nBecause.")]
        [1, 2]
    """
    found: list[list[Block]] = []
    for block in blocks(source):
        if not found or HEADING.match(block.text) or OWN.match(block.text):
            found.append([])
        found[-1].append(block)
    return found


def slides(group: list[Block]) -> list[Slide]:
    """Make the slides of a part of a cell.

    Args:
        group: one of `groups`.

    Returns:
        at least one.

    Example:
        >>> (group,) = groups("## Why?\\n\\nBecause.")
        >>> [made.kind for made in slides(group)], slides(group)[0].body
        (['section'], ['<p>Because.</p>'])
    """
    text = group[0].text
    if text.startswith("# "):
        return [_title(group)]
    if HEADING.match(text):
        return _section(group)
    if text.startswith("**Predict."):
        return [_predict(group)]
    if OWN.match(text):
        return _statement(group)
    return _plain(group)


def _said(group: list[Block]) -> list[str]:
    """Give the paragraphs of a group, for the speaker."""
    return [block.text for block in group if block.kind == "paragraph"]


def _heading(text: str) -> str:
    return inline(text.lstrip("# ").strip())


def _title(group: list[Block]) -> Slide:
    meta = [text for text in _said(group) if text.startswith("*Notebook ")]
    rest = [text for text in _said(group) if text not in meta]
    return Slide("title", _heading(group[0].text), list(map(html, meta)), rest, True)


def _section(group: list[Block]) -> list[Slide]:
    heading, rest = group[0].text, group[1:]
    paragraphs = _said(rest)
    made = Slide("section", _heading(heading), notes=paragraphs, first=True)
    shown = _shown(rest)
    if "Claims settled" in heading:
        made.kind = "plain"
        lists = [_verdicts(block.text) for block in rest if block.kind == "list"]
        made.body = [html(text) for text in lists or paragraphs]
        return [made]
    if heading.endswith("Recap"):
        made.kind = "plain"
        made.body = [_listed(sentences(text)) for text in paragraphs[:1]]
        return [made]
    if shown and shown[0].kind == "formula":
        made.body = shown.pop(0).body
    elif paragraphs:
        unfinished = paragraphs[0][-1].isalnum()  # it ends in what stands below it
        made.body = [_lead(" ".join(paragraphs[: 2 if unfinished else 1]))]
    for slide in shown:
        slide.heading = made.heading
    return [made, *shown]


def _lead(text: str) -> str:
    """Begin a section; a sentence that leads to what is shown next stays there."""
    first, *rest = sentences(text)
    kept = [first, *rest] if rest or not first.endswith(":") else []
    if rest and rest[-1].endswith(":"):
        kept = kept[:-1]
    return f"<p>{inline(shortened(' '.join(kept), LEAD))}</p>" if kept else ""


def _verdicts(text: str) -> str:
    """Cut each line of a list of claims after its verdict."""
    lines = re.split(r"^(?=- )", text, flags=re.MULTILINE)
    return "\n".join(VERDICT.sub(r"\1", line.strip()) for line in lines if line.strip())


def _listed(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{inline(item)}</li>" for item in items) + "</ul>"


def _predict(group: list[Block]) -> Slide:
    """A question, and at a click its answer; what follows is for the speaker."""
    made, part = Slide("predict", "Predict"), "question"
    for block in group:
        if block.kind == "html":
            part = "answer" if block.text.startswith("<details") else "rest"
        elif part == "question":
            made.body.append(html(block.text.removeprefix("**Predict.** ")))
        elif part == "answer":
            made.body.append(f'<div class="fragment answer">{html(block.text)}</div>')
        else:
            made.notes.append(block.text)
    return made


def _statement(group: list[Block]) -> list[Slide]:
    """A sentence in bold, and what follows it: shown as far as there is room."""
    _, bold, rest = group[0].text.split("**", 2)
    made = Slide("plain", inline(bold))
    if rest.strip():
        made.kind = "statement"
        made.body = [f"<p>{inline(shortened(rest.strip(), LEAD))}</p>"]
        made.notes = [rest.strip()]
    made.notes += _said(group[1:])
    made.body += [html(block.text) for block in group[1:] if block.kind in SHOWN]
    return [made]


def _plain(group: list[Block]) -> list[Slide]:
    shown = _shown(group)
    if not shown:
        return [Slide("plain", body=[html(together(group))])]
    shown[0].notes = _said(group)
    return shown


def _shown(group: list[Block]) -> list[Slide]:
    """Give each table, list or formula a slide, with the words that belong to it."""
    found = []
    around = zip([None, *group], group, [*group[1:], None], strict=False)
    for before, block, after in around:
        if block.kind not in SHOWN:
            continue
        made = Slide("formula" if block.kind == "formula" else "plain")
        lead = before.text if before and before.kind == "paragraph" else ""
        if BOLD.fullmatch(lead):
            made.heading = inline(lead.strip("*"))
        elif lead and lead[-1] not in ".)”":
            made.body.append(f"<p>{inline(sentences(lead)[-1])}</p>")
        made.body.append(html(block.text))
        if made.kind == "formula" and after and after.kind == "paragraph":
            made.body.append(f"<p>{inline(shortened(after.text, LEAD))}</p>")
        found.append(made)
    return found

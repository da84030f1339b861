"""Markdown as it stands on slides: in blocks, in sentences, and as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from course.formulas import html as formula

KINDS = {
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "math_block": "formula",
    "fence": "code",
    "html_block": "html",
}  # of tokens; any other block is a paragraph
NOTEBOOK = re.compile(r"(\]\()(\d\d)_\w+\.ipynb(\))")  # a link to another notebook
END = re.compile(r"(?<=[.?!])(?<!al\.)(?<!e\.g\.)(?<!i\.e\.)(\*{0,2}[”\")]?)\s+(?=\S)")

PARSER = MarkdownIt("commonmark").enable("table")
PARSER.use(
    dollarmath_plugin,
    allow_space=False,
    renderer=lambda tex, options: formula(tex, inline=not options["display_mode"]),
)


@dataclass(frozen=True)
class Block:
    """A paragraph, or whatever stands between two others.

    Attributes:
        kind: "paragraph" or one of `KINDS`.
        text: its Markdown.
    """

    kind: str
    text: str


def blocks(source: str) -> list[Block]:
    """Take the Markdown of a cell apart.

    Example:
        >>> [block.kind for block in blocks("## Why?\\nBecause:\\n\\n- it is\\n- so")]
        ['heading', 'paragraph', 'list']
    """
    lines = source.splitlines()
    return [
        Block(KINDS.get(each.type, "paragraph"), "\n".join(lines[slice(*each.map)]))
        for each in PARSER.parse(source)
        if each.level == 0 and each.nesting >= 0 and each.map
    ]


def html(text: str) -> str:
    """Write Markdown as HTML; links to notebooks lead to their slides.

    Example:
        >>> html("See [notebook 3](03_how_do_we_look_inside.ipynb).").strip()
        '<p>See <a href="03.html">notebook 3</a>.</p>'
    """
    return str(PARSER.render(NOTEBOOK.sub(r"\1\2.html\3", text)))


def inline(text: str) -> str:
    """Write one paragraph as HTML, without the paragraph.

    Args:
        text: Markdown.

    Returns:
        HTML; links to notebooks lead to their slides.

    Example:
        >>> inline("Is *1 < 2*?")
        'Is <em>1 &lt; 2</em>?'
    """
    return str(PARSER.renderInline(NOTEBOOK.sub(r"\1\2.html\3", text)))


def sentences(text: str) -> list[str]:
    """Take a paragraph apart into its sentences.

    Example:
        >>> sentences("Santurkar et al. walk. *Why?* See Figure 3.1 (or not).")
        ['Santurkar et al. walk.', '*Why?*', 'See Figure 3.1 (or not).']
    """
    parts = END.split(" ".join(text.split()))
    joined = [a + b for a, b in zip(parts[::2], [*parts[1::2], ""], strict=True)]
    return [part for part in joined if part]


def shortened(text: str, words: int) -> str:
    """Keep as many whole sentences as fit, and the first one in any case.

    What stands in brackets is kept as a whole or not at all.

    Args:
        text: a paragraph.
        words: how many fit.

    Example:
        >>> shortened("One two. Three four. Five.", words=4)
        'One two. Three four.'
        >>> shortened("One two. (Three. Four.)", words=3)
        'One two.'
    """
    kept = read = ""
    for sentence in sentences(text):
        read = f"{read} {sentence}".lstrip()
        if read.count("(") > read.count(")"):
            continue
        if kept and len(read.split()) > words:
            break
        kept = read
    return kept or read


def plain(text: str) -> str:
    """Take the marks of Markdown out of a text.

    Example:
        >>> plain("`bn1` is *not* in [notebook 3](03_how.ipynb)")
        'bn1 is not in notebook 3'
    """
    return " ".join(
        re.sub(r"[`*]", "", re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)).split()
    )


def together(found: Iterable[Block]) -> str:
    """Put blocks back into one text.

    Args:
        found: as `blocks` gives them.

    Returns:
        Markdown.

    Example:
        >>> together(blocks("Words.\\n- one\\n- two"))
        'Words.\\n\\n- one\\n- two'
    """
    return "\n\n".join(block.text for block in found)

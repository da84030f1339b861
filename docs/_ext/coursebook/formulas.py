"""Where the formulas of `course.formulas` meet Sphinx."""

from __future__ import annotations

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

from course.formulas import html


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    self.body.append(html(node.astext(), inline=True))
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on a line of its own."""
    self.body.append(html(node.astext(), inline=False))
    raise nodes.SkipNode

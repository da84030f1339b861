"""Figures and their captions: the cell with the image, the words right after it."""

from __future__ import annotations

import base64
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from nbformat import NotebookNode

CAPTION = re.compile(r"\*\*Figure (\d+)\.(\d+)\.\s+(.+?)\*\*(.*)", re.DOTALL)
SPELLED = {
    "α": "alpha", "β": "beta", "γ": "gamma", "ε": "epsilon", "μ": "mu", "σ": "sigma",
    "×": "x", "%": " percent ", "√": "sqrt",
}  # fmt: skip
LONGEST = 80  # characters of a file's name


@dataclass(frozen=True)
class Caption:
    """A caption that is spelled as ``**Figure 3.1. Its title.** Its words.``.

    Attributes:
        notebook: the notebook's number, 3.
        number: the figure's within it, 1.
        title: what stands in bold.
        words: what follows.
    """

    notebook: int
    number: int
    title: str
    words: str

    @property
    def name(self) -> str:
        """The exported file's name, without its suffix.

        Example:
            >>> Caption(3, 1, "Input and output of 16 channels.", "").name
            '03_1_input_and_output_of_16_channels'
        """
        return f"{self.notebook:02d}_{self.number}_{slug(self.title)}"


@dataclass(frozen=True)
class Figure:
    """An image in a notebook.

    Attributes:
        cell: its code cell, counted from 1.
        caption: from the Markdown cell right after it; None where there is none.
        png: the picture.
        svg: the picture as text; "" where the kernel gave none.
    """

    cell: int
    caption: Caption | None
    png: bytes
    svg: str


def slug(title: str) -> str:
    """Spell a title with letters, digits and underscores.

    Example:
        >>> slug("Is |γ|·√(v/(v + ε)) the 95 % line?")
        'is_gamma_sqrt_v_v_epsilon_the_95_percent_line'
    """
    for sign, word in SPELLED.items():
        title = title.replace(sign, word)
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    name = "_".join(words)
    return name if len(name) <= LONGEST else name[: LONGEST + 1].rsplit("_", 1)[0]


def caption(cell: NotebookNode | None) -> Caption | None:
    """Read a caption off a cell, if it is one.

    Args:
        cell: a notebook's, or None after the last.

    Example:
        >>> from course.notebooks import node
        >>> text = "**Figure 3.1. Two lines.** They cross."
        >>> caption(node(cell_type="markdown", source=text))
        Caption(notebook=3, number=1, title='Two lines.', words='They cross.')
    """
    if cell is None or cell.cell_type != "markdown":
        return None
    found = CAPTION.match(cell.source.strip())
    if not found:
        return None
    notebook, number, title, words = found.groups()
    return Caption(int(notebook), int(number), title, words.strip())


def figures(notebook: NotebookNode) -> list[Figure]:
    """List the images of an executed notebook, in order.

    Args:
        notebook: executed.

    Example:
        >>> from course.notebooks import node
        >>> figures(node(cells=[{"cell_type": "markdown", "source": "words"}]))
        []
    """
    found, number = [], 0
    for cell, after in pairwise([*notebook.cells, None]):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        number += 1
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                png = base64.b64decode(data["image/png"])
                svg = data.get("image/svg+xml", "")
                found.append(Figure(number, caption(after), png, svg))
    return found

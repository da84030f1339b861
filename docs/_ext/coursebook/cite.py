"""How to cite, from CITATION.cff."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def read(path: Path) -> dict[str, Any]:
    """Read a citation file.

    Args:
        path: CITATION.cff.
    """
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def sentence(citation: dict[str, Any]) -> str:
    """Write it as a line of a list of references."""
    authors = ", ".join(each["name"] for each in citation["authors"])
    return f"{authors}. *{citation['title']}*, version {citation['version']}. Software."


def bibtex(citation: dict[str, Any]) -> str:
    """Write it as an entry of BibTeX."""
    authors = " and ".join(f"{{{each['name']}}}" for each in citation["authors"])
    return (
        "@software{batchnorm_course,\n"
        f"  author  = {{{authors}}},\n"
        f"  title   = {{{{{citation['title']}}}}},\n"
        f"  version = {{{citation['version']}}}\n"
        "}"
    )

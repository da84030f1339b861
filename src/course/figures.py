"""`course figures`: single figures anew, for a slide or a paper."""

from __future__ import annotations

import base64
import sys
from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode

from course.execute import ASIDE, NotebookError, execute
from course.files import write
from course.notebooks import UsageError, code, find, node, read
from course.places import NUMBER, choose, describe, file_name, places


def figures(
    wanted: Sequence[str],
    notebooks: Path,
    out: Path,
    *,
    only: Sequence[str] = (),
    kind: str = "svg",
    theme: str = "light",
    stored: bool = False,
    listed: bool = False,
) -> int:
    """Draw figures anew and write each with a sidecar that says what it is.

    A notebook is executed from a clean kernel, up to the last figure asked for.

    Args:
        wanted: notebooks, by number or name; none means all.
        notebooks: where they lie.
        out: made if need be.
        only: figures, as "3.1" or by the name of their file; none means all.
        kind: "svg", "pdf" or "png".
        theme: "light" or "dark".
        stored: take the pictures that the notebooks hold, at once; PNG and light only.
        listed: say which figures there are, and draw none.

    Returns:
        the exit code: 0, 1 after a failure, 130 after Ctrl-C.

    Raises:
        UsageError: what was asked for cannot be had, the message says why.

    Example:
        >>> figures([], Path("not/there"), Path("build"))
        Traceback (most recent call last):
        ...
        course.notebooks.UsageError: course: expected notebooks such as 01_….ipynb in
        not/there, found none; run it in the project's folder, or say where with
        --notebooks
    """
    if stored and (kind, theme) != ("png", "light"):
        raise UsageError(
            "course figures: the notebooks hold light PNG alone; --stored expects "
            f"--format png and --theme light, got --format {kind} --theme {theme}"
        )
    if meant := [name for name in wanted if NUMBER.fullmatch(name)]:
        raise UsageError(
            f"course figures: expected notebooks such as 03, got {meant[0]!r}; for a "
            f"figure say --only {meant[0]}"
        )
    books = {path: read(path) for path in find(notebooks, wanted)}
    there = {path: places(book, path.stem) for path, book in books.items()}
    chosen = choose([place for found in there.values() for place in found], only)
    if listed:
        print("\n".join(place.line for place in chosen))
        return 0
    for path, found in there.items():
        mine = [place for place in found if place in chosen]
        asked = {place.cell: out / file_name(place, kind, theme) for place in mine}
        status = _make(books[path], path, asked, theme, stored) if mine else 0
        for place in mine:
            if (file := asked[place.cell]).exists():  # else it stopped before it
                sidecar = out / f"{place.caption.name}.json"
                write(sidecar, describe(place, books[path], path.name))
                print(f"{place.number}: {file}")
        if status:
            return status
    print(f"captions and claims are in the .json files in {out}", file=sys.stderr)
    return 0


def _make(
    notebook: NotebookNode, path: Path, asked: dict[int, Path], theme: str, stored: bool
) -> int:
    """Make the files, cell → file, of a notebook's figures; return the exit code."""
    try:
        if stored:
            _take(notebook, path, asked)
        else:
            _draw(notebook, path, asked, theme)
    except NotebookError as error:
        print(error.report(colour=sys.stderr.isatty()), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 0


def _draw(
    notebook: NotebookNode, path: Path, asked: dict[int, Path], theme: str
) -> None:
    """Execute a notebook up to the last of its figures, and save them on the way."""
    cells = []
    for index, cell in enumerate(notebook.cells[: max(asked) + 1]):
        cells.append(cell)
        if index in asked:
            call = f"save_last({str(asked[index].resolve())!r}, {theme!r})"
            source = f"from course.export import save_last\n\n{call}"
            cells.append(code(source, metadata={ASIDE: True}))
    seconds = execute(node(**{**notebook, "cells": cells}), path.stem, path.parent)
    if sys.stderr.isatty():  # elsewhere `execute` says it
        print(f"{path.stem}: {seconds:.0f} s", file=sys.stderr)


def _take(notebook: NotebookNode, path: Path, asked: dict[int, Path]) -> None:
    """Write the pictures that a notebook holds."""
    for index, file in asked.items():
        data = [output.get("data", {}) for output in notebook.cells[index].outputs]
        pictures = [kinds["image/png"] for kinds in data if "image/png" in kinds]
        if not pictures:
            raise UsageError(
                f"course figures: {path} holds no picture for {file.name}; leave "
                "--stored out to draw it"
            )
        write(file, base64.b64decode(pictures[-1]))

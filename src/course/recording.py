"""The stored recording of 50 epochs, made by the cells of notebook 04 themselves.

`python -m course.recording` runs the notebook up to its Figure 4.1 (about a minute and
a half on two cores) and saves what it has recorded by then as
data/recordings/fifty_epochs.nc, so that the book, the explorer and the animation
need no training.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode

from course.captions import caption
from course.execute import NotebookError, execute
from course.notebooks import UsageError, find, node, read

FILE = Path("data", "recordings", "fifty_epochs.nc")
NOTEBOOK, FIGURE = 4, 1
# The moments of each of the 3,900 batches would make the file some twenty times as
# large, and no picture over the epochs needs them.
SAVE = """\
kept = {{name: layer.drop_dims("step") for name, layer in recording.items()}}
hooks.Recording(kept).save({path!r})"""


def saving(notebook: NotebookNode, path: Path) -> NotebookNode:
    """Cut a notebook off at its figure, and have it save its `recording` instead.

    Args:
        notebook: 04.
        path: the file to save to.

    Raises:
        UsageError: there is no Figure 4.1.

    Example:
        >>> text = "**Figure 4.1. Running statistics.** They wander."
        >>> cells = [node(cell_type=kind, source=text) for kind in ("code", "markdown")]
        >>> print(saving(node(cells=cells), Path("x.nc")).cells[-1].source)
        kept = {name: layer.drop_dims("step") for name, layer in recording.items()}
        hooks.Recording(kept).save('x.nc')
    """
    for index, cell in enumerate(notebook.cells):
        found = caption(cell)
        if found and (found.notebook, found.number) == (NOTEBOOK, FIGURE):
            source = SAVE.format(path=str(path))
            last = node(cell_type="code", source=source, metadata={}, outputs=[])
            return node(**{**notebook, "cells": [*notebook.cells[: index - 1], last]})
    raise UsageError(f"course: there is no Figure {NOTEBOOK}.{FIGURE} in notebook 04")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the recording.

    Args:
        arguments: without the program's name; None takes the process's own.

    Returns:
        the exit code.

    Example:
        >>> main(["--notebooks", "not/there"])
        1
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--notebooks", type=Path, default=Path("notebooks"))
    parser.add_argument("--out", type=Path, default=FILE, help="(default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        (source,) = find(options.notebooks, [str(NOTEBOOK)])
        out = options.out.resolve()
        out.parent.mkdir(parents=True, exist_ok=True)
        seconds = execute(saving(read(source), out), source.stem, source.parent)
    except NotebookError as error:
        print(error.report(), file=sys.stderr)
        return 1
    except (UsageError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    size = options.out.stat().st_size
    print(f"{options.out}: {size:,} bytes, in {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

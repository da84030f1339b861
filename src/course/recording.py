"""The stored recording of 50 epochs, made by the cells of notebook 04 themselves.

`python -m course.recording` runs the notebook up to its Figure 4.1 (about a minute and
a half on two cores) and saves what it has recorded by then as
data/recordings/fifty_epochs.nc, so that the book, the explorer and the animation
need no training. Then it makes the animation docs/fifty_epochs.webp of it;
`--animation` makes this alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode

from course.captions import caption
from course.execute import NotebookError, execute
from course.notebooks import UsageError, code, find, node, read

FILE = Path("data", "recordings", "fifty_epochs.nc")
MOVING = Path("docs", "fifty_epochs.webp")
NOTEBOOK, FIGURE = 4, 1
# The moments of each of the 3,900 batches would make the file some twenty times as
# large, and no picture over the epochs needs them.
SAVE = """\
kept = {{name: layer.drop_dims("step") for name, layer in recording.items()}}
hooks.Recording(kept).save({path!r})"""
ANIMATE = """\
import hooks

layer = hooks.load({path!r})["res_block1.bn1"]
hooks.plot.animation(layer, {moving!r})"""


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
            cells = [*notebook.cells[: index - 1], code(source)]
            return node(**{**notebook, "cells": cells})
    raise UsageError(f"course: there is no Figure {NOTEBOOK}.{FIGURE} in notebook 04")


def _animate(path: Path, moving: Path) -> None:
    """Make the animation of a layer of the recording, in a kernel.

    Args:
        path: the recording.
        moving: the file to make.

    Raises:
        NotebookError: it could not be made.
    """
    source = ANIMATE.format(path=str(path.resolve()), moving=str(moving.resolve()))
    moving.parent.mkdir(parents=True, exist_ok=True)
    execute(node(cells=[code(source)], metadata={}), moving.name, Path())


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the recording and the animation of it.

    Args:
        arguments: without the program's name; None takes the process's own.

    Returns:
        the exit code: 0, 1 after a failure, 130 after Ctrl-C.

    Example:
        >>> main(["--notebooks", "not/there"])
        1
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--notebooks", type=Path, default=Path("notebooks"))
    parser.add_argument("--out", type=Path, default=FILE, help="(default: %(default)s)")
    parser.add_argument(
        "--moving", type=Path, default=MOVING, help=f"(default: {MOVING})"
    )
    parser.add_argument("--animation", action="store_true", help="of what is stored")
    options = parser.parse_args(arguments)
    try:
        if not options.animation:
            (source,) = find(options.notebooks, [str(NOTEBOOK)])
            out = options.out.resolve()
            out.parent.mkdir(parents=True, exist_ok=True)
            execute(saving(read(source), out), source.stem, source.parent)
            _say(options.out)
        _animate(options.out, options.moving)
        _say(options.moving)
    except KeyboardInterrupt:
        print(
            "\nStopped; a file that is not named above is as it was.", file=sys.stderr
        )
        return 130
    except NotebookError as error:
        print(error.report(), file=sys.stderr)
        return 1
    except (UsageError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _say(path: Path) -> None:
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())

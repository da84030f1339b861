"""`course refresh`: execute the notebooks in place, as they are to be stored."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from course.execute import NotebookError, execute
from course.front import update
from course.guard import problems
from course.notebooks import find, read, store
from course.slides.mark import mark
from course.strip import strip


def refresh(wanted: Sequence[str], notebooks: Path) -> int:
    """Execute notebooks from clean kernels and store them with their outputs.

    What must not be stored is taken out, and new cells are given their place in the
    slides. A notebook that fails stays as it was on
    the disk. What the guard over the stored notebooks would say is said at once.
    How long each took is stored with it. At the end the tables and the pictures of
    README.md, beside the notebooks' folder, are taken from them.

    Args:
        wanted: numbers or names; none means all.
        notebooks: where they lie.

    Returns:
        the exit code: 0, 1 after a failure, 130 after Ctrl-C.

    Raises:
        UsageError: nothing was executed, the message says why.

    Example:
        >>> refresh([], Path("not/there"))
        Traceback (most recent call last):
        ...
        course.notebooks.UsageError: course: expected notebooks such as 01_….ipynb in
        not/there, found none; run it in the project's folder, or say where with
        --notebooks
    """
    paths = find(notebooks, wanted)
    for path in paths:
        notebook = read(path)
        try:
            seconds = execute(notebook, path.stem, path.parent)
        except NotebookError as error:
            print(error.report(colour=sys.stderr.isatty()), file=sys.stderr)
            print(f"\n{path} is as it was.", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print(f"\nStopped; {path} is as it was.", file=sys.stderr)
            return 130
        notebook.metadata["course"] = {"seconds": round(seconds)}
        strip(notebook)
        mark(notebook)
        store(notebook, path)
        print(f"{path} stored")
        for problem in problems(notebook, path.stem, path.stat().st_size):
            print(f"  {problem}", file=sys.stderr)
    for path in update(notebooks.resolve().parent, notebooks):
        print(f"{path.name} brought up to date")
    return 0

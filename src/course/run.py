"""`course run`: execute the notebooks and keep what they show."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from nbformat import NotebookNode

from course import verdicts
from course.captions import figures
from course.execute import NotebookError, execute
from course.files import write
from course.notebooks import UsageError, find, read, store
from course.strip import strip


def run(wanted: Sequence[str], notebooks: Path, out: Path) -> int:
    """Execute notebooks from clean kernels; the stored ones are left as they are.

    Under ``out`` lie afterwards: notebooks/, figures/ (PNG and SVG, named by their
    captions), verdicts.json and verdicts.md; every file is whole, also after
    Ctrl-C. Results of notebooks that are not executed now stay. It stops at the
    first notebook that fails; what it did until then lies in failed/.

    Args:
        wanted: numbers or names; none means all.
        notebooks: where they lie.
        out: made if need be.

    Returns:
        the exit code: 0, 1 after a failure, 130 after Ctrl-C.

    Raises:
        UsageError: nothing was executed, the message says why.

    Example:
        >>> run([], Path("not/there"), Path("build"))
        Traceback (most recent call last):
        ...
        course.notebooks.UsageError: course: expected notebooks such as 01_….ipynb in
        not/there, found none; run it in the project's folder, or say where with
        --notebooks
    """
    if (out / "notebooks").resolve() == notebooks.resolve():
        raise UsageError(
            f"course run: {out / 'notebooks'} holds the notebooks themselves; "
            "say with --out where the executed copies go"
        )
    paths = find(notebooks, wanted)
    verdicts.load(out / "verdicts.json")  # complain before the work, not after
    done: list[Path] = []
    code = 0
    try:
        for path in paths:
            _one(path, out)
            done.append(path)
    except NotebookError as error:
        print(error.report(colour=sys.stderr.isatty()), file=sys.stderr)
        kept = out / "failed" / f"{error.name}.ipynb"
        print(f"\nWhat it did until then: {kept}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        code = 130
    _summary(done, paths, out)
    return code


def _one(path: Path, out: Path) -> None:
    """Execute one notebook and keep its results."""
    notebook = read(path)
    failed = out / "failed" / path.name
    try:
        execute(notebook, path.stem, path.parent, svg=True)
    except NotebookError:
        store(notebook, failed)
        _keep_verdicts(notebook, path.stem, out)
        raise
    keep_figures(notebook, path.stem, out / "figures")
    strip(notebook)
    copy = out / "notebooks" / path.name
    store(notebook, copy)
    _keep_verdicts(notebook, path.stem, out)
    earlier = f"{path.stem[:2]}_*.ipynb"  # it may have had another title
    _remove(old for old in copy.parent.glob(earlier) if old != copy)
    _remove(failed.parent.glob(earlier))


def _keep_verdicts(notebook: NotebookNode, name: str, out: Path) -> None:
    table = verdicts.load(out / "verdicts.json")
    found = verdicts.records(notebook, name)
    verdicts.save(verdicts.merge(table, name, found), out)


def keep_figures(notebook: NotebookNode, name: str, directory: Path) -> list[Path]:
    """Write a notebook's figures, and remove those it no longer has.

    Args:
        notebook: executed with SVG.
        name: the notebook's; used for a figure without a caption.
        directory: made if need be.

    Returns:
        the files.

    Raises:
        OSError: as `course.files.write`.

    Example:
        >>> from course.notebooks import node
        >>> keep_figures(node(cells=[]), "01_x", Path("not/there"))
        []
    """
    written = []
    for figure in figures(notebook):
        stem = (
            figure.caption.name if figure.caption else f"{name[:2]}_cell_{figure.cell}"
        )
        for suffix, content in ((".png", figure.png), (".svg", figure.svg)):
            if content:
                written.append(directory / f"{stem}{suffix}")
                write(written[-1], content)
    _remove(
        old
        for suffix in ("png", "svg")
        for old in directory.glob(f"{name[:2]}_*.{suffix}")
        if old not in written
    )
    return written


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        path.unlink(missing_ok=True)


def _summary(done: list[Path], paths: list[Path], out: Path) -> None:
    """Print the verdicts of what was executed now, and where everything lies."""
    table = verdicts.load(out / "verdicts.json")
    ours = [r for r in table if any(r["notebook"] == path.stem for path in done)]
    if ours:
        width = min(shutil.get_terminal_size((88, 24)).columns, 100)
        print("\n" + verdicts.terminal(ours, width) + "\n")
    print(f"{len(done)} of {len(paths)} notebooks executed", end="")
    if not done:
        print()
        return
    print(f"; they are in {out / 'notebooks'},")
    print(f"their figures in {out / 'figures'},")
    print(f"the verdicts ({len(table)} in all) in {out / 'verdicts.md'} and .json")

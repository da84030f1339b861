"""Executing one notebook from a clean kernel, watched and stoppable."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from pathlib import Path

from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from tqdm import tqdm

from course.kernel import kernel
from course.notebooks import code_cells

FORMAT = "{desc} |{bar}| cell {n_fmt}/{total_fmt} {elapsed}"
ASIDE = "aside"  # in the metadata of a cell of ours, which readers do not count
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class NotebookError(Exception):
    """A cell failed.

    Attributes:
        name: the notebook.
        number: the code cell, counted from 1 as its In [ ] is.
        source: the cell's code.
        reason: one line.
        traceback: as IPython shows it, with the terminal's colours.
    """

    def __init__(
        self, name: str, number: int, source: str, reason: str, traceback: str
    ) -> None:
        """Keep the parts; the message is made by `report`."""
        super().__init__(f"{name}, code cell {number}: {reason}")
        self.name = name
        self.number = number
        self.source = source
        self.reason = reason
        self.traceback = traceback

    def report(self, *, colour: bool = False) -> str:
        """Say where, what and why, in this order.

        Args:
            colour: keep the terminal's colours in the traceback.

        Example:
            >>> error = NotebookError("01_x", 2, "1 / 0", "ZeroDivisionError", "…")
            >>> print(error.report())
            01_x stopped in code cell 2: ZeroDivisionError
            <BLANKLINE>
                1 / 0
            <BLANKLINE>
            …
        """
        source = textwrap.indent(self.source, " " * 4)
        traceback = self.traceback if colour else ANSI.sub("", self.traceback)
        head = f"{self.name} stopped in code cell {self.number}: {self.reason}"
        return f"{head}\n\n{source}\n\n{traceback}".rstrip()


def execute(
    notebook: NotebookNode,
    name: str,
    directory: Path,
    *,
    svg: bool = False,
    quiet: bool = False,
) -> float:
    """Run every code cell in order, in place, in a new kernel.

    All outputs and counts that were there are taken out first, so that after a
    failure the notebook holds what ran and nothing else.

    Args:
        notebook: changed in place.
        name: for the progress bar and for errors.
        directory: where the kernel works.
        svg: figures are kept as SVG besides PNG.
        quiet: show no progress.

    Returns:
        seconds, with the kernel's start and end.

    Raises:
        NotebookError: a cell raised, or the kernel died or did not start.
        KeyboardInterrupt: Ctrl-C; the kernel is gone by then.

    Example:
        >>> from course.notebooks import node
        >>> cell = {"cell_type": "code", "source": "6 * 7", "metadata": {}}
        >>> notebook = node(cells=[cell], metadata={})
        >>> seconds = execute(notebook, "01_x", Path(), quiet=True)
        >>> notebook.cells[0].outputs[0].data["text/plain"]
        '42'
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    start = time.perf_counter()
    cells = code_cells(notebook)
    disable = True if quiet else None  # None: no bar where stderr is a file
    with (
        tqdm(cells, desc=name, bar_format=FORMAT, disable=disable) as bar,
        asyncio.Runner(loop_factory=_loop) as runner,
    ):
        no_bar = bar.disable  # closing sets it
        runner.run(_execute(notebook, name, directory, svg, bar))
    seconds = time.perf_counter() - start
    if no_bar and not quiet:
        print(f"{name}: {len(cells)} cells, {seconds:.1f} s", file=sys.stderr)
    return seconds


async def _execute(
    notebook: NotebookNode,
    name: str,
    directory: Path,
    svg: bool,
    bar: tqdm[NotebookNode],
) -> None:
    number, source = 0, ""
    try:
        async with _ticking(bar), kernel(notebook, directory, svg=svg) as client:
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                ours = ASIDE in cell.metadata
                number, source = number + (not ours), cell.source
                await client.async_execute_cell(cell, index, store_history=not ours)
                bar.update()
    except CellExecutionError as error:
        reason = f"{error.ename}: {ANSI.sub('', error.evalue)}".strip(": ")
        raise NotebookError(
            name, number, source, reason, _traceback(notebook)
        ) from None
    except DeadKernelError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # Ctrl-C looks like this
            raise asyncio.CancelledError from None
        reason = "the kernel died; most often there was too little memory"
        raise NotebookError(name, number, source, reason, "") from None
    except RuntimeError as error:
        reason = f"the kernel did not start ({error}); `course check` may say why"
        raise NotebookError(name, number, source, reason, "") from None


@contextlib.asynccontextmanager
async def _ticking(bar: tqdm[NotebookNode]) -> AsyncIterator[None]:
    """Let the clock run while a cell runs."""

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.5)
            bar.refresh()

    task = asyncio.ensure_future(tick())
    try:
        yield
    finally:
        task.cancel()


def _traceback(notebook: NotebookNode) -> str:
    errors = [
        output
        for cell in code_cells(notebook)
        for output in cell.outputs
        if output.output_type == "error"
    ]
    return "\n".join(errors[-1].traceback) if errors else ""


def _loop() -> asyncio.AbstractEventLoop:
    """Sockets of ZeroMQ need a selector, which Windows does not use by itself."""
    return asyncio.SelectorEventLoop()

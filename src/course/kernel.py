"""Kernels that are this Python, start clean and listen to nobody else."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

SVG = "--InlineBackend.figure_formats={'png','svg'}"
# ipykernel warns on its log about TCP, which is used where sockets have no files
QUIET = "--IPKernelApp.log_level=ERROR"
# How long a thread of GNU OpenMP waits awake for the others. By default so long that on
# two cores, with two other programs at work, an epoch took 75 times its time.
ENVIRONMENT = {"GOMP_SPINCOUNT": "4000"}
LONGEST = 100  # bytes of a socket's path: macOS allows 103, Linux 107


class CourseKernel(AsyncKernelManager):
    """Starts the Python that runs this process.

    A kernel called python3 may be installed for the user and belong to another
    Python, so the notebook's own kernel name is not looked up.
    """

    @property
    def kernel_spec(self) -> KernelSpec:
        """Name sys.executable, whatever is installed."""
        return KernelSpec(resource_dir="", **get_kernel_dict())


@asynccontextmanager
async def kernel(
    notebook: NotebookNode, directory: Path, *, svg: bool = False
) -> AsyncIterator[NotebookClient]:
    """Start a clean kernel for a notebook and shut it down afterwards.

    Clean: no start-up files and no settings of the user's IPython, no history.
    After an interruption the kernel is killed rather than asked.

    Args:
        notebook: its cells are executed in place by the client.
        directory: the kernel's working directory.
        svg: figures are shown as SVG besides PNG.

    Yields:
        the client, connected and idle.

    Raises:
        RuntimeError: the kernel did not start.

    Example:
        >>> import asyncio
        >>> from nbformat.v4 import new_code_cell, new_notebook
        >>> async def run(notebook):
        ...     async with kernel(notebook, Path()) as client:
        ...         return await client.async_execute_cell(notebook.cells[0], 0)
        >>> asyncio.run(run(new_notebook(cells=[new_code_cell("1 + 1")]))).outputs
        [{'output_type': 'execute_result', 'metadata': {},
          'data': {'text/plain': '2'}, 'execution_count': 1}]
    """
    with tempfile.TemporaryDirectory(
        prefix="course-", ignore_cleanup_errors=True
    ) as place:
        manager = _manager(Path(place))
        client = NotebookClient(
            notebook,
            km=manager,
            coalesce_streams=True,
            record_timing=False,
            store_widget_state=False,
            resources={"metadata": {"path": str(directory)}},
            extra_arguments=[QUIET, SVG] if svg else [QUIET],
        )
        now = True
        try:
            env = {**ENVIRONMENT, **os.environ, "IPYTHONDIR": place}
            await client.async_start_new_kernel(env=env)
            await client.async_start_new_kernel_client()
            yield client
            now = False
        finally:
            if client.kc is not None:
                client.kc.stop_channels()
            if manager.has_kernel:
                await manager.shutdown_kernel(now=now)


def _manager(place: Path) -> CourseKernel:
    """Talk through files that only the user can open, where the system has them."""
    manager = CourseKernel(connection_file=str(place / "kernel.json"))
    sockets = str(place / "k")
    if _can_hold_sockets(sockets):
        manager.transport = "ipc"
        manager.ip = sockets
    return manager


def _can_hold_sockets(prefix: str) -> bool:
    """Try it: Windows has none, some network disks refuse, long paths fail."""
    path = f"{prefix}-00000"
    if not hasattr(socket, "AF_UNIX") or len(os.fsencode(path)) > LONGEST:
        return False
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.bind(path)
        os.unlink(path)
    except OSError:
        return False
    return os.name == "posix"

"""How `pytest --nbval notebooks` compares: this Python, and words without digits."""

import os
import shutil
import tempfile

import pytest

# Measured digits differ between machines; they stand in these kinds of output.
# The words of a claim are compared: they stand in its text/plain.
NOT_COMPARED = ("text/html", "application/vnd.claim+json", "stderr")


def pytest_configure(config: pytest.Config) -> None:
    """Take this Python as the kernel, with nobody's IPython settings."""
    if not getattr(config.option, "nbval", False):
        return
    if not config.option.nbval_kernel_name:
        config.option.nbval_current_env = True
    settings = tempfile.mkdtemp(prefix="course-ipython-")
    os.environ["IPYTHONDIR"] = settings
    config.add_cleanup(lambda: shutil.rmtree(settings, ignore_errors=True))


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Tell nbval, which keeps the list on each notebook that it collects."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += NOT_COMPARED

"""Compute stored sweeps once more, and put the new files in place of the old ones."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from birdplane.experiments import Sweep
from birdplane.results import read_sweep, sweeps_folder
from birdplane.runs import run_sweeps

CIRCUMSTANCES = ["torch", "python", "threads", "date"]  # of a run, not results of it


def remake(
    sweeps: Sequence[Sweep],
    folder: str | Path,
    into: str | Path | None = None,
    *,
    workers: int = 2,
    fresh: bool = False,
    progress: bool = True,
) -> Iterator[str]:
    """Compute sweeps in a folder of their own, and replace each stored one when done.

    Args:
        sweeps: what to run.
        folder: where runs gather; what is there already is not done again.
        into: where the stored CSV files are; by default data/sweeps.
        workers, fresh, progress: as for `run_sweeps`.

    Yields:
        In words, what has changed in each.

    Raises:
        ValueError: the folder holds runs that a sweep does not have.

    Example:
        >>> import tempfile
        >>> from birdplane.runs import _halve
        >>> sweep = Sweep("half", "Is it half?", _halve, ({"x": 1}, {"x": 3}), (0,))
        >>> with tempfile.TemporaryDirectory() as stored:
        ...     options = {"workers": 1, "progress": False}
        ...     print(*remake([sweep], f"{stored}/new", stored, **options))
        ...     print(*remake([sweep], f"{stored}/new", stored, **options))
        half: new
        half: the same numbers as before
    """
    for sweep in run_sweeps(
        sweeps, folder, workers=workers, fresh=fresh, progress=progress
    ):
        stored = sweeps_folder(into) / f"{sweep.name}.csv"
        said = "new"
        if stored.is_file():
            before = read_sweep(sweep.name, stored.parent)
            said = compared(before, read_sweep(sweep.name, folder))
        part = stored.with_suffix(".part")
        shutil.copyfile(Path(folder) / stored.name, part)
        part.replace(stored)
        yield f"{sweep.name}: {said}"


def compared(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """Say in words how the results of a sweep differ from those of another time.

    Args:
        before, after: as `read_sweep` gives them.

    Example:
        >>> before = pd.DataFrame({"seed": [0, 1], "loss": [0.5, 0.25]})
        >>> compared(before, before.assign(loss=[0.5, 0.2]))
        '1 of 4 numbers differ, by up to 20 % (loss)'
    """
    before = before.drop(columns=CIRCUMSTANCES, errors="ignore")
    after = after.drop(columns=CIRCUMSTANCES, errors="ignore")
    if list(before.columns) != list(after.columns) or len(before) != len(after):
        return "other rows or columns than before"
    numbers = before.select_dtypes("number").columns
    rest = before.columns.difference(numbers)
    if not before[rest].equals(after[rest]):
        return "other words than before"
    old, new = before[numbers].to_numpy(float), after[numbers].to_numpy(float)
    differ = ~((old == new) | (np.isnan(old) & np.isnan(new)))
    if not differ.any():
        return "the same numbers as before"
    larger = np.maximum(abs(old), abs(new))
    share = np.where(differ, abs(new - old) / np.where(larger == 0, 1, larger), 0)
    worst = numbers[share.max(axis=0).argmax()]
    return (
        f"{differ.sum()} of {differ.size} numbers differ, by up to "
        f"{100 * share.max():.3g} % ({worst})"
    )

"""Run sweeps and keep the results: one tidy CSV each, written anew after every run."""

import os
import platform
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from joblib import Parallel, delayed
from tqdm import tqdm

from birdplane.experiments import Config, Sweep
from birdplane.results import read_sweep, sweeps_folder

Rows = list[dict[str, Any]]
Key = tuple[str, ...]  # what tells one run of a sweep from another

THREADS = 1
"""Torch threads of a run: two runs side by side take less time than one on two."""


def run_sweeps(
    sweeps: Sequence[Sweep],
    folder: str | Path | None = None,
    *,
    workers: int = 2,
    fresh: bool = False,
    progress: bool = True,
) -> Iterator[Sweep]:
    """Run what is missing of some sweeps, and store every run as soon as it is done.

    joblib runs them: inside `birdplane.cluster.dask_cluster`, or any
    `joblib.parallel_config(backend=…)`, they go where that says. All runs are in one
    queue, so that no worker waits for the last run of a sweep. A file is replaced as
    a whole each time, so it is never half written.

    Args:
        sweeps: what to run.
        folder: where the CSV files are or will be; by default data/sweeps.
        workers: processes side by side, each with one torch thread.
        fresh: whether to throw away what is stored.
        progress: whether to show a bar on stderr.

    Yields:
        Each sweep as soon as all its runs are stored; `read_sweep` reads them.

    Raises:
        ValueError: a file holds runs that its sweep does not have.

    Example:
        >>> import tempfile
        >>> sweep = Sweep("half", "Is it half?", _halve, ({"x": 1}, {"x": 3}), (0,))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for done in run_sweeps([sweep], folder, workers=1, progress=False):
        ...         print(read_sweep("half", folder)[["x", "seed", "half"]].to_numpy())
        [[1.  0.  0.5]
         [3.  0.  1.5]]
    """
    place = sweeps_folder(folder)
    place.mkdir(parents=True, exist_ok=True)
    paths = {sweep.name: place / f"{sweep.name}.csv" for sweep in sweeps}
    if fresh:
        for path in paths.values():
            path.unlink(missing_ok=True)
    stored = {sweep.name: _stored(sweep, paths[sweep.name]) for sweep in sweeps}
    by_name = {sweep.name: sweep for sweep in sweeps}
    total = sum(len(sweep.runs()) for sweep in sweeps)
    missing = [
        (sweep, *run)
        for sweep in sweeps
        for run in sweep.runs()
        if _key(sweep, *run) not in stored[sweep.name]
    ]
    left = Counter(sweep.name for sweep, *_ in missing)
    yield from (sweep for sweep in sweeps if sweep.name not in left)
    pool = Parallel(n_jobs=workers, return_as="generator_unordered")
    tasks = (delayed(_run)(*run) for run in missing)
    begun, hide = total - len(missing), not progress
    with tqdm(
        total=total, initial=begun, unit="run", file=sys.stderr, disable=hide
    ) as bar:
        for name, config, seed, rows in pool(tasks):
            sweep, done = by_name[name], stored[name]
            done[_key(sweep, config, seed)] = rows
            _write(paths[name], [done.get(_key(sweep, *r), []) for r in sweep.runs()])
            bar.set_description(name, refresh=False)
            bar.update()
            left[name] -= 1
            if not left[name]:
                yield sweep


def status(sweep: Sweep, folder: str | Path | None = None) -> str:
    """Say in a line how many of a sweep's runs are stored.

    Example:
        >>> from birdplane.experiments import SWEEPS
        >>> status(SWEEPS["bias_paired"])
        'bias_paired       54 of  54 runs  ...'
    """
    done = len(_stored(sweep, sweeps_folder(folder) / f"{sweep.name}.csv"))
    return f"{sweep.name:16} {done:3} of {len(sweep.runs()):3} runs  {sweep.question}"


def _run(sweep: Sweep, config: Config, seed: int) -> tuple[str, Config, int, Rows]:
    """Do one run, in a worker process or here, on its own number of threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        result = sweep.experiment(dict(config), seed)
    finally:
        torch.set_num_threads(threads)
    lists = [value for value in result.values() if isinstance(value, list)]
    length = len(lists[0]) if lists else 1
    before = {name: config.get(name) for name in sweep.columns} | {"seed": seed}
    after = {
        "torch": str(torch.__version__),
        "python": platform.python_version(),
        "threads": THREADS,
        "date": datetime.now(UTC).date().isoformat(),
    }
    columns = {
        name: value if isinstance(value, list) else [value] * length
        for name, value in result.items()
    }
    results = [
        dict(zip(columns, row, strict=True))
        for row in zip(*columns.values(), strict=True)
    ]
    return sweep.name, config, seed, [before | row | after for row in results]


def _stored(sweep: Sweep, path: Path) -> dict[Key, Rows]:
    """Read the rows of the runs that are done."""
    if not path.is_file():
        return {}
    table = read_sweep(sweep.name, path.parent)
    options = [*sweep.columns, "seed"]
    known = {_key(sweep, *run) for run in sweep.runs()}
    done: dict[Key, Rows] = {}
    for row in table.to_dict("records"):
        key = tuple(_plain(row.get(name)) for name in options)
        if key not in known or list(table.columns[: len(options)]) != options:
            raise ValueError(
                f"run_sweeps: {path.name} holds a run that the sweep does not have: "
                f"{dict(zip(options, key, strict=True))}. `python -m birdplane.sweep "
                f"--fresh {sweep.name}` throws away what is stored and begins anew."
            )
        done.setdefault(key, []).append({str(k): v for k, v in row.items()})
    return done


def _write(path: Path, runs: Sequence[Rows]) -> None:
    """Replace the file by one with these runs, at one blow."""
    part = path.with_suffix(".part")
    pd.DataFrame([row for rows in runs for row in rows]).to_csv(part, index=False)
    os.replace(part, path)


def _key(sweep: Sweep, config: Config, seed: int) -> Key:
    values = [config.get(name) for name in sweep.columns]
    return tuple(_plain(value) for value in [*values, seed])


def _plain(value: object) -> str:
    """Write a value so that a way through a CSV file does not change it."""
    if value is None or value != value:  # NaN: an empty field
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{float(value):.12g}"
    return str(value)


def _halve(config: Config, seed: int) -> dict[str, float]:
    """The experiment of the example above."""
    return {"half": config["x"] / 2}

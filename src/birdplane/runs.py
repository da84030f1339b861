"""Run a sweep and keep its results: one tidy CSV, written anew after every run."""

import os
import platform
import sys
from collections.abc import Sequence
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


def run_sweep(
    sweep: Sweep,
    folder: str | Path | None = None,
    *,
    workers: int = 2,
    fresh: bool = False,
    progress: bool = True,
) -> pd.DataFrame:
    """Run what is missing of a sweep, and store every run as soon as it is done.

    joblib runs them: inside `birdplane.cluster.dask_cluster`, or any
    `joblib.parallel_config(backend=…)`, they go where that says. The file is replaced
    as a whole each time, so it is never half written.

    Args:
        sweep: what to run.
        folder: where the CSV file is or will be; by default data/sweeps.
        workers: processes side by side, each with one torch thread.
        fresh: whether to throw away what is stored.
        progress: whether to show a bar on stderr.

    Returns:
        All results, as `read_sweep` reads them.

    Raises:
        ValueError: the file holds runs that the sweep does not have.

    Example:
        >>> import tempfile
        >>> sweep = Sweep("half", "Is it half?", _halve, ({"x": 1}, {"x": 3}), (0,))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     table = run_sweep(sweep, folder, workers=1, progress=False)
        >>> table[["x", "seed", "half"]].values.tolist()
        [[1.0, 0.0, 0.5], [3.0, 0.0, 1.5]]
    """
    place = sweeps_folder(folder)
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{sweep.name}.csv"
    if fresh:
        path.unlink(missing_ok=True)
    done = _stored(sweep, path)
    missing = [run for run in sweep.runs() if _key(sweep, *run) not in done]
    pool = Parallel(n_jobs=workers, return_as="generator_unordered")
    tasks = (delayed(_run)(sweep, config, seed) for config, seed in missing)
    bar = tqdm(
        total=len(sweep.runs()),
        initial=len(done),
        desc=sweep.name,
        unit="run",
        file=sys.stderr,
        disable=not progress,
    )
    with bar:
        for config, seed, rows in pool(tasks):
            done[_key(sweep, config, seed)] = rows
            _write(path, [done.get(_key(sweep, *run), []) for run in sweep.runs()])
            bar.update()
    return read_sweep(sweep.name, place)


def status(sweep: Sweep, folder: str | Path | None = None) -> str:
    """Say in a line how many of a sweep's runs are stored.

    Example:
        >>> from birdplane.experiments import SWEEPS
        >>> status(SWEEPS["bias_paired"])
        'bias_paired       54 of  54 runs  ...'
    """
    done = len(_stored(sweep, sweeps_folder(folder) / f"{sweep.name}.csv"))
    return f"{sweep.name:16} {done:3} of {len(sweep.runs()):3} runs  {sweep.question}"


def _run(sweep: Sweep, config: Config, seed: int) -> tuple[Config, int, Rows]:
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
    return config, seed, [before | row | after for row in results]


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
                f"run_sweep: {path.name} holds a run that the sweep does not have: "
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

"""Run the measurements that are missing, one process after the other."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from shutil import which
from threading import Timer
from typing import Any

from benchmarks.machine import ENVIRONMENT, installed
from benchmarks.store import ROOT, Store
from benchmarks.units import Unit

INSTALL = '`.venv/bin/python -m pip install -c constraints.txt -e ".[peers]"` brings it'


@dataclass
class Outcome:
    """What there is after a run.

    Attributes:
        results: by name.
        missing: why the others are not there, by name.
        days: on which the results were measured.
    """

    results: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    days: set[str] = field(default_factory=set)


class NoResultError(Exception):
    """A measurement failed; the message says why."""


def collect(units: Mapping[str, Unit], store: Store) -> Outcome:
    """Read what has been measured."""
    outcome = Outcome()
    for name in units:
        kept = store.read(name)
        if kept is None:
            outcome.missing[name] = "not run yet"
        else:
            outcome.results[name] = kept["result"]
            outcome.days.add(kept["date"])
    return outcome


def wanted(units: Mapping[str, Unit], sections: Iterable[str]) -> list[Unit]:
    """Pick the measurements of some sections, and before each what it needs."""
    picked: dict[str, Unit] = {}
    for unit in units.values():
        if unit.section in sections:
            for name in (*unit.after, unit.name):
                picked.setdefault(name, units[name])
    return list(picked.values())


def why_not(unit: Unit) -> str | None:
    """Say why a measurement cannot be made here; None: it can."""
    if unit.needs and installed(unit.needs) is None:
        return f"{unit.needs} is not installed; {INSTALL}"
    if unit.needs == "torchexplorer" and which("dot") is None:
        return "torchexplorer starts the program dot; install Graphviz, which has it"
    return None


def measure(unit: Unit, store: Store, scale: str, tick: Callable[[], object]) -> None:
    """Measure in a new process, and keep the result.

    Raises:
        NoResultError: it failed, or took too long.
    """
    store.folder.mkdir(parents=True, exist_ok=True)
    log = store.path(unit.name).with_suffix(".log")
    command = [sys.executable, "-m", "benchmarks.worker"]
    result = None
    with (
        log.open("w+", encoding="utf-8") as errors,
        subprocess.Popen(
            [*command, unit.name, scale, str(store.folder)],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        alarm = Timer(unit.limit, process.kill)
        alarm.start()
        try:
            for line in process.stdout or ():
                kind, _, content = line.partition(" ")
                if kind == "result":
                    result = json.loads(content)
                else:
                    tick()
            killed_by = -process.wait()
            late = killed_by > 0 and not alarm.is_alive()
        finally:
            alarm.cancel()
            process.kill()
        errors.seek(0)
        said = errors.read().strip().splitlines() or [f"ended by signal {killed_by}"]
    if late:
        raise NoResultError(f"not done after {unit.limit:.0f} s")
    if result is None:
        raise NoResultError(said[-1])
    store.write(unit.name, result)

"""Measure what observing costs, and write one table.

`python -m benchmarks` runs what is missing (12 to 14 minutes on two quiet cores),
`--quick` tries everything at a small size, `--fresh` begins anew. Ctrl-C keeps what is
done. The table: benchmarks/results/results.md and .csv.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from benchmarks import run, table
from benchmarks.machine import busy, machine, versions
from benchmarks.measure.scale import FULL, QUICK
from benchmarks.rows import rows
from benchmarks.store import ROOT, Store, state_of_code
from benchmarks.units import SECTIONS, Unit, units

KEPT = ROOT / "build" / "benchmarks"
TABLE = ROOT / "benchmarks" / "results"
QUIET = 0.5  # programs that want to run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument(
        "--quick", action="store_true", help="small; the table goes to build/"
    )
    parser.add_argument("--fresh", action="store_true", help="begin anew")
    given = parser.parse_args(arguments)
    scale, name = (QUICK, "quick") if given.quick else (FULL, "full")
    store = Store(KEPT / name, state())
    all_units = units(scale)
    chosen = run.wanted(all_units, given.only)
    if given.fresh:
        for unit in chosen:
            store.path(unit.name).unlink(missing_ok=True)
    load = busy()
    if load is not None and load > QUIET:
        print(f"The machine is busy (load {load:.1f}): times will scatter.")
    missing, stopped = measure_all(chosen, store, name)
    outcome = run.collect(all_units, store)
    outcome.missing.update(missing)
    size = "a quick try, not to be quoted" if given.quick else "full"
    write_table(outcome, size, KEPT / name if given.quick else TABLE)
    return 130 if stopped else 0


def state() -> str:
    """Sum up the code, the machine and the versions: what a result depends on."""
    here = json.dumps([machine(), versions(), state_of_code()], sort_keys=True)
    return hashlib.sha256(here.encode()).hexdigest()[:16]


def measure_all(
    chosen: Sequence[Unit], store: Store, scale: str
) -> tuple[dict[str, str], bool]:
    """Make the measurements that are missing.

    Returns:
        Why some have no result, by name, and whether Ctrl-C came.
    """
    missing: dict[str, str] = {}
    bar = tqdm(total=sum(unit.ticks for unit in chosen), unit="part", file=sys.stderr)
    try:
        for unit in chosen:
            done = bar.n + unit.ticks
            reason = run.why_not(unit)
            if reason is None and store.read(unit.name) is None:
                bar.set_description(unit.name)
                try:
                    run.measure(unit, store, scale, bar.update)
                except run.NoResultError as error:
                    reason = str(error)
            if reason is not None:
                missing[unit.name] = reason
                bar.write(f"{unit.name}: {reason}", file=sys.stderr)
            bar.update(done - bar.n)
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return missing, True
    finally:
        bar.close()
    return missing, False


def write_table(outcome: run.Outcome, size: str, folder: Path) -> None:
    """Write both forms of the table, and say where."""
    lines = rows(outcome.results, outcome.missing)
    days = sorted({min(outcome.days), max(outcome.days)}) if outcome.days else []
    facts = {"size": size, "date": " to ".join(days)} | machine()
    for name, lay_out in (
        ("results.md", table.markdown),
        ("results.csv", table.csv_text),
    ):
        table.write(folder / name, lay_out(lines, facts, versions()))
        print(folder / name)


if __name__ == "__main__":
    sys.exit(main())

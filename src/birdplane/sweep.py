"""Run sweeps and keep their results: one tidy CSV each, under data/sweeps.

`python -m birdplane.sweep` runs what is missing of all sweeps, `--list` says what that
is, `--fresh` begins anew, `--remake FOLDER` computes all that is stored once more,
`--cluster` carries the runs to a Dask cluster. Ctrl-C keeps the runs that are done.
"""

import argparse
import difflib
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from tqdm import tqdm

from birdplane.cluster import dask_cluster
from birdplane.experiments import SWEEPS, Sweep
from birdplane.remake import remake
from birdplane.results import sweeps_folder
from birdplane.runs import run_sweeps, status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sweeps that are named, or all of them.

    Args:
        arguments: of the command line; by default this process's own.

    Returns:
        The exit status: 0, 2 for a wrong name or no cluster, 130 after Ctrl-C.

    Example:
        >>> main(["no_such_sweep"])
        2
    """
    parser = argparse.ArgumentParser("python -m birdplane.sweep", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all sweeps")
    parser.add_argument("--list", action="store_true", help="say what is done")
    parser.add_argument("--fresh", action="store_true", help="begin anew")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.add_argument(
        "--cluster", metavar="ADDRESS", help='a Dask scheduler, or "local" to start one'
    )
    parser.add_argument("--folder", type=Path, help="default: data/sweeps")
    parser.add_argument(
        "--remake",
        type=Path,
        metavar="FOLDER",
        help="compute in FOLDER, and replace each stored file when its sweep is done",
    )
    given = parser.parse_args(arguments)
    if given.remake and given.remake.resolve() == sweeps_folder(given.folder).resolve():
        parser.error("--remake: expected another folder than that of the stored files")
    names = given.names or list(SWEEPS)
    for name in names:
        if name not in SWEEPS:
            near = difflib.get_close_matches(name, SWEEPS, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            there = ", ".join(SWEEPS)
            print(f"sweep: no sweep {name!r}; {hint}There are {there}", file=sys.stderr)
            return 2
    if given.list:
        for name in names:
            print(status(SWEEPS[name], given.folder))
        return 0
    cluster = given.cluster
    try:
        with dask_cluster(cluster, given.workers) if cluster else nullcontext():
            _run([SWEEPS[name] for name in names], given)
    except (OSError, ModuleNotFoundError) as error:
        print(f"sweep: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def _run(sweeps: Sequence[Sweep], given: argparse.Namespace) -> None:
    workers, fresh = given.workers, given.fresh
    if given.remake is None:
        for _ in run_sweeps(sweeps, given.folder, workers=workers, fresh=fresh):
            pass
    else:
        place, into = given.remake, given.folder
        for said in remake(sweeps, place, into, workers=workers, fresh=fresh):
            tqdm.write(said)  # above the bar


if __name__ == "__main__":
    sys.exit(main())

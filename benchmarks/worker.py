"""Make one measurement in this process; `benchmarks.run` starts it."""

import json
import os
import sys
from pathlib import Path
from typing import TextIO

from benchmarks.measure.scale import FULL, QUICK, Job
from benchmarks.units import units


def main(name: str, scale_name: str, folder: str) -> None:
    """Measure, and write "tick" lines and one "result" line."""
    channel = private_stdout()
    scale = QUICK if scale_name == "quick" else FULL

    def tick() -> None:
        print("tick", file=channel, flush=True)

    result = units(scale)[name].measure(Job(scale, Path(folder), tick))
    print("result", json.dumps(result), file=channel, flush=True)


def private_stdout() -> TextIO:
    """Keep stdout to ourselves: whatever others print goes to stderr."""
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return channel


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Memory of a process that trains, with an observer and without."""

import gc
import sys
from itertools import islice
from typing import Any

import psutil  # type: ignore[import-untyped]

import birdplane
from benchmarks.measure.peers import WATCHES
from benchmarks.measure.scale import Job
from benchmarks.measure.training import Steps, epochs_of_batches

MB = 2**20


def resident_memory(name: str, marks: tuple[int, ...], job: Job) -> dict[str, Any]:
    """Train, and read after some epochs how much the process has grown.

    What was there before, the libraries and the images, does not count. Where `hooks`
    records, its recording is saved as NAME.nc: other measurements need one.

    Returns:
        now, peak: by number of epochs, MB.
    """
    watch = WATCHES[name]()
    model, batches = birdplane.ResNet(), epochs_of_batches(seed=0)
    gc.collect()
    start = resident()
    now, peak = {}, {}
    with watch(model) as ends:
        training = iter(Steps(model, batches))
        for epoch in range(1, marks[-1] + 1):
            for _ in islice(training, job.scale.steps):
                ends.step()
            ends.epoch()
            if epoch in marks:
                gc.collect()
                now[epoch], peak[epoch] = resident() - start, most() - start
            job.tick()
    if ends.recorder is not None:
        ends.recorder.recording.save(job.folder / f"{name}.nc")
    return {"now": now, "peak": peak}


def resident() -> float:
    """Memory of this process at the moment, MB."""
    return float(psutil.Process().memory_info().rss) / MB


def most() -> float:
    """The most memory that this process ever had, MB."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / MB
    import resource  # not on Windows

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MB

"""A long recording: how large it is, how soon loaded, how soon drawn."""

import io
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import birdplane
import hooks
from benchmarks.measure.observers import unwatched
from benchmarks.measure.scale import Job
from benchmarks.measure.training import epochs_of_batches, timed_epoch

LAYER = "res_block1.bn1"  # of 16 channels


def size_and_speed(job: Job) -> dict[str, Any]:
    """Load and draw the recordings that the memory's measurement has left.

    Returns:
        snapshots, layers, channels: of the recording; megabytes: by recording;
        load, draw: seconds, the first one among them; epoch: seconds, of training.
    """
    paths = {name: job.folder / f"{name}.nc" for name in ("hooks", "exact")}
    megabytes = {name: path.stat().st_size / 1e6 for name, path in paths.items()}
    load = repeat(lambda: hooks.load(paths["hooks"]), job)
    recording = hooks.load(paths["hooks"])
    plot = import_module("hooks.plot")
    layer = recording[LAYER]
    drawings: dict[str, Callable[[], Any]] = {
        "distributions": lambda: plot.distributions(layer),
        "evolution": lambda: plot.evolution(layer),
        "heatmap": lambda: plot.heatmap(layer),
        "ridge": lambda: plot.ridge(layer),
        "overview": lambda: plot.overview(recording),
    }
    draw = {
        name: repeat(lambda make=make: make().savefig(io.BytesIO()), job)  # type: ignore[misc]
        for name, make in drawings.items()
    }
    return {
        "snapshots": layer.sizes["snapshot"],
        "layers": len(recording),
        "channels": sum(each.sizes["channel"] for each in recording.values()),
        "megabytes": megabytes,
        "load": load,
        "draw": draw,
        "epoch": training_epoch(job),
    }


def repeat(run: Callable[[], object], job: Job) -> list[float]:
    """Run a few times; give the seconds of each."""
    seconds = []
    for _ in range(job.scale.repeats):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
        job.tick()
    return seconds


def training_epoch(job: Job) -> float:
    """Give something that everybody has waited for, to compare with; seconds."""
    return timed_epoch(
        unwatched,
        birdplane.ResNet(),
        epochs_of_batches(seed=0),
        job.scale.steps,
        job.scale.warm_up,
    )

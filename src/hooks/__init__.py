"""Watch distributions inside a network while it trains, without touching it.

with hooks.capture(model, "layer1.0.bn1") as seen:   # one forward pass
    model(images)

with hooks.record(model) as recorder:                # a whole training run
    for epoch in range(epochs):
        train_one_epoch(model)
        recorder.snapshot(epoch)
hooks.plot.distributions(recorder.recording["layer1.0.bn1"])
"""

from importlib import import_module
from typing import TYPE_CHECKING

from hooks.append import append
from hooks.capture import Capture, Captured, capture
from hooks.explore import explore, export_html
from hooks.layers import LayerNotFoundError, select
from hooks.merge import merge
from hooks.probe import probe
from hooks.record import record
from hooks.recorder import Recorder
from hooks.recording import Recording, RecordingError, load
from hooks.summary import cdf, density, normal_distance, pooled, quantiles

if TYPE_CHECKING:
    from types import ModuleType

    from hooks import plot

__all__ = [
    "Capture",
    "Captured",
    "LayerNotFoundError",
    "Recorder",
    "Recording",
    "RecordingError",
    "append",
    "capture",
    "cdf",
    "density",
    "explore",
    "export_html",
    "load",
    "merge",
    "normal_distance",
    "plot",
    "pooled",
    "probe",
    "quantiles",
    "record",
    "select",
]


def __getattr__(name: str) -> "ModuleType":
    """Import `hooks.plot`, and with it matplotlib, only when it is asked for."""
    if name == "plot":
        return import_module("hooks.plot")
    raise AttributeError(f"module 'hooks' has no attribute {name!r}")

"""What the measurements mean: the lines of the table, section by section."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.statistics import Spread, paired_ratios, spread
from benchmarks.table import Row

Results = Mapping[str, Any]  # by name, "section/what"

TIME = {"hooks": 1.05, "exact": 1.5}
MEMORY = 20.0  # MB
FILE, LOAD, DRAW = 5.0, 0.5, 1.5  # MB, s, s
WHAT = {
    "nothing": "no observer, a second time",
    "hooks": "`hooks.record(model)`",
    "exact": "`hooks.record(model, exact=True)`",
    "everything": "append every input and output",
    "fastai": "fastai `ActivationStats`",
    "tensorboard": "TensorBoard `add_histogram`",
    "torchexplorer": 'torchexplorer `log=["io"], log_freq=1`',
}
RECORDS = {
    "nothing": "nothing: how far equal epochs scatter",
    "hooks": "inputs and outputs, per channel; exact moments, sampled histograms",
    "exact": "inputs and outputs, per channel; every value",
    "everything": "inputs and outputs, all tensors; nothing is computed",
    "fastai": "outputs alone, channels pooled; values outside 0 to 10 not counted",
    "tensorboard": "inputs and outputs, channels pooled",
    "torchexplorer": "inputs and outputs of all modules; 1,000 values, pooled, "
    "the outer tenth dropped",
}
GROWS = {
    "everything": "a list grows with every batch",
    "fastai": "a list grows with every batch",
    "tensorboard": "a file grows with every batch",
    "torchexplorer": "a list grows with every batch",
}
BARE = "the same training without an observer"


def rows(results: Results, missing: Mapping[str, str]) -> list[Row]:
    """Make the whole table.

    Args:
        results: of the measurements that were made.
        missing: why the others were not.
    """
    sections: tuple[Callable[[Results], list[Row]], ...] = (
        overhead,
        resnet18,
        memory,
        scaling,
        files,
        accuracy,
    )
    lines = []
    for section in sections:
        name = section.__name__
        lines += section(results)
        for unit, why in missing.items():
            of, _, what = unit.partition("/")
            if of == name:
                shown = WHAT.get(what, what)
                lines.append(Row(name, shown, "not measured", None, note=why))
    return lines


def overhead(results: Results) -> list[Row]:
    """Time of an epoch, for each observer."""
    return [
        Row(
            "overhead",
            WHAT[name],
            "time of an epoch",
            paired_ratios(result["pairs"]),
            against=f"{BARE} ({bare(result):.2f} s)",
            target=TIME.get(name),
            note=RECORDS[name],
        )
        for name, result in of(results, "overhead").items()
    ]


def resnet18(results: Results) -> list[Row]:
    """Time of training steps of ResNet-18."""
    return [
        Row(
            "resnet18",
            "`hooks.record(model)`, 20 layers",
            "time of steps of 16 images of 224×224",
            paired_ratios(result["pairs"]),
            against=f"{BARE} ({bare(result):.2f} s)",
            target=TIME["hooks"],
        )
        for result in of(results, "resnet18").values()
    ]


def memory(results: Results) -> list[Row]:
    """Growth of the process, less the growth without an observer."""
    measured = of(results, "memory")
    without = measured.pop("nothing", None)
    if without is None:
        return []
    lines = []
    for name, result in measured.items():
        above = {
            kind: {m: mb - without[kind][m] for m, mb in result[kind].items()}
            for kind in ("now", "peak")
        }
        marks = list(above["now"])
        shown = [(f"after epoch {mark}", above["now"][mark]) for mark in marks]
        shown.append((f"largest up to epoch {marks[-1]}", above["peak"][marks[-1]]))
        target, note = (MEMORY if name in TIME else None), GROWS.get(name, "")
        lines += [
            Row("memory", WHAT[name], label, one(mb), "MB", BARE, target, note)
            for label, mb in shown
        ]
        if len(marks) > 1:
            growth = one(above["now"][marks[-1]] - above["now"][marks[0]])
            label = f"epoch {marks[-1]} less epoch {marks[0]}"
            lines.append(Row("memory", WHAT[name], label, growth, "MB", BARE))
    return lines


def scaling(results: Results) -> list[Row]:
    """Cost of a recorded value, of larger models beside a small one."""
    lines = []
    for cost in of(results, "scaling").values():
        small = spread(cost["small"]).median
        for way, sizes in (
            ("layers", "32 layers"),
            ("channels", "256 channels"),
            ("epochs", "the 50th epoch"),
        ):
            lines.append(
                Row(
                    "scaling",
                    f"`hooks.record(model)`, {sizes}",
                    "time of a recorded value",
                    paired_ratios(zip(cost["small"], cost[way], strict=True)),
                    against="4 layers of 32 channels, the first epoch "
                    f"({small:.2f} ns a value)",
                )
            )
    return lines


def files(results: Results) -> list[Row]:
    """Size of a recording, time to load it and to draw it."""
    lines = []
    for result in of(results, "files").values():
        what = f"recording of {result['layers']} layers, {result['snapshots']} epochs"
        for name, size in result["megabytes"].items():
            label = f"file, {WHAT[name]}"
            lines.append(Row("files", what, label, one(size), "MB", target=FILE))
        timed = {"load": result["load"]} | {
            f"draw `{name}`": seconds for name, seconds in result["draw"].items()
        }
        for name, seconds in timed.items():
            taken = spread(seconds)
            against = f"{taken.median / result['epoch']:.2g} × a training epoch"
            target: float | None = LOAD if name == "load" else DRAW
            note = "" if name == "load" else "a layer of 16 channels"
            if "overview" in name:
                target, note = None, f"all layers, {result['channels']} channels"
            lines.append(Row("files", what, name, taken, "s", against, target, note))
    return lines


def accuracy(results: Results) -> list[Row]:
    """Time to the goal, of both loops."""
    measured = of(results, "accuracy")
    choice = measured.pop("rate", None)
    seeds = list(measured.values())
    if choice is None or not seeds:
        return []
    tried = ", ".join(choice["epochs"])
    recipe = f"rate {choice['rate']}, the best of {tried}; {choice['workers']} workers"
    named = {
        "ours": ("`birdplane.fit`, `hooks` recording", "one-cycle of 4 epochs"),
        "usual": ("the usual loop, no observer", recipe),
        "usual, kept": ("the usual loop, everything appended", recipe),
    }
    lines = []
    for name, (what, note) in named.items():
        runs = [seed[name] for seed in seeds]
        for measure, unit in (("seconds", "s"), ("epochs", "epochs")):
            label = f"{measure} to 89 % validation"
            total = spread(run[measure] for run in runs)
            lines.append(Row("accuracy", what, label, total, unit, note=note))
        pairs = [(seed["ours"]["seconds"], seed[name]["seconds"]) for seed in seeds]
        # Where neither arrived, no ratio says which of the two was sooner.
        pairs = [pair for pair in pairs if min(pair) < math.inf]
        if name != "ours":
            ratio = paired_ratios(pairs) if pairs else None
            against = f"{named['ours'][0]}, same seed"
            lines.append(Row("accuracy", what, "time to 89 %", ratio, "×", against))
    return lines


def of(results: Results, section: str) -> dict[str, Any]:
    """Pick the results of a section, by what was measured."""
    split = {name: name.partition("/") for name in results}
    return {
        what: results[name]
        for name, (part, _, what) in split.items()
        if part == section
    }


def one(value: float) -> Spread:
    """Wrap a value that was measured once."""
    return spread([value])


def bare(result: Mapping[str, Any]) -> float:
    """Give the median of the seconds without an observer."""
    return spread(before for before, _ in result["pairs"]).median

"""A training in several sittings, recorded as one."""

from collections.abc import Mapping
from itertools import chain

import xarray as xr

from hooks.dataset import Label, attributes
from hooks.gradients import GradientObserver
from hooks.histogram import bin_edges
from hooks.merge import bins, hold_same, settings
from hooks.observer import Observer
from hooks.recording import Recording

REMEDY = "go on with the model and the settings of the earlier recording"


def append(earlier: Recording, later: Recording) -> Recording:
    """Put the snapshots of a later recording after those of an earlier one.

    To go on with a saved recording, give it to `record` as `resume` rather: what does
    not go together is then found before the training and not after it.

    Args:
        earlier: with labels that the later one does not have; a layer that only one
            of the two has keeps its snapshots.
        later: of the same model with the same settings.
    Returns:
        A new recording, the layers in the order of the earlier one. The steps of a
        trace follow one another too.
    Raises:
        ValueError: other settings, bins or channels; a label that both have, or
            labels of different types.
    Example:
        >>> import torch, hooks
        >>> model = torch.nn.Sequential(torch.nn.BatchNorm1d(2))
        >>> def sitting(label):
        ...     with hooks.record(model, "0") as recorder:
        ...         _ = model(torch.zeros(4, 2))
        ...         recorder.snapshot(label)
        ...     return recorder.recording
        >>> append(sitting("Monday"), sitting("Tuesday"))["0"].snapshot.values.tolist()
        ['Monday', 'Tuesday']
    """
    first, second = labels(earlier), labels(later)
    twice = [label for label in second if label in first]
    kinds = {type(label).__name__ for label in first + second}
    if twice or len(kinds) > 1:
        raise ValueError(
            f"append: expected new labels of one type, got {twice or second} after "
            f"{first[-3:]}; rename: layer.assign_coords(snapshot=[…])"
        )
    layers = {**earlier, **later}
    for name in earlier:
        if name in later:
            layers[name] = _append_layer(name, earlier[name], later[name])
    return Recording(layers)


def labels(recording: Recording) -> list[Label]:
    """Give the labels of the snapshots of all layers, in order, each once.

    Example:
        >>> labels(Recording({}))
        []
    """
    rows = [layer["snapshot"].values.tolist() for layer in recording.values()]
    # A layer has no row from before its first pass: the longest list comes first.
    longest_first = sorted(rows, key=len, reverse=True)
    return list(dict.fromkeys(chain.from_iterable(longest_first)))


def hold_resumable(
    earlier: Recording,
    observers: Mapping[str, Observer | GradientObserver],
    mode: str,
) -> None:
    """Refuse to go on with a recording that was made of another model, or otherwise.

    Args:
        earlier: the recording.
        observers: of the layers that are to be watched now, by name.
        mode: the recorder's.
    Raises:
        ValueError: a layer is not watched, or a setting is another one.
    Example:
        >>> hold_resumable(Recording({"stem": xr.Dataset()}), {}, "train")
        Traceback (most recent call last):
        ValueError: record: resume: expected the layers of the recording, got none
        'stem' among []; go on with ...
    """
    for name, layer in earlier.items():
        if name not in observers:
            raise ValueError(
                f"record: resume: expected the layers of the recording, got none "
                f"{name!r} among {list(observers)}; {REMEDY}"
            )
        observer = observers[name]
        now, then = attributes(observer, mode), settings(layer)
        edges = bin_edges(observer.settings.bins, observer.settings.range)
        now |= {"bins": bins(edges), "trace": observer.settings.trace}
        then |= {"trace": "step" in layer.dims}
        for unknown in ("number of channels", "variables"):
            del then[unknown]
        hold_same(f"record: resume: layer {name!r}", then, now, REMEDY)


def _append_layer(name: str, earlier: xr.Dataset, later: xr.Dataset) -> xr.Dataset:
    hold_same(f"append: layer {name!r}", settings(earlier), settings(later), REMEDY)
    both = (earlier, later)
    rows = [layer.drop_dims("step", errors="ignore") for layer in both]
    joined = _concatenate(rows, "snapshot")
    if "step" in earlier.dims:
        steps = _concatenate([x.drop_dims("snapshot") for x in both], "step")
        joined = joined.assign(steps.data_vars)
    # A bound holds for every row: the wider of two holds for those of both.
    error = max(layer.attrs["cdf_error"] for layer in both)
    return joined.assign_attrs(cdf_error=error)


def _concatenate(parts: list[xr.Dataset], along: str) -> xr.Dataset:
    return xr.concat(
        parts,
        along,
        data_vars="minimal",
        coords="minimal",
        compat="override",
        join="override",
        combine_attrs="override",
    )

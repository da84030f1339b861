"""The sweep behind claim C22: batch norm in a recurrent network, step by step."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from birdplane.data import normalize
from birdplane.evaluation import evaluate
from birdplane.experiments import core
from birdplane.experiments.core import Config, Sweep
from birdplane.recurrent import RowReader
from birdplane.training import fit

LENGTHS = (16, 32, 48, 64)
"""Rows of the images that the networks are tested on; trained are they on 32."""

RATE = 0.1
"""Largest learning rate, tuned for neither norm.

The first rule below compares the same weights; the second compares each norm with
itself at another length.
"""


def dusk(images: Tensor) -> Tensor:
    """Darken images towards the top, where contrast fades as well.

    Args:
        images: (N, 3, H, W), normalized.

    Returns:
        The top row times 0.1, less 1; the bottom row times 2, plus 1; evenly between.

    Example:
        >>> dusk(torch.ones(1, 3, 3, 1))[0, 0, :, 0]
        tensor([-0.9000,  1.0500,  3.0000])
    """
    height = images.shape[2]
    contrast = torch.linspace(0.1, 2, height)[:, None]  # (H, 1)
    return images * contrast + torch.linspace(-1, 1, height)[:, None]


def with_rows(images: Tensor, rows: int, kind: str) -> Tensor:
    """Stretch or squeeze images to another height, then light them.

    Args:
        images: (N, 3, H, W), normalized.
        rows: the new height.
        kind: "photographs" as they are, or at "dusk".

    Returns:
        (N, 3, rows, W).

    Example:
        >>> with_rows(torch.zeros(1, 3, 32, 32), 48, "dusk").shape
        torch.Size([1, 3, 48, 32])
    """
    if rows != images.shape[2]:
        size = (rows, images.shape[3])
        images = F.interpolate(images, size, mode="bilinear", antialias=True)
    return dusk(images) if kind == "dusk" else images


def one_pair(reader: RowReader) -> RowReader:
    """Copy a reader with statistics per step; give all steps one mean and variance.

    They are those of all steps' values together: the mean of the means, and the mean
    of the variances plus the variance of the means.

    Args:
        reader: made with norm="per step".

    Returns:
        A reader with norm="shared" and the same weights.

    Example:
        >>> pair = one_pair(RowReader("per step", steps=4))
        >>> len(pair.norms), pair.norms[0].running_var[:2].tolist()
        (1, [1.0, 1.0])
    """
    hidden, width = reader.row.weight.shape
    copy = RowReader("shared", width=width, hidden=hidden)
    copy.load_state_dict(reader.state_dict(), strict=False)
    means, variances = (
        torch.stack([norm.get_buffer(name) for norm in reader.norms])  # (steps, hidden)
        for name in ("running_mean", "running_var")
    )
    pair = copy.norms[0]
    pair.get_buffer("running_mean").copy_(means.mean(0))
    spread = means.var(0, correction=0)
    pair.get_buffer("running_var").copy_(variances.mean(0) + spread)
    return copy.train(reader.training)


def train_readers(config: Config, seed: int) -> dict[str, Any]:
    """Train a reader with statistics per step and one with layer norm; test lengths.

    Args:
        config: kind, "photographs" or "dusk".
        seed: of the weights and of the training.

    Returns:
        Lists of one value for each of `LENGTHS`: rows; per_step and layer, the
        validation accuracy of the two; and one_pair, that of the first with one mean
        and variance for all steps.

    Raises:
        ValueError: no such kind.

    Example:
        >>> train_readers({"kind": "night"}, seed=0)
        Traceback (most recent call last):
        ...
        ValueError: train_readers: kind expects 'photographs' or 'dusk'; got 'night'.
    """
    kind = config["kind"]
    if kind not in ("photographs", "dusk"):
        raise ValueError(
            f"train_readers: kind expects 'photographs' or 'dusk'; got {kind!r}."
        )
    per_step, layer = (train_reader(norm, kind, seed) for norm in ("per step", "layer"))
    readers = {"per_step": per_step, "layer": layer, "one_pair": one_pair(per_step)}
    val = core.images("val")
    images, labels = normalize(val.images[::2]), val.labels[::2]
    tests = [(with_rows(images, rows, kind), labels) for rows in LENGTHS]
    scores = {
        name: [evaluate(reader, test).accuracy for test in tests]
        for name, reader in readers.items()
    }
    return {"rows": list(LENGTHS), **scores}


def train_reader(norm: str, kind: str, seed: int) -> RowReader:
    """Train a reader of 32 rows for one epoch on all images, not augmented.

    Args:
        norm: "per step", "layer" or another of `RowReader`.
        kind: "photographs" or "dusk".
        seed: of the weights and of the training.

    Returns:
        The reader, in train mode.

    Example:
        >>> train_reader("layr", "dusk", 0)
        Traceback (most recent call last):
        ...
        ValueError: RowReader: norm expects one of 'shared', ...; got 'layr'.
    """
    reader = RowReader(norm, seed=seed)
    train = core.images("train")
    images = with_rows(normalize(train.images), 32, kind), train.labels
    few = images[0][:2], images[1][:2]  # `fit` wants some to validate on
    options = {"max_lr": RATE, "augment": False, "progress": False}
    list(fit(reader, images, few, epochs=1, seed=seed, **options))  # type: ignore[arg-type]
    return reader


row_readers = Sweep(
    name="row_readers",
    question="Does a recurrent network need batch statistics for every step?",
    experiment=train_readers,
    grid=({"kind": "photographs"}, {"kind": "dusk"}),
    seeds=(0, 1, 2, 3, 4),
)
"""Five seeds on either kind of sequence.

The rules, written down before the sweep, though after a first look at two of its
seeds, in percentage points of validation accuracy, with 95 % t intervals over seeds:

- "We can't apply the BN directly" holds of a kind if the interval of per_step minus
  one_pair at 32 rows, on the same weights, lies above 2; it does not hold if the
  interval lies within -2 and 2; otherwise it is undecided.
- "This also doesn't work if the sequence length differs" holds of a kind if at some
  length per_step loses more against its own 32 rows than layer does against its own,
  by more than 2 (the interval of the difference lies above 2); it does not hold if
  all intervals lie within -2 and 2; otherwise it is undecided.
"""

"""Find and read the stored results of the sweeps."""

from pathlib import Path

import pandas as pd

from birdplane.folder import find_data


def read_sweep(name: str, folder: str | Path | None = None) -> pd.DataFrame:
    """Read the stored results of a sweep.

    Args:
        name: of the sweep.
        folder: where the CSV files are; by default data/sweeps.

    Returns:
        One row a result (most sweeps: an epoch), with the columns of the config, seed,
        the result's own, torch, python, threads and date.

    Raises:
        FileNotFoundError: there is no such file.

    Example:
        >>> table = read_sweep("fifty_epochs")
        >>> sorted(table["seed"].unique().tolist())
        [0, 1, 2, 3, 4]
    """
    place = sweeps_folder(folder)
    path = place / f"{name}.csv"
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in place.glob("*.csv"))) or "none"
        raise FileNotFoundError(
            f"read_sweep: no sweep {name!r} in {place}; stored there: {there}. "
            f"`python -m birdplane.sweep {name}` makes it, if the name is right."
        )
    # "None" and "NA" may be values of an option: only an empty field is missing.
    return pd.read_csv(path, keep_default_na=False, na_values=[""])


def sweeps_folder(folder: str | Path | None = None) -> Path:
    """Say where the results of the sweeps lie.

    Args:
        folder: the answer, if it is known.

    Returns:
        By default the folder `sweeps` beside the contact sheets.

    Example:
        >>> sweeps_folder().name
        'sweeps'
    """
    return find_data() / "sweeps" if folder is None else Path(folder)

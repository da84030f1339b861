"""Where the contact sheets lie: in a clone, an editable install or a wheel."""

from pathlib import Path

from birdplane.sheets import REMEDY, SHEETS


def find_data(root: str | Path | None = None) -> Path:
    """Find the folder that holds the contact sheets.

    Without `root`: beside this file in an installed wheel, else at the top of the
    clone that this file belongs to (a plain clone or an editable install). The
    working directory plays no part.

    Args:
        root: the folder to use; only checked.

    Returns:
        The folder, as an absolute path.

    Raises:
        FileNotFoundError: a sheet is missing there.

    Example:
        >>> sorted(path.name for path in (find_data() / "val").glob("*.webp"))
        ['airplane.webp', 'bird.webp']
    """
    if root is not None:
        folder = Path(root).expanduser().absolute()
        if missing := _missing(folder):
            raise FileNotFoundError(_explain(folder, missing))
        return folder
    for folder in places():
        if not _missing(folder):
            return folder
    # Name the folder that a person most likely has: the one that exists.
    folder = next((place for place in places() if place.is_dir()), places()[-1])
    raise FileNotFoundError(_explain(folder, _missing(folder)))


def places() -> tuple[Path, ...]:
    """The folders where the project's own sheets may lie, the likeliest first.

    Returns:
        The folder in an installed wheel, then the one in a clone.

    Example:
        >>> [place.name for place in places()]
        ['data', 'data']
    """
    here = Path(__file__).absolute()
    clone = here.parents[2]  # <clone>/src/birdplane/folder.py
    return here.parent / "data", clone / "data"


def _missing(folder: Path) -> list[str]:
    return [sheet.file for sheet in SHEETS if not (folder / sheet.file).is_file()]


def _explain(folder: Path, missing: list[str]) -> str:
    """Say which folder, what is missing there, and what to do."""
    if not folder.exists():
        return (
            f"load: there is no folder {folder}; expected one that holds "
            f"{', '.join(missing)}. Leave `root` out to use the project's own, or "
            "make the sheets with `python -m birdplane.pack SOURCE`."
        )
    if folder.is_dir():
        names = sorted(path.name for path in folder.iterdir())
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        got = f"it holds {', '.join(names[:8]) or 'nothing'}{more}"
    else:
        got = "it is a file"
    near = [place for place in (folder / "data", folder.parent) if not _missing(place)]
    hint = f"Did you mean root={str(near[0])!r}? " if near else ""
    return (
        f"load: {folder} is not the data folder, or not a whole one: missing "
        f"{', '.join(missing)}; {got}. {hint}{REMEDY}"
    )

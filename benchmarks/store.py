"""Results on disk, so that a run that is cut short goes on where it was."""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MEASURED = ("src/hooks", "src/birdplane", "benchmarks/measure")


def state_of_code(root: Path = ROOT) -> str:
    """Give a sum over all code that is measured or measures."""
    total = hashlib.sha256()
    for place in MEASURED:
        for path in sorted((root / place).rglob("*.py")):
            total.update(path.relative_to(root).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()[:16]


@dataclass(frozen=True)
class Store:
    """A folder of results.

    Args:
        folder: where; made when the first result comes.
        state: of the code and the machine. Results of another state do not count.
    """

    folder: Path
    state: str

    def path(self, name: str) -> Path:
        """Give the file of a measurement, "section/what"."""
        return self.folder / f"{name.replace('/', '-')}.json"

    def read(self, name: str) -> dict[str, Any] | None:
        """Give a result, with the day it was measured; None: there is none."""
        path = self.path(name)
        if not path.is_file():
            return None
        kept: dict[str, Any] = json.loads(path.read_text())
        return kept if kept["state"] == self.state else None

    def write(self, name: str, result: Any) -> None:
        """Keep a result, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        day = datetime.now(UTC).date().isoformat()
        kept = {"state": self.state, "date": day, "result": result}
        part = self.path(name).with_suffix(".part")
        part.write_text(json.dumps(kept))
        os.replace(part, self.path(name))

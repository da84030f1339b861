"""Three packages that do not know one another, read off their imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
FILES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))
DRAWING = {"matplotlib", "seaborn"}
OTHERS = {
    "hooks": {"birdplane", "course"},
    "birdplane": {"hooks", "course"} | DRAWING,
    "course": {"hooks", "birdplane"},
}


def imported(source, package):
    """Dotted names of all that a source imports, wherever in it and however."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            names |= {f"{module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in {"import_module", "__import__"} and node.args:
                names.add(str(getattr(node.args[0], "value", "")))
    return names


def trespasses(source, path):
    """What a file at `path` below src imports and must not."""
    package, module = path.parts[0], path.parts[1]
    forbidden = set(OTHERS.get(package, ()))
    draws = package == "hooks" and module.startswith(("plot", "style", "explore"))
    if draws:
        forbidden |= {"torch", "torchvision"}
    elif package == "hooks":
        forbidden |= DRAWING
        # the package itself hands out `hooks.plot`, when it is asked for
        forbidden |= set() if module == "__init__.py" else {"hooks.plot", "hooks.style"}
    forbidden.add("matplotlib.pyplot")
    return sorted(
        name
        for name in imported(source, package)
        if any(name == no or name.startswith(f"{no}.") for no in forbidden)
    )


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_imports_nothing_it_must_not(path):
    assert trespasses((SOURCE / path).read_text("utf-8"), path) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("hooks/recorder.py", "import birdplane"),
        ("hooks/plot.py", "from course import claim"),
        ("hooks/moments.py", "import matplotlib.style"),
        ("hooks/moments.py", "def late():\n    from matplotlib.figure import Figure"),
        ("hooks/moments.py", "from hooks import plot"),
        ("hooks/moments.py", "from .style import styled"),
        ("hooks/moments.py", "import seaborn as sns"),
        ("hooks/plot.py", "import torch"),
        ("hooks/plot/evolution.py", "from torch import nn"),
        ("hooks/style.py", "from torch.nn import Module"),
        ("hooks/explore.py", "import torch"),
        ("hooks/plot.py", "from matplotlib import pyplot"),
        ("birdplane/data.py", "import hooks.layers"),
        ("birdplane/data.py", "import course"),
        ("birdplane/data.py", "from matplotlib.figure import Figure"),
        ("birdplane/data.py", "if TYPE_CHECKING:\n    from hooks import Recording"),
        ("course/draw/curves.py", "import hooks"),
        ("course/check.py", "from birdplane.data import load"),
        ("course/check.py", "importlib.import_module('birdplane')"),
        ("course/draw/curves.py", "import matplotlib.pyplot as plt"),
    ],
)
def test_the_reader_sees_a_trespass(path, source):
    assert trespasses(source, Path(path))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("hooks/moments.py", "import torch\nfrom hooks.layers import select"),
        ("hooks/plot.py", "from matplotlib.figure import Figure\nimport hooksaw"),
        ("hooks/explore.py", "def late():\n    from hooks.plot import overview"),
        ("hooks/__init__.py", "from importlib import import_module as i\nimport torch"),
        ("birdplane/data.py", "import torchvision\nfrom . import sheets"),
        ("course/draw/curves.py", "import seaborn\nimport matplotlib.style"),
    ],
)
def test_the_reader_lets_the_rest_pass(path, source):
    assert trespasses(source, Path(path)) == []


def test_nothing_draws_before_it_is_asked_to():
    code = (
        "import sys, hooks, birdplane, course\n"
        "print([name for name in ('matplotlib', 'seaborn') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

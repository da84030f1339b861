"""The reference of `hooks`: everything that it makes public, from its docstrings."""

from __future__ import annotations

import inspect
from types import ModuleType

import hooks
import hooks.plot
from coursebook.book import Book


def reference(book: Book) -> str:
    """List what `hooks` and `hooks.plot` make public, for autodoc."""
    return "\n".join([section(hooks), section(hooks.plot)])


def section(module: ModuleType) -> str:
    """Write the part of the reference that is about one module.

    Args:
        module: with `__all__`; its own modules in it have their own parts.
    """
    found = [(name, getattr(module, name)) for name in sorted(module.__all__)]
    ours = [(name, thing) for name, thing in found if documented(thing)]
    functions = [name for name, thing in ours if not inspect.isclass(thing)]
    classes = [name for name, thing in ours if inspect.isclass(thing)]
    parts = [f"## `{module.__name__}`\n"]
    parts += [entry("function", f"{module.__name__}.{name}") for name in functions]
    parts += [entry("class", f"{module.__name__}.{name}") for name in classes]
    return "\n".join(parts)


def documented(thing: object) -> bool:
    """Say whether it is a function or a class of `hooks`."""
    named = inspect.isfunction(thing) or inspect.isclass(thing)
    return named and str(thing.__module__).partition(".")[0] == "hooks"


def entry(kind: str, name: str) -> str:
    """Ask autodoc for one of them; `set` is what matplotlib adds to its figures."""
    members = "   :members:\n   :exclude-members: set\n" if kind == "class" else ""
    return f"```{{eval-rst}}\n.. auto{kind}:: {name}\n{members}```\n"


def escape(lines: list[str]) -> None:
    r"""Let |γ| stand in a docstring, in place: Sphinx would take it for a macro.

    Example:
        >>> lines = ["near |γ|", ">>> 1 | 2"]
        >>> escape(lines)
        >>> lines
        ['near \\|γ\\|', '>>> 1 | 2']
    """
    for place, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            lines[place] = line.replace("|", r"\|")

"""The command `course`."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

NOTEBOOKS = Path("notebooks")
OUT = Path("build")
STUDENT = Path("student")
EXPORTED = OUT / "exported"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: without the program's name; None takes the process's own.

    Returns:
        the exit code: 0 all well, 1 something failed, 2 a wrong call, 130 Ctrl-C,
        141 nobody reads on.

    Example:
        >>> main(["run", "--notebooks", "not/there"])
        2
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console may know no γ
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    try:
        status = _dispatch(options)
        sys.stdout.flush()  # here, where an error is caught
        return status
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `| head` has seen enough; at exit Python writes the rest
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except ModuleNotFoundError as error:
        extra = "docs" if options.command == "slides" else "course"
        print(
            f"course {options.command}: {error}; install what is needed: "
            f'python -m pip install -e ".[{extra}]"',
            file=sys.stderr,
        )
        return 1


def _dispatch(options: argparse.Namespace) -> int:
    """Import a command only when it is asked for: `check` must work without them."""
    if options.command == "check":
        from course.check import check

        return check(options.out, line=options.line)
    from course.notebooks import UsageError

    try:
        return _on_notebooks(options)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        raise
    except (FileExistsError, NotADirectoryError) as error:
        what = f"{error.filename} cannot be made, a file is in its place"
        print(f"course {options.command}: {what}; see --out", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"course {options.command}: {error}", file=sys.stderr)
        return 1


def _on_notebooks(options: argparse.Namespace) -> int:
    wanted, notebooks = options.notebook, options.notebooks
    if options.command == "refresh":
        from course.refresh import refresh

        return refresh(wanted, notebooks)
    out = options.out
    if options.command == "student":
        from course.student import student

        kept, force = options.with_outputs, options.force
        return student(wanted, notebooks, out, outputs=kept, force=force)
    if options.command == "figures":
        from course.figures import figures

        return figures(
            wanted,
            notebooks,
            out,
            only=options.only,
            kind=options.format,
            theme=options.theme,
            stored=options.stored,
            listed=options.list,
        )
    if options.command == "slides":
        from course.slides.build import slides

        return slides(wanted, notebooks, out)
    from course.run import run

    return run(wanted, notebooks, out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="course",
        description="Run the course on batch normalization.",
        epilog="`course COMMAND --help` lists the options of one of them.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = argparse.ArgumentParser(add_help=False)
    chosen.add_argument(
        "notebook", nargs="*", help="number or name, such as 03 (default: all)"
    )
    chosen.add_argument(
        "--notebooks",
        type=Path,
        default=NOTEBOOKS,
        metavar="DIR",
        help="where the notebooks are (default: %(default)s)",
    )
    place, exported, student = (_place(at) for at in (OUT, EXPORTED, STUDENT))
    for name, parents, what in (
        ("run", [chosen, place], "execute the notebooks, keep figures and verdicts"),
        ("check", [place], "examine the environment"),
        ("figures", [chosen, exported], "draw figures for a slide or a paper"),
        ("student", [chosen, student], "copy the notebooks without the solutions"),
        ("slides", [chosen, place], "write the stored notebooks as slides"),
        ("refresh", [chosen], "execute the notebooks in place, for authors"),
    ):
        commands.add_parser(name, parents=parents, help=what, description=what)
    commands.choices["check"].add_argument(
        "--line", action="store_true", help="one line for the whole computer"
    )
    _figures(commands.choices["figures"])
    _student(commands.choices["student"])
    return parser


def _place(default: Path) -> argparse.ArgumentParser:
    """Make the option --out; parsers that share one share its default too."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--out",
        type=Path,
        default=default,
        metavar="DIR",
        help="where the results go (default: %(default)s)",
    )
    return parser


def _figures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="a figure, such as 3.1, or its file's name; may be given several times "
        "(default: all)",
    )
    parser.add_argument(
        "--format", choices=("svg", "pdf", "png"), default="svg", help="default: svg"
    )
    parser.add_argument(
        "--theme", choices=("light", "dark"), default="light", help="default: light"
    )
    parser.add_argument(
        "--stored",
        action="store_true",
        help="take the pictures that the notebooks hold, at once (light PNG)",
    )
    parser.add_argument(
        "--list", action="store_true", help="say which figures there are, and stop"
    )


def _student(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--with-outputs", action="store_true", help="keep what the cells have shown"
    )
    parser.add_argument(
        "--force", action="store_true", help="replace copies that are there already"
    )

# ruff: noqa: RUF005, UP010, UP031 -- an old Python reads this file too
"""Make `.venv` and install the course into it.

    python3 tools/setup.py          what the notebooks need
    python3 tools/setup.py docs     and what the book needs
    python3 tools/setup.py test     and what the tests need
    python3 tools/setup.py --from FOLDER    without a network; see stick.py

`make` runs this before every other target; where there is no make, as on Windows,
run it by hand. It needs the standard library alone, and an old Python must be able to
read it in order to say that it is too old: hence neither f-strings nor annotations.
"""

from __future__ import print_function

import hashlib
import os
import platform
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 14)  # constraints.txt is known to resolve up to here
PACKAGES = (  # torch is published for these and for nothing else
    ("Linux", "x86_64"),
    ("Linux", "aarch64"),
    ("Darwin", "arm64"),
    ("Windows", "AMD64"),
)
DISK_GB = 10 if platform.system() == "Linux" else 3  # on Linux torch brings CUDA
EXTRAS = ("course", "docs", "test")  # each contains those before it
FROM_FOLDER_GB = 7 if platform.system() == "Linux" else 2  # nothing is downloaded
CACHE_GB = 3  # what pip keeps of its downloads, where there is room
PYTHON_NAMED = "make setup PYTHON=python3.13"
PIP_OPTIONS = ["--no-input", "--disable-pip-version-check", "-c", "constraints.txt"]

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
UNFINISHED = os.path.join(VENV, "unfinished")


class Stop(Exception):
    """What is wrong, and what to do about it."""


def say(text):
    """Print a line at once, before what the next command prints."""
    print("setup: " + text)
    sys.stdout.flush()


def check_python(version=sys.version_info):
    """Stop on a Python older than the course needs."""
    if tuple(version[:2]) < OLDEST:
        named = "py -3.13 tools/setup.py" if os.name == "nt" else PYTHON_NAMED
        raise Stop(
            "Python %d.%d or newer is needed, this is %d.%d (%s). Install a newer one, "
            "or name one that you have: %s"
            % (OLDEST + tuple(version[:2]) + (sys.executable, named))
        )


def check_platform(system=None, machine=None, mac=None):
    """Stop where torch has no package for this system and processor."""
    here = (system or platform.system(), machine or platform.machine())
    mac = mac or platform.mac_ver()[0]
    old_mac = here[0] == "Darwin" and int(mac.split(".")[0]) < 14
    if here not in PACKAGES or old_mac or sys.maxsize < 2**32:
        raise Stop(
            "torch is published for Linux (x86_64, aarch64), for macOS 14 or newer on "
            "Apple silicon and for 64-bit Windows (x86_64); this Python runs on %s %s. "
            "If the machine is one of those, install the Python that is made for it"
            % (here[0] + (" " + mac if old_mac else ""), here[1])
        )


def check_modules():
    """Stop where the distribution leaves out what makes an environment."""
    from importlib.util import find_spec

    if not (find_spec("venv") and find_spec("ensurepip")):
        raise Stop(
            "this Python (%s) cannot make an environment: it has no 'ensurepip'. On "
            "Debian and Ubuntu: sudo apt install python%d.%d-venv"
            % ((sys.executable,) + tuple(sys.version_info[:2]))
        )


def free_gb():
    """Return the free space on the disk of the project."""
    return shutil.disk_usage(ROOT).free / 1e9


def check_disk(needed):
    """Stop where the packages would fill the disk."""
    if free_gb() < needed:
        raise Stop(
            "%d GB of free disk are needed for the packages, %.1f GB are free in %s. "
            "Make room there, or move the course to a larger disk"
            % (needed, free_gb(), ROOT)
        )


def check_folder(folder, extra):
    """Stop where a folder's packages are not for this Python, or are too few."""
    import stick  # here: an old Python need not be able to read it

    version = venv_version() if is_sound() else sys.version_info
    reason = stick.refusal(folder, version)
    if not reason and extra != "course":
        reason = "%s has what the notebooks need: leave %r out" % (folder, extra)
    if reason:
        raise Stop(reason)


def fingerprint():
    """Return what an installation depends on: where it is and what is asked for."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        asked = file.read().partition(b"\n[tool.ruff")[0]  # below: settings of tools
    with open(os.path.join(ROOT, "constraints.txt"), "rb") as file:
        asked += file.read()
    return "%s\n%s\n" % (ROOT, hashlib.sha256(asked).hexdigest())


def stamp(extra):
    """Return the path of the file that says: this extra is installed."""
    return os.path.join(VENV, "installed-" + extra)


def read(path):
    """Return the text of a file, "" where there is none."""
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


def venv_version():
    """Return the version of the Python in .venv, None where it is broken or absent."""
    code = "import pip, sys; print('%d %d' % sys.version_info[:2])"
    try:
        with open(os.devnull, "w") as nowhere:
            said = subprocess.check_output(
                [os.path.join(BIN, "python"), "-I", "-c", code], stderr=nowhere
            )
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(number) for number in said.split())


def is_ready(extra):
    """Return whether the extra is installed, or one that contains it."""
    stamps = [read(stamp(name)) for name in EXTRAS[EXTRAS.index(extra) :]]
    return fingerprint() in stamps and venv_version() is not None


def is_sound():
    """Return whether .venv can be built upon: whole, in its place, new enough."""
    homes = [read(stamp(name)).partition("\n")[0] for name in EXTRAS]
    moved = any(home not in ("", ROOT) for home in homes)
    cut_off = os.path.exists(UNFINISHED)
    return not moved and not cut_off and (venv_version() or (0, 0)) >= OLDEST


def python(*arguments):
    """Run the Python of .venv, its temporary files on the disk that was checked."""
    files = os.path.join(VENV, "tmp")  # /tmp is often small, and held in memory
    if not os.path.isdir(files):
        os.mkdir(files)
    command = [os.path.join(BIN, "python")] + list(arguments)
    code = subprocess.call(command, cwd=ROOT, env=dict(os.environ, TMPDIR=files))
    shutil.rmtree(files, ignore_errors=True)
    return code


def make_venv():
    """Make .venv, or make it anew; it counts as unfinished until `install` is done."""
    say("making .venv with Python %d.%d" % tuple(sys.version_info[:2]))
    base = getattr(sys, "_base_executable", sys.executable)
    if not subprocess.call([base, "-m", "venv", "--clear", "--without-pip", VENV]):
        open(UNFINISHED, "w").close()
        if not python("-m", "ensurepip"):
            return
    raise Stop("%s could not make .venv; its reason stands above" % base)


def install(extra, folder=None):
    """Install the course with an extra; the stamp is written when all is there."""
    say("installing packages; the first time this takes minutes")
    open(UNFINISHED, "w").close()
    options = [] if free_gb() > DISK_GB + CACHE_GB else ["--no-cache-dir"]
    if folder:
        options += ["--no-index", "--find-links", os.path.join(folder, "wheels")]
    options += PIP_OPTIONS + ["-e", ".[%s]" % extra]
    code = python("-m", "pip", "install", *options)
    if code and free_gb() < 0.2:
        raise Stop("the disk is full. Make room and run this again")
    os.remove(UNFINISHED)  # where pip gave up by itself, nothing is left half done
    if code:
        raise Stop(
            "pip could not install the course; its reason stands above. If it found no "
            "network, connect and run this again, or name a folder with all packages: "
            "--from FOLDER (see tools/stick.py). The packages are chosen for Python "
            "%d.%d to %d.%d" % (OLDEST + NEWEST)
        )
    with open(stamp(extra), "w") as file:
        file.write(fingerprint())


def check_choice(version):
    """Stop where another Python is asked for than the one that .venv has."""
    if version and os.environ.get("PYTHON") and version != sys.version_info[:2]:
        raise Stop(
            "PYTHON is Python %d.%d, but .venv has %d.%d. Delete .venv to change, or "
            "leave PYTHON out" % (tuple(sys.version_info[:2]) + version)
        )


def setup(extra, folder=None):
    """Bring .venv to the state that pyproject.toml and constraints.txt ask for."""
    check_choice(venv_version())
    if not is_ready(extra):
        check_python()
        check_platform()
        if folder:
            check_folder(folder, extra)
        if not is_sound():
            check_modules()
            check_disk(FROM_FOLDER_GB if folder else DISK_GB)
            make_venv()
        install(extra, folder)
    say(".venv is ready (Python %d.%d)" % venv_version())


def parse(arguments):
    """Return the extra and the folder that are asked for."""
    words, folder = list(arguments), None
    if "--from" in words:
        place = words.index("--from")
        if not "".join(words[place + 1 : place + 2]):
            raise Stop("expected a folder after --from, got none")
        folder = os.path.realpath(os.path.expanduser(words[place + 1]))
        del words[place : place + 2]
    extra = words.pop(0) if words else "course"
    if extra not in EXTRAS or words:
        got = " ".join([extra] + words)
        raise Stop("expected 'course', 'docs' or 'test', got %r" % got)
    return extra, folder


def main(arguments):
    """Run from the command line; return the exit status."""
    try:
        setup(*parse(arguments))
    except (Stop, OSError) as problem:
        print("setup: %s." % problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsetup: interrupted. Run it again to finish.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

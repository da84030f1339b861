"""Put the course and all its packages into a folder: for a room without a network.

    python3 tools/stick.py FOLDER

The packages are those for this system and this Python. Run on another kind of machine,
it adds that machine's packages to the same folder. On a laptop, the copy of the course
is then set up by

    python3 tools/setup.py --from FOLDER
"""

import os
import platform
import shutil
import sys

import setup

WHEELS = "wheels"  # in FOLDER: the packages, for all machines
MADE_FOR = "made-for.txt"  # a line for each kind of machine that they suit
COURSE = "batchnorm-course"  # the copy of the course
BUILT = {"book": "docs/_build/html", "slides": "build/slides"}  # copied where made
DISK_GB = 4 if platform.system() == "Linux" else 1
NOT_COPIED = [".git", ".venv*", "build", "dist", "_build", "__pycache__", "*.part"]
NOT_COPIED += ["*.egg-info", ".hypothesis", ".*_cache", ".ipynb_checkpoints"]
HOW_TO = """The course on batch normalization, for machines without a network.

1. Copy the folder {course} to the laptop.
2. In a terminal, in that copy:   python3 tools/setup.py --from FOLDER
   FOLDER is the one that holds this file. On Windows: py tools\\setup.py --from FOLDER
3. Then, still there:             .venv/bin/course check --line
   On Windows:                    .venv\\Scripts\\course check --line

The packages are for these machines alone:

{machines}
"""


def machine(version):
    """Return the words for this system and a Python: what packages are made for."""
    return f"{platform.system()} {platform.machine()}, Python {version[0]}.{version[1]}"


def machines(folder):
    """Return the machines whose packages lie in a folder, as their words."""
    return setup.read(os.path.join(folder, MADE_FOR)).splitlines()


def refusal(folder, version):
    """Return why a Python cannot install from a folder; None where it can."""
    found = machines(folder)
    if machine(version) in found:
        return None
    if not found:
        what = f"has no {MADE_FOR}" if os.path.isdir(folder) else "is not there"
        return (
            f"expected the folder that tools/stick.py filled, with {WHEELS} and "
            f"{MADE_FOR} in it; {folder} {what}"
        )
    return (
        f"the packages in {folder} are for {' and for '.join(found)}; this is "
        f"{machine(version)}. Run tools/setup.py with a Python that fits, or "
        "tools/stick.py with the same folder on a machine like this with a network"
    )


def check_room(folder):
    """Stop where the packages would fill the disk of the folder, or the course's."""
    for place in (folder, setup.ROOT):  # pip fetches to the one, then copies
        free = shutil.disk_usage(place).free / 1e9
        if free < DISK_GB:
            raise setup.Stop(
                f"{DISK_GB} GB are needed for the packages, {free:.1f} GB are free in "
                f"{place}. Make room there, or name a folder on a larger disk"
            )


def requirements():
    """Return what pip is asked for: the course's packages, and what installs it."""
    import tomllib

    with open(os.path.join(setup.ROOT, "pyproject.toml"), "rb") as file:
        build = tomllib.load(file)["build-system"]["requires"]
    return [".[course]", "editables", *build]  # editables: hatchling's, for pip -e


def download(folder):
    """Fetch the packages beside those that are there, then move them among them."""
    part, wheels = (os.path.join(folder, WHEELS + end) for end in (".part", ""))
    options = ["--only-binary", ":all:", "-d", part, *setup.PIP_OPTIONS]
    if setup.free_gb() < DISK_GB + setup.CACHE_GB:
        options.append("--no-cache-dir")
    try:
        if setup.python("-m", "pip", "download", *options, *requirements()):
            raise setup.Stop(
                "pip could not fetch the packages; its reason stands above. What was "
                f"in {folder} before is as it was"
            )
        os.makedirs(wheels, exist_ok=True)
        for name in os.listdir(part):
            os.replace(os.path.join(part, name), os.path.join(wheels, name))
    finally:
        shutil.rmtree(part, ignore_errors=True)


def copy(folder):
    """Copy the course, without what a run left in it, and what was built from it."""

    def ignored(where, names):
        skipped = shutil.ignore_patterns(*NOT_COPIED)(where, names)
        return skipped | {n for n in names if os.path.join(where, n) == folder}

    replace(setup.ROOT, os.path.join(folder, COURSE), ignored)
    for name, place in BUILT.items():
        source = os.path.join(setup.ROOT, place)
        if os.path.isdir(source):
            replace(source, os.path.join(folder, name))


def replace(source, target, ignored=None):
    """Copy a folder beside its place, then put it there."""
    part = target + ".part"
    shutil.rmtree(part, ignore_errors=True)  # of a copy that was cut off
    shutil.copytree(source, part, ignore=ignored)
    if os.path.isdir(target):
        shutil.rmtree(target)
    os.rename(part, target)


def describe(folder, version):
    """Write which machines the packages are for, and how to install them."""
    found = "\n".join(sorted({*machines(folder), machine(version)}))
    how_to = HOW_TO.format(course=COURSE, machines=found)
    for name, text in (("INSTALL.txt", how_to), (MADE_FOR, found + "\n")):
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)


def fill(folder):
    """Fill the folder; packages in it for other machines stay."""
    setup.check_python()
    setup.check_platform()
    os.makedirs(folder, exist_ok=True)
    check_room(folder)
    if setup.venv_version() is None:  # nothing is needed of .venv but its pip
        setup.check_modules()
        setup.make_venv()
    version = setup.venv_version()
    setup.say(f"fetching the packages for {machine(version)}")
    download(folder)
    setup.say("copying the course")
    copy(folder)
    describe(folder, version)
    wheels = os.path.join(folder, WHEELS)
    sizes = [os.path.getsize(os.path.join(wheels, n)) for n in os.listdir(wheels)]
    setup.say(f"{len(sizes)} packages, {sum(sizes) / 1e9:.1f} GB, in {folder}")
    setup.say("how to install from there: see INSTALL.txt in it")


def main(arguments):
    """Run from the command line; return the exit status."""
    try:
        if len(arguments) != 1 or not arguments[0] or arguments[0].startswith("-"):
            raise setup.Stop("expected one folder: python3 tools/stick.py FOLDER")
        fill(os.path.realpath(os.path.expanduser(arguments[0])))
    except (setup.Stop, OSError, shutil.Error) as problem:
        print(f"setup: {problem}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsetup: interrupted. Run it again.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

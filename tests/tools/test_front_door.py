import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


def text(name):
    return (REPOSITORY / name).read_text(encoding="utf-8")


def test_constraints_are_names_and_versions_and_nothing_else():
    for line in text("constraints.txt").splitlines():
        assert re.fullmatch(r"[a-z0-9.-]+==[\w.]+( ; [\w.<>=!'() ]+)?", line), line


def test_pre_commit_has_the_ruff_of_the_constraints():
    pinned = re.search(r"^ruff==(.+)$", text("constraints.txt"), re.M)[1]
    assert f"rev: v{pinned}\n" in text(".pre-commit-config.yaml")


def test_environment_lists_no_package_again():
    listed = re.findall(r"^ +- (.+)$", text("environment.yml"), re.M)
    assert listed[-4:] == ["pip", "pip:", "-c constraints.txt", "-e .[course]"]
    assert [line.split("=")[0] for line in listed[:-4]] == [
        *("conda-forge", "nodefaults"),
        "python",
    ]


def test_make_alone_lists_every_target():
    targets = re.findall(r"^([a-z]+):", text("Makefile"), re.M)
    try:
        done = subprocess.run(["make"], cwd=REPOSITORY, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("no make here")
    assert re.findall(r"^  make (\w+) ", done.stdout, re.M) == targets


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_documents_name_only_targets_that_exist(name):
    targets = re.findall(r"^([a-z]+):", text("Makefile"), re.M)
    assert set(re.findall(r"`make (\w+)", text(name))) <= set(targets)

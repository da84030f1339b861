"""Copies to hand out: nothing of a solution is in them, and nobody's work is lost."""

import ast
import json
from pathlib import Path

import pytest

from course.cli import main
from course.execute import execute
from course.notebooks import code_cells, read
from course.solutions import is_solution, split
from course.student import convert

FOLDER = Path(__file__).parents[2] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
SOLVED = "root = 2  # of 4\nassert root**2 == 4  # there is another"


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


@pytest.fixture
def course(folder, parts):
    return folder(
        "01_does_it",
        parts.prose("# Does it?"),
        parts.code("import math", [parts.stream("hello")], 1),
        parts.prose(
            "## Exercise: a root? (★☆☆, 2 minutes)\n\nFind it.\n\n"
            "Try it first; the solution below is folded."
        ),
        parts.code(SOLVED, [parts.stream("2")], 2, tags=["solution"]),
        parts.prose("<details><summary>What it means</summary>It is 2.</details>"),
        parts.prose("<details><summary>Another</summary>stays</details>"),
    )


def test_what_a_student_gets(course):
    copy = convert(read(course / "notebooks" / "01_does_it.ipynb"), "01_does_it")
    assert [cell.source for cell in copy.cells] == [
        "# Does it?",
        "import math",
        "## Exercise: a root? (★☆☆, 2 minutes)\n\nFind it.\n\n"
        'Write your answer where "Your code here" stands. Then run the folded cell '
        "after it: it says whether your answer is right.",
        "# Exercise: a root? Your code here.\nroot = ...  # of 4",
        'from course.answers import answer\n\nwith answer("root"):\n'
        "    assert root**2 == 4",
        "<details><summary>Another</summary>stays</details>",
    ]
    assert "hello" not in json.dumps(copy)
    (test,) = tagged(copy, "test")
    assert test.metadata.jupyter.source_hidden
    assert len({cell.id for cell in copy.cells}) == 6


def test_what_the_test_says_in_a_kernel(course, tmp_path):
    copy = convert(read(course / "notebooks" / "01_does_it.ipynb"), "01_does_it")
    tagged(copy, "exercise")[0].source += "\nroot = 3"
    execute(copy, "01_does_it", tmp_path, quiet=True)
    said = tagged(copy, "test")[0].outputs[0].text
    assert said == "not yet: expected root**2 to be 4, got 9\n"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_copy_holds_the_tests_of_the_course_and_no_line_of_its_answers(path):
    notebook = read(path)
    copy = convert(notebook, path.stem)
    solved = [cell.source for cell in notebook.cells if is_solution(cell)]
    answers = [split(source) for source in solved]
    solutions = [ast.unparse(ast.parse(source)) for source in solved]
    lesson = [c.source for c in notebook.cells if not is_solution(c)]
    asked, tests = tagged(copy, "exercise"), tagged(copy, "test")
    assert len(asked) == len(tests) == len(answers) > 0
    assert not tagged(copy, "solution")
    sources = [cell.source for cell in copy.cells]
    for solution, stub, test in zip(answers, asked, tests, strict=True):
        (block,) = [n for n in ast.parse(test.source).body if isinstance(n, ast.With)]
        asserts = ast.unparse(block.body)
        # the answer pasted in and the test after it are the solution itself
        assert ast.unparse(ast.parse(f"{solution.answer}\n{asserts}")) in solutions
        given = {node.id for node in ast.walk(ast.parse(stub.source)) if named(node)}
        assert given == set(solution.names)
        for line in solution.answer.splitlines():
            if len(line) > 30 and not any(line in source for source in lesson):
                assert not any(line in source for source in sources)
    assert not any(cell.outputs or cell.execution_count for cell in code_cells(copy))


def named(node):
    return isinstance(node, ast.Name)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_no_lesson_stands_behind_a_solution_and_may_need_it(path):
    solved = [is_solution(cell) for cell in code_cells(read(path))]
    assert solved == sorted(solved)


def test_outputs_stay_when_asked_but_for_those_of_solutions(course, tmp_path):
    out = tmp_path / "out"
    at = ["--notebooks", str(course / "notebooks"), "--out", str(out)]
    assert main(["student", "--with-outputs", *at]) == 0
    text = (out / "01_does_it.ipynb").read_text("utf-8")
    assert "hello" in text
    assert '"2"' not in text
    assert [path.name for path in out.iterdir()] == ["01_does_it.ipynb"]


def test_a_copy_that_gathers_verdicts_has_them_beside_it(course, folder, capsys):
    settled = "from course import claim\nclaim('C05', 'it is so', True)"
    folder("02_and", settled)
    folder("13_what", "from course import ledger\ntable, _ = ledger.gather()")
    at = ["--notebooks", str(course / "notebooks"), "--out", str(course / "out")]
    assert main(["refresh", "2", *at[:2]]) == 0
    assert main(["student", "1", *at]) == 0
    assert not (course / "out" / "verdicts.json").exists()
    assert main(["student", "13", *at]) == 0
    (kept,) = json.loads((course / "out" / "verdicts.json").read_text("utf-8"))
    assert (kept["claim"], kept["question"]) == ("C05", "02_and")
    assert "verdicts.json" in capsys.readouterr().out


def test_somebodys_work_is_not_written_over(course, tmp_path, capsys):
    out = tmp_path / "out"
    at = ["--notebooks", str(course / "notebooks"), "--out", str(out)]
    assert main(["student", *at]) == 0
    copy = out / "01_does_it.ipynb"
    first = copy.read_bytes()
    copy.write_text("my work")
    assert main(["student", "1", *at]) == 2
    assert copy.read_text() == "my work"
    printed = capsys.readouterr()
    assert "01_does_it.ipynb already, perhaps with somebody's work" in printed.err
    assert "--force" in printed.err
    assert main(["student", "--force", *at]) == 0
    assert copy.read_bytes() == first


def test_nothing_is_written_where_one_cannot_be_made(course, parts, folder, capsys):
    folder("02_and", parts.code("x = 1", tags=["solution"]))
    out = course / "out"
    at = ["--notebooks", str(course / "notebooks"), "--out", str(out)]
    assert main(["student", *at]) == 2
    said = capsys.readouterr().err
    assert "02_and, the solution in cell 'cell-00': there is no assert in it" in said
    assert not out.exists()


def test_a_file_in_place_of_the_folder(course, capsys):
    (course / "out").write_text("my work")
    at = ["--notebooks", str(course / "notebooks"), "--out", str(course / "out")]
    assert main(["student", *at]) == 2
    assert "out cannot be made, a file is in its place" in capsys.readouterr().err
    assert (course / "out").read_text() == "my work"


def test_the_notebooks_themselves_stay(course, capsys):
    place = str(course / "notebooks")
    assert main(["student", "--force", "--notebooks", place, "--out", place]) == 2
    assert "holds the notebooks themselves" in capsys.readouterr().err

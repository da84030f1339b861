"""Every rule lets a right notebook pass and finds the one that breaks it."""

import pytest

from course.guard import problems, twice

NAME = "04_does_it_work"
LARGE = 1_000_001


def cell(notebook, number):
    """Code cell `number`, counted from 1."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"][number - 1]


def caption(notebook, number):
    """The Markdown cell of figure `number`."""
    return [c for c in notebook.cells if c.source.startswith("**Fig")][number - 1]


def test_a_right_notebook_has_no_problems(good):
    assert problems(good, NAME, 1_000_000) == []


def not_executed(notebook, _):
    cell(notebook, 3).execution_count = None


def executed_twice(notebook, _):
    cell(notebook, 10).execution_count = 12


def stderr(notebook, parts):
    cell(notebook, 3).outputs.append(parts.stream("Epoch 1", "stderr"))


def error(notebook, parts):
    output = parts.result()
    output.update(output_type="error", ename="KeyError", traceback=["oh"])
    cell(notebook, 3).outputs = [output]


def path_in_text(notebook, parts):
    cell(notebook, 3).outputs = [parts.stream("see /home/anna/x.py:3 there")]


def path_on_windows(notebook, parts):
    cell(notebook, 3).outputs = [parts.stream(r"see C:\Users\anna")]


def path_in_html(notebook, parts):
    cell(notebook, 3).outputs = [parts.result(3, **{"text/html": "<p>/tmp/a1</p>"})]


def address(notebook, parts):
    text = "<Model object at 0x7f81c2d0>"
    cell(notebook, 3).outputs = [parts.result(3, **{"text/plain": text})]


def image_deleted(notebook, _):
    del cell(notebook, 2).outputs[0].data["image/png"]


def output_deleted(notebook, _):
    cell(notebook, 2).outputs = []


def drawn_without_image_or_caption(notebook, _):
    del cell(notebook, 2).outputs[0].data["image/png"]
    caption(notebook, 1).source = "Some words."


def two_images(notebook, parts):
    cell(notebook, 2).outputs.append(parts.drawing(2))


def no_caption(notebook, _):
    caption(notebook, 2).source = "And here is a figure."


def caption_in_another_form(notebook, _):
    caption(notebook, 2).source = "*Figure 4.2: What a curve does.* It goes down."


def misnumbered(notebook, _):
    caption(notebook, 2).source = caption(notebook, 2).source.replace("4.2", "4.3")


def another_notebooks_number(notebook, _):
    caption(notebook, 1).source = caption(notebook, 1).source.replace("4.1", "3.1")


def short_caption(notebook, _):
    caption(notebook, 1).source = "**Figure 4.1. What a curve does.** It falls."


def caption_after_prose(notebook, parts):
    notebook.cells.insert(4, parts.prose("Look at this:"))


def late_figure(notebook, parts):
    cell(notebook, 2).outputs = []
    caption(notebook, 1).source = "Some words."
    caption(notebook, 1).source = caption(notebook, 1).source.replace("4.2", "4.1")


def few_cells(notebook, parts):
    del notebook.cells[-2:]


def many_cells(notebook, parts):
    for number in range(11, 22):
        notebook.cells += [parts.code("1", [], number), parts.prose()]


def long_cell(notebook, _):
    cell(notebook, 3).source = "\n".join(["x = 1"] * 21)


def no_prose(notebook, parts):
    del notebook.cells[6]


def no_solution(notebook, _):
    cell(notebook, 10).metadata = {}


def solution_without_test(notebook, _):
    cell(notebook, 10).source = "x = 1\nprint(x)"


def answer_behind_the_test(notebook, _):
    cell(notebook, 10).source = "x = 1\nassert x == 1\nprint('well done')"


def no_heading(notebook, _):
    notebook.cells[0].source = "Does it work?"


def two_headings(notebook, _):
    notebook.cells[2].source = "# And what is more?"


def statement(notebook, _):
    notebook.cells[0].source = "# It works"


def late_heading(notebook, parts):
    notebook.cells.insert(0, parts.prose("Welcome."))


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (not_executed, "code cell 3 was not executed"),
        (executed_twice, "code cell 10 was executed as number 12"),
        (stderr, "code cell 3 stores stderr"),
        (error, "code cell 3 stores an error, KeyError"),
        (path_in_text, "code cell 3 shows a path, /home/anna/x.py:3"),
        (path_on_windows, "code cell 3 shows a path, C:"),
        (path_in_html, "code cell 3 shows a path, /tmp/a1"),
        (address, "code cell 3 shows an address, 0x7f81c2d0"),
        (image_deleted, "code cell 2 is a figure's, but its image is missing"),
        (output_deleted, "code cell 2 is a figure's, but its image is missing"),
        (drawn_without_image_or_caption, "code cell 2 is a figure's, but its image"),
        (two_images, "code cell 2 shows 2 figures"),
        (no_caption, "code cell 5 shows a figure without a caption"),
        (caption_in_another_form, "code cell 5 shows a figure without a caption"),
        (misnumbered, "Figure 4.3 should be Figure 4.2"),
        (another_notebooks_number, "Figure 3.1 should be Figure 4.1"),
        (short_caption, "the caption of Figure 4.1 says too little"),
        (caption_after_prose, "the caption of Figure 4.1 does not follow"),
        (late_figure, "there is no figure within the first three code cells"),
        (few_cells, "there are 9 code cells, not 10 to 20"),
        (many_cells, "there are 21 code cells, not 10 to 20"),
        (long_cell, "code cell 3 has 21 lines, more than 20"),
        (no_prose, "there is no prose between code cells 3 and 4"),
        (no_solution, "no code cell is tagged 'solution'"),
        (solution_without_test, "code cell 10, a solution, cannot become an exercise"),
        (answer_behind_the_test, "code cell 10, a solution, cannot become an exercise"),
        (no_heading, "there are 0 headings of the first level"),
        (two_headings, "there are 2 headings of the first level"),
        (statement, "the heading 'It works' is not a question"),
        (late_heading, "the first cell does not begin with the heading"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_rule_is_said(good, parts, break_it, said):
    break_it(good, parts)
    assert any(sentence.startswith(said) for sentence in problems(good, NAME, 9))


def test_a_large_file_is_said(good):
    assert problems(good, NAME, LARGE) == [
        "the file has 1,000,001 bytes, more than 1,000,000"
    ]


def test_what_only_looks_broken_passes(good, parts):
    cell(good, 4).outputs = [parts.stream("1/2 and and/or, https://a.org/tmp/x, 0x1F")]
    cell(good, 6).metadata = {"tags": ["raises-exception"]}
    error(good, parts)
    cell(good, 6).outputs, cell(good, 3).outputs = cell(good, 3).outputs, []
    good.cells[2].source = "```python\n# a comment in code\n```"
    assert problems(good, NAME, 9) == []


def test_twice():
    assert twice(["C03", "C01", "C03", "C02"]) == ["claim C03 is settled 2 times"]

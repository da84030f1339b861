"""What is stripped, and what is not."""

import copy

from course.strip import strip


def test_a_stored_notebook_is_left_as_it_is(good):
    before = copy.deepcopy(good.cells)
    strip(good)
    assert good.cells == before
    again = copy.deepcopy(good)
    strip(again)
    assert again == good


def test_what_must_not_be_stored_goes(good, parts):
    cell = good.cells[3]  # the first figure
    good.metadata = {
        "widgets": {"state": {}},
        "language_info": {"name": "python", "version": "3.13.1"},
        "kernelspec": {"name": "my-env", "display_name": "My env"},
        "course": {"seconds": 8},
    }
    cell.metadata = {
        "execution": {"iopub.status.busy": "2026-01-01"},
        "collapsed": False,
        "tags": ["x"],
    }
    widget = "application/vnd.jupyter.widget-view+json"
    cell.outputs[0].data["image/svg+xml"] = "<svg/>"
    cell.outputs = [
        parts.stream("bar", "stderr"),
        *cell.outputs,
        parts.stream("kept"),
        parts.result(2, **{widget: {"model_id": "1"}, "text/plain": "bar"}),
    ]
    strip(good)
    assert set(good.metadata) == {"kernelspec", "language_info", "course"}
    assert good.metadata.course == {"seconds": 8}
    assert "version" not in good.metadata.language_info
    assert good.metadata.kernelspec.name == "python3"
    assert cell.metadata == {"tags": ["x"]}
    figure, text = cell.outputs
    assert set(figure.data) == {"text/plain", "image/png"}
    assert text.text == "kept"
    assert cell.execution_count == 2


def test_solutions_are_folded_and_nothing_else(good):
    cell, solution = good.cells[3], good.cells[-1]
    cell.metadata = {"jupyter": {"source_hidden": True}}
    solution.metadata = {"tags": ["solution"], "jupyter": {"source_hidden": False}}
    strip(good)
    assert cell.metadata == {}
    assert solution.metadata.jupyter == {"source_hidden": True}
    assert solution.metadata.tags == ["solution"]

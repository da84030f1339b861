"""What a stored notebook must not hold: whatever differs without a reason."""

from __future__ import annotations

from nbformat import NotebookNode

from course.notebooks import node
from course.shrink import shrink_text
from course.solutions import is_solution

WIDGET = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}
KEPT = ("tags", "slideshow")  # what an author writes into a cell's metadata
OURS = ("course",)  # what `course refresh` writes into a notebook's: the seconds
FOLDED = {"jupyter": {"source_hidden": True}}  # JupyterLab shows a bar to click on


def strip(notebook: NotebookNode) -> None:
    """Take out what must not be stored, in place.

    Out go stderr (progress bars), widgets, SVG beside a PNG, the time and the
    front end's notes in the cells' metadata, the versions of the kernel, and the
    colours of pictures that nobody would miss. Outputs, execution counts, tags and
    cell ids stay. Solutions are folded: JupyterLab hides their source until asked.

    Args:
        notebook: executed.

    Example:
        >>> bar = {"output_type": "stream", "name": "stderr", "text": "Epoch 1"}
        >>> cell = {"cell_type": "code", "outputs": [bar], "metadata": {}}
        >>> notebook = node(cells=[cell], metadata={})
        >>> strip(notebook)
        >>> notebook.cells[0].outputs
        []
    """
    kept = {key: notebook.metadata[key] for key in OURS if key in notebook.metadata}
    notebook.metadata = node(kernelspec=KERNEL, language_info=LANGUAGE, **kept)
    for cell in notebook.cells:
        kept = {key: cell.metadata[key] for key in KEPT if key in cell.metadata}
        cell.metadata = node(**kept, **(FOLDED if is_solution(cell) else {}))
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if _stays(output)]


def _stays(output: NotebookNode) -> bool:
    if output.output_type == "stream":
        return bool(output.name != "stderr")
    data = output.get("data", {})
    if "image/png" in data:
        data.pop("image/svg+xml", None)
        data["image/png"] = shrink_text(data["image/png"])
    return WIDGET not in data

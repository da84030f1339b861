"""How Sphinx makes the book; what fills its pages is in _ext/coursebook/."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

from coursebook.cite import read as read_citation  # noqa: E402

citation = read_citation(HERE.parent / "CITATION.cff")

project = citation["title"]
author = ", ".join(each["name"] for each in citation["authors"])
project_copyright = f"{author}. Code: MIT. Text and figures: CC BY 4.0"
version = release = citation["version"]
language = "en"

extensions = [
    "myst_nb",
    "sphinx_design",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "coursebook",
]
exclude_patterns = ["_build", "_ext", "**/.ipynb_checkpoints"]

# The notebooks are shown as they are stored. A book never executes them.
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # the default loads from elsewhere
myst_enable_extensions = ["dollarmath", "colon_fence", "attrs_inline"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # a notebook's cell may begin with any heading

html_math_renderer = "svg"
autodoc_preserve_defaults = True
default_role = "py:obj"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
napoleon_custom_sections = ["Source"]
python_use_unqualified_type_names = True

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["book.css"]
html_js_files = ["book.js"]
html_copy_source = False
html_show_sourcelink = False
html_sidebars = {page.stem: [] for page in HERE.glob("*.md") if page.stem != "chapters"}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": "Batch normalization"},
    "navbar_start": ["navbar-logo"],
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 6,
    "show_prev_next": True,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
}

import subprocess
import sys

import matplotlib
import pytest

import hooks
from hooks import plot
from hooks.plot import style


def test_importing_hooks_imports_no_matplotlib():
    code = (
        "import sys, hooks; before = 'matplotlib' in sys.modules; hooks.plot; "
        "print(before, 'matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True", "False"]


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'hooks' has no attribute 'plots'"):
        hooks.plots  # noqa: B018
    assert hooks.plot is plot


@pytest.mark.parametrize("name", ["distributions", "evolution", "heatmap", "ridge"])
def test_the_same_picture_whatever_the_style(exact, name):
    def picture():
        figure = getattr(plot, name)(exact)
        assert isinstance(figure, style.Figure)
        assert figure.get_figwidth() == 8
        assert figure._suptitle.get_horizontalalignment() == "left"
        return [axes.get_position().bounds for axes in figure.axes], [
            axes.title.get_fontsize() for axes in figure.axes
        ]

    before = dict(matplotlib.rcParams)
    plain = picture()
    assert dict(matplotlib.rcParams) == before
    with matplotlib.style.context({"axes.titlesize": 40, "figure.figsize": (2, 2)}):
        assert picture() == plain


def test_a_notebook_shows_a_figure_as_png(exact):
    picture = plot.ridge(exact)._repr_png_()
    assert picture.startswith(b"\x89PNG")


def test_how_values_were_counted(exact, sampled):
    assert style.how_counted(exact) == "every value counted"
    error = sampled.attrs["cdf_error"]
    said = f"sampled: cumulative shares within ±{error:.1%} (95 %)"
    assert style.how_counted(sampled) == said
    assert style.how_counted(exact, sampled) == said
    lost = exact.copy(deep=True)
    lost["nan"][0, 0, 0] = int(exact.binned.sum()) // 4
    assert style.how_counted(lost) == "every value counted; NaN or ±inf: 25%"

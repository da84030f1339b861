"""What is shown of code cells."""

import pytest

from course.captions import Caption
from course.claims import claim
from course.notebooks import node
from course.slides.cells import slides

WORDS = Caption(3, 1, "Two `lines`.", "They cross & part. Then they end.")


def made(cell, **slideshow):
    cell.metadata = node(slideshow=slideshow)
    return slides(cell, WORDS)


@pytest.fixture
def figure(parts, png):
    return parts.code(
        "draw()\nprint(1)", [parts.stream("1\n"), parts.result(1, **png())]
    )


def test_a_figure_hides_its_code_unless_it_is_asked_for(figure):
    (slide,) = made(figure)
    assert slide.kind == "figure"
    code, slide = made(figure, show_code=True)
    assert (code.kind, slide.kind) == ("code", "figure")
    assert "draw" in code.body[0]
    assert ">1</samp>" in code.body[1]


def test_of_a_docstring_the_first_line_is_shown(parts):
    source = (
        'def f(x):\n    """Halve.\n\n    Args:\n        x: any.\n    """\n    return x'
    )
    (slide,) = made(parts.code(source))
    assert 'Halve."""</span>' in slide.body[0].replace("&quot;", '"')
    assert "Args" not in slide.body[0]


def test_code_and_what_it_prints(parts):
    cell = parts.code(
        "%matplotlib inline\nif 1 < 2:\n    pass", [parts.stream("a<b\n")]
    )
    (slide,) = made(cell)
    assert "matplotlib" not in slide.body[0]
    assert '<span class="k">if</span>' in slide.body[0]
    assert slide.body[1] == '<pre class="printed"><samp>a&lt;b</samp></pre>'
    (slide,) = made(cell, show_code=False)
    assert len(slide.body) == 1
    assert "a&lt;b" in slide.body[0]


def test_the_source_that_a_cell_prints_is_the_code_to_show(parts):
    source = "    def f():\n        pass\n"
    cell = parts.code("print(inspect.getsource(f))", [parts.stream(source)])
    (slide,) = made(cell)
    assert "inspect" not in slide.body[0]
    assert "<code><span" in slide.body[0]  # no blanks in front
    assert len(slide.body) == 1


def test_a_claim_keeps_its_verdict_until_it_is_asked_for(parts):
    bundle = claim("C11", "1 < 2", True, measured={"x": 0.5})._repr_mimebundle_()
    (slide,) = made(parts.code("claim()", [parts.result(1, **bundle)]))
    said, shown = slide.body
    assert said == "<blockquote>1 &lt; 2</blockquote>"
    assert shown.startswith('<div class="fragment"><p class="verdict"')
    assert "holds" in shown
    assert "<td>0.5</td>" in shown
    assert "C11" in slide.heading


def test_many_measurements_stand_in_two_columns(parts):
    for rows, tables in ((9, 1), (10, 2)):
        measured = {f"row {number}": number for number in range(rows)}
        bundle = claim("C11", "so", True, measured=measured)._repr_mimebundle_()
        (slide,) = made(parts.code("claim()", [parts.result(1, **bundle)]))
        assert slide.body[1].count("<table>") == tables
        assert slide.body[1].count("<tr>") == rows


def test_a_long_list_is_told_in_parts(parts):
    lines = [f"sentence {number}" for number in range(7)]
    kinds = {
        "text/html": "<ol>" + 7 * "<li>x</li>" + "</ol><p>7 of 7</p>",
        "text/plain": "\n".join([*lines, "7 of 7 stand"]),
    }
    found = made(parts.code("Lessons()", [parts.result(1, **kinds)]))
    assert [slide.body[0].count("<li>") for slide in found] == [5, 2]
    assert "stand" not in found[-1].body[0]

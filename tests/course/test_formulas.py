import re

from course.formulas import html, svg

ROOT = r"\sqrt{\frac{\sum_c s_c^2}{n}}"


def test_a_formula_is_drawn_in_the_colour_of_the_text():
    drawn = svg(ROOT, inline=False)
    assert drawn.startswith('<svg aria-hidden="true"')
    assert "currentColor" in drawn
    assert not re.search(r'\bid="', drawn)
    assert re.search(r'width="[\d.]+em" height="[\d.]+em"', drawn)


def test_a_formula_can_be_heard():
    page = html(ROOT, inline=False)
    assert page.startswith('<div class="formula">')
    assert '<span class="visually-hidden"><math' in page
    assert "<msqrt>" in page


def test_a_formula_in_a_line_sinks_below_it():
    assert 'style="vertical-align: -' in svg("x_c", inline=True)
    assert html("x", inline=True).startswith('<span class="formula">')


def test_the_same_formula_is_drawn_the_same_twice():
    assert svg(ROOT, inline=False) == svg(ROOT, inline=False)

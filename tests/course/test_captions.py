"""Captions give figures their names."""

import pytest

from course.captions import caption, figures, slug


def test_a_caption(parts):
    found = caption(
        parts.prose("**Figure 3.12. Is it |γ|?** Words,\nand more **bold** words.")
    )
    assert (found.notebook, found.number) == (3, 12)
    assert found.title == "Is it |γ|?"
    assert found.words == "Words,\nand more **bold** words."
    assert found.name == "03_12_is_it_gamma"


@pytest.mark.parametrize(
    "text",
    ["Figure 3.1. A", "**Figure 3. A.**", "**Table 3.1. A.**", "a **Figure 3.1. A**"],
)
def test_no_caption(parts, text):
    assert caption(parts.prose(text)) is None
    assert caption(parts.code("**Figure 3.1. A.**")) is None
    assert caption(None) is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Input and output of 16 channels.", "input_and_output_of_16_channels"),
        ("β = 0, |γ|·√v", "beta_0_gamma_sqrtv"),
        ("`bn1`: 95 % of 3×3?", "bn1_95_percent_of_3x3"),
        ("Søren's naïve “mean”", "sren_s_naive_mean"),
        ("word " * 40, "_".join(["word"] * 16)),
    ],
)
def test_slug(title, name):
    assert slug(title) == name


def test_figures_of_a_notebook(good):
    first, second = figures(good)
    assert (first.cell, second.cell) == (2, 5)
    assert first.caption.name == "04_1_what_a_curve_does"
    assert first.png == b"\x89PNG"
    assert first.svg == ""


def test_a_figure_without_a_caption_is_a_figure(parts):
    notebook = parts.made(parts.code("drawn", [parts.drawing()], 1))
    (found,) = figures(notebook)
    assert found.caption is None

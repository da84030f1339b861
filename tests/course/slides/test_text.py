"""Markdown in blocks and sentences."""

from course.slides.text import blocks, html, sentences, shortened


def test_blocks_of_every_kind():
    source = (
        "## Head\nwords\n\n- a\n\n  b\n\n| a |\n| - |\n| 1 |\n\n$$x$$\n\n"
        "<details><summary>Answer</summary>\n\n45\n\n</details>\n\n```\n\ncode\n```"
    )
    found = blocks(source)
    assert [block.kind for block in found] == [
        *("heading", "paragraph", "list", "table", "formula"),
        *("html", "paragraph", "html", "code"),
    ]
    assert found[2].text.rstrip() == "- a\n\n  b"
    assert found[4].text == "$$x$$"


def test_formulas_are_drawn_and_can_be_heard():
    found = html("It is $x^2$.\n\n$$\\sqrt{x}$$")
    assert found.count("<svg") == found.count("<math") == 2
    assert "$" not in found


def test_a_sentence_ends_where_it_ends():
    text = 'It is 0.5 (Figure 3.1). Bjorck et al. (2018) say "so." **So?** Yes, e.g. 2.'
    assert sentences(text) == [
        "It is 0.5 (Figure 3.1).",
        'Bjorck et al. (2018) say "so."',
        "**So?**",
        "Yes, e.g. 2.",
    ]
    assert " ".join(sentences(text)) == text


def test_whole_sentences_are_kept_and_the_first_in_any_case():
    text = "One two three. Four. Five six."
    assert shortened(text, 1) == "One two three."
    assert shortened(text, 5) == "One two three. Four."
    assert shortened(text, 99) == text
    assert shortened("", 9) == ""


def test_brackets_are_kept_whole_or_not_at_all():
    text = "One two. (Three. Four.) Five."
    assert shortened(text, 3) == "One two."
    assert shortened(text, 4) == "One two. (Three. Four.)"
    assert shortened("(One. Two.) Three.", 1) == "(One. Two.)"
    assert shortened("One (two.", 1) == "One (two."

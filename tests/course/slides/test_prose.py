"""What of the prose is shown, and what is said."""

from itertools import chain

from course.slides.prose import groups, slides


def made(source):
    (group,) = groups(source)
    return slides(group)


def test_a_cell_is_taken_apart_where_something_new_begins():
    found = groups(
        "**How to read it.** Words.\n\n## Next\n\nWords.\n\n**Predict.** How many?"
    )
    assert [group[0].text.split()[0] for group in found] == [
        *("**How", "##", "**Predict.**"),
    ]
    assert [block.kind for block in chain(*found)] == [
        *("paragraph", "heading", "paragraph", "paragraph"),
    ]


def test_the_title_has_the_line_below_it_and_the_rest_is_said():
    (slide,) = made("# Why?\n\n*Notebook 3 of 13 · 5 minutes*\n\nMany words.")
    assert (slide.kind, slide.heading, slide.first) == ("title", "Why?", True)
    assert slide.body == ["<p><em>Notebook 3 of 13 · 5 minutes</em></p>\n"]
    assert slide.notes == ["Many words."]


def test_a_section_is_shortened_on_its_slide_and_whole_in_its_notes():
    words = "One sentence. " + "Another one of nine words that goes on. " * 9
    (slide,) = made(f"## How?\n\n{words.strip()}")
    assert slide.kind == "section"
    assert "One sentence." in slide.body[0]
    assert len(slide.body[0].split()) < 60
    assert slide.notes == [words.strip()]


def test_a_sentence_that_goes_on_below_is_shown_whole():
    (slide,) = made("## How?\n\nThe rule is given as\n\nnew = old.\n\nMore.")
    assert slide.body == ["<p>The rule is given as new = old.</p>"]


def test_a_table_has_a_slide_of_its_own_with_the_words_that_lead_to_it():
    section, table = made(
        "## The rules\n\nThey are old. There are two:\n\n| a |\n| - |\n| 1 |\n\nMore."
    )
    assert section.body == ["<p>They are old.</p>"]
    assert table.heading == "The rules"
    assert table.body[0] == "<p>There are two:</p>"
    assert "<table>" in table.body[1]
    assert "More." in section.notes


def test_a_line_in_bold_is_the_heading_of_its_table():
    (slide,) = made("**The articles**\n\n| a |\n| - |\n| 1 |")
    assert slide.heading == "The articles"
    assert len(slide.body) == 1


def test_a_formula_stands_on_its_section_with_its_words():
    (slide,) = made("## All\n\nTogether:\n\n$$x$$\n\nIn words: x.")
    assert [part[:4] for part in slide.body] == ["<p>T", "<div", "<p>I"]
    assert "<svg" in slide.body[1]


def test_a_question_keeps_its_answer_until_it_is_asked_for():
    (slide,) = made(
        "**Predict.** How many?\n\n<details><summary>Answer</summary>\n\n45: it is.\n\n"
        "</details>\n\nThe next cell counts."
    )
    assert slide.kind == "predict"
    assert slide.body == [
        "<p>How many?</p>\n",
        '<div class="fragment answer"><p>45: it is.</p>\n</div>',
    ]
    assert slide.notes == ["The next cell counts."]


def test_a_trap_is_a_sentence_to_remember():
    (slide,) = made("**Trap 1: it hides.** Why is this so? Because.\n\nMore.")
    assert (slide.kind, slide.heading) == ("statement", "Trap 1: it hides.")
    assert slide.notes == ["Why is this so? Because.", "More."]


def test_settled_claims_end_with_their_verdicts():
    (slide,) = made(
        "## Claims settled\n\n- **C01** By hand: *holds when it rains*; else *not*.\n"
        "- **C02** The rest: *holds*, by far."
    )
    (shown,) = slide.body
    assert "holds when it rains" in shown
    assert "else" not in shown
    assert "by far" not in shown
    assert shown.count("<li>") == 2


def test_no_claims_are_words():
    (slide,) = made("## Claims settled\n\nNone of its own.")
    assert slide.body == ["<p>None of its own.</p>\n"]


def test_the_recap_is_a_list_of_its_sentences():
    (slide,) = made("## Recap\n\nIt is so. It is not.\n\n**Next:** more.")
    assert slide.body == ["<ul><li>It is so.</li><li>It is not.</li></ul>"]
    assert "**Next:** more." in slide.notes

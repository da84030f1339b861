from pathlib import Path

from course.contents import EMBLEMS, chapters

WHY = (
    "# Why?\n\n*Notebook 2 · about 45 minutes, and 20 for the exercises · builds on 1*"
)


def test_the_opening_says_what_is_asked_and_how_long_it_takes(folder):
    root = folder("02_why", "1 + 1")
    (chapter,) = chapters(root / "notebooks")
    chapter.notebook.cells[0].source = WHY
    chapter.notebook.metadata["course"] = {"seconds": 12}
    assert (chapter.number, chapter.question) == (2, "Why?")
    assert chapter.minutes == (45, 20)
    assert chapter.seconds == 12
    assert chapter.emblem is None


def test_minutes_for_the_exercises_may_be_counted_in(folder):
    (chapter,) = chapters(folder("02_why", "1 + 1") / "notebooks")
    chapter.notebook.cells[0].source = "# Why?\n*about 50 minutes with the exercises*"
    assert chapter.minutes == (50, 0)


def test_every_chosen_figure_is_there():
    there = chapters(Path(__file__).parents[2] / "notebooks")
    for chapter in there:
        wanted = EMBLEMS.get(chapter.number, 1)
        assert chapter.emblem.caption.number == wanted

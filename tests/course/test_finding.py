"""A finding's line, and an answer from another Python."""

from course.finding import Finding, asks


def test_the_printed_line():
    assert str(Finding(True, "2 cores", "buy more")) == "[ok]   2 cores"
    assert str(Finding(False, "0 cores", "buy one")) == (
        "[fail] 0 cores\n       → buy one"
    )


def test_a_question_to_another_python():
    assert asks("print('yes')", "it", "do") == Finding(True, "yes")
    assert asks("raise OSError('no x.webp')", "the images", "restore") == Finding(
        False, "the images: OSError: no x.webp", "restore"
    )
    ended = asks("import os; os._exit(9)", "it", "do")
    assert ended == Finding(False, "it: exit code 9", "do")

import pandas as pd
import pytest

from birdplane.experiments import Sweep
from birdplane.remake import compared, remake
from birdplane.results import read_sweep

DONE = []


def square(config, seed):
    if seed in DONE:
        raise KeyboardInterrupt
    DONE.append(seed)
    return {"square": config["x"] ** 2 + seed}


SWEEP = Sweep("squares", "Which squares?", square, ({"x": 3},), (0, 1))


@pytest.fixture(autouse=True)
def _nothing_done():
    DONE.clear()


def again(stored, place):
    return list(remake([SWEEP], place, stored, workers=1, progress=False))


def test_the_stored_file_stays_until_the_new_one_is_whole(tmp_path):
    stored, place = tmp_path / "stored", tmp_path / "new"
    stored.mkdir()
    file = stored / "squares.csv"
    file.write_text("x,seed,square\n3,0,9\n3,1,11\n")
    DONE.append(1)
    with pytest.raises(KeyboardInterrupt):
        again(stored, place)
    assert "11" in file.read_text()
    DONE[:] = [0]  # to do it again would be an interrupt
    assert again(stored, place) == [
        "squares: 1 of 6 numbers differ, by up to 9.09 % (square)"
    ]
    assert read_sweep("squares", stored)["square"].tolist() == [9, 10]
    assert [path.name for path in stored.iterdir()] == ["squares.csv"]


def test_circumstances_are_not_compared():
    before = pd.DataFrame({"loss": [0.5, float("nan")], "date": ["a", "b"]})
    assert compared(before, before.assign(date="c")) == "the same numbers as before"


def test_words_rows_and_columns_are():
    before = pd.DataFrame({"loss": [0.5, 0.0], "norm": ["batch", "group"]})
    assert "words" in compared(before, before.assign(norm="layer"))
    assert "rows or columns" in compared(before, before[:1])
    assert "rows or columns" in compared(before, before.assign(more=1))
    assert "by up to 100 % (loss)" in compared(before, before.assign(loss=[0.5, 1.0]))

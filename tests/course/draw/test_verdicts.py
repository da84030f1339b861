import pytest
from matplotlib.patches import FancyBboxPatch

from course.card import KINDS
from course.draw import verdicts
from course.draw.style import GREY, INK

VERDICTS = ["holds", "holds when it rains", "does not hold", "undecided here"]
TABLE = [
    {"claim": f"C{number:02d}", "verdict": verdict}
    for number, verdict in enumerate(VERDICTS * 3, start=1)
]


def boxes(ax):
    """Find the boxes by the claim's number: left edge, top edge."""
    shapes = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    numbers = [text for text in ax.texts if text.get_text()[1:].isdigit()]
    found = {}
    for shape, text in zip(shapes, numbers, strict=True):
        x, y = text.get_position()
        assert shape.get_x() < x < shape.get_x() + shape.get_width()
        assert shape.get_y() < y < shape.get_y() + shape.get_height()
        found[text.get_text()] = (shape.get_x(), shape.get_y())
    return found


@pytest.mark.parametrize("name", ["short", "a name that is so long that it is wrapped"])
def test_every_claim_is_in_the_column_of_its_verdict(name):
    ax = verdicts.board({name: TABLE, "none": []}, "A finding").axes[0]
    heads = {text.get_text(): text.get_position()[0] for text in ax.texts[:4]}
    assert list(heads) == [f"{kind.removesuffix(' here')}\n3 of 12" for kind in KINDS]
    lefts = [*heads.values(), ax.get_xlim()[1] + 0.1]
    places = boxes(ax)
    assert sorted(places) == [record["claim"] for record in TABLE]
    for record in TABLE:
        column = VERDICTS.index(record["verdict"])
        x, _ = places[record["claim"]]
        assert lefts[column] <= x < x + verdicts.WIDE < lefts[column + 1]


def test_a_claim_in_two_rows_is_counted_once():
    ax = verdicts.board({"a": TABLE, "b": TABLE[:2]}, "A finding").axes[0]
    assert [text.get_text()[-7:] for text in ax.texts[:4]] == ["3 of 12"] * 4


def test_boxes_do_not_cover_one_another_or_leave_their_row():
    rows = {"a": TABLE, "b": [{"claim": "C90", "verdict": "holds"}]}
    ax = verdicts.board(rows, "A finding").axes[0]
    places = boxes(ax)
    assert len(set(places.values())) == len(places)
    below = places.pop("C90")[1]
    assert all(y + verdicts.HIGH < below for _, y in places.values())
    assert below + verdicts.HIGH <= ax.get_ylim()[0]


def test_what_does_not_hold_is_struck_through():
    ax = verdicts.board({"a": TABLE}, "A finding").axes[0]
    strokes = [line for line in ax.lines if len(set(line.get_ydata())) == 2]
    assert len(strokes) == 3
    places = boxes(ax)
    wrong = [
        places[record["claim"]][0] for record in TABLE if "not" in record["verdict"]
    ]
    assert sorted(line.get_xdata()[0] for line in strokes) == sorted(wrong)


def test_bars_that_leave_out_zero_are_in_ink():
    rows = [(1.0, 2.0, 3.0), (-1.0, 0.5, 2.0), (-3.0, -2.0, -1.0)]
    intervals = dict(zip(["C01 · a", "C01 · b", "C02 · c"], rows, strict=True))
    ax = verdicts.differences(intervals, "points", "A finding").axes[0]
    bars, dots = ax.lines[1:7:2], ax.lines[2:7:2]
    assert [bar.get_xdata().tolist() for bar in bars] == [[1, 3], [-1, 2], [-3, -1]]
    assert [dot.get_xdata()[0] for dot in dots] == [2, 0.5, -2]
    assert [bar.get_color() for bar in bars] == [INK, GREY, INK]
    assert [label.get_text() for label in ax.get_yticklabels()] == list(intervals)
    assert [line.get_ydata()[0] for line in ax.lines[7:]] == [1.5]  # between claims


def test_a_name_of_two_lines_has_room():
    intervals = {f"C0{n} · {'long ' * 12}": (1.0, 2.0, 3.0) for n in (1, 2, 3)}
    ax = verdicts.differences(intervals, "points", "A finding").axes[0]
    assert all("\n" in label.get_text() for label in ax.get_yticklabels())
    assert list(ax.get_yticks()) == pytest.approx([0.3, 1.9, 3.5])
    assert [line.get_ydata()[0] for line in ax.lines[7:]] == pytest.approx([1.1, 2.7])

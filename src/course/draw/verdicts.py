"""Many claims in one picture: their verdicts, and the differences behind them."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from math import ceil
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import NullLocator

from course.card import KINDS, kind
from course.digits import MINUS
from course.draw.style import GREY, INK, PALE, WIDTH, figure, styled
from course.verdicts import Record

WIDE, HIGH = 0.42, 0.24  # of a claim's box, inches
ACROSS, APART = 0.49, 0.31  # from one box to the next, inches
AIR = 0.22  # of a row beside its boxes, above and below together, inches
TOP = 0.5  # of the rows, below the heads, inches
LETTER, LONGEST = 0.083, 36  # of a row's name, inches and letters
HANG = " " * 6  # as wide as the two digits and two spaces of a notebook's number
NEAR, TICKS = 2, (1, 2, 5, 10, 20, 50)  # of an axis of differences
FILLED = {  # verdict → fill, outline, colour of the words
    "holds": (INK, INK, "white"),
    "holds when": (PALE, PALE, INK),
    "does not hold": ("white", INK, INK),
    "undecided here": ("white", INK, INK),
}


@styled
def board(rows: Mapping[str, Sequence[Record]], finding: str) -> Figure:
    """Every claim as a box with its number, in the column of its verdict.

    The columns are headed by how many different claims are in them.

    Black: it holds; grey: it holds under a condition; white and struck through: it
    does not; dashed: undecided.

    Args:
        rows: name of the row, wrapped if need be → records.
        finding: the title, a sentence.

    Example:
        >>> record = {"claim": "C02", "verdict": "holds"}
        >>> drawn = board({"article 001": [record]}, "One claim")
        >>> [text.get_text() for text in drawn.axes[0].texts][-1]
        'C02'
    """
    rows = {
        _wrapped(name, LONGEST, HANG * name[:1].isdigit()): table
        for name, table in rows.items()
    }
    longest = max(len(part) for name in rows for part in name.splitlines())
    column = (WIDTH - LETTER * longest) / len(KINDS)
    lefts = {name: WIDTH - column * (4 - i) for i, name in enumerate(KINDS)}
    each = int(column / ACROSS)  # boxes side by side
    lines = [_lines(table, each) for table in rows.values()]
    height = APART * sum(lines) + AIR * len(lines) + TOP
    drawn = figure(height + 0.55, finding)
    ax = drawn.subplots()
    ax.set(xlim=(0, WIDTH), ylim=(height, 0))
    ax.axis("off")
    claims = {record["claim"]: record for table in rows.values() for record in table}
    kinds = [kind(record["verdict"]) for record in claims.values()]
    for name, left in lefts.items():
        head = f"{name.removesuffix(' here')}\n{kinds.count(name)} of {len(kinds)}"
        ax.text(left, TOP / 2 - 0.03, head, weight="bold", va="center", fontsize=10.5)
    top = TOP
    for (name, table), many in zip(rows.items(), lines, strict=True):
        ax.axhline(top, color=PALE, linewidth=0.8)
        middle = top + (AIR + APART * many) / 2
        ax.text(0, middle, name, va="center", fontsize=10.5)
        _boxes(ax, table, lefts, top + (AIR + APART - HIGH) / 2, each)
        top += APART * many + AIR
    return drawn


def _wrapped(name: str, width: int, hang: str = "") -> str:
    return fill(name, width, break_on_hyphens=False, subsequent_indent=hang)


def _lines(table: Sequence[Record], each: int) -> int:
    """Count the lines of boxes that a row needs."""
    kinds = [kind(record["verdict"]) for record in table]
    return max([1, *(ceil(kinds.count(name) / each) for name in KINDS)])


def _boxes(
    ax: Axes, table: Sequence[Record], lefts: Mapping[str, float], top: float, each: int
) -> None:
    """Put the claims of a row in the columns of their verdicts."""
    placed = dict.fromkeys(lefts, 0)
    for record in table:
        name = kind(record["verdict"])
        down, right = divmod(placed[name], each)
        placed[name] += 1
        x, y = lefts[name] + right * ACROSS, top + down * APART
        fill, outline, words = FILLED[name]
        style = (0, (2, 1.5)) if name == "undecided here" else "-"
        box = FancyBboxPatch(
            (x, y), WIDE, HIGH, "round,pad=0,rounding_size=0.06", linestyle=style
        )
        box.set(facecolor=fill, edgecolor=outline, linewidth=1.1)
        ax.add_patch(box)
        if name == "does not hold":
            ends = [x, x + WIDE], [y + HIGH, y]
            ax.plot(*ends, color=PALE, linewidth=3, zorder=box.get_zorder())
        ax.text(
            x + WIDE / 2,
            y + HIGH / 2,
            record["claim"],
            ha="center",
            va="center",
            color=words,
            fontsize=10.5,
        )


@styled
def differences(
    intervals: Mapping[str, tuple[float, float, float]], quantity: str, finding: str
) -> Figure:
    """Mean differences with their intervals; ink where zero lies outside.

    The axis is linear from -2 to 2, and logarithmic beyond.

    Args:
        intervals: claim and what was compared → low, mid, high.
        quantity: what the numbers are, with their unit.
        finding: the title, a sentence.

    Example:
        >>> drawn = differences({"a": (1, 2, 3), "b": (-1, 0, 1)}, "points", "One")
        >>> [line.get_xdata().tolist() for line in drawn.axes[0].lines[1:4:2]]
        [[1, 3], [-1, 1]]
    """
    names = [_wrapped(name, 48) for name in intervals]
    tall = [1 + 0.6 * name.count("\n") for name in names]  # in rows of one line
    ends = list(accumulate(tall, initial=-0.5))
    rows = [(above + below) / 2 for above, below in pairwise(ends)]
    drawn = figure(1.3 + 0.26 * sum(tall), finding)
    ax = drawn.subplots()
    ax.axvline(0, color=GREY, linestyle="--", linewidth=1.2)
    for row, (low, mid, high) in zip(rows, intervals.values(), strict=True):
        colour = GREY if low <= 0 <= high else INK
        ax.plot([low, high], [row, row], color=colour, lw=3, solid_capstyle="butt")
        ax.plot([mid], [row], "o", color=colour, markersize=7)
    ax.set_xscale("symlog", linthresh=NEAR, linscale=1.2)
    ticks = [0, *TICKS, *(-tick for tick in TICKS)]
    ax.set_xticks(ticks, [str(tick).replace("-", MINUS) for tick in ticks])
    ax.xaxis.set_minor_locator(NullLocator())
    values = [end for low, _, high in intervals.values() for end in (low, high)]
    ax.set(ylim=(ends[-1] + 0.1, -0.6), xlabel=quantity)
    ax.set_xlim(1.15 * min(-NEAR, *values), 1.15 * max(NEAR, *values))
    claims = [name[:3] for name in intervals]
    for end, (above, below) in zip(ends[1:-1], pairwise(claims), strict=True):
        if above != below:
            ax.axhline(end, color=PALE, linewidth=0.8)
    ax.set_yticks(rows, names, fontsize=9, linespacing=1)
    ax.tick_params(axis="y", length=0)
    return drawn

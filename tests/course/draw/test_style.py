import matplotlib
from matplotlib.figure import Figure

from course.draw import style


def test_style_is_left_as_it_was():
    before = matplotlib.rcParams["axes.titlelocation"]

    @style.styled
    def inside() -> str:
        return matplotlib.rcParams["axes.titlelocation"]

    assert inside() == "left"
    assert matplotlib.rcParams["axes.titlelocation"] == before


def test_text_is_readable_from_the_back_of_a_room():
    with matplotlib.style.context(style.STYLE):
        sizes = {
            name: matplotlib.rcParams[name]
            for name in ("font.size", "axes.labelsize", "xtick.labelsize")
        }
    assert min(sizes.values()) >= 11


def test_the_title_stands_at_the_left_and_may_be_left_out():
    drawn = style.figure(3.0, "A finding")
    assert isinstance(drawn, Figure)
    assert drawn._suptitle.get_horizontalalignment() == "left"
    assert style.figure(2.0).get_suptitle() == ""


def test_the_same_figure_gives_the_same_svg(tmp_path):
    @style.styled
    def saved(name: str) -> bytes:
        drawn = style.figure(2.0, "Twice")
        drawn.subplots().plot([0, 1])
        drawn.savefig(tmp_path / name, metadata={"Date": None})
        return (tmp_path / name).read_bytes()

    assert saved("one.svg") == saved("two.svg")

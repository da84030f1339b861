from matplotlib.figure import Figure

from course.draw.stages import stages


def test_every_panel_but_the_bar_has_its_words_and_its_borders():
    drawn = Figure()
    *panels, bar = drawn.subplots(1, 3)
    before = bar.get_xticks().tolist()
    assert stages(drawn, {"train": 10, "eval": 4, "repaired": 6}) is drawn
    for ax in panels:
        assert ax.get_xticks().tolist() == [4.5, 11.5, 16.5]
        words = [label.get_text() for label in ax.get_xticklabels()]
        assert words == ["train", "eval", "repaired"]
        assert [line.get_xdata()[0] for line in ax.lines] == [9.5, 13.5]
    assert bar.get_xticks().tolist() == before
    assert not bar.lines

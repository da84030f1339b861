from benchmarks import run
from benchmarks.measure.peers import WATCHES
from benchmarks.measure.scale import FULL, QUICK
from benchmarks.rows import RECORDS, WHAT
from benchmarks.store import Store, state_of_code
from benchmarks.units import SECTIONS, Unit, units


def test_a_result_comes_back_with_the_day_it_was_measured(tmp_path):
    store = Store(tmp_path / "new", "one")
    store.write("memory/hooks", {"now": {"1": 2.5}})
    assert store.read("memory/hooks")["result"] == {"now": {"1": 2.5}}
    assert store.read("memory/exact") is None


def test_results_of_other_code_or_another_machine_do_not_count(tmp_path):
    Store(tmp_path, "one").write("memory/hooks", {})
    assert Store(tmp_path, "two").read("memory/hooks") is None


def test_the_state_changes_with_the_code_that_is_measured(tmp_path):
    before = state_of_code(tmp_path)
    (tmp_path / "src" / "hooks").mkdir(parents=True)
    (tmp_path / "src" / "hooks" / "new.py").write_text("x = 1")
    assert state_of_code(tmp_path) != before


def test_what_a_section_needs_is_measured_before_it():
    names = [unit.name for unit in run.wanted(units(QUICK), ["files"])]
    assert names == ["memory/hooks", "memory/exact", "files/recording"]


def test_every_section_has_measurements_and_every_observer_its_words():
    for scale in (FULL, QUICK):
        listed = units(scale)
        assert {unit.section for unit in listed.values()} == set(SECTIONS)
        assert all(unit.ticks > 0 for unit in listed.values())
        assert {name for unit in listed.values() for name in unit.after} <= set(listed)
    assert set(WHAT) == set(RECORDS) == set(WATCHES)


def test_a_peer_that_is_not_installed_says_how_to_get_it():
    unit = Unit("overhead/nobody", lambda job: {}, 1, needs="no-such-observer")
    assert "no-such-observer is not installed" in run.why_not(unit)
    assert "pip install" in run.why_not(unit)


def test_what_was_measured_and_what_not_is_told_apart(tmp_path):
    store = Store(tmp_path, "one")
    store.write("overhead/hooks", {"pairs": []})
    outcome = run.collect(units(QUICK), store)
    assert outcome.results == {"overhead/hooks": {"pairs": []}}
    assert outcome.missing["overhead/fastai"] == "not run yet"
    assert len(outcome.days) == 1

import math

from benchmarks.rows import accuracy, memory, overhead, rows, scaling
from benchmarks.statistics import Spread

CHOICE = {"rate": 0.1, "epochs": {"0.03": [5], "0.1": [4]}, "workers": 0}


def reached(seconds, epochs=4):
    return {"seconds": seconds, "epochs": epochs, "accuracy": 0.9}


def values(lines):
    return {line.measure: line.value.median for line in lines}


def test_an_epoch_is_divided_by_the_same_epoch_without_an_observer():
    pairs = [[1.0, 1.1], [2.0, 2.0], [1.0, 1.04]]
    (line,) = overhead({"overhead/hooks": {"pairs": pairs}})
    assert line.value == Spread(1.04, 1.0, 1.1, 3)
    assert line.met == "yes"
    assert "(1.00 s)" in line.against


def test_memory_is_what_the_process_grew_more_than_without():
    results = {
        "memory/nothing": {"now": {"1": 100, "50": 104}, "peak": {"1": 110, "50": 120}},
        "memory/hooks": {"now": {"1": 106, "50": 111}, "peak": {"1": 117, "50": 145}},
    }
    lines = memory(results)
    assert values(lines) == {
        "after epoch 1": 6,
        "after epoch 50": 7,
        "largest up to epoch 50": 25,
        "epoch 50 less epoch 1": 1,
    }
    assert [line.met for line in lines] == ["yes", "yes", "no", ""]


def test_without_the_bare_run_there_is_no_memory_to_tell():
    assert memory({"memory/hooks": {"now": {"1": 1}, "peak": {"1": 1}}}) == []


def test_the_cost_of_a_value_is_compared_within_a_repeat():
    cost = {"small": [1.0, 2.0], "layers": [1.0, 1.0], "channels": [3.0, 6.0]}
    lines = scaling({"scaling/values": cost | {"epochs": [1.0, 2.0]}})
    assert [line.value.median for line in lines] == [0.75, 3.0, 1.0]


def seeds(*runs):
    return {"accuracy/rate": CHOICE} | {
        f"accuracy/seed{number}": dict(
            zip(("ours", "usual", "usual, kept"), run, strict=True)
        )
        for number, run in enumerate(runs)
    }


def ratios(results):
    lines = [line for line in accuracy(results) if line.unit == "×"]
    return [line.value and line.value.median for line in lines]


def test_the_loops_are_compared_seed_by_seed():
    first = (reached(4.0), reached(12.0), reached(20.0))
    second = (reached(8.0), reached(32.0), reached(80.0))
    assert ratios(seeds(first, second)) == [3.5, 7.5]


def test_a_loop_that_did_not_arrive_is_infinitely_slower():
    never = reached(math.inf, math.inf)
    assert ratios(seeds((reached(4.0), reached(8.0), never))) == [2.0, math.inf]
    assert ratios(seeds((never, reached(8.0), never))) == [0.0, None]


def test_seeds_without_a_rate_say_nothing():
    results = seeds((reached(1.0),) * 3)
    del results["accuracy/rate"]
    assert accuracy(results) == []


def test_what_was_not_measured_stands_in_its_section_with_the_reason():
    results = {"overhead/hooks": {"pairs": [[1.0, 1.0]]}}
    missing = {"memory/fastai": "gone", "overhead/fastai": "fastai is not installed"}
    lines = rows(results, missing)
    assert [line.section for line in lines] == ["overhead", "overhead", "memory"]
    assert lines[1].value is None
    assert lines[1].note == "fastai is not installed"

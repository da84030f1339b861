"""A claim holds its verdict to the measurement, and its text to every machine."""

import json
import math
import re

import numpy as np
import pytest
import torch

import course
from course.claims import MIME

TEXT = "the printed SD of 0.999940 is noise"


@pytest.mark.parametrize(
    ("holds", "verdict"),
    [
        (True, "holds"),
        (True, "holds when the batch has 16 images or more"),
        (False, "does not hold"),
        (None, "undecided here"),
        (np.bool_(True), "holds"),
        (torch.tensor(False), "does not hold"),
    ],
)
def test_a_verdict_the_measurement_supports(holds, verdict):
    assert course.claim("C02", TEXT, holds, verdict=verdict).verdict == verdict


@pytest.mark.parametrize(
    ("holds", "verdict"),
    [
        (False, "holds"),
        (None, "holds"),
        (False, "holds when the batch is large"),
        (True, "does not hold"),
        (None, "does not hold"),
        (True, "undecided here"),
        (False, "undecided here"),
    ],
)
def test_a_verdict_the_measurement_contradicts(holds, verdict):
    with pytest.raises(course.ClaimError) as error:
        course.claim("C02", TEXT, holds, verdict=verdict, measured={"SD": 0.99994})
    said = str(error.value)
    assert "C02" in said
    assert repr(verdict) in said
    assert "SD = 0.999940" in said


def test_the_plain_text_has_no_measured_digits():
    shown = course.claim("C06", "BN helps", True, measured={"gain": 0.0123})
    bundle = shown._repr_mimebundle_()
    assert bundle["text/plain"] == repr(shown) == "C06 holds · BN helps"
    assert "0.01230" in bundle["text/html"]
    assert bundle[MIME]["measured"] == {"gain": 0.0123}


def test_the_record_is_legal_json_whatever_was_measured():
    measured = {
        "loss": math.nan,
        "norm": np.float32(math.inf),
        "drop": -math.inf,
        "interval": (-math.inf, 0.5, math.inf),
        "n": np.int64(3),
        "same": torch.tensor(True),
    }
    record = course.claim("C33", "it trains", True, measured=measured).record()
    assert json.loads(json.dumps(record, allow_nan=False))["measured"] == {
        "loss": "nan",
        "norm": "inf",
        "drop": "-inf",
        "interval": ["-inf", 0.5, "inf"],
        "n": 3,
        "same": True,
    }


def test_the_html_is_escaped():
    html = course.claim(
        "C01",
        "<script>alert(1)</script> & so",
        True,
        verdict="holds when a < b",
        article='"><img src=x>',
        measured={"<b>|γ|</b>": 1.0},
    )._repr_mimebundle_()["text/html"]
    assert not re.search("<script|<img|<b>", html)
    assert "&lt;script&gt;" in html
    assert "holds when a &lt; b" in html


@pytest.mark.parametrize("name", ["c02", "C2", "C002", "02", ""])
def test_a_claim_has_a_number(name):
    with pytest.raises(ValueError, match="expected a number such as 'C02'"):
        course.claim(name, TEXT, True)


@pytest.mark.parametrize("verdict", ["true", "Holds", "holds when", "holds  when x"])
def test_a_verdict_is_one_of_four(verdict):
    with pytest.raises(ValueError, match="undecided here"):
        course.claim("C02", TEXT, True, verdict=verdict)


@pytest.mark.parametrize("holds", [1, 0.5, "yes", np.array([True, False])])
def test_holds_is_a_truth_value(holds):
    with pytest.raises(TypeError, match="True, False or None"):
        course.claim("C02", TEXT, holds)


@pytest.mark.parametrize("value", ["0.5", None, (1.0, 2.0), np.zeros(4)])
def test_a_measured_value_is_a_number_or_an_interval(value):
    with pytest.raises(TypeError, match="measured 'gain'"):
        course.claim("C02", TEXT, True, measured={"gain": value})


def test_an_interval_is_in_order():
    with pytest.raises(ValueError, match=r"\(low, mid, high\)"):
        course.claim("C02", TEXT, True, measured={"gain": (0.02, 0.01, 0.03)})

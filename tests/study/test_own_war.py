"""The rule by which a fitted model makes its own war, by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest

from holdfast.study.own_war import FreeWars

LIKE_IT = FreeWars(50, "2001-03-01", 8, 2, 5.0, 9.0, 11.0, 10.4, (("Counter", 8, 6, 0.5),))


def test_a_war_with_a_quarter_of_the_counts_outside_is_still_its_own():
    assert LIKE_IT.makes_its_war
    assert LIKE_IT.no_verdict == ""


@pytest.mark.parametrize(
    "other",
    [
        {"outside": 3},  # of 8
        {"recorded": 11.4},  # and no war of the band has more than eleven
        {"low": 11.0, "middle": 11.0},  # ten falls, and all have more
        {"rows": 0, "outside": 0, "high": 9.0},
    ],
)
def test_too_many_counts_outside_or_falls_outside_and_it_is_another_war(other):
    free = FreeWars.from_dict({**LIKE_IT.as_dict(), **other})
    assert not free.makes_its_war
    assert free.no_verdict.endswith("): no verdict.")


def test_what_is_kept_is_what_was_found():
    assert FreeWars.from_dict(LIKE_IT.as_dict()) == LIKE_IT


def test_numbers_of_an_ensemble_can_be_written_down():
    found = replace(LIKE_IT, low=np.float64(5), middle=np.float64(9), high=np.float64(11))
    assert FreeWars.from_dict(json.loads(json.dumps(found.as_dict()))) == LIKE_IT


def test_one_district_is_one_district():
    one = FreeWars.from_dict({**LIKE_IT.as_dict(), "middle": 1.0, "high": 3.0})
    assert "it loses 1 district (5 to 3)" in one.found

"""The page is told what the wars did, and nothing else."""

import base64
import json

import numpy as np
import pytest

from holdfast.report import run_values
from holdfast.report.beside import rows_beside


@pytest.fixture
def told(wars, about, record):
    return run_values(wars(), about, rows_beside(record), of=8, forecast_from=2)


def grid(told, name):
    return np.frombuffer(base64.b64decode(told[name]), np.uint8).reshape(5, 4)


def test_it_is_json(told):
    json.dumps({**told, "push": None}, allow_nan=False)


def test_it_says_which_wars_and_how_many_are_there(told):
    assert (told["id"], told["version"], told["seed"]) == ("tiny-1", "0.1.0", 7)
    assert (told["members"], told["of"], told["collapsed"]) == (4, 8, 1)
    assert (told["parameters"], told["forecast_from"]) == ("hand-chosen", 2)


def test_chances_by_day_are_shares_of_the_wars(told):
    # North falls at 1, 2, 2 and 2 days: one of four wars by the end of the first day, then all.
    assert grid(told, "fallen")[:, 1].tolist() == [25, 100, 100, 100, 100]
    assert grid(told, "held")[:, 0].tolist() == [0, 0, 0, 25, 25]


def test_states_are_those_of_the_first_war(told):
    assert grid(told, "states")[:, 2].tolist() == [0, 0, 2, 2, 2]


def test_a_district_mostly_overrun_outside_its_centre_is_contested(wars, about):
    seen = wars().copy(deep=True)
    seen["countryside"][0, 0, 3] = 51
    seen["countryside"][0, 1, 3] = 50
    assert grid(run_values(seen, about, []), "states")[:2, 3].tolist() == [1, 0]


def test_retaken_districts_are_no_longer_held_but_have_fallen(wars, about):
    seen = wars().copy(deep=True)
    seen["held"][:, 4, 1] = 0
    told = run_values(seen, about, [])
    assert grid(told, "held")[4, 1] == 0
    assert grid(told, "fallen")[4, 1] == 100


def test_districts_tell_chance_days_and_manners(told):
    north, seat = told["districts"][1], told["districts"][0]
    assert north == [100, 0, 1, 1, [50, 25, 25, 0], 4, 4]
    assert seat[:4] == [25, 3, None, None]


def test_falls_of_all_days_are_the_falls_of_a_war(told):
    # Falls: 2, 2, 3 and 4 districts.
    assert sum(told["falls"]) == pytest.approx(11 / 4, abs=0.02)
    assert told["falls"][0] == 0.25


def test_each_soldier_is_in_one_layer(told):
    layers = dict(zip(told["soldiers"]["names"], told["soldiers"]["mean"], strict=True))
    # Of the last day, by hand: 100 serve, 1 of them came back from the 7.5 who went abroad.
    assert [layers[k][-1] for k in ("serving", "returned", "surrendered")] == [99, 1, 75]
    assert [layers[k][-1] for k in ("deserted", "abroad", "killed")] == [18, 6, 6]


def test_reasons_are_means_over_the_districts_that_fell(told):
    assert told["why"] == [["pledge", 2, 2, 2], ["fear", 1, 1, 1]]


def test_pressure_is_that_before_the_fall_with_the_luck_of_the_draw_last(told):
    push = told["push"]
    assert (push.dtype, push.shape) == (np.int8, (4, 2, 3))
    assert told["weeks"] == [0, 4]
    assert told["pushers"] == ["fear", "pledge", "chance"]
    # South fell in all wars, and in two of them after the last week began: 1, 2 and -0.5 logits.
    assert (push[2, 0] * told["step"]).tolist() == pytest.approx([1, 2, -0.5])
    assert push[0, 1].tolist() == [-128] * 3  # the seat fell once, before that


def test_a_run_that_is_not_told_of_has_no_unknown_numbers(wars, about):
    seen = wars().copy(deep=True)
    seen["first_fall"][:] = np.inf
    seen["push"][:] = np.nan
    told = run_values(seen, about, [])
    assert told["why"] == []
    assert set(told["push"].ravel()) == {-128}
    json.dumps({**told, "push": None}, allow_nan=False)

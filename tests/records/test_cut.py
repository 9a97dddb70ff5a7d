"""A forecast is handed what could be known on its day, and nothing later."""

from dataclasses import fields
from datetime import date, timedelta

import numpy as np
import pytest

from holdfast.records.read import read_scenario
from holdfast.records.tables import DATED, cut_at


@pytest.fixture(scope="module")
def afghanistan():
    return read_scenario("afghanistan-2021")


@pytest.mark.parametrize("day", [date(2021, 5, 1), date(2021, 7, 15), date(2021, 8, 5)])
def test_nothing_known_later_is_left_and_all_known_by_then_is(afghanistan, day):
    cut = cut_at(afghanistan, day)
    for name in DATED:
        whole, left = getattr(afghanistan, name), getattr(cut, name)
        kept = [known.date() <= day for known in whole["known_on"]]
        assert len(left) == sum(kept) == len(cut.lines[name])
        assert all(known.date() <= day for known in left["known_on"])


def test_every_table_with_known_on_is_cut(afghanistan):
    dated = [
        f.name
        for f in fields(afghanistan)
        if "known_on" in getattr(getattr(afghanistan, f.name), "columns", ())
    ]
    assert sorted(dated) == sorted(DATED)


def test_the_killing_at_dawlat_abad_is_not_known_until_13_july(afghanistan):
    for day, known in ((date(2021, 7, 12), False), (date(2021, 7, 13), True)):
        cut = cut_at(afghanistan, day)
        assert ("breach" in set(cut.calendar["kind"])) is known
        assert ("killed_after_surrender" in set(cut.counts["what"])) is known


def test_before_the_capitals_fall_nobody_knows_that_they_will(afghanistan):
    cut = cut_at(afghanistan, date(2021, 8, 5))
    capitals = set(cut.districts.loc[cut.districts["capital"] == 1, "district_id"])
    assert not capitals & set(cut.captures["district_id"])
    assert not capitals & set(cut.status["district_id"])
    assert "capitals_held" not in set(cut.control["measure"])
    assert "capitals_open" not in set(cut.calendar["kind"])


def test_a_summary_tells_nothing_of_later_days(afghanistan):
    cut = cut_at(afghanistan, date(2021, 7, 10))
    assert (cut.status["status_31jul"] == "").all()
    assert (cut.status["status_30jun"] != "").any()
    captured = cut.captures[cut.captures["event"] == "captured"]
    inside = captured["date"] >= np.datetime64("2021-05-01")
    assert cut.status["n_captures"].sum() == inside.sum()
    assert (cut_at(afghanistan, date(2021, 6, 29)).status["status_30jun"] == "").all()


def test_cutting_twice_is_cutting_at_the_earlier_day(afghanistan):
    early, late = date(2021, 6, 15), date(2021, 7, 28)
    once, twice = cut_at(afghanistan, early), cut_at(cut_at(afghanistan, late), early)
    assert all(getattr(once, name).equals(getattr(twice, name)) for name in DATED)


def test_after_the_last_report_the_record_is_whole(afghanistan):
    last = max(getattr(afghanistan, name)["known_on"].max() for name in DATED).date()
    cut = cut_at(afghanistan, last)
    assert all(getattr(cut, name).equals(getattr(afghanistan, name)) for name in DATED)
    day_before = cut_at(afghanistan, last - timedelta(days=1))
    assert any(len(getattr(day_before, n)) < len(getattr(cut, n)) for n in DATED)

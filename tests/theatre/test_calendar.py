"""Dated facts become arrays that reach whom they concern, on their day."""

import numpy as np
import pandas as pd
import pytest

from holdfast.theatre.build import build
from holdfast.theatre.calendar import NEAR_BASE_KM
from holdfast.theatre.synthetic import quiet_calendar

START = pd.Timestamp("2001-01-01")
WEST, EAST = range(6, 12), range(6)


@pytest.fixture
def calendar(ring):
    """Builds the calendar of the ring from rows (day, kind, level, place, value)."""

    def calendar(*rows):
        table = pd.DataFrame(
            [
                {"calendar_id": f"fact {k}", "date": START + pd.Timedelta(days=day), "kind": kind,
                 "level": level, "place": place, "value": value}
                for k, (day, kind, level, place, value) in enumerate(rows)
            ],
            columns=["calendar_id", "date", "kind", "level", "place", "value"],
        )  # fmt: skip
        t = ring.tables
        return build(t.districts, t.links, t.strengths, table, t.settings)[0].calendar

    return calendar


def days(x):
    return np.asarray(x, float).tolist()


def test_an_empty_calendar_is_a_quiet_one(calendar):
    for mine, quiet in zip(calendar(), quiet_calendar(12), strict=True):
        np.testing.assert_array_equal(np.asarray(mine), np.asarray(quiet))


def test_a_series_is_its_knots_in_the_order_of_days_from_the_first_day(calendar):
    cal = calendar(
        (30, "ally_presence", "nation", None, 0.0),
        (-17, "ally_presence", "nation", None, 1.0),
        (3, "air_support", "nation", None, 0.4),
        (5, "pay_arrears", "nation", None, 2.0),
    )
    assert days(cal.ally_presence) == [[-17, 1], [30, 0]]
    assert days(cal.air_support) == [[3, pytest.approx(0.4)]]
    assert days(cal.pay_arrears) == [[5, 2]]


def test_pay_owed_in_a_province_or_district_is_owed_there_alone(calendar):
    cal = calendar(
        (4, "pay_arrears", "province", "Westring", 5.0),
        (9, "pay_arrears", "district", "R02", 3.0),
        (0, "pay_arrears", "nation", None, 1.0),
    )
    west, second = days(cal.pay_here)
    assert west == [4] + [5.0 * (d in WEST) for d in range(12)]
    assert second == [9] + [3.0 * (d == 1) for d in range(12)]
    assert days(cal.pay_arrears) == [[0, 1]]


def test_an_appointment_reaches_only_its_province(calendar):
    cal = calendar(
        (15, "appointment", "province", "Westring", 0.5),
        (20, "appointment", "district", "R02", np.nan),
        (25, "appointment", "nation", None, 0.25),
    )
    west, second, nation = days(cal.appointments)
    assert west == [15 if d in WEST else np.inf for d in range(12)]
    assert second == [20 if d == 1 else np.inf for d in range(12)]
    assert nation == [25] * 12
    assert days(cal.replaced_share) == [0.5, 1.0, 0.25]  # all of them where the table is silent


def test_a_row_that_names_two_provinces_reaches_both(calendar):
    cal = calendar((15, "appointment", "province", "Eastring;Westring", 1.0))
    assert days(cal.appointments) == [[15] * 12]


def test_the_going_of_a_base_is_felt_within_a_hundred_kilometres(calendar, ring):
    """Of two bases the one that goes first."""
    cal = calendar(
        (10, "base_handed_over", "district", "R07", np.nan),
        (40, "base_handed_over", "district", "R01", np.nan),
    )
    where = np.radians(ring.tables.districts[["latitude", "longitude"]].to_numpy(float))
    flat = where * [1, 1]  # at the equator a degree is as long either way
    km = lambda d: 6371 * np.hypot(*(flat - flat[d]).T)  # noqa: E731
    wanted = np.where(km(6) <= NEAR_BASE_KM, 10, np.where(km(0) <= NEAR_BASE_KM, 40, np.inf))
    assert days(cal.base_day) == wanted.tolist()
    assert set(wanted) == {10, 40}


def test_no_base_is_felt_far_away(afghanistan):
    """Of four bases handed over none was near Badakhshan."""
    names, th = afghanistan.names, afghanistan.theatre
    capitals = np.flatnonzero(np.asarray(th.capital))
    at = {names.district_names[d]: float(th.calendar.base_day[d]) for d in capitals}
    assert at["Fayzabad"] == np.inf
    assert at["Mazar-e-Sharif"] == 59  # Camp Marmal, 29 June
    assert at["Lashkargah"] <= 11  # Camp Antonik on 2 May, Kandahar airfield on 12 May


def test_the_order_and_the_turn_on_capitals_come_on_their_first_day(calendar):
    cal = calendar(
        (45, "capitals_open", "nation", None, np.nan),
        (40, "withdrawal_order", "nation", None, np.nan),
        (50, "withdrawal_order", "nation", None, np.nan),
    )
    assert (float(cal.order_day), float(cal.capitals_day)) == (40, 45)


def test_a_cease_fire_lasts_as_many_days_as_it_says(calendar):
    assert days(calendar((24, "ceasefire", "nation", None, 2.0)).ceasefires) == [[24, 26]]


def test_a_breach_and_the_news_of_it_are_dated_apart(calendar):
    cal = calendar(
        (18, "breach", "district", "R09", 6.0), (28, "breach_news", "district", "R09", 6.0),
        (2, "announcement", "nation", None, 0.5),
    )  # fmt: skip
    assert days(cal.breaches) == [[18, 8, 6]]
    assert days(cal.breach_news) == [[28, 6]]
    assert days(cal.announcements) == [[2, 0.5]]


def test_the_calendar_of_the_ring_is_its_table(ring):
    """Dates of calendar.csv, counted by hand from 1 January."""
    cal = ring.theatre.calendar
    assert days(cal.ally_presence) == [[0, 1], [20, 0.5], [30, 0]]
    assert days(cal.appointments) == [[15 if d in WEST else np.inf for d in range(12)]]
    assert (float(cal.order_day), float(cal.capitals_day)) == (40, 45)
    assert days(cal.pay_arrears) == [[0, 0], [59, 3]]

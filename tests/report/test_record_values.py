"""The record is told as it stands: ranges, claims, open ends, and who denies."""

import pandas as pd
import pytest

from holdfast.report.record_values import afterwards, captures_of, record_points

START = pd.Timestamp("2021-05-01")


@pytest.fixture
def points(record):
    found = record_points(record.series, {"watch": 4, "seats": 1}, START, 5)
    return {(row["tracker"], row["of"]): row["points"] for row in found}


def test_every_row_of_a_day_is_a_point_of_its_own(points):
    rows = points["watch", "districts_held"]
    assert [(p["day"], p["low"], p["hollow"]) for p in rows] == [
        (2, 2, False),
        (4, 0, False),
        (4, 1, False),
        (4, 4, True),  # a claim
    ]


def test_at_least_has_an_open_end(points):
    (point,) = points["seats", "capitals_held"]
    assert (point["low"], point["high"]) == (1, None)
    assert point["says"].startswith("1 or more of 1")


def test_points_are_carried_to_the_districts_of_the_model(record):
    found = record_points(record.series, {"watch": 8, "seats": 1}, START, 5)
    assert found[0]["points"][0]["low"] == 4  # 2 of 4


def test_rows_outside_the_war_are_left_out(record):
    assert record_points(record.series, {"watch": 4, "seats": 1}, START, 2) == []


def test_captures_keep_their_order_manner_and_source():
    rows = [["D1", "2021-05-03", "recaptured", "unknown", "b"], ["D1", "2021-04-30", "captured",
            "assault", "a"]]  # fmt: skip
    table = pd.DataFrame(rows, columns=["district_id", "date", "event", "how", "source_id"])
    table["date"], table["confidence"] = pd.to_datetime(table["date"]), "low"
    told = captures_of(table, START)["D1"]
    assert [(e["day"], e["to"], e["how"], e["by"]) for e in told] == [
        (-1, "insurgent", "assault", "a"),
        (2, "government", "unknown", "b"),
    ]


def test_what_followed_the_pledge_is_told_with_who_denies_it(record):
    after = afterwards(record.counts, {})
    assert [(a["count"], a["stance"]) for a in after] == [
        ("22", "asserts"),
        ("no number", "denies"),
    ]

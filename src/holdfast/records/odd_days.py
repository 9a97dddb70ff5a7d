"""Rules of plausibility of days."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd

from holdfast.records.place import PATHS, odd
from holdfast.records.problems import Problem
from holdfast.records.tables import Tables

A_YEAR = timedelta(days=366)
QUIET = timedelta(days=180)
"""Days at the end of a war of which neither calendar nor record knows anything."""

LONGEST = timedelta(days=3653)  # ten years: longer than any phase of a war with one calendar
MOSTLY = 0.5  # of the rows of a table that is sorted by day
SWAPPED = (3, 0.15)
"""Rows and share of the rows that look swapped; in the wars of the program 3 of 286, 2 of 17."""


def the_calendar_is_of_this_war(tables: Tables) -> Iterator[Problem]:
    """The calendar has rows within the war, and none that comes a year after it."""
    yield from _of_this_war(tables, "calendar")


def the_record_is_of_this_war(tables: Tables) -> Iterator[Problem]:
    """Most captures, and some counts, are of days of the war."""
    yield from _of_this_war(tables, "control")
    yield from _of_this_war(tables, "captures")
    days = _days(tables, "captures")
    outside = ((days < _start(tables)) | (days > _end(tables))).sum()
    if len(days) > outside > len(days) / 2:
        yield odd(
            "captures",
            f"{outside:,} of {len(days):,} captures in record/captures.csv lie outside the war,"
            f" which goes from {tables.settings.start} to {tables.settings.end}.",
        )


def _of_this_war(tables: Tables, table: str) -> Iterator[Problem]:
    days, start, end = _days(tables, table), _start(tables), _end(tables)
    window = f"{tables.settings.start} to {tables.settings.end}"
    if len(days) and not ((days >= start) & (days <= end)).any():
        yield odd(
            table,
            f"No row of {PATHS[table]} lies within the war ({window}): they go from"
            f" {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}. Is the year right?",
        )
        return
    late = days > end + A_YEAR
    early = days < start - A_YEAR if table == "captures" else days < days
    for wrong, when in ((late, "after the war"), (early, "before the war")):
        if wrong.any():
            yield odd(
                table,
                f"{wrong.sum():,} of the rows of {PATHS[table]} are dated more than a year {when}"
                f" ({window}), as {days[wrong].iloc[0]:%Y-%m-%d} on line"
                f" {_line(tables, table, wrong)}.",
            )


def the_war_ends_with_what_is_known(tables: Tables) -> Iterator[Problem]:
    """The war ends within 180 days of the last row of calendar and record, and within ten years."""
    settings = tables.settings
    known = pd.concat([_days(tables, name) for name in ("calendar", "captures", "control")])
    known = known[known <= _end(tables)]
    if len(known) and _end(tables) - known.max() > QUIET:
        quiet = (_end(tables) - known.max()).days
        yield odd(
            "scenario.toml",
            f"The war ends on {settings.end}, {quiet:,} days after the last day of calendar and"
            f" record ({known.max():%Y-%m-%d}). Is the year of end in scenario.toml right?",
        )
    if settings.end - settings.start > LONGEST:
        yield odd(
            "scenario.toml",
            f"The war lasts {(settings.end - settings.start).days:,} days ({settings.start} to"
            f" {settings.end}). Are start and end in scenario.toml right?",
        )


def news_is_not_a_year_old(tables: Tables) -> Iterator[Problem]:
    """No row became known on the same day of another year than it happened."""
    for table in ("calendar", "captures", "control"):
        frame = getattr(tables, table)
        day, known = frame["date"].dt, frame["known_on"].dt
        same = (day.day == known.day) & (day.month == known.month) & (day.year != known.year)
        if same.any():
            row = frame[same].iloc[0]
            yield odd(
                table,
                f"{same.sum():,} of the rows of {PATHS[table]} have the same day of different years"
                f" in date and known_on, as {row['date']:%Y-%m-%d} and {row['known_on']:%Y-%m-%d}"
                f" on line {_line(tables, table, same)}. Is one of the years a slip?",
            )


def days_are_not_months(tables: Tables) -> Iterator[Problem]:
    """No table has several days that fit only if day and month change places."""
    for table in ("calendar", "captures"):
        days = _days(tables, table)
        swapped = days.map(_swapped)
        can = swapped.notna() & (swapped != days)
        within = (swapped >= _start(tables)) & (swapped <= _end(tables))
        outside = (days < _start(tables)) | (days > _end(tables))
        odd_ones = can & ((outside & within) | _out_of_order(days, swapped))
        if odd_ones.sum() >= SWAPPED[0] and odd_ones.mean() >= SWAPPED[1]:
            first = days[odd_ones].iloc[0]
            yield odd(
                table,
                f"{odd_ones.sum():,} of the rows of {PATHS[table]} would fit better with day and"
                f" month the other way round, as {first:%Y-%m-%d} on line"
                f" {_line(tables, table, odd_ones)}."
                " Dates are year-month-day.",
            )


def _out_of_order(days: pd.Series, swapped: pd.Series) -> pd.Series:
    """Whether a day stands out of its order in a table sorted by day, and would not if swapped."""
    nothing = pd.Series(False, days.index)
    if len(days) < 5:
        return nothing
    before, after = days.shift(1), days.shift(-1)
    stands_in_order = ((before <= days) | before.isna()) & ((days <= after) | after.isna())
    if (days.diff().dropna() >= timedelta(0)).mean() < MOSTLY:
        return nothing
    fits = ((before <= swapped) | before.isna()) & ((swapped <= after) | after.isna())
    return ~stands_in_order & fits


def trackers_count_what_is_there(tables: Tables) -> Iterator[Problem]:
    """No tracker counts more districts, or capitals, than there are."""
    districts = tables.districts
    capitals = int((districts["capital"] == 1).sum())
    there = {"all": len(districts), "capitals": capitals, "districts": len(districts) - capitals}
    for key, tracker in tables.settings.trackers.items():
        if tracker.total_units > there[tracker.units]:
            yield odd(
                "scenario.toml",
                f"trackers.{key} counts total_units {tracker.total_units:,} in scenario.toml, but"
                f" districts.csv has {there[tracker.units]:,} of them. Were rows lost?",
            )


def _swapped(day: pd.Timestamp) -> pd.Timestamp | None:
    """The day with day and month in each other's place, NaT if there is no such day."""
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else pd.NaT


def _days(tables: Tables, table: str) -> pd.Series:
    return getattr(tables, table)["date"]


def _line(tables: Tables, table: str, rows: pd.Series) -> int:
    return tables.lines[table][int(np.flatnonzero(rows)[0])]


def _start(tables: Tables) -> pd.Timestamp:
    return pd.Timestamp(tables.settings.start)


def _end(tables: Tables) -> pd.Timestamp:
    return pd.Timestamp(tables.settings.end)

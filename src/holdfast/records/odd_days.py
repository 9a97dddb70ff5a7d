"""Rules of plausibility of days."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from holdfast.records.place import PATHS, odd
from holdfast.records.problems import Problem
from holdfast.records.tables import Tables

A_YEAR = np.timedelta64(366, "D")
QUIET = np.timedelta64(180, "D")
"""Days at the end of a war of which neither calendar nor record knows anything."""

LONGEST = np.timedelta64(3653, "D")  # ten years: longer than any phase of a war with one calendar
MOSTLY = 0.5  # of the rows of a table that is sorted by day
SORTED_FROM = 5  # rows from which on an order can be seen
SWAPPED = (3, 0.15)
"""Rows and share of the rows that look swapped; in the wars of the program 3 of 286, 2 of 17."""


def the_calendar_is_of_this_war(tables: Tables) -> Iterator[Problem]:
    """The calendar has rows within the war, and none that comes a year after it."""
    yield from _of_this_war(tables, "calendar")


def the_record_is_of_this_war(tables: Tables) -> Iterator[Problem]:
    """Most captures, and some counts, are of days of the war."""
    yield from _of_this_war(tables, "control")
    yield from _of_this_war(tables, "captures")
    days, (start, end) = _days(tables, "captures"), _window(tables)
    outside = int(((days < start) | (days > end)).sum())
    if len(days) > outside > len(days) / 2:
        yield odd(
            "captures",
            f"{outside:,} of {len(days):,} captures in record/captures.csv lie outside the war,"
            f" which goes from {start} to {end}.",
        )


def _of_this_war(tables: Tables, table: str) -> Iterator[Problem]:
    days, (start, end) = _days(tables, table), _window(tables)
    if len(days) and not ((days >= start) & (days <= end)).any():
        yield odd(
            table,
            f"No row of {PATHS[table]} lies within the war ({start} to {end}): they go from"
            f" {days.min()} to {days.max()}. Is the year right?",
        )
        return
    late = days > end + A_YEAR
    early = (days < start - A_YEAR) & (table == "captures")  # others have a reason to look back
    for wrong, when in ((late, "after the war"), (early, "before the war")):
        if wrong.any():
            yield odd(
                table,
                f"{PATHS[table]} has {_rows(wrong)} dated more than a year {when} ({start} to"
                f" {end}), as {_first(tables, table, wrong)}.",
            )


def the_war_ends_with_what_is_known(tables: Tables) -> Iterator[Problem]:
    """The war ends within 180 days of the last row of calendar and record, and within ten years."""
    start, end = _window(tables)
    known = np.concatenate([_days(tables, name) for name in ("calendar", "captures", "control")])
    known = known[known <= end]
    if len(known) and end - known.max() > QUIET:
        yield odd(
            "scenario.toml",
            f"The war ends on {end}, {(end - known.max()).astype(int):,} days after the last day of"
            f" calendar and record ({known.max()}). Is the year of end in scenario.toml right?",
        )
    if end - start > LONGEST:
        yield odd(
            "scenario.toml",
            f"The war lasts {(end - start).astype(int):,} days ({start} to {end}). Are start and"
            " end in scenario.toml right?",
        )


def news_is_not_a_year_old(tables: Tables) -> Iterator[Problem]:
    """No row became known on the same day of another year than it happened."""
    for table in ("calendar", "captures", "control"):
        pairs = zip(_dates(tables, table, "date"), _dates(tables, table, "known_on"), strict=True)
        same = np.array(
            [d.year != k.year and (d.month, d.day) == (k.month, k.day) for d, k in pairs], bool
        )
        if same.any():
            known = _dates(tables, table, "known_on")[int(same.argmax())]
            yield odd(
                table,
                f"{PATHS[table]} has {_rows(same)} known on the same day of another year than the"
                f" date, as {_first(tables, table, same)}, known on {known}. Is one of the years a"
                " slip?",
            )


def days_are_not_months(tables: Tables) -> Iterator[Problem]:
    """No table has several days that fit only if day and month change places."""
    start, end = _window(tables)
    for table in ("calendar", "captures"):
        days = _days(tables, table)
        swapped = np.array(list(map(_swapped, _dates(tables, table, "date"))), "datetime64[D]")
        outside = (days < start) | (days > end)
        moves_in = outside & (swapped >= start) & (swapped <= end)
        wrong = (swapped != days) & (moves_in | _out_of_order(days, swapped))
        if wrong.sum() >= SWAPPED[0] and wrong.mean() >= SWAPPED[1]:
            yield odd(
                table,
                f"{PATHS[table]} has {_rows(wrong)} that would fit in with day and month the other"
                f" way round, as {_first(tables, table, wrong)}. Dates are year-month-day.",
            )


def _out_of_order(days: np.ndarray, swapped: np.ndarray) -> np.ndarray:
    """Whether a day stands out of its order in a table sorted by day, and would not if swapped."""
    if len(days) < SORTED_FROM or (np.diff(days).astype(int) >= 0).mean() < MOSTLY:
        return np.zeros(len(days), bool)
    first, last = np.datetime64("0001-01-01"), np.datetime64("9999-12-31")
    before, after = np.append(first, days[:-1]), np.append(days[1:], last)
    stands_in_order = (before <= days) & (days <= after)
    return ~stands_in_order & (before <= swapped) & (swapped <= after)


def trackers_count_what_is_there(tables: Tables) -> Iterator[Problem]:
    """No tracker counts more districts, or capitals, than there are."""
    n, capitals = len(tables.districts), int((tables.districts["capital"] == 1).to_numpy().sum())
    there = {"all": n, "capitals": capitals, "districts": n - capitals}
    for key, tracker in tables.settings.trackers.items():
        if tracker.total_units > there[tracker.units]:
            yield odd(
                "scenario.toml",
                f"trackers.{key} counts total_units {tracker.total_units:,} in scenario.toml, but"
                f" districts.csv has {there[tracker.units]:,} of them. Were rows lost?",
            )


def trackers_tell_within_the_war(tables: Tables) -> Iterator[Problem]:
    """No tracker shows the state of a day later than the war is long."""
    start, end = _window(tables)
    days = int((end - start).astype(int))
    for key, tracker in tables.settings.trackers.items():
        if tracker.lag_days > days:
            yield odd(
                "scenario.toml",
                f"trackers.{key} has lag_days {tracker.lag_days:,g} in scenario.toml, and the war"
                f" lasts {days:,} days ({start} to {end}): it would show nothing of the war. Is"
                " lag_days in days?",
            )


def _swapped(day: date) -> date:
    """The day with day and month in each other's place; itself if there is no such day."""
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else day


def _rows(which: np.ndarray) -> str:
    n = int(which.sum())
    return f"{n:,} row{'' if n == 1 else 's'}"


def _first(tables: Tables, table: str, rows: np.ndarray) -> str:
    """The day and the line of the first row where a condition is true."""
    row = int(rows.argmax())
    return f"{_days(tables, table)[row]} on line {tables.lines[table][row]}"


def _days(tables: Tables, table: str) -> np.ndarray:
    return getattr(tables, table)["date"].to_numpy().astype("datetime64[D]")


def _dates(tables: Tables, table: str, column: str) -> list[date]:
    return getattr(tables, table)[column].to_numpy().astype("datetime64[D]").tolist()


def _window(tables: Tables) -> tuple[np.datetime64, np.datetime64]:
    return np.datetime64(tables.settings.start, "D"), np.datetime64(tables.settings.end, "D")

"""Checks of the calendar and of the record."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from holdfast.records.place import at_row, at_rows, of_table, rows_where
from holdfast.records.problems import Problem
from holdfast.records.tables import Tables

ANY = 1e9
"""Men or captives: more than there ever were."""

HIGHEST_LEVEL = 1000.0
"""Of a series: strikes against the first day, or months of pay owed."""

SERIES = {
    "ally_presence": (0.0, 1.0),
    "air_support": (0.0, HIGHEST_LEVEL),
    "pay_arrears": (0.0, HIGHEST_LEVEL),
}
EVENTS = {  # what the value of an event may be; None where it has none
    "announcement": (0.0, 1.0),
    "ally_gone": (0.0, 1.0),
    "appointment": (0.0, 1.0),
    "breach": (1.0, ANY),
    "breach_news": (1.0, ANY),
    "ceasefire": (1.0, 365.0),
    "base_handed_over": None,
    "withdrawal_order": None,
    "capitals_open": None,
}
LEVELS = {"base_handed_over": "district", "breach": "district", "breach_news": "district"}


def calendar_values_fit_their_kind(tables: Tables) -> Iterator[Problem]:
    """A dated fact has a value if its kind has one, in its range, at a level that it can have."""
    columns = tables.calendar[["kind", "level", "value"]]
    for row, (kind, level, value) in enumerate(columns.itertuples(index=False)):
        ends = {**SERIES, **EVENTS}[kind]
        if ends is None and not np.isnan(value):
            says, allowed = f"stands with {kind}", f"an empty cell: {kind} has no value"
            yield at_row(tables, "calendar", row, "value", says, allowed, "empty the cell")
        if ends is not None and not ends[0] <= value <= ends[1]:
            says, allowed = f"does not fit {kind}", f"from {ends[0]:g} to {ends[1]:g}"
            yield at_row(tables, "calendar", row, "value", says, allowed, "check the unit")
        if level != LEVELS.get(kind, level):
            says, allowed = f"does not fit {kind}", LEVELS[kind]
            yield at_row(tables, "calendar", row, "level", says, allowed, "name the district")


def series_have_one_value_a_day(tables: Tables) -> Iterator[Problem]:
    """A series has one value for a place and a day."""
    calendar = tables.calendar
    twice = calendar.duplicated(["kind", "level", "place", "date"])
    twice &= calendar["kind"].isin(SERIES)
    says, allowed = "has two values of one series", "one value a day and place"
    yield from at_rows(tables, "calendar", twice, "date", says, allowed, "take one row out")


def series_begin_by_the_first_day(tables: Tables) -> Iterator[Problem]:
    """A series has a value on or before the first day, so that nothing is guessed before it."""
    start, first = tables.settings.start, {}
    for kind, place, day in tables.calendar[["kind", "place", "date"]].itertuples(index=False):
        if kind in SERIES:
            first[kind, place] = min(day.date(), first.get((kind, place), day.date()))
    for (kind, place), day in first.items():
        if day > start:
            says = f"{kind} of {place or 'the nation'} begins on {day}"
            allowed, cure = f"a value on or before {start}", "add its value on the first day"
            yield of_table("calendar", says, allowed, cure)


def nothing_is_known_before_it_happened(tables: Tables) -> Iterator[Problem]:
    """What is recorded became known on its day or later; only a calendar can announce."""
    for table in ("control", "captures", "counts"):
        frame = getattr(tables, table)
        early = frame["known_on"] < frame["date"]
        says, allowed = "is before the day itself", "the day or later"
        yield from at_rows(tables, table, early, "known_on", says, allowed, "check both days")


def intervals_are_in_order(tables: Tables) -> Iterator[Problem]:
    """Intervals end no earlier than they begin, and hold the date they are about."""
    for table, *columns in (
        ("captures", "earliest", "date", "latest"),
        ("status", "capture_after", "first_capture", "capture_by"),
        ("status", "capture_after", "capture_by"),
        ("counts", "from", "to"),
        ("claims", "from", "to"),
    ):
        frame = getattr(tables, table)
        for before, after in zip(columns, columns[1:], strict=False):
            wrong = frame[before] > frame[after]
            says, cure = f"is before {before}", "swap them, or check the days"
            yield from at_rows(tables, table, wrong, after, says, f"{before} or later", cure)


def low_is_not_above_high(tables: Tables) -> Iterator[Problem]:
    """The lower end of a number is not above its upper end, nor a value outside them."""
    for table, *columns in (
        ("calendar", "low", "high"),
        ("calendar", "low", "value", "high"),
        ("control", "value_low", "value_high"),
        ("counts", "low", "high"),
        ("claims", "low", "high"),
    ):
        frame = getattr(tables, table)
        for low, high in zip(columns, columns[1:], strict=False):
            wrong, says = frame[low] > frame[high], f"is below {low}"
            yield from at_rows(
                tables, table, wrong, high, says, f"at least {low}", "swap the two ends"
            )


def counts_fit_their_total(tables: Tables) -> Iterator[Problem]:
    """No tracker counts more than it has in all."""
    control = tables.control
    for column in ("value_low", "value_high"):
        over = control[column] > control["total_units"]
        says, allowed = "is above total_units", "at most the tracker's denominator"
        yield from at_rows(tables, "control", over, column, says, allowed, "check both numbers")


def disputes_name_what_they_dispute(tables: Tables) -> Iterator[Problem]:
    """Who denies or cannot confirm a number says which."""
    counts = tables.counts
    disputes = counts["stance"].isin(["denies", "cannot_confirm"])
    disputes &= counts["counts_as_one_with"] == ""
    says, allowed = "disputes nothing", "a count_id in counts_as_one_with"
    yield from at_rows(tables, "counts", disputes, "stance", says, allowed, "name the disputed row")


def status_agrees_with_captures(tables: Tables) -> Iterator[Problem]:
    """What is summed up of a district is what the captures say from the first day on."""
    captures, status = tables.captures, tables.status
    within = captures["date"].to_numpy() >= np.datetime64(tables.settings.start, "s")
    for event, column in (("captured", "n_captures"), ("recaptured", "n_recaptures")):
        counted = Counter(captures["district_id"][within & (captures["event"] == event)])
        wanted = np.array([counted[district] for district in status["district_id"]])
        for row in rows_where(status[column].to_numpy() != wanted) if len(status) else ():
            says, allowed = "differs from captures.csv", f"{wanted[row]}"
            cure = "count the captures again"
            yield at_row(tables, "status", row, column, says, allowed, cure)
        for district in set(counted) - set(status["district_id"]) if len(status) else ():
            says, cure = f"{district} was {event} but has no row", "add its row"
            yield of_table("status", says, "a row for each district captured", cure)


def claims_name_districts_that_are_there(tables: Tables) -> Iterator[Problem]:
    """The districts a claim means can be found by the cells of districts.csv that it gives."""
    known: dict[str, set[str]] = {}
    for row, cells in enumerate(tables.claims["districts"]):
        for term in filter(None, str(cells).split(";")):
            column, _, value = term.partition("=")
            if column in tables.districts and column not in known:
                cells_there = map(str, tables.districts[column].unique())
                known[column] = {part for cell in cells_there for part in cell.split(";")}
            if column not in known:
                says, allowed = f"names no column: {column}", "column=value;column=value"
            elif value not in known[column]:
                says, allowed = f"{term} is nowhere", f"a value of {column} in districts.csv"
            else:
                continue
            cure = "mend it, or leave the cell empty for all districts"
            yield at_row(tables, "claims", row, "districts", says, allowed, cure)

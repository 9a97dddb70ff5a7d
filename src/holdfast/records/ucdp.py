"""UCDP Georeferenced Event Dataset, the CSV as it is published."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from holdfast.records.events import (
    COUNTRY,
    Events,
    Window,
    between,
    countries_of,
    days_of,
    in_box,
    low_above_high,
    unknown_words,
    whole_numbers,
    without_far_days,
    without_repeats,
)
from holdfast.records.outside import columns_of, own_names
from holdfast.records.parted import Sheet
from holdfast.records.problems import ScenarioError
from holdfast.records.said import About, Said, counted

PUBLISHED = (6, 30)
"""Month and day of the year after, by which the yearly edition has been out. Cautious."""

KINDS = {"1": "state-based", "2": "non-state", "3": "one-sided"}
"""What the codes of type_of_violence mean; in words they begin so too."""
FINEST = 3  # where_prec: 1 the place, 2 near it, 3 the second division, 4 the first ...
NEEDED = (
    "id", "type_of_violence", "latitude", "longitude", "date_start", "date_end", "best", "low",
    "high",
)  # fmt: skip
COLUMNS = {
    **COUNTRY,
    **{name: (name,) for name in NEEDED},
    **{name: (name, f"{name}_est") for name in ("best", "low", "high")},
    "type_of_violence": ("type_of_violence", "type_of_vi"),
    "where_prec": ("where_prec",),
    "date_start": ("date_start", "date_star"),
}
"""Today's names, those of editions before the fifth, and those that a Shapefile cuts off."""


def is_ged(sheet: Sheet) -> bool:
    """Whether a table is UCDP's by the names of its columns."""
    return not {"type_of_violence", "type_of_vi"}.isdisjoint(own_names(sheet.header()))


def is_bare(sheet: Sheet) -> bool:
    """Whether a table looks like UCDP's without its row of names, as one edition was published."""
    row = [cell.strip() for cell in sheet.header()]
    days = [cell for cell in row if re.fullmatch(r"\d{4}-\d\d-\d\d( 00:00:00(\.0+)?)?", cell)]
    return len(row) > 30 and row[0].isdecimal() and len(days) >= 2


def read_ged(sheets: Sequence[Sheet], window: Window) -> Events:
    """Events of the window; raises ScenarioError. Events given twice by their id are one."""
    found = columns_of(sheets, COLUMNS, NEEDED)
    total = len(found.rows)
    found, points, nowhere = in_box(found, window)
    spots = pd.DataFrame(points, index=found.rows.index)
    found, far = without_far_days(found, "date_start", "date_end")
    first, read = days_of(found, "date_start", window)
    last, _ = days_of(found, "date_end", replace(window, order=window.order or _order(read)))
    keep = between(first, last, window)
    days = pd.DataFrame({"first": first, "last": last}, index=found.rows.index).loc[keep]
    found, repeated = without_repeats(found.narrowed(keep), "id")
    days = days.loc[found.rows.index]
    backwards = days["last"] < days["first"]
    if backwards.any():
        cure = "check both days"
        raise ScenarioError([
            found.problem(line, "date_end", "is before date_start", "that day or later", cure)
            for line in days.index[backwards][:10]
        ])  # fmt: skip
    spots = spots.loc[found.rows.index]
    kinds = [_kind(cell) for cell in found.cells("type_of_violence")]
    odd = unknown_words(found, found.cells("type_of_violence"), kinds, "kept without it")
    keys, names = countries_of(found)
    counts = {name: whole_numbers(found, name) for name in ("best", "low", "high")}
    rows = pd.DataFrame({
        "event_id": found.cells("id"), "date": list(days["last"]), "first": list(days["first"]),
        "last": list(days["last"]),
        "known_on": [date(day.year + 1, *PUBLISHED) for day in days["last"]],
        "latitude": list(spots[1]), "longitude": list(spots[0]),
        "fine": [not cell.isdecimal() or int(cell) <= FINEST for cell in found.cells("where_prec")],
        **counts, "note": kinds, "change": "", "how": "", "location": "",
        "country": keys, "country_name": names,
    })  # fmt: skip
    if problems := low_above_high(found, rows):
        raise ScenarioError(problems)
    words = f"{found.file}: UCDP GED, {counted(len(rows), 'event')} near map and in window"
    words += f", of {total:,}"
    said = (Said(About.READ, words), *found.said, *nowhere, *far, *read, *repeated, *odd)
    return Events(found.file, "UCDP", rows, said)


def _kind(cell: str) -> str:
    """What a cell of type_of_violence means, "" if that is not known."""
    words = cell.casefold().replace(" ", "-").replace("nonstate", "non-state")
    inside = next((kind for kind in KINDS.values() if words.startswith(kind)), "")
    return KINDS.get(cell.removesuffix(".0"), inside)


def _order(read: tuple[Said, ...]) -> str:
    """The order of day and month that the first column was read in."""
    return "" if not read else "dmy" if "day first" in read[0].words else "mdy"

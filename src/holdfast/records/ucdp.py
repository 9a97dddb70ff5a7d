"""UCDP Georeferenced Event Dataset, the CSV as it is published."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from holdfast.records.events import (
    Events,
    Window,
    between,
    days_of,
    in_box,
    low_above_high,
    whole_numbers,
    without_repeats,
)
from holdfast.records.outside import read_outside
from holdfast.records.problems import ScenarioError
from holdfast.records.said import About, Said, counted

PUBLISHED = (6, 30)
"""Month and day of the year after, by which the yearly edition has been out. Cautious."""

KINDS = {"1": "state-based", "2": "non-state", "3": "one-sided"}
FINEST = 3  # where_prec: 1 the place, 2 near it, 3 the second division, 4 the first ...
NEEDED = (
    "id", "type_of_violence", "latitude", "longitude", "date_start", "date_end", "best", "low",
    "high",
)  # fmt: skip
COLUMNS = {name: (name,) for name in (*NEEDED, "where_prec")}


def read_ged(path: Path, window: Window) -> Events:
    """Events of the window; raises ScenarioError. Events given twice by their id are one."""
    found = read_outside(path, COLUMNS, NEEDED, window.encoding)
    total = len(found.rows)
    found, _, nowhere = in_box(found, window)
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
    counts = {name: whole_numbers(found, name) for name in ("best", "low", "high")}
    rows = pd.DataFrame({
        "event_id": found.cells("id"), "date": list(days["last"]), "first": list(days["first"]),
        "last": list(days["last"]),
        "known_on": [date(day.year + 1, *PUBLISHED) for day in days["last"]],
        "latitude": [float(cell) for cell in found.cells("latitude")],
        "longitude": [float(cell) for cell in found.cells("longitude")],
        "fine": [not cell.isdecimal() or int(cell) <= FINEST for cell in found.cells("where_prec")],
        "low": counts["low"], "high": counts["high"],
        "note": [KINDS.get(cell, "other") for cell in found.cells("type_of_violence")],
        "change": "", "how": "", "location": "",
    })  # fmt: skip
    if problems := low_above_high(found, rows):
        raise ScenarioError(problems)
    words = f"{path.name}: UCDP GED, {counted(len(rows), 'event')} in map and window, of {total:,}"
    said = (Said(About.READ, words), *found.said, *nowhere, *read, *repeated)
    return Events(path.name, "UCDP", rows, said)


def _order(read: tuple[Said, ...]) -> str:
    """The order of day and month that the first column was read in."""
    return "" if not read else "dmy" if "day first" in read[0].words else "mdy"

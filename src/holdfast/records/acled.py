"""ACLED, the CSV as it is exported. Read, never bundled: what is derived from it stays private."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from holdfast.records.events import (
    Events,
    Window,
    between,
    days_of,
    in_box,
    whole_numbers,
    without_repeats,
)
from holdfast.records.outside import read_outside
from holdfast.records.said import About, Said, counted

TERMS = (
    "ACLED's own terms govern this file: you need an account with ACLED and must follow its terms"
    " of use and attribution policy (acleddata.com). What is derived from it here is for your own"
    " use: do not redistribute this folder. No text of ACLED is copied into it"
)
SPREAD = {"1": 1, "2": 6, "3": 30}
"""Days either side of the date, by time_precision: the day, the week, the month."""

KNOWN_AFTER = timedelta(days=7)
"""ACLED comes out weekly."""

FINEST = 2  # geo_precision: 1 the place, 2 a part of the district, 3 a larger region
COLUMNS = {
    "event_id": ("event_id_cnty", "data_id", "event_id_no_cnty"),
    "timestamp": ("timestamp",),
    "date": ("event_date",),
    "sub_event_type": ("sub_event_type",),
    "inter1": ("inter1",),
    "location": ("location",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "fatalities": ("fatalities",),
    "time_precision": ("time_precision",),
    "geo_precision": ("geo_precision",),
}
NEEDED = ["event_id", "date", "sub_event_type", "latitude", "longitude", "fatalities"]
TAKEN, REGAINED = "non-state actor overtakes territory", "government regains territory"
GIVEN = "non-violent transfer of territory"
STATE = ("1", "state forces")


def read_acled(path: Path, window: Window) -> Events:
    """Events of the window; raises ScenarioError. Of events given twice the newest row counts."""
    found = read_outside(path, COLUMNS, NEEDED, window.encoding)
    total = len(found.rows)
    stamps = np.nan_to_num(found.numbers("timestamp"))
    found, repeated = without_repeats(found, "event_id", list(stamps))
    found, _, nowhere = in_box(found, window)
    days, read = days_of(found, "date", window)
    keep = between(days, days, window)
    days = [day for day, kept in zip(days, keep, strict=True) if kept]
    found = found.narrowed(keep)
    spread = [timedelta(days=SPREAD.get(cell, 1)) for cell in found.cells("time_precision")]
    deaths = whole_numbers(found, "fatalities")
    change, how = _changes(found.cells("sub_event_type"), found.cells("inter1"))
    rows = pd.DataFrame({
        "event_id": found.cells("event_id"), "date": days,
        "first": [day - days_off for day, days_off in zip(days, spread, strict=True)],
        "last": [day + days_off for day, days_off in zip(days, spread, strict=True)],
        "known_on": _known(days, spread),
        "latitude": [float(cell) for cell in found.cells("latitude")],
        "longitude": [float(cell) for cell in found.cells("longitude")],
        "fine": [not cell.isdecimal() or int(cell) <= FINEST
                 for cell in found.cells("geo_precision")],
        "low": deaths, "high": np.nan, "note": "", "change": change, "how": how,
        "location": found.cells("location"),
    })  # fmt: skip
    words = f"{path.name}: ACLED, {counted(len(rows), 'event')} in map and window, of {total:,}"
    said = (Said(About.READ, words), Said(About.TERMS, TERMS), *found.said, *nowhere, *read)
    return Events(path.name, "ACLED", rows, said + repeated)


def _changes(types: list[str], firsts: list[str]) -> tuple[list[str], list[str]]:
    """Whether each event takes a place, for whom, and how."""
    change, how = [], []
    for kind, first in zip(types, firsts, strict=True):
        word = " ".join(kind.casefold().split())
        to_state = word == REGAINED or (word == GIVEN and first.casefold() in STATE)
        taken = word == TAKEN or (word == GIVEN and bool(first) and not to_state)
        change.append("captured" if taken else "recaptured" if to_state else "")
        how.append("assault" if word in (TAKEN, REGAINED) else "unknown")
    return change, how


def _known(days: list[date], spread: list[timedelta]) -> list[date]:
    return [day + off + KNOWN_AFTER for day, off in zip(days, spread, strict=True)]

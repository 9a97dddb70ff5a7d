"""ACLED, the CSV as it is exported. Read, never bundled: what is derived from it stays private."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from holdfast.records.events import (
    COUNTRY,
    Events,
    Window,
    between,
    countries_of,
    days_of,
    in_box,
    unknown_words,
    whole_numbers,
    without_far_days,
    without_repeats,
)
from holdfast.records.outside import Outside, columns_of, own_names
from holdfast.records.parted import Sheet
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
COLUMNS = COUNTRY | {
    "event_id": ("event_id_cnty", "data_id", "event_id_no_cnty"),
    "timestamp": ("timestamp",),
    "date": ("event_date",),
    "event_type": ("event_type",),
    "sub_event_type": ("sub_event_type",),
    "inter1": ("inter1",),
    "location": ("location",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "fatalities": ("fatalities",),
    "time_precision": ("time_precision",),
    "geo_precision": ("geo_precision",),
}
NEEDED = ("event_id", "date", "latitude", "longitude", "fatalities")
MONTHLY = {"month", "events", "fatalities"}  # columns of what HDX shows: sums, not events
TAKEN = ("non-state actor overtakes territory", "rebels overtake territory")
REGAINED = "government regains territory"
GIVEN = "non-violent transfer of territory"
STATE = ("1", "state forces", "government or mutinous force")
BATTLE = re.compile(r"battles?\s*[-\u2013:]\s*")
"""What went before in the layout of before 2019: Battle-Government regains territory."""

QUIET = """
armed clash, chemical weapon, air/drone strike, suicide bomb, grenade, sexual violence, attack,
shelling/artillery/missile attack, remote explosive/landmine/ied, peaceful protest, mob violence,
abduction/forced disappearance, protest with intervention, violent demonstration, agreement,
excessive force against protesters, excessive force against protestors, arrests, other, battles,
change to group/activity, disrupted weapons use, headquarters or base established, riots, protests,
looting/property destruction, explosions/remote violence, violence against civilians,
strategic developments, strategic development, no change of territory, riots/protests,
remote violence, non-violent activity by a conflict actor
"""
"""Kinds of event in which no place changes hands: of today's layout, and of those before."""


def is_acled(sheet: Sheet) -> bool:
    """Whether a table is ACLED's by the names of its columns."""
    own = set(own_names(sheet.header()))
    older = {"event_date", "event_type", "fatalities"} <= own
    return older or not own.isdisjoint(("sub_event_type", "event_id_cnty", "event_id_no_cnty"))


def is_monthly(sheet: Sheet) -> bool:
    """Whether a table holds ACLED's sums by month, as HDX shows them."""
    return set(own_names(sheet.header())) >= MONTHLY


def read_acled(sheets: Sequence[Sheet], window: Window) -> Events:
    """Events of the window; raises ScenarioError. Of events given twice the newest row counts."""
    found = columns_of(sheets, COLUMNS, (*NEEDED, _kind_column(sheets)))
    total, file = len(found.rows), found.file
    found = _numbered(found)
    stamps = np.nan_to_num(found.numbers("timestamp"))
    found, repeated = without_repeats(found, "event_id", list(stamps))
    found, points, nowhere = in_box(found, window)
    spots = pd.DataFrame(points, index=found.rows.index)
    found, far = without_far_days(found, "date")
    days, read = days_of(found, "date", window)
    keep = between(days, days, window)
    days = [day for day, kept in zip(days, keep, strict=True) if kept]
    found = found.narrowed(keep)
    spots = spots.loc[found.rows.index]
    spread = [timedelta(days=SPREAD.get(cell, 1)) for cell in found.cells("time_precision")]
    deaths = whole_numbers(found, "fatalities")
    given, odd = _kinds(found)
    change, how = _changes(given, found.cells("inter1"))
    keys, names = countries_of(found)
    rows = pd.DataFrame({
        "event_id": found.cells("event_id"), "date": days,
        "first": [day - days_off for day, days_off in zip(days, spread, strict=True)],
        "last": [day + days_off for day, days_off in zip(days, spread, strict=True)],
        "known_on": _known(days, spread),
        "latitude": list(spots[1]), "longitude": list(spots[0]),
        "fine": [not cell.isdecimal() or int(cell) <= FINEST
                 for cell in found.cells("geo_precision")],
        "best": deaths, "low": deaths, "high": np.nan, "note": "", "change": change, "how": how,
        "location": found.cells("location"), "country": keys, "country_name": names,
    })  # fmt: skip
    words = f"{file}: ACLED, {counted(len(rows), 'event')} near map and in window, of {total:,}"
    said = (Said(About.READ, words), Said(About.TERMS, TERMS), *found.said, *nowhere, *far, *read)
    return Events(file, "ACLED", rows, (*said, *repeated, *odd))


def _kind_column(sheets: Sequence[Sheet]) -> str:
    """The column that says what kind of event it is: older layouts have no sub-event type."""
    names = [own_names(sheet.header()) for sheet in sheets]
    older = any("event_type" in own and "sub_event_type" not in own for own in names)
    return "event_type" if older else "sub_event_type"


def _numbered(found: Outside) -> Outside:
    """A file whose ids are unique: where they are numbers of a country's, its name goes before."""
    if found.called["event_id"].strip().lower() != "event_id_no_cnty":
        return found
    ids = [
        "".join(both) for both in zip(countries_of(found)[0], found.cells("event_id"), strict=True)
    ]
    return replace(found, rows=found.rows.assign(event_id=ids))


def _kinds(found: Outside) -> tuple[list[str], tuple[Said, ...]]:
    """The kind of each event in today's words, and a remark on kinds that are not known."""
    types, subs = found.cells("event_type"), found.cells("sub_event_type")
    shown = [sub or kind for kind, sub in zip(types, subs, strict=True)]
    kinds = [BATTLE.sub("", " ".join(word.casefold().split())) for word in shown]
    quiet = {word.strip() for word in QUIET.split(",")}
    known = [kind if kind in (*quiet, *TAKEN, REGAINED, GIVEN) else "" for kind in kinds]
    said = unknown_words(found, shown, known, "taken to change no place's hands")
    older = sum(BATTLE.match(word.casefold()) is not None for word in shown)
    if older:
        words = f"{found.file}: ACLED's layout of before 2019; {counted(older, 'battle')} read as"
        said = (Said(About.READ, f"{words} today's kinds of event"), *said)
    return kinds, said


def _changes(kinds: list[str], firsts: list[str]) -> tuple[list[str], list[str]]:
    """Whether each event takes a place, for whom, and how."""
    change, how = [], []
    for word, first in zip(kinds, firsts, strict=True):
        to_state = word == REGAINED or (word == GIVEN and first.casefold() in STATE)
        taken = word in TAKEN or (word == GIVEN and bool(first) and not to_state)
        change.append("captured" if taken else "recaptured" if to_state else "")
        how.append("assault" if word in (*TAKEN, REGAINED) else "unknown")
    return change, how


def _known(days: list[date], spread: list[timedelta]) -> list[date]:
    return [day + off + KNOWN_AFTER for day, off in zip(days, spread, strict=True)]

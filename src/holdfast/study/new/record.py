"""What happened, from captures, control series and events: the tables of the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from holdfast.records.countries import UNDER, is_known
from holdfast.records.events import Events
from holdfast.records.names import Finder, NotFound
from holdfast.records.places import Country
from holdfast.records.polygons import holding
from holdfast.records.said import About, Said, counted, some
from holdfast.records.told_tables import Given
from holdfast.study.new.ground import great_circle
from holdfast.study.new.people import within
from holdfast.study.new.sources import Sources

MANY, SHARE = 5, 0.2  # events in the map, and their share, that make a country the map's too
SEAT_KM = 5.0  # an event this near to a seat is at the seat
ADDRESS = {"UCDP": "https://ucdp.uu.se/", "ACLED": "https://acleddata.com/"}
TITLE = {
    "UCDP": "UCDP Georeferenced Event Dataset (GED), Uppsala Conflict Data Program",
    "ACLED": "ACLED, Armed Conflict Location and Event Data",
}
NOTE = {
    "UCDP": "CC BY 4.0; cite Sundberg and Melander 2013 and the release of the edition used",
    "ACLED": "ACLED's own terms: derived from it for private use, NOT to be redistributed",
}
LIST = "captures"
"""The tracker that stands for the list of captures, and for the model's own count of centres."""


@dataclass(frozen=True)
class Place:
    """Where districts are: ids, names, polygons and seats, who is called what, and in which
    country, if that was told."""

    ids: Sequence[str]
    names: Sequence[str]
    shapes: np.ndarray
    longitude: np.ndarray
    latitude: np.ndarray
    finder: Finder
    country: Country | None = None


def source_of(publisher: str, sources: Sources) -> str:
    """The source that a publisher of events is."""
    key = {"UCDP": "ucdp-ged", "ACLED": "acled"}[publisher]
    return sources.add(key, TITLE[publisher], "study", NOTE[publisher], ADDRESS[publisher])


def located(events: Events, place: Place) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    """Events that lie in a district, with its row in `at`; what does not is told."""
    rows, said = events.rows, []
    coarse = ~rows["fine"].to_numpy(bool)
    if coarse.any():
        words = f"{events.file}: {counted(int(coarse.sum()), 'event')} located no finer than a"
        said.append(Said(About.LEFT_OUT, f"{words} province"))
    rows = rows.loc[~coarse]
    rows, abroad = at_home(rows, events.file, place)
    points = rows[["longitude", "latitude"]].to_numpy(float)
    at, told = within(place.shapes, points, "event")
    said += [*abroad, *(Said(one.about, f"{events.file}: {one.words}") for one in told)]
    return rows.assign(at=at).loc[at >= 0], tuple(said)


def with_kept(said: Sequence[Said], kept: int) -> tuple[Said, ...]:
    """What is said of a file of events, its first line with how many are kept."""
    first, *others = said
    return (Said(first.about, f"{first.words}; {kept:,} kept"), *others)


def at_home(rows: pd.DataFrame, file: str, place: Place) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    """Events without those near the map that the file itself puts in another country.

    The map's country is the one that was told, under any name that publishers give it. Another is
    the map's too where many events that lie in its polygons name it: a map may be of two countries.
    If none was told, it is the country of most events that lie in the polygons.
    """
    keys = rows["country"].to_numpy(str)
    points = rows[["longitude", "latitude"]].to_numpy(float)
    inside = pd.Series(keys[(holding(place.shapes, points) >= 0) & (keys != "")]).value_counts()
    told = place.country.iso3 if place.country else ""
    own = {told, *UNDER.get(told, ())} if told else set()
    own |= {str(key) for key, n in inside.items() if n >= MANY and n >= SHARE * inside.sum()}
    if not own.intersection(inside.index):
        most = [str(key) for key, n in inside.items() if n == inside.max()]
        own |= {key for key in most if not (told and is_known(key))}
    abroad = (keys != "") & ~np.isin(keys, list(own))
    if not own or not abroad.any():
        return rows, _of_two(rows, file, own.intersection(inside.index))
    at, _ = within(place.shapes, points[abroad], "event")
    gone = rows.loc[abroad].loc[at >= 0]
    said = _of_two(rows, file, own.intersection(inside.index))
    if len(gone):
        names = list(dict.fromkeys(gone["country_name"]))
        words = f"{file}: {counted(len(gone), 'event')} of another country, by its own column"
        said = (*said, Said(About.LEFT_OUT, f"{words} ({some(names)}), with {_dead(gone)}"))
    return rows.loc[~abroad], said


def _of_two(rows: pd.DataFrame, file: str, own: set[str]) -> tuple[Said, ...]:
    """A remark where the events that are kept name more than one country."""
    if len(own) < 2:
        return ()
    kept = rows.loc[rows["country"].isin(list(own))]
    names = [f"{name} ({n:,})" for name, n in kept["country_name"].value_counts().items()]
    words = f"{file}: events in the map name {len(own)} countries, and all are kept: {some(names)}"
    return (Said(About.ASSUMED, words),)


def _dead(rows: pd.DataFrame) -> str:
    """How many died in some events: the best estimate, and the range if there is one."""
    numbers = rows[["best", "low", "high"]].to_numpy(float)
    best, low, high = (int(total) for total in np.nansum(numbers, axis=0))
    return f"{best:,} dead" + (f" ({low:,} to {high:,})" if high > low else "")


def deaths(
    rows: pd.DataFrame, events: Events, place: Place, source: str
) -> tuple[list[dict[str, Any]], tuple[Said, ...]]:
    """Rows of `counts`, without ids: deaths by district, days and kind of violence.

    They have no `from` and `to`, so that no fit takes them for soldiers killed.
    """
    fatal = rows.loc[(rows["low"] > 0) | (rows["high"] > 0)]
    keys = ["at", "date", "first", "last", "known_on", "note"]
    groups = fatal.groupby(keys, sort=False, as_index=False)
    whole = lambda column: column.sum(skipna=False)  # noqa: E731
    table = groups.agg(low=("low", "sum"), high=("high", whole), n=("event_id", "size"))
    table = table.sort_values(["date", "at"], kind="stable")
    made = [
        {
            "date": row["date"], "level": "district",
            "place": place.ids[row["at"]], "what": "killed", "low": row["low"],
            "high": row["high"], "unit": "persons of all sides", "stance": "asserts",
            "speaker": events.publisher, "known_on": row["known_on"], "source_id": source,
            "confidence": "medium" if row["first"] == row["last"] else "low",
            "note": _note(row),
        }
        for row in table.to_dict("records")
    ]  # fmt: skip
    what = counted(len(made), "row of deaths", "rows of deaths")
    words = f"{what} by district and day from {counted(len(fatal), 'event')} of {events.publisher}"
    words += ", kept as a record; no fit uses them, since they are not of soldiers alone"
    return made, (Said(About.READ, words),) if made else ()


def _note(row: Mapping[Any, Any]) -> str:
    kind = f"{row['note']}; " if row["note"] else ""
    span = "" if row["first"] == row["last"] else f"; some day from {row['first']} to {row['last']}"
    return f"{kind}{counted(int(row['n']), 'event')}{span}"


def seizures(rows: pd.DataFrame, place: Place) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    """Changes of hands of district centres among located events, in order, each but once."""
    taken = rows.loc[rows["change"] != ""]
    at_seat = np.array([_at_seat(row, place) for row in taken.to_dict("records")], bool)
    kept = taken.loc[at_seat].sort_values(["at", "date"], kind="stable")
    before = kept.groupby("at")["change"].shift()
    kept = kept.loc[(before != kept["change"]).to_numpy(bool)]
    said = []
    if len(taken) > at_seat.sum():
        n = counted(int(len(taken) - at_seat.sum()), "event")
        words = f"{n} of changed control away from a district's seat"
        said.append(Said(About.LEFT_OUT, words))
    if len(kept):
        words = f"{counted(len(kept), 'change of hands', 'changes of hands')} of district centres"
        said.append(Said(About.READ, f"{words} from events"))
    table = pd.DataFrame({
        "district_id": [place.ids[d] for d in kept["at"]], "date": kept["date"],
        "earliest": kept["first"], "latest": kept["last"], "known_on": kept["known_on"],
        "event": kept["change"], "how": kept["how"], "date_basis": "event",
        "confidence": np.where(kept["first"] == kept["last"], "medium", "low"), "note": "",
    }, index=kept.index)  # fmt: skip
    return table, tuple(said)


def _at_seat(row: Mapping[Any, Any], place: Place) -> bool:
    """Whether an event is at the seat of its district: by name, or by distance."""
    d = row["at"]
    try:
        if place.finder.find(row["location"]) == place.ids[d]:
            return True
    except NotFound:
        pass
    here = (row["longitude"], row["latitude"])
    return bool(great_circle(*here, place.longitude[d], place.latitude[d]) <= SEAT_KM)


def captures_table(
    rows: pd.DataFrame, source_ids: Sequence[str], end: date
) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    """`captures` in the order of days; what is later than the war is left out."""
    rows = rows.assign(source_id=list(source_ids))
    late = (rows["date"] > end).to_numpy(bool)
    said = ()
    if late.any():
        words = f"{counted(int(late.sum()), 'change of hands', 'changes of hands')} after the end"
        said = (Said(About.LEFT_OUT, words),)
    rows = rows.loc[~late].sort_values(["date", "district_id"], kind="stable")
    return rows.assign(capture_id=[f"k{n:03d}" for n in range(1, len(rows) + 1)]), said


def held_at_start(captures: pd.DataFrame, start: date) -> dict[str, str]:
    """Districts that the record has in insurgent hands on the first day: likely, or possible if
    the first thing that it says of one is that it was retaken."""
    flags = {}
    for district, rows in captures.groupby("district_id"):
        before = rows.loc[(rows["date"] < start).to_numpy(bool), "event"]
        if len(before):
            flags[str(district)] = "likely" if before.iloc[-1] == "captured" else "no"
        elif rows["event"].iloc[0] == "recaptured":
            flags[str(district)] = "possible"
    return flags


def status_table(
    captures: pd.DataFrame, ids: Sequence[str], held: Mapping[str, str], start: date, end: date,
    own: str,
) -> pd.DataFrame:  # fmt: skip
    """`status`: the interval of each district's first capture from the first day on."""
    window = captures.loc[(captures["date"] >= start).to_numpy(bool)]
    of = {str(key): rows for key, rows in window.groupby("district_id")}
    basis = {"event": "dated_event", "report": "dated_report", "by": "bounded_above"}
    made = []
    for key in ids:
        row: dict[str, Any] = {
            "district_id": key, "held_at_start": held.get(key, "no"), "basis": "held",
            "confidence": "none", "n_captures": 0, "n_recaptures": 0, "known_on": end,
            "source_id": own,
        }  # fmt: skip
        rows = of.get(key, window.iloc[:0])
        fell = rows.loc[rows["event"] == "captured"]
        row["n_captures"], row["n_recaptures"] = len(fell), len(rows) - len(fell)
        if len(fell):
            first = fell.iloc[0]
            row |= {
                "first_capture": first["date"], "capture_after": first["earliest"],
                "capture_by": first["latest"], "basis": basis[str(first["date_basis"])],
                "confidence": first["confidence"], "how": first["how"],
                "known_on": first["known_on"], "source_id": first["source_id"],
            }  # fmt: skip
        made.append(row)
    return pd.DataFrame(made)


def listed(
    captures: pd.DataFrame, n: int, start: date, source: str
) -> tuple[list[dict[str, Any]], tuple[Said, ...]]:
    """Rows of `control`: on each day of a change, how many centres the list has in insurgent
    hands. No fewer: a list need not be whole."""
    held: set[str] = set()
    rows, known = [], start
    for _, changes in captures.groupby("date", sort=True):
        for change in changes.to_dict("records"):
            (held.add if change["event"] == "captured" else held.discard)(change["district_id"])
        day = changes["date"].iloc[0]
        known = max(known, *changes["known_on"], day)
        if day >= start:
            rows.append({
                "date": day, "known_on": known, "tracker": LIST, "measure": "held",
                "value_low": len(held), "total_units": n, "stance": "derived",
                "counted_by": "the list of captures", "source_id": source,
                "confidence": "medium", "note": "no fewer: counted from captures.csv",
            })  # fmt: skip
    words = (
        "districts held by day counted from the captures; no fewer, for a list need not be whole"
    )
    return rows, (Said(About.ASSUMED, words),) if rows else ()


def series(given: Given, ids: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of `control` from a series that was given."""
    return [
        {
            "date": row["date"], "known_on": row["known_on"], "tracker": row["tracker"],
            "measure": row["measure"], "value_low": row["low"], "value_high": row["high"],
            "total_units": int(row["total"]), "stance": "asserts", "counted_by": row["title"],
            "source_id": ids[row["source"]], "confidence": row["confidence"], "note": row["note"],
        }
        for row in given.rows.to_dict("records")
    ]  # fmt: skip


def trackers(control: list[dict[str, Any]], n: int, source: str) -> dict[str, dict[str, Any]]:
    """The tables [trackers.ID] of the settings: who counts, each a counter of centres."""
    found: dict[str, dict[str, Any]] = {}
    for row in control:
        own = row["tracker"] == LIST
        found[row["tracker"]] = {
            "title": row["counted_by"][0].upper() + row["counted_by"][1:], "counts": "centre",
            "lag_days": 0, "total_units": row["total_units"],
            "definition": "A district counts when the insurgents hold its centre."
            + ("" if own else " (Assumed: mend it if this tracker counts something else.)"),
            "source_id": row["source_id"],
        }  # fmt: skip
    if not found:
        found[LIST] = {
            "title": "Centres of districts", "counts": "centre", "lag_days": 0, "total_units": n,
            "definition": "A district counts when the insurgents hold its centre.",
            "source_id": source,
        }  # fmt: skip
    return found


def unlisted(captures: pd.DataFrame, ids: Sequence[str], names: Sequence[str]) -> tuple[Said, ...]:
    """What is taken of districts that the list of captures does not name."""
    fell = set(captures.loc[captures["event"] == "captured", "district_id"])
    held = [name for key, name in zip(ids, names, strict=True) if key not in fell]
    if not held or not len(captures):
        return ()
    words = f"{counted(len(held), 'district')} that no capture names never fell: {some(held)}"
    return (Said(About.ASSUMED, words),)

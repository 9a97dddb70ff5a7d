"""A scenario in the making: what has been read becomes the tables of a theatre and its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from holdfast.records.events import Window
from holdfast.records.names import Finder, as_id
from holdfast.records.places import GAZETTEER, gazetteer_version
from holdfast.records.published import read_events
from holdfast.records.said import About, Said, counted
from holdfast.records.told_tables import read_captures, read_control, read_garrisons
from holdfast.study.new import record
from holdfast.study.new.ask import Call
from holdfast.study.new.ground import great_circle
from holdfast.study.new.land import Land
from holdfast.study.new.men import from_table, spread
from holdfast.study.new.people import REACH, media_reach
from holdfast.study.new.sources import ASSUMED, Sources


@dataclass(frozen=True)
class Draft:
    """The tables of a scenario, by name, and its settings."""

    tables: Mapping[str, pd.DataFrame]
    trackers: Mapping[str, Mapping[str, Any]]
    insurgents_source: str
    private: bool  # it holds what may not be given away
    said: tuple[Said, ...]


def drafted(call: Call, land: Land) -> Draft:
    """Every table of the scenario; raises ScenarioError or CallError."""
    sources, said = Sources(), []
    own = _land_sources(sources, land)
    place = _place(land)
    captures, counts, told, private = _events(call, land, place, sources)
    control: list[dict[str, Any]] = []
    if call.asked.captures is not None:
        if len(captures):
            words = "what events say of captures, for a list of captures was given"
            told.append(Said(About.LEFT_OUT, words))
        captures, more = _captures(call, place, sources)
        told += more
    if len(captures):
        captures, late = record.captures_table(captures, list(captures["source_id"]), call.end)
        told += late
    held = record.held_at_start(captures, call.start) if len(captures) else {}
    districts, more = _districts(land, held, own)
    strengths, men = _strengths(call, land, districts, place, sources)
    tables = {
        "districts": districts, "links": _links(land, own["boundaries"]),
        "strengths": strengths, "calendar": pd.DataFrame(),
    }  # fmt: skip
    if call.asked.control is not None:
        control, given = _control(call, len(districts), sources)
        said += given
    if len(captures):
        tables["captures"] = captures
        tables["status"] = record.status_table(
            captures, place.ids, held, call.start, call.end, ASSUMED
        )
        told += record.unlisted(captures, place.ids, place.names)
        if not control:
            control, derived = record.listed(captures, len(districts), call.start, ASSUMED)
            told += derived
    tables["counts"] = pd.DataFrame(counts)
    tables["control"] = pd.DataFrame([
        row | {"control_id": f"t{k:03d}"} for k, row in enumerate(control, 1)
    ])  # fmt: skip
    follow = record.trackers(control, len(districts), ASSUMED)
    called = sources.add("given-in-the-call", "Given in the call of `holdfast new`", "derived",
                         "put the source of the number in its place")  # fmt: skip
    tables["sources"] = sources.table()
    said += [*men, *more, *told, *_missing(call, land, len(captures) > 0, len(control) > 0)]
    return Draft(tables, follow, called, private, tuple(said))


def _place(land: Land) -> record.Place:
    ids, names = list(land.rows["district_id"]), list(land.rows["name"])
    finder = Finder(
        zip(ids, names, list(land.rows["province"]), strict=True), land.people.seat_names
    )
    return record.Place(
        ids, names, land.shapes, land.people.longitude, land.people.latitude, finder, land.country
    )


def _land_sources(sources: Sources, land: Land) -> dict[str, str]:
    layout = land.boundaries.layout
    title = f"{layout.publisher or 'Boundaries'}, as given in {land.boundaries.file}"
    key = as_id(layout.publisher.lower() or f"boundaries-{land.boundaries.file}", "boundaries")
    terms = layout.terms or "who made the file has to say under which licence"
    found = {"boundaries": sources.add(key, title, "official", terms, layout.address)}
    if land.places.file:
        found["places"] = sources.of_file(land.places.file, "Places and populations")
    else:
        found["places"] = sources.add(
            "geonames", f"{GAZETTEER}, as packaged in {gazetteer_version()}", "official",
            "CC BY 4.0: name GeoNames where you show what is made from it",
            "https://www.geonames.org/",
        )  # fmt: skip
    return found


def _districts(
    land: Land, held: Mapping[str, str], own: Mapping[str, str]
) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    """`districts`, and what was assumed of corps and of the outer border."""
    people, rows = land.people, land.rows
    corps, words = _corps(rows)
    area = np.maximum(np.round(land.ground.area_km2, 2), 0.01)
    population = np.round(people.population)
    frame = rows[["district_id", "name", "province", "region"]].assign(
        latitude=np.round(people.latitude, 4), longitude=np.round(people.longitude, 4),
        location_basis=list(people.basis), area_km2=area, population=population,
        urban_population=np.fmin(np.round(people.urban), population),
        capital=land.capital.astype(int), corps=corps,
        held_at_start=[held.get(key, "no") for key in rows["district_id"]],
        media_reach=media_reach(people, area),
        border_km=land.ground.border_km(people.longitude, people.latitude),
        source_id=";".join(dict.fromkeys([own["boundaries"], own["places"], ASSUMED])),
    )  # fmt: skip
    said = (
        Said(About.ASSUMED, words),
        Said(About.ASSUMED, f"{REACH}, the last bracket cut to 0..1"),
        Said(About.ASSUMED, "border_km is from the seat to the edge of the map, coasts included"),
    )
    if held:
        n = sum(flag != "no" for flag in held.values())
        words = f"{counted(n, 'district')} in insurgent hands on the first day, by the captures"
        return frame, (*said, Said(About.ASSUMED, words))
    words = "which districts insurgents held on the first day: none is taken to be held"
    return frame, (*said, Said(About.MISSING, words))


def _corps(rows: pd.DataFrame) -> tuple[list[str], str]:
    """The corps of each district: as given, else one a region, else one in all."""
    for column in ("corps", "region"):
        if "" not in set(rows[column]):
            words = f"corps are as the boundaries' column of {column} says"
            table = {name: as_id(name, f"corps-{k}") for k, name in
                     enumerate(dict.fromkeys(rows[column]), 1)}  # fmt: skip
            if len(set(table.values())) == len(table):
                return [table[name] for name in rows[column]], words
    words = "the whole army is one corps; a column corps of the boundaries would say more"
    return ["corps-1"] * len(rows), words


def _links(land: Land, source: str) -> pd.DataFrame:
    ids = land.rows["district_id"].to_numpy(str)
    lon, lat = np.round(land.people.longitude, 4), np.round(land.people.latitude, 4)
    pairs = land.ground.contacts
    a, b = pairs["a"].to_numpy(int), pairs["b"].to_numpy(int)
    swap = ids[a] > ids[b]
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    km = great_circle(lon[a], lat[a], lon[b], lat[b])
    frame = pd.DataFrame({
        "district_a": ids[a], "district_b": ids[b], "border_km": pairs["border_km"].round(2),
        "seat_km": np.round(km, 1), "kind": "contact", "source_id": source,
    })  # fmt: skip
    return frame.sort_values(["district_a", "district_b"], ignore_index=True)


def _strengths(
    call: Call, land: Land, districts: pd.DataFrame, place: record.Place, sources: Sources
) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    asked = call.asked
    if asked.strengths is not None:
        given = read_garrisons(asked.strengths, place.finder, asked.encoding)
        own = sources.of_file(given.file, "Garrisons")
        ids = sources.of_texts(given.rows["source"], own)
        table, said = from_table(given, districts, ids, own)
        return table, (*given.said, *said)
    assert asked.defenders is not None
    capital = districts.loc[land.capital]
    people = capital["population"].fillna(0).to_numpy(float)
    order = capital.assign(_people=people, _first=capital["district_id"] == land.national)
    order = order.sort_values(["_first", "_people", "district_id"], ascending=[False, False, True])
    seats = list(order.drop_duplicates("corps")["district_id"])
    return spread(asked.defenders, districts, land.national, seats)


def _captures(call: Call, place: record.Place, sources: Sources):
    asked = call.asked
    assert asked.captures is not None
    given = read_captures(asked.captures, place.finder, asked.dates, asked.encoding)
    ids = sources.of_texts(given.rows["source"], sources.of_file(given.file, "Captures"))
    return given.rows.assign(source_id=[ids[t] for t in given.rows["source"]]), given.said


def _control(call: Call, n: int, sources: Sources):
    asked = call.asked
    assert asked.control is not None
    given = read_control(asked.control, n, asked.dates, asked.encoding)
    ids = sources.of_texts(given.rows["source"], sources.of_file(given.file, "A control series"))
    return record.series(given, ids), given.said


def _events(call: Call, land: Land, place: record.Place, sources: Sources):
    """Captures and counts from events, what is to be told, and whether they are private."""
    captures, counts, said, private = [], [], [], False
    west, south, east, north = (float(x) for x in land.boundaries.bounds)
    if west < -180 or east > 180:
        west, east = -180.0, 180.0  # of a map across 180 degrees, where its polygons decide
    box = (west - 0.1, south - 0.1, east + 0.1, north + 0.1)
    window = Window(call.start, call.end, box, call.asked.dates, call.asked.encoding)
    for path in call.asked.events:
        events = read_events(path, window)
        source = record.source_of(events.publisher, sources)
        rows, left_out = record.located(events, place)
        made, told = record.deaths(rows, events, place, source)
        taken, also = record.seizures(rows, place)
        counts += made
        captures.append(taken.assign(source_id=source))
        said += [*record.with_kept(events.said, len(rows)), *left_out, *told, *also]
        private |= events.publisher == "ACLED"
    found = pd.concat(captures, ignore_index=True) if captures else pd.DataFrame()
    counts = [{"count_id": f"n{k:05d}"} | row for k, row in enumerate(counts, 1)]
    return found, counts, said, private


def _missing(call: Call, land: Land, captures: bool, control: bool) -> list[Said]:
    """What no file gave, and what its lack does."""
    words = [
        "dated facts (calendar.csv): an ally's presence, air support, pay, orders, announcements;"
        " without them the ally stays, aircraft fly and pay comes",
        "corps headquarters, borders that insurgents use (border_value), elders' ties, turnout"
        " and state presence by district",
        "priors.csv and parameters.csv: a run takes the medians of the mechanisms' priors",
    ]
    if not captures and not control:
        words.insert(0, "what happened: no captures, control series or events were given, so there"
                     " is nothing to compare with")  # fmt: skip
    if call.insurgents[1] == call.insurgents[2]:
        words.append("the range of the number of insurgents: --insurgents N:LOW:HIGH")
    if np.isnan(land.people.urban).all():
        words.append("how many live in towns")
    return [Said(About.MISSING, one) for one in words]

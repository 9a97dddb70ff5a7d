"""Who lives where, where the seats are, and which districts are capitals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from holdfast.records.dateline import as_published, near
from holdfast.records.names import Finder, NotFound, folded, squeezed
from holdfast.records.places import Country, Places, names_of
from holdfast.records.polygons import holding
from holdfast.records.problems import Problem, ScenarioError
from holdfast.records.said import About, Said, counted, some
from holdfast.records.told_tables import districts_of
from holdfast.study.new.ground import great_circle

TOWN = 5000  # people: what lives in places of this size lives in a town. Judgement
NEAR_KM = 5.0  # how far outside every polygon a place may lie and still be in the nearest
REACH = "media_reach = 0.25 + 0.35 x urban share + 0.40 x (log10 of persons per km2 - 0.5) / 3"


@dataclass(frozen=True)
class People:
    """By district, [D]: population and those in towns (NaN unknown), the seat and whence it is.

    `of_place` is the district of each point of the places, -1 if it lies in none; `seat_names`
    are the names of each seat.
    """

    population: np.ndarray
    urban: np.ndarray
    longitude: np.ndarray
    latitude: np.ndarray
    basis: tuple[str, ...]
    seat_names: Mapping[str, tuple[str, ...]]
    of_place: np.ndarray
    flagged: np.ndarray  # [D] bool: the places say that it is a capital
    said: tuple[Said, ...]


def within(
    shapes: np.ndarray, points: np.ndarray, what: str, near_km: float = NEAR_KM
) -> tuple[np.ndarray, tuple[Said, ...]]:
    """The district that holds each point, [n]; the nearest within a few km; else -1. Says so."""
    at = holding(shapes, points)
    points = near(points, shapes)
    lost = np.flatnonzero(at < 0)
    if not len(lost):
        return at, ()
    tree = shapely.STRtree(shapes)
    nearest: Any = tree.nearest(shapely.points(points[lost]))
    lines = shapely.shortest_line(shapely.points(points[lost]), shapes[nearest])
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    close = great_circle(*ends[:, 0].T, *ends[:, 1].T) <= near_km
    at[lost[close]] = nearest[close]
    said = []
    if close.any():
        words = f"{counted(int(close.sum()), what)} outside every polygon, put into the nearest"
        said.append(Said(About.ASSUMED, f"{words}, at most {near_km:g} km away"))
    if not close.all():
        words = f"{counted(int((~close).sum()), what)} outside every polygon"
        said.append(Said(About.LEFT_OUT, words))
    return at, tuple(said)


def settle(
    rows: pd.DataFrame, shapes: np.ndarray, area_km2: np.ndarray, places: Places,
    country: Country | None,
) -> People:  # fmt: skip
    """People and seats from a gazetteer, from points, or from a table of districts."""
    n = len(shapes)
    inner = shapely.get_coordinates(shapely.point_on_surface(shapes))
    population, urban = np.full(n, np.nan), np.full(n, np.nan)
    flagged = np.zeros(n, bool)
    points = places.points
    if len(places.districts):
        population, urban, flagged, said = _of_table(rows, places)
        at = np.full(0, -1)
    else:
        at, said = within(shapes, points[["longitude", "latitude"]].to_numpy(float), "place")
        if (at < 0).all():
            raise ScenarioError([_nowhere(places, shapes)])
        held = at >= 0
        men = np.nan_to_num(points["population"].to_numpy(float))
        sums = lambda which: np.bincount(at[which], men[which], n)  # noqa: E731
        population, urban = sums(held), sums(held & (men >= TOWN))
        flagged[at[held & (points["capital"].to_numpy(float) == 1)]] = True
        if country is not None and not places.file:
            if population.sum() > country.population:
                share = country.population / population.sum()
                said += (_too_many(population, country, share),)
                population, urban = population * share, urban * share
            else:
                population, more = _rest(population, at, area_km2, country)
                said += more
        words = f"people in places of {TOWN:,} or more live in towns"
        said += (Said(About.ASSUMED, words),)
    seats = _seats(rows, points, at, n)
    found = seats >= 0
    longitude, latitude = as_published(inner[:, 0]), inner[:, 1].copy()
    longitude[found] = points["longitude"].to_numpy(float)[seats[found]]
    latitude[found] = points["latitude"].to_numpy(float)[seats[found]]
    word = "seat" if places.file else "geonames_seat"
    basis = tuple(word if has else "polygon_point" for has in found)
    names = {str(key): tuple(names_of(points, [int(seats[i])])) if found[i] else ()
             for i, key in enumerate(rows["district_id"])}  # fmt: skip
    said += _of_seats(rows, found)
    return People(population, urban, longitude, latitude, basis, names, at, flagged, said)


def _nowhere(places: Places, shapes: np.ndarray) -> Problem:
    says = "has no place in any of the polygons"
    points = places.points[["longitude", "latitude"]].to_numpy(float)
    if len(points):
        says += f": its places lie {_span(*points.min(0), *points.max(0))}"
        says += f", the polygons {_span(*shapely.total_bounds(shapes))}"
        if max(np.abs(shapely.total_bounds(shapes)[[0, 2]])) > 180:
            says += " (across the antimeridian, where longitude 181 is -179)"
    cure = "check that both are of one country, and which column is the latitude"
    return Problem(places.file or "--country", says, "places of the map", cure)


def _span(west: float, south: float, east: float, north: float) -> str:
    return f"at longitude {west:g} to {east:g} and latitude {south:g} to {north:g}"


def _of_table(rows: pd.DataFrame, places: Places):
    """Numbers of a table of districts, in the order of the map."""
    finder = Finder(rows[["district_id", "name", "province"]].itertuples(index=False, name=None))
    assert places.outside is not None
    column = "district" if "district" in places.outside else "name"
    table = places.districts.assign(id=districts_of(places.outside, column, finder))
    twice = table["id"].duplicated()
    if twice.any():
        line = int(table.loc[twice, "line"].iloc[0])
        raise ScenarioError([places.outside.problem(
            line, column, "has a row already", "one row a district", "take one out")])  # fmt: skip
    table = table.set_index("id").reindex(rows["district_id"])
    lacking = [str(name) for name, people in zip(rows["name"], table["population"], strict=True)
               if np.isnan(people)]  # fmt: skip
    said: tuple[Said, ...] = ()
    if lacking:
        words = f"population of {counted(len(lacking), 'district')}: {some(lacking)}"
        said = (Said(About.MISSING, words),)
    numbers = (table[name].to_numpy(float) for name in ("population", "urban", "capital"))
    population, urban, capital = numbers
    return population, urban, capital == 1, said


def _too_many(people: np.ndarray, country: Country, share: float) -> Said:
    words = (
        f"the listed places of this map have {int(people.sum()):,} people, more than the"
        f" {country.population:,} of the whole country (places are counted in other years, and some"
        f" lie in others): each was taken at {share:.0%}"
    )
    return Said(About.ASSUMED, words)


def _rest(people: np.ndarray, at: np.ndarray, area_km2: np.ndarray, country: Country):
    """The country's people who live in no listed place, by the number of places plus one."""
    share = float(min(1.0, area_km2.sum() / country.area_km2)) if country.area_km2 else 1.0
    listed = int(people.sum())
    rest = max(country.population - people.sum() / max(share, 1e-9), 0.0) * share
    weight = np.bincount(at[at >= 0], minlength=len(people)) + 1.0
    words = (
        f"of {country.population:,} people {listed:,} live in listed places of this map; of the"
        f" rest its share of the area ({share:.0%}), {round(rest):,}, was spread over districts by"
        " their number of listed places plus one"
    )
    return people + rest * weight / weight.sum(), (Said(About.ASSUMED, words),)


def _seats(rows: pd.DataFrame, points: pd.DataFrame, at: np.ndarray, n: int) -> np.ndarray:
    """The place that is the seat of each district, [D], -1 if there is none: the one named like
    the district, else the one of most people."""
    seats = np.full(n, -1)
    if not len(at):
        return seats
    named = [squeezed(name) for name in rows["name"]]
    called = [{squeezed(x) for x in (name, *more)} for name, more in
              points[["name", "other_names"]].itertuples(index=False)]  # fmt: skip
    order = np.argsort(-np.nan_to_num(points["population"].to_numpy(float)), kind="stable")
    for like in (False, True):
        done: set[int] = set()
        for place in order.tolist():
            district = int(at[place])
            fits = district >= 0 and (not like or named[district] in called[place])
            if fits and district not in done:
                done.add(int(district))
                seats[district] = place
    return seats


def _of_seats(rows: pd.DataFrame, found: np.ndarray) -> tuple[Said, ...]:
    said = []
    if found.any():
        words = "the seat of a district is the place in it that bears its name, else the largest"
        said.append(Said(About.ASSUMED, words))
    if not found.all():
        names = [str(name) for name, has in zip(rows["name"], found, strict=True) if not has]
        words = f"seat of {counted(len(names), 'district')}, a point inside stands for it: "
        said.append(Said(About.MISSING, words + some(names)))
    return tuple(said)


def national_capital(
    wanted: str, rows: pd.DataFrame, people: People, places: Places, country: Country | None
) -> tuple[str, tuple[Said, ...]]:
    """The id of the district that is the seat of government; raises ScenarioError."""
    name = wanted or (country.capital if country is not None else "")
    cure = "say which district, or a town in it: --capital NAME"
    if not name:
        problem = Problem("--capital", "is not given", "a district or a town", cure)
        raise ScenarioError([problem])
    finder = Finder(
        rows[["district_id", "name", "province"]].itertuples(index=False, name=None),
        people.seat_names,
    )
    said = () if wanted else (Said(About.ASSUMED, f"the seat of government is {name}"),)
    town = _town(name, places.points, people.of_place)
    try:
        if not wanted and town >= 0:
            return str(rows["district_id"].iloc[town]), said
        return finder.find(name), said
    except NotFound as error:
        if town >= 0:
            return str(rows["district_id"].iloc[town]), said
        near = error.cure if wanted else cure
        allowed = "a district or a town of the map"
        says = error.says if wanted else "is the country's capital, but lies in no polygon"
        raise ScenarioError([Problem("--capital", says, allowed, near, value=name)]) from None


def _town(name: str, points: pd.DataFrame, at: np.ndarray) -> int:
    """The district of the largest place so called, -1 if there is none."""
    best, most = -1, -1.0
    if not len(at):
        return best
    columns = points[["name", "other_names", "population"]].itertuples(index=False)
    for place, (own, more, men) in enumerate(columns):
        men = 0.0 if np.isnan(men) else men
        like = folded(own) == folded(name) or (
            men > most and folded(name) in {folded(x) for x in more}
        )
        if like and at[place] >= 0 and men > most:
            best, most = int(at[place]), men
    return best


def capitals(
    rows: pd.DataFrame, people: People, places: Places, national: str
) -> tuple[np.ndarray, tuple[Said, ...]]:
    """Which districts are capitals of their provinces, [D] bool: one for each."""
    largest = np.zeros(len(rows))
    if len(people.of_place):
        held = people.of_place >= 0
        men = np.nan_to_num(places.points["population"].to_numpy(float))
        np.maximum.at(largest, people.of_place[held], men[held])
    weight = np.nan_to_num(people.population)
    chosen = np.zeros(len(rows), bool)
    guessed: list[str] = []
    ids = list(rows["district_id"])
    for province, spots in rows.groupby("province", sort=True).indices.items():
        flagged = [i for i in spots if people.flagged[i]]
        seat = [i for i in spots if ids[i] == national]
        if seat or len(flagged) == 1:
            best = (seat or flagged)[0]
        else:
            best = max(spots, key=lambda i: (largest[i], weight[i], ids[i]))
            if len(spots) > 1:
                guessed.append(f"{rows['name'].iloc[best]} of {province}")
        chosen[best] = True
    if not guessed:
        return chosen, ()
    most = "the largest place" if len(people.of_place) else "most people"
    words = f"the capital of a province is the district with {most}: {some(guessed)}"
    return chosen, (Said(About.ASSUMED, words),)


def media_reach(people: People, area_km2: np.ndarray) -> np.ndarray:
    """The proxy REACH, [D], the last bracket cut to 0..1; where people are unknown, that of the
    others' mean."""
    with np.errstate(divide="ignore", invalid="ignore"):
        urban = np.nan_to_num(people.urban / people.population)
        dense = np.clip((np.log10(people.population / area_km2) - 0.5) / 3, 0, 1)
    reach = 0.25 + 0.35 * urban + 0.40 * dense
    known = np.isfinite(people.population)
    reach = np.where(known, reach, reach[known].mean() if known.any() else 0.25)
    return np.round(np.clip(reach, 0, 1), 3)


def provinces_of_towns(
    rows: pd.DataFrame, shapes: np.ndarray, points: pd.DataFrame, at: np.ndarray
) -> Sequence[str]:
    """A province for each district by what the gazetteer says of the towns in it, or near it."""
    men = np.nan_to_num(points["population"].to_numpy(float)) + 1
    codes = [str(code) for code in points["admin1"]]
    title = {}
    for place in np.argsort(-men, kind="stable").tolist():
        title.setdefault(codes[place], str(points["name"].iloc[place]))
    spots: Any = shapely.points(near(points[["longitude", "latitude"]].to_numpy(float), shapes))
    nearest: Any = shapely.STRtree(spots).nearest(shapely.point_on_surface(shapes))
    found = []
    for district in range(len(rows)):
        inside = np.flatnonzero(at == district)
        if len(inside):
            kinds, which = np.unique([codes[place] for place in inside], return_inverse=True)
            code = str(kinds[np.bincount(which, men[inside]).argmax()])
        else:
            code = codes[nearest[district]]
        found.append(f"province of {title[code]}")
    return found

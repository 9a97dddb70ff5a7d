"""The ground and its people: everything that is read before there is a war."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from holdfast.records.axes import in_order, refuse_other_order, towns_lie_in
from holdfast.records.boundaries import Asked as AskedBoundaries
from holdfast.records.boundaries import Boundaries, read_boundaries
from holdfast.records.places import (
    Country,
    Places,
    find_country,
    gazetteer,
    read_places,
    towns_of_the_world,
)
from holdfast.records.problems import Problem, ScenarioError
from holdfast.records.said import About, Said, some
from holdfast.records.sound import in_two_ways, misspelt
from holdfast.records.water import looks_like_water
from holdfast.study.new import people
from holdfast.study.new.ask import Call
from holdfast.study.new.ground import Ground, survey
from holdfast.study.new.provinces import of_file


@dataclass(frozen=True)
class Land:
    """What was read of a theatre: boundaries with provinces, ground, people, capitals."""

    boundaries: Boundaries
    rows: pd.DataFrame  # district_id, name, province, region, corps
    shapes: np.ndarray
    ground: Ground
    islands: tuple[int, ...]  # rows: one of each part of the map that no land links to the capital
    places: Places
    people: people.People
    country: Country | None
    national: str
    capital: np.ndarray  # [D] bool


def read_land(call: Call) -> tuple[Land, tuple[Said, ...]]:
    """Read the ground and its people, and what is to be told of them; raises ScenarioError."""
    asked = call.asked
    country = find_country(asked.country) if asked.country else None
    listed = gazetteer(country) if country else None
    how = AskedBoundaries(
        asked.layer, asked.columns, asked.crs, asked.encoding,
        country.words if country else (), _points(listed), asked.leave_out,
    )  # fmt: skip
    boundaries = read_boundaries(call.boundaries, how)
    said = boundaries.said
    if country is None:
        country, listed, boundaries, more = _own_country(boundaries, asked.places is not None)
        said += more
    places = read_places(asked.places, asked.encoding) if asked.places else listed
    if places is None:
        cure = "give --country CODE for the gazetteer's, or a CSV with --places FILE"
        says = "says of no country that the gazetteer knows, and no places were given"
        raise ScenarioError([Problem(boundaries.file, says, "people for the districts", cure)])
    shapes = boundaries.shapes
    rows, more = _provinces(call, boundaries, shapes, places)
    said += (*places.said, *more, *_misspelt(rows))
    ground = survey(shapes, list(rows["name"]), boundaries.file)
    settled = people.settle(rows, shapes, ground.area_km2, places, country)
    national, more = people.national_capital(asked.capital, rows, settled, places, country)
    said += (*settled.said, *more)
    islands = ground.islands(list(rows["district_id"]).index(national))
    capital, more = people.capitals(rows, settled, places, national)
    said += (*ground.said, *_unlinked(rows, islands), *more, *_waters(rows, settled))
    land = Land(
        boundaries, rows, shapes, ground, islands, places, settled, country, national, capital
    )
    return land, said


def _misspelt(rows: pd.DataFrame) -> tuple[Said, ...]:
    """A remark on provinces that may be one, written in two ways."""
    sizes = Counter(map(str, rows["province"]))
    pairs = in_two_ways(sizes) + [list(pair) for pair in misspelt(sizes)]
    if not pairs:
        return ()
    told = [" and ".join(f'"{name}" ({sizes[name]:,})' for name in names) for names in pairs]
    words = f"provinces of nearly one name were kept apart (districts in brackets): {some(told)}"
    return (Said(About.ASSUMED, f"{words}; write them one way in the file if they are one"),)


def _unlinked(rows: pd.DataFrame, islands: Sequence[int]) -> tuple[Said, ...]:
    if not islands:
        return ()
    names = [str(rows["name"].iloc[row]) for row in islands]
    return (Said(About.ASSUMED, f"no land links these to the capital: {some(names)}"),)


def _waters(rows: pd.DataFrame, settled: people.People) -> tuple[Said, ...]:
    """Districts that look like water: a column says so, or the name does and no place is there."""
    placed = np.bincount(settled.of_place[settled.of_place >= 0], minlength=len(rows)) > 0
    lived_in = placed if len(settled.of_place) else np.nan_to_num(settled.population) > 0
    found = []
    for name, says, lived in zip(rows["name"], rows["water"], lived_in, strict=True):
        if says or (not lived and looks_like_water(name)):
            found.append(f"{name} ({says or 'by its name, and no place is in it'})")
    if not found:
        return ()
    words = f"looks like water, and was made a district with its men: {some(found, 10)}"
    return (Said(About.ASSUMED, f"{words}; leave it out with --leave-out NAME"),)


def _points(places: Places | None) -> np.ndarray | None:
    if places is None:
        return None
    return places.points[["longitude", "latitude"]].to_numpy(float)


def _own_country(boundaries: Boundaries, own_places: bool):
    """The country that the boundaries themselves name, if the gazetteer knows it.

    Where the user has places, a country none of whose towns lies in the map is not meant.
    """
    try:
        country = find_country(boundaries.country) if boundaries.country else None
    except ScenarioError:
        country = None
    if country is None:
        refuse_other_order(boundaries.shapes, towns_of_the_world(), boundaries.file)
        return None, None, boundaries, ()
    listed = gazetteer(country)
    if own_places and not towns_lie_in(boundaries.shapes, _points(listed)):
        words = f"{boundaries.file} says {boundaries.country}, which is no country of the gazetteer"
        words += f" here: no town of {country.name} lies in it"
        return None, None, boundaries, (Said(About.ASSUMED, words),)
    shapes, turned = in_order(boundaries.shapes, _points(listed), boundaries.file)
    words = f"the country is {country.name}, since {boundaries.file} says {boundaries.country}"
    said = (Said(About.ASSUMED, words), *turned)
    return country, listed, replace(boundaries, shapes=shapes), said


def _provinces(
    call: Call, boundaries: Boundaries, shapes: np.ndarray, places: Places
) -> tuple[pd.DataFrame, Sequence[Said]]:
    """Rows with a province each: of the file, of a second file, of the towns, or their own."""
    rows = boundaries.rows.copy()
    if call.asked.provinces is not None:
        rows["province"], said = of_file(call.asked.provinces, call.asked, rows, shapes)
        return rows, said
    lacking = (rows["province"] == "").to_numpy(bool)
    if not lacking.any():
        return rows, ()
    fine = boundaries.layout.level is not None and boundaries.layout.level > 1
    if lacking.all() and fine and not places.file:
        points = places.points[["longitude", "latitude"]].to_numpy(float)
        at, _ = people.within(shapes, points, "place")
        rows["province"] = people.provinces_of_towns(rows, shapes, places.points, at)
        words = (
            f"{_no_provinces(boundaries)}: each district was put into that of most of its people by"
            " the gazetteer's towns; --provinces FILE with their boundaries would do better"
        )
        return rows, (Said(About.ASSUMED, words),)
    rows.loc[lacking, "province"] = rows.loc[lacking, "name"]
    words = "each district without a province is one of its own, and so its capital"
    if lacking.all():
        words = f"{_no_provinces(boundaries)}: each district is one of its own, and so a capital"
    return rows, (Said(About.ASSUMED, words),)


def _no_provinces(boundaries: Boundaries) -> str:
    """Why no district has a province: the file names none, or in columns that are not known."""
    columns = list(boundaries.layout.passed_over)
    if not columns:
        return "the file has no provinces"
    words = "no column of the file is known to hold provinces, but these may"
    return f"{words}: {some(columns)} (say which: --columns province={columns[0]})"

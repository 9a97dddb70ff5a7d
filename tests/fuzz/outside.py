"""Readers of what others publish: files in their layouts, spoiled, and what must hold of them."""

import json
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import shapely

from fuzz import spoil
from holdfast.records.boundaries import Asked, read_boundaries
from holdfast.records.events import Events, Window
from holdfast.records.places import read_places
from holdfast.records.problems import ScenarioError
from holdfast.records.published import read_events

WINDOW = Window(date(2001, 1, 1), date(2001, 12, 31), (0.0, 0.0, 10.0, 10.0))
GED = (
    "id,type_of_violence,where_prec,latitude,longitude,date_start,date_end,best,low,high\n"
    "1,1,1,4.5,5.25,2001-02-03 00:00:00.000,2001-02-04 00:00:00.000,5,3,9\n"
    "2,3,6,1.5,2.25,2001-03-03 00:00:00.000,2001-03-03 00:00:00.000,0,0,2\n"
    "3,2,2,9,9,2000-03-03 00:00:00.000,2000-03-03 00:00:00.000,7,7,7\n"
)
ACLED = (
    "event_id_cnty,event_date,time_precision,sub_event_type,inter1,location,latitude,longitude,"
    "geo_precision,fatalities,timestamp\n"
    "XX1,05 January 2001,1,Armed clash,State forces,Anvil,1.5,1.5,1,4,1000\n"
    "XX2,06 January 2001,2,Non-state actor overtakes territory,Rebel group,Birch,2.5,1.5,2,0,1001\n"
    "XX3,07 January 2001,1,Government regains territory,State forces,Birch,2.5,1.5,1,1,1002\n"
)
PLACES = "name,latitude,longitude,population,capital\nAnvil,1,1,9000,1\nBirch,2,3,400,\n"
PEOPLE = "district,province,population,urban\nAnvil,East,9000,500\nBirch,East,400,0\n"


def _square(x: float) -> list[list[list[float]]]:
    return [[[x, 0], [x, 2], [x + 2, 2], [x + 2, 0], [x, 0]]]


BOUNDARIES = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"shapeName": name, "shapeID": f"id-{name}", "shapeGroup": "XXX",
                               "shapeType": "ADM2"},
                "geometry": {"type": "Polygon", "coordinates": _square(2.0 * k)},
            }
            for k, name in enumerate(["Anvil", "Birch", "Cairn"])
        ],
    }
)  # fmt: skip
SOUND = {"ged.csv": GED, "acled.csv": ACLED, "places.csv": PLACES, "people.csv": PEOPLE,
         "districts.geojson": BOUNDARIES}  # fmt: skip


def _read(name: str, place: Path, content: bytes):
    """What a reader makes of a file; None if it refuses it with words."""
    path = place / name
    path.write_bytes(content)
    try:
        return {"places.csv": read_places, "people.csv": read_places,
                "districts.geojson": lambda p: read_boundaries(p, Asked())}.get(
            name, lambda p: read_events(p, WINDOW))(path)  # fmt: skip
    except ScenarioError as wrong:
        said = str(wrong)
        problems = wrong.problems
    finally:
        path.unlink()
    assert said
    assert all(p.file and p.says for p in problems)
    return None


def takes_events(name: str, place: Path, content: bytes) -> bool:
    """Events: in the window, each once, with numbers that are in order."""
    found: Events | None = _read(name, place, content)
    if found is None:
        return False
    rows = found.rows
    west, south, east, north = WINDOW.box
    assert not rows["event_id"].duplicated().any()
    assert rows["longitude"].between(west, east).all()
    assert rows["latitude"].between(south, north).all()
    assert (rows["first"] <= rows["last"]).all()
    assert ((rows["last"] >= WINDOW.first) & (rows["first"] <= WINDOW.last)).all()
    low, high = rows["low"].to_numpy(float), rows["high"].to_numpy(float)
    assert not (low > high).any()
    assert not ((low < 0) | np.isinf(low) | np.isinf(high)).any()
    return True


def takes_places(name: str, place: Path, content: bytes) -> bool:
    """Places: on the globe, with numbers of people that can be."""
    found = _read(name, place, content)
    if found is None:
        return False
    for table in (found.points, found.districts):
        for column in {"population", "urban"} & set(table):
            numbers = table[column].to_numpy(float)
            assert not ((numbers < 0) | np.isinf(numbers)).any()
    if len(found.points):
        assert found.points["latitude"].between(-90, 90).all()
        assert found.points["longitude"].between(-180, 180).all()
    return True


def takes_boundaries(name: str, place: Path, content: bytes) -> bool:
    """Boundaries: districts with an id each, whose shapes are sound and lie on the globe."""
    found = _read(name, place, content)
    if found is None:
        return False
    assert len(found.rows) == len(found.shapes) > 0
    assert found.rows["district_id"].is_unique
    assert (found.rows["district_id"] != "").all()
    assert shapely.is_valid(found.shapes).all()
    assert (np.abs(found.bounds) <= [180, 90, 180, 90]).all()
    return True


TAKES = {"ged.csv": takes_events, "acled.csv": takes_events, "places.csv": takes_places,
         "people.csv": takes_places, "districts.geojson": takes_boundaries}  # fmt: skip


def inputs(name: str):
    """Spoiled files of a layout, and what takes them."""
    how = spoil.json_like if name.endswith("json") else spoil.tables_like
    return spoil.spoiled_by(partial(how, SOUND[name].encode())), partial(TAKES[name], name)

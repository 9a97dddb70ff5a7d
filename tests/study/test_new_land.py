"""The ground that `holdfast new` makes: across 180 degrees, with lakes, of several files."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely

import dirty_files as dirty
from holdfast.cli import main
from holdfast.records.places import Country, Places
from holdfast.records.read import read_scenario
from holdfast.study.new import people

WAR = ["--start", "2014-01-01", "--end", "2014-06-30", "--defenders", "3000", "--insurgents", "600"]
LAND = ("--boundaries", "b.geojson", "--places", "p.csv", "--capital", "Anvil")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dirty.write(dirty.plain(), tmp_path / "b.geojson")
    dirty.towns(tmp_path / "p.csv")
    return tmp_path


def call(capsys, *more, name="isle", land=LAND):
    status = main(["new", name, *land, *WAR, *map(str, more)])
    told = capsys.readouterr()
    return status, told.out, told.err


def flat(text):
    return " ".join(text.replace("\n  * ", " ; ").split())


def drawn(folder):
    features = json.loads((folder / "cells.geojson").read_text())["features"]
    return [shapely.geometry.shape(feature["geometry"]) for feature in features]


@pytest.mark.slow
def test_a_coast_across_180_degrees_is_the_coast_that_it_would_be_elsewhere(capsys, here):
    there = []
    for west, more in ((-140.0, 0), (179.25, 0), (179.25, -360)):
        shapes = [shapely.transform(s, lambda xy, d=more: np.where(xy > 180, xy + d, xy))
                  for s in dirty.grid(west=west)]  # fmt: skip
        dirty.write(dirty.plain(shapes=shapes), here / "b.geojson")
        spots = [(s.centroid.y, s.centroid.x) for s in dirty.grid(west=west)]
        dirty.rows(here / "p.csv", "name,latitude,longitude,population",
                   *[f"{n},{y},{x - 360 * (x > 180)},9000"
                     for n, (y, x) in zip(dirty.NAMES, spots, strict=True)])  # fmt: skip
        near = f"2014-02-10,{spots[2][0]},{(spots[2][1] + 180) % 360 - 180}"
        dirty.events(here / "e.csv", dirty.GED, dirty.GED_ROW, {
            "latitude": near.split(",")[1], "longitude": near.split(",")[2]})  # fmt: skip
        name = f"isle{len(there)}"
        status, out, err = call(capsys, "--events", "e.csv", name=name)
        assert (status, err) == (0, "")
        assert ("lies across 180" in flat(out)) == (west > 0)
        there.append((read_scenario(here / name), drawn(here / name)))
    (away, plain), *others = there
    for tables, shapes in others:
        pd.testing.assert_frame_equal(tables.links.drop(columns="source_id"),
                                      away.links.drop(columns="source_id"), atol=0.02)  # fmt: skip
        columns = ["area_km2", "border_km", "population", "media_reach", "capital"]
        pd.testing.assert_frame_equal(tables.districts[columns], away.districts[columns], rtol=1e-3)
        assert list(tables.counts["place"]) == ["X2"]
        assert tables.districts["longitude"].between(-180, 180).all()
        west, _, east, _ = shapely.total_bounds(shapes)
        assert east - west == pytest.approx(1.5)
        np.testing.assert_allclose(shapely.area(shapes), shapely.area(plain), rtol=1e-6)


def test_water_is_named_so_that_it_can_be_left_out(capsys, here):
    names = ("Anvil", "Lake Brine", "Cairn", "Lac Ember", *dirty.NAMES[4:])
    kinds = ["District", "Waterbody", "District", "District", "District", "District"]
    dirty.write(dirty.plain(names, ENGTYPE_2=kinds), here / "b.geojson")
    keep = (here / "p.csv").read_text().splitlines()
    (here / "p.csv").write_text("\n".join([*keep[:2], *keep[3:4], *keep[5:]]))
    status, out, _ = call(capsys)
    assert status == 0
    assert "looks like water, and was made a district" in flat(out)
    assert "Lake Brine (ENGTYPE_2 says Waterbody)" in flat(out)
    assert "Lac Ember (by its name, and no place is in it)" in flat(out)
    status, out, _ = call(capsys, "--leave-out", "Lake Brine", "--leave-out", "X3", name="dry")
    assert status == 0
    assert "water" not in flat(out)
    assert set(read_scenario(here / "dry").districts["district_id"]) == {"X0", "X2", "X4", "X5"}


def test_a_village_on_a_lake_of_its_name_is_no_water(capsys, here):
    dirty.write(dirty.plain(("Lac", *dirty.NAMES[1:])), here / "b.geojson")
    land = (*LAND[:-1], "Birch")
    assert "water" not in flat(call(capsys, land=land)[1])


def test_places_of_more_people_than_the_country_has_are_scaled_and_told():
    country = Country("AD", "AND", "Andorra", "Andorra la Vella", 60_000, 468.0)
    points = pd.DataFrame({"name": ["a", "b"], "other_names": [(), ()], "latitude": [0.2, 0.2],
                           "longitude": [-139.8, -139.2], "population": [50_000.0, 40_000.0],
                           "capital": [np.nan, np.nan]})  # fmt: skip
    rows = pd.DataFrame({"district_id": list("xyz"), "name": list("xyz"), "province": ["p"] * 3})
    places = Places("", points, pd.DataFrame({"district": pd.Series(dtype=str)}))
    found = people.settle(rows, np.array(dirty.grid()[:3]), np.ones(3), places, country)
    assert list(found.population) == pytest.approx([60_000 * 5 / 9, 60_000 * 4 / 9, 0])
    assert list(found.urban) == pytest.approx(list(found.population))
    told = " ".join(one.words for one in found.said)
    assert "90,000 people, more than the 60,000 of the whole country" in told
    assert "was spread" not in told


def test_places_of_another_part_of_the_world_are_told_with_where_both_lie(capsys, here):
    dirty.rows(here / "p.csv", "name,latitude,longitude,population", "Anvil,0.5,1.5,9000")
    _, _, err = call(capsys)
    assert "places lie at longitude 1.5 to 1.5" in err
    assert "the polygons at longitude -140 to -138.5" in err


@pytest.mark.slow
def test_a_country_code_of_the_file_does_not_refuse_places_of_ones_own(capsys, here):
    dirty.write(dirty.cod().assign(ADM0_PCODE="CL"), here / "b.geojson")
    status, out, err = call(capsys, "--capital", "XY0101")
    assert (status, err) == (0, "")
    assert "no town of Chile lies in it" in flat(out)


@pytest.mark.slow
def test_provinces_of_a_second_file_are_found_across_180_degrees(capsys, here):
    shapes = dirty.grid(west=179.25)
    dirty.write(dirty.geoboundaries(shapes=shapes), here / "adm2.geojson")
    west, east = shapely.union_all(shapes[::3]), shapely.union_all([*shapes[1:3], *shapes[4:]])
    east = shapely.transform(east, lambda xy: xy - [360, 0])
    far = shapely.box(-179, 3, -170, 9)
    made = dirty.geoboundaries(("West", "East", "Far"), "ADM1", shapes=[west, east, far])
    dirty.write(made, here / "adm1.geojson")
    dirty.rows(here / "p.csv", "name,latitude,longitude,population", "Anvil,0.2,179.5,9000")
    land = ("--boundaries", "adm2.geojson", "--places", "p.csv", "--capital", "Anvil",
            "--provinces", "adm1.geojson")  # fmt: skip
    assert call(capsys, land=land)[0] == 0
    assert list(read_scenario(here / "isle").districts["province"]) == ["West", "East", "East"] * 2


@pytest.mark.slow
def test_a_new_scenario_says_which_provinces_may_be_one(capsys, here):
    provinces = ("Coast", "Coast", "Coast", "Coast", "C\u043east", "Coest")
    dirty.write(dirty.plain(province=provinces), here / "b.geojson")
    status, out, _ = call(capsys)
    assert status == 0
    assert '"Coast" (4) and "C\u043east" (1)' in flat(out)
    assert '"Coest" (1) and "Coast" (4)' in flat(out)

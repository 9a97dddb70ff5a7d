"""A map across 180 degrees is the same map, however its longitudes were written."""

import json

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

import dirty_files as dirty
from holdfast.records import polygons
from holdfast.records.boundaries import Asked, read_boundaries
from holdfast.records.dateline import as_published, near, on_one_sheet, towards, unrolled
from holdfast.records.geojson import FILE, read_cells
from holdfast.records.said import About

WEST = 179.25  # of a grid of squares half a degree wide: the line crosses the middle column


def moved(shapes, degrees):
    return [shapely.transform(s, lambda xy: xy + [degrees, 0]) for s in shapes]


def ways():
    """A grid across the line in the ways in which publishers write it; longitudes to 180.75."""
    whole = dirty.grid(west=WEST)
    split = []
    for shape in whole:
        parts = [box(-180, -90, 180, 90).intersection(shape),
                 *moved([box(180, -90, 540, 90).intersection(shape)], -360)]  # fmt: skip
        parts = [part for part in parts if part.area > 0]
        split.append(parts[0] if len(parts) == 1 else MultiPolygon(parts))
    jumping = [shapely.transform(s, lambda xy: np.where(xy > 180, xy - 360, xy)) for s in whole]
    return {
        "beyond 180": whole, "split": split, "jumping": jumping, "below -180": moved(whole, -360),
        "some so, some so": [*whole[:2], *split[2:4], *jumping[4:]],
    }  # fmt: skip


@pytest.mark.parametrize("way", ways())
@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
def test_a_map_across_the_line_is_one_map_however_it_is_written(tmp_path, way, ending):
    table = dirty.plain(shapes=ways()[way])
    found = read_boundaries(dirty.write(table, tmp_path / f"a.{ending}"), Asked())
    expected = np.array(dirty.grid(west=WEST))
    assert shapely.equals(shapely.normalize(found.shapes), expected).all()
    assert np.allclose(shapely.total_bounds(found.shapes), [179.25, 0, 180.75, 1])
    told = [one.words for one in found.said if one.about is About.MENDED]
    assert ["lies across 180 degrees" in words for words in told] == [True]


@pytest.mark.parametrize("code", [3832, 3460])
def test_a_projected_map_across_the_line_is_one_map(tmp_path, code):
    table = dirty.plain(shapes=dirty.grid(west=177.25, south=-18.0))
    whole = dirty.plain(shapes=moved(dirty.grid(west=WEST, south=-18.0), 0)).to_crs(epsg=code)
    assert len(table) == len(whole)
    found = read_boundaries(dirty.write(whole, tmp_path / "a.gpkg"), Asked())
    np.testing.assert_allclose(shapely.total_bounds(found.shapes), [179.25, -18, 180.75, -17],
                               atol=1e-6)  # fmt: skip
    np.testing.assert_allclose(shapely.area(found.shapes), dirty.STEP**2, rtol=1e-6)


def test_latitude_first_is_changed_about_across_the_line_too(tmp_path):
    for name, shapes in ways().items():
        made = json.loads(dirty.plain(shapes=dirty.turned(shapes)).to_json())
        (tmp_path / "a.geojson").write_text(json.dumps(made))
        found = read_boundaries(tmp_path / "a.geojson", Asked())
        assert np.allclose(shapely.total_bounds(found.shapes), [179.25, 0, 180.75, 1]), name


@pytest.mark.parametrize("west", [-170.0, -1.0, 0.0, 60.0, 178.5])
def test_a_map_away_from_the_line_stays_as_it_is_to_the_bit(west):
    shapes = np.array(dirty.grid(west=west))
    assert on_one_sheet(unrolled(shapes)) is shapes


def test_the_sheet_is_the_narrowest_there_is():
    apart = np.array([box(-150, 0, -149, 1), box(150, 0, 151, 1), box(-179.5, 0, -179, 1)])
    west, _, east, _ = shapely.total_bounds(on_one_sheet(apart))
    assert (west, east) in ((150, 211), (-210, -149))
    alaska = np.array([box(-160, 50, -70, 70), box(172, 50, 180, 55)])
    assert tuple(shapely.total_bounds(on_one_sheet(alaska))[[0, 2]]) == (-188, -70)


def test_a_hole_stays_in_its_polygon_that_jumps():
    shell = [(179, 0), (-179, 0), (-179, 2), (179, 2)]
    hole = [(-179.8, 0.5), (-179.5, 0.5), (-179.5, 1), (-179.8, 1)]
    found = on_one_sheet(unrolled(np.array([Polygon(shell, [hole])])))[0]
    assert found.equals(box(179, 0, 181, 2).difference(box(180.2, 0.5, 180.5, 1)))


def test_a_ring_around_a_pole_is_left_as_it_is():
    pole = np.array([Polygon([(-180, -90), (180, -90), (180, -70), (0, -65), (-180, -70)])])
    assert unrolled(pole)[0].equals(pole[0])


def test_points_are_found_whichever_way_they_count():
    shapes = np.array(dirty.grid(west=WEST))
    points = np.array([[-179.9, 0.1], [180.1, 0.1], [179.3, 0.1], [-180.7, 0.1], [0.0, 0.1]])
    assert list(polygons.holding(shapes, points)) == [1, 1, 0, 0, -1]
    assert near(points, shapes)[0] == pytest.approx([180.1, 0.1])
    assert list(as_published(np.array([180.1, -180.1, 180.0, -180.0, 5.0]))) == pytest.approx(
        [-179.9, 179.9, 180.0, -180.0, 5.0]
    )
    other = np.array(moved(shapes, -360))
    assert shapely.equals(towards(other, shapes), shapes).all()


@pytest.mark.parametrize("way", ["beyond 180", "split", "below -180"])
def test_cells_across_the_line_are_drawn_side_by_side(tmp_path, way):
    made = json.loads(dirty.plain(shapes=ways()[way]).to_json())
    for feature in made["features"]:
        feature["properties"] = {"district_id": feature["properties"]["id"]}
    (tmp_path / FILE).write_text(json.dumps(made))
    cells, problems = read_cells(tmp_path)
    assert problems == ()
    assert cells is not None
    drawn = [shapely.geometry.shape(feature["geometry"]) for feature in cells["features"]]
    west, _, east, _ = shapely.total_bounds(drawn)
    assert east - west == pytest.approx(1.5)
    assert shapely.union_all(drawn).area == pytest.approx(1.5)

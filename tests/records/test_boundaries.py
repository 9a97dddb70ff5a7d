"""Boundaries as they are published, with their dirt, become districts that fit together, or not."""

import json
import shutil

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

import dirty_files as dirty
from holdfast.records import polygons
from holdfast.records.boundaries import Asked, read_boundaries
from holdfast.records.problems import ScenarioError
from holdfast.records.said import About


def read(path, **asked):
    return read_boundaries(path, Asked(**asked))


def refused(path, **asked):
    with pytest.raises(ScenarioError) as caught:
        read(path, **asked)
    return str(caught.value)


def words(found, about):
    return " ".join(one.words for one in found.said if one.about is about)


LAYOUTS = {
    "geoBoundaries": (dirty.geoboundaries, "adm2.geojson"),
    "GADM": (dirty.gadm, "gadm41_XYZ.gpkg"),
    "OCHA COD-AB": (dirty.cod, "xyz_admbnda_adm2.shp"),
}


@pytest.mark.parametrize("publisher", LAYOUTS)
def test_the_columns_of_each_publisher_are_found_by_name(tmp_path, publisher):
    make, file = LAYOUTS[publisher]
    found = read(dirty.write(make(), tmp_path / file))
    assert found.layout.publisher == publisher
    assert found.layout.level == 2
    assert list(found.rows["name"]) == list(dirty.NAMES)
    expected = [""] * 6 if publisher == "geoBoundaries" else list(dirty.PROVINCES)
    assert list(found.rows["province"]) == expected
    assert found.rows["district_id"].is_unique
    assert found.country in ("XYZ", "XY")
    assert np.allclose(shapely.area(found.shapes), dirty.STEP**2)


def test_columns_that_are_told_go_before_those_that_are_found(tmp_path):
    table = dirty.geoboundaries().assign(Wilaya=dirty.PROVINCES, Nom=[f"N{i}" for i in range(6)])
    path = dirty.write(table, tmp_path / "a.geojson")
    found = read(path, columns={"name": "nom", "province": "Wilaya"})
    assert list(found.rows["name"]) == [f"N{i}" for i in range(6)]
    assert list(found.rows["province"]) == list(dirty.PROVINCES)
    assert "did you mean 'Wilaya'" in refused(path, columns={"province": "Wilya"})
    assert "did you mean 'province'" in refused(path, columns={"provinces": "Wilaya"})


def test_a_file_without_a_column_of_names_says_how_to_tell_one(tmp_path):
    path = dirty.write(dirty.frame(foo=[1] * 6), tmp_path / "a.geojson")
    assert "--columns name=" in refused(path)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_shapefile_without_cpg_is_read_by_its_bytes_and_says_so(tmp_path, encoding):
    names = ("Pôle-Nord", "Évreux", "Añasco", "Delta", "Ember", "Fjørd")
    path = dirty.write(dirty.cod(names), tmp_path / "a.shp", encoding) if (
        encoding == "utf-8") else dirty.write(
        dirty.cod(names).drop(columns="ADM2_DA"), tmp_path / "a.shp", encoding)  # fmt: skip
    found = read(path)
    assert list(found.rows["name"]) == list(names)
    assert f"was read as {encoding}" in words(found, About.ASSUMED)


def test_a_shapefile_of_another_encoding_is_read_when_it_is_told(tmp_path):
    names = ("كابل", "بلخ", "هرات", "غزنة", "فراه", "باميان")
    table = dirty.cod(names).drop(columns="ADM2_DA")
    path = dirty.write(table, tmp_path / "a.shp", "cp1256")
    assert list(read(path, encoding="cp1256").rows["name"]) == list(names)
    with pytest.raises(ScenarioError, match="no encoding is called"):
        read(dirty.write(table, tmp_path / "a.geojson"), encoding="cp12")


def test_names_that_were_turned_to_mojibake_are_read_aright(tmp_path):
    wrong = tuple(name.encode().decode("cp1252") for name in ("Évreux", "Añasco"))
    path = dirty.write(dirty.plain((*wrong, *dirty.NAMES[2:])), tmp_path / "a.geojson")
    found = read(path)
    assert list(found.rows["name"])[:2] == ["Évreux", "Añasco"]
    assert "UTF-8 read as if" in words(found, About.MENDED)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_geojson_with_a_mark_or_of_another_encoding_is_read(tmp_path, encoding):
    path = tmp_path / "a.geojson"
    found = read(dirty.write(dirty.plain(("Évreux", *dirty.NAMES[1:])), path, encoding))
    assert found.rows["name"].iloc[0] == "Évreux"
    assert ("cp1252" in words(found, About.ASSUMED)) == (encoding == "cp1252")


def test_marks_of_direction_are_taken_off_names(tmp_path):
    names = ("\u2067کابل\u2069", "\u202bبلخ\u202c", "\u200fهرات", *dirty.NAMES[3:])
    found = read(dirty.write(dirty.plain(names), tmp_path / "a.geojson"))
    assert list(found.rows["name"])[:3] == ["کابل", "بلخ", "هرات"]


def test_missing_ids_are_made_from_names_and_told(tmp_path):
    table = dirty.plain(id=["X0", None, "", "X3", "not an id!", "X5"])
    found = read(dirty.write(table, tmp_path / "a.geojson"))
    assert list(found.rows["district_id"]) == ["X0", "Birch", "Cairn", "X3", "not-an-id", "X5"]
    assert "3 ids made from names" in words(found, About.ASSUMED)


def test_one_name_in_two_provinces_is_two_districts(tmp_path):
    names = ("Baharak", "Birch", "Cairn", "Baharak", "Ember", "Fjord")
    found = read(dirty.write(dirty.plain(names, id=None), tmp_path / "a.geojson"))
    assert len(found.rows) == 6
    assert found.rows["district_id"].is_unique


def test_one_name_twice_in_a_province_without_ids_is_refused(tmp_path):
    names = ("Baharak", "Baharak", "Cairn", "Delta", "Ember", "Fjord")
    said = refused(dirty.write(dirty.plain(names, id=None), tmp_path / "a.geojson"))
    assert "'Baharak' stands twice in Upper" in said
    assert "--columns" in said


def test_one_id_with_two_names_is_refused(tmp_path):
    table = dirty.plain(id=["X0", "X0", "X2", "X3", "X4", "X5"])
    assert "'X0' is the id of 'Anvil' and of 'Birch'" in refused(
        dirty.write(table, tmp_path / "a.geojson")
    )


def test_parts_in_several_rows_and_multipolygons_are_one_district(tmp_path):
    names, ids = ("Anvil", "Anvil", *dirty.NAMES[2:]), ["X0", "X0", "X2", "X3", "X4", "X5"]
    found = read(dirty.write(dirty.plain(names, id=ids), tmp_path / "a.geojson"))
    assert len(found.rows) == 5
    assert shapely.area(found.shapes[0]) == pytest.approx(2 * dirty.STEP**2)
    whole = read(dirty.write(dirty.plain(shapes=dirty.with_island()), tmp_path / "b.geojson"))
    assert shapely.get_num_geometries(whole.shapes[0]) == 2


def test_a_polygon_that_crosses_itself_is_mended_and_named(tmp_path):
    path = dirty.write(dirty.plain(shapes=dirty.bow_tie()), tmp_path / "a.geojson")
    found = read(path)
    assert shapely.is_valid(found.shapes).all()
    assert "1 polygon crossed themselves: Anvil" in words(found, About.MENDED)


def test_slivers_are_closed_so_that_neighbours_share_their_border(tmp_path):
    shapes = dirty.slivers()
    assert not shapely.coverage_is_valid(shapes, gap_width=0.001)
    found = read(dirty.write(dirty.plain(shapes=shapes), tmp_path / "a.geojson"))
    assert shapely.coverage_is_valid(found.shapes, gap_width=0.001)
    assert shapely.area(found.shapes).sum() == pytest.approx(6 * dirty.STEP**2)
    assert "gaps and overlaps" in words(found, About.MENDED)


def test_many_corners_are_thinned_though_every_border_was_drawn_twice(monkeypatch):
    monkeypatch.setattr(polygons, "CORNERS", 500)
    shapes = np.array(dirty.drawn_twice(every=0.002))
    assert shapely.get_num_coordinates(shapes).sum() > 10 * polygons.CORNERS
    found, said = polygons.fitted(shapes, list("abcdef"), "a.geojson")
    assert shapely.get_num_coordinates(found).sum() < polygons.CORNERS
    np.testing.assert_allclose(shapely.area(found), dirty.STEP**2, rtol=0.02)
    assert shapely.area(shapely.intersection_all(found[:2])) == 0
    assert "bends under" in said[0].words


def test_two_levels_in_one_file_are_refused(tmp_path):
    shapes = [*dirty.grid()[:5], box(-140, 0, -138.5, 1)]
    said = refused(dirty.write(dirty.plain(shapes=shapes), tmp_path / "a.geojson"))
    assert "lying under others" in said


def test_latitude_first_is_changed_about_where_it_would_be_beyond_the_pole(tmp_path):
    path = dirty.write(dirty.plain(shapes=dirty.turned(dirty.grid())), tmp_path / "a.geojson")
    found = read(path)
    assert np.allclose(shapely.total_bounds(found.shapes), [-140, 0, -138.5, 1])
    assert "changed about" in words(found, About.MENDED)


def test_latitude_first_is_changed_about_where_towns_of_the_country_show_it(tmp_path):
    here = dirty.grid(west=35.0, south=33.0)
    towns = np.array([(35.2, 33.2), (35.7, 33.3), (36.1, 33.8)])
    path = dirty.write(dirty.plain(shapes=dirty.turned(here)), tmp_path / "a.geojson")
    assert shapely.total_bounds(read(path, towns=towns).shapes)[0] == 35.0
    right = read(dirty.write(dirty.plain(shapes=here), tmp_path / "b.geojson"), towns=towns)
    assert "changed about" not in words(right, About.MENDED)
    assert "no town of the country" in refused(path, towns=np.array([(10.0, 10.0)]))


@pytest.mark.parametrize("code", [32607, 3857])
def test_another_coordinate_system_is_turned_to_degrees(tmp_path, code):
    table = dirty.plain().to_crs(epsg=code)
    found = read(dirty.write(table, tmp_path / "a.gpkg"))
    assert np.allclose(shapely.total_bounds(found.shapes), [-140, 0, -138.5, 1], atol=1e-6)
    assert "coordinates turned" in words(found, About.MENDED)


def test_metres_without_prj_are_refused_until_the_system_is_told(tmp_path):
    path = dirty.write(dirty.cod().to_crs(epsg=32607), tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    assert "--crs" in refused(path)
    found = read(path, crs="EPSG:32607")
    assert np.allclose(shapely.total_bounds(found.shapes), [-140, 0, -138.5, 1], atol=1e-6)
    assert "is no coordinate system" in refused(path, crs="EPSG:nonsense")


def test_degrees_without_prj_are_taken_as_such_and_told(tmp_path):
    path = dirty.write(dirty.cod(), tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    assert "says no coordinate system" in words(read(path), About.ASSUMED)


def test_geojson_in_metres_is_refused(tmp_path):
    table = dirty.plain().to_crs(epsg=3857)
    assert "--crs" in refused(dirty.write(table.set_crs(None, allow_override=True),
                                          tmp_path / "a.geojson"))  # fmt: skip


def test_rows_without_a_polygon_are_left_out_and_named(tmp_path):
    shapes = [None, Point(-140, 0), *dirty.grid()[2:]]
    found = read(dirty.write(dirty.plain(shapes=shapes), tmp_path / "a.geojson"))
    assert len(found.rows) == 4
    assert "2 rows have no polygon: Anvil, Birch" in words(found, About.LEFT_OUT)


def test_heights_are_dropped(tmp_path):
    shapes = [shapely.force_3d(shape, 100.0) for shape in dirty.grid()]
    found = read(dirty.write(dirty.plain(shapes=shapes), tmp_path / "a.gpkg"))
    assert not shapely.has_z(found.shapes).any()


def test_of_several_layers_one_has_to_be_named(tmp_path):
    path = tmp_path / "gadm.gpkg"
    dirty.write(dirty.gadm(), path, layer="ADM_ADM_2")
    dirty.write(dirty.gadm().dissolve("GID_1").reset_index(), path, layer="ADM_ADM_1")
    assert "one of ADM_ADM_2, ADM_ADM_1" in refused(path)
    assert len(read(path, layer="ADM_ADM_2").rows) == 6
    assert "did you mean 'ADM_ADM_2'" in refused(path, layer="ADM_ADM_3")


def test_of_several_countries_one_has_to_be_named(tmp_path):
    table = dirty.geoboundaries()
    table.loc[4:, "shapeGroup"] = "ZZZ"
    path = dirty.write(table, tmp_path / "a.geojson")
    assert "--country" in refused(path)
    found = read(path, countries=("Nowhere", "XY", "XYZ"))
    assert len(found.rows) == 4
    assert "2 polygons of other countries" in words(found, About.LEFT_OUT)
    assert "has nothing of" in refused(path, countries=("Elsewhere", "EE", "EEE"))


def test_a_shapefile_without_its_parts_says_which_it_needs(tmp_path):
    dirty.write(dirty.cod(), tmp_path / "a.shp")
    for ending in (".dbf", ".shx"):
        copy = tmp_path / ending[1:]
        copy.mkdir()
        for part in tmp_path.glob("a.*"):
            if part.suffix != ending:
                shutil.copy(part, copy)
        assert f"has no {ending} beside it" in refused(copy / "a.shp")


def test_a_zipped_shapefile_is_read(tmp_path):
    inside = tmp_path / "parts"
    inside.mkdir()
    dirty.write(dirty.cod(), inside / "a.shp")
    made = shutil.make_archive(str(tmp_path / "a"), "zip", inside)
    assert len(read(tmp_path / made).rows) == 6


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.geojson", b""), ("a.geojson", b"{"), ("a.geojson", b"[]"), ("a.geojson", b"\x00" * 9),
        ("a.geojson", b'{"type":"FeatureCollection","features":[]}'), ("a.gpkg", b"SQLite format"),
        ("a.shp", b"\x00\x00\x27\x0a" + b"\xff" * 96), ("a.zip", b"PK\x03\x04junk"),
        ("a.kml", b"x"),
        ("a.geojson", b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":'
                      b'{"type":"Polygon","coordinates":[[[0,0],[1e400,0],[1,1],[0,0]]]},'
                      b'"properties":{"name":"a"}}]}'),
        ("a.geojson", b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":'
                      b'{"type":"Polygon","coordinates":[[[0,0],[1,0]]]},"properties":{}}]}'),
    ],
)  # fmt: skip
def test_rubbish_is_refused_in_words(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert "cure:" in refused(tmp_path / name)


def test_what_is_not_there_or_a_folder_is_refused(tmp_path):
    assert "is not there" in refused(tmp_path / "a.geojson")
    (tmp_path / "b.shp").mkdir()
    assert "not a plain file" in refused(tmp_path / "b.shp")


@settings(max_examples=60, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(cut=st.integers(0, 2000), put=st.binary(max_size=6))
def test_a_spoilt_file_is_read_or_refused_but_never_breaks(tmp_path, cut, put):
    text = json.dumps(json.loads(dirty.plain().to_json())).encode()
    path = tmp_path / "a.geojson"
    path.write_bytes(text[:cut] + put + text[cut + len(put) :])
    try:
        found = read(path)
    except ScenarioError:
        return
    assert len(found.rows) == len(found.shapes) > 0

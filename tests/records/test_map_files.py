"""A file of boundaries is what its content says, and nothing in it can name another file."""

import io
import json
import os
import socket
import sqlite3
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

import dirty_files as dirty
from holdfast.records.map_file import read_map
from holdfast.records.problems import ScenarioError

SECRET = "SECRET0"
SQUARE = '"POLYGON((0 0,1 0,1 1,0 1,0 0))"'


def refused(path, layer="", encoding=""):
    with pytest.raises(ScenarioError) as caught:
        read_map(path, layer, encoding)
    return str(caught.value)


def holed():
    """The grid with a lake in the first square and an islet in the lake, and a far island."""
    shapes = dirty.grid()
    west, south, east, north = shapes[0].bounds
    lake, islet = box(west + 0.1, south + 0.1, east - 0.1, north - 0.1), box(
        west + 0.2, south + 0.2, west + 0.3, south + 0.3)  # fmt: skip
    rest = Polygon(shapes[0].exterior.coords, [lake.exterior.coords])
    return [MultiPolygon([rest, islet, box(west - 3, south, west - 2.9, north)]), *shapes[1:]]


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp", ".shp.zip", ".gpkg.zip"])
@pytest.mark.parametrize("heights", [False, True])
def test_what_is_read_is_what_gdal_reads(tmp_path, ending, heights):
    shapes = [shapely.force_3d(s, 9.0) for s in holed()] if heights else holed()
    names = ("Évreux", "Pôrt", *dirty.NAMES[2:])
    table = dirty.plain(names, shapes, size=[1.5, 2.0, None, 3.25, 0.0, -1.0], n=range(6))
    plain = "." + ending.split(".")[1]
    path = dirty.write(table, tmp_path / f"a{plain}")
    rival = gpd.read_file(path, engine="pyogrio")
    if ending.endswith(".zip"):
        path = zipped(tmp_path / "b.zip", *tmp_path.glob("a.*"))
    found = read_map(path, "", "")
    assert list(found.columns["name"]) == list(rival["name"]) == list(names)
    assert list(found.columns["n"]) == [str(n) for n in rival["n"]]
    numbers = [float(cell) if cell else np.nan for cell in found.columns["size"]]
    np.testing.assert_array_equal(numbers, rival["size"].to_numpy(float))
    expected = shapely.force_2d(rival.geometry.to_numpy())
    assert shapely.equals(found.shapes, expected).all()
    assert shapely.is_valid(found.shapes).all()
    assert shapely.area(found.shapes[0]) == pytest.approx(0.25 - 0.09 + 0.01 + 0.05)


def zipped(path, *files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return path


def topology():
    """Two squares that share an arc, by steps of a tenth of a degree, and a point."""
    arcs = [[[10, 0], [0, 10]], [[10, 10], [-10, 0], [0, -10], [10, 0]],
            [[10, 0], [10, 0], [0, 10], [-10, 0]]]  # fmt: skip
    squares = [
        {"type": "Polygon", "id": "W", "arcs": [[0, 1]], "properties": {"name": "West"}},
        {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"name": "East", "id": "E"}},
    ]  # fmt: skip
    return {
        "type": "Topology", "transform": {"scale": [0.1, 0.1], "translate": [30.0, 5.0]},
        "arcs": arcs, "objects": {
            "land": {"type": "GeometryCollection", "geometries": squares},
            "towns": {"type": "GeometryCollection", "geometries": [
                {"type": "Point", "coordinates": [1, 1]}]},
        },
    }  # fmt: skip


@pytest.mark.parametrize("ending", ["json", "topojson", "geojson"])
def test_topojson_is_read_under_any_ending_of_json(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    path.write_text(json.dumps(topology()))
    found = read_map(path, "", "")
    assert found.columns == {"name": ["West", "East"], "id": ["W", "E"]}
    assert shapely.equals(found.shapes, [box(30, 5, 31, 6), box(31, 5, 32, 6)]).all()
    assert "has no layer 'lant'" in refused(path, "lant")


def test_an_arc_named_a_million_times_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("holdfast.records.map_json.MOST_POSITIONS", 1000)
    made = topology()
    made["objects"]["land"]["geometries"][0]["arcs"] = [[0, -1] * 600]
    (tmp_path / "a.json").write_text(json.dumps(made))
    assert "too large" in refused(tmp_path / "a.json")


VRT = """<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{}</SrcDataSource>
<GeometryField encoding="WKT" field="WKT"/><GeometryType>wkbPolygon</GeometryType></OGRVRTLayer>
</OGRVRTDataSource>"""
GDALG = '{{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read {} ! write -"}}'
LINKED = """{{"type":"FeatureCollection","crs":{{"type":"link","properties":{{"href":"{}",
"type":"proj4"}}}},"features":[]}}"""
WFS = "<OGRWFSDataSource><URL>{}</URL></OGRWFSDataSource>"
PATH = "{}"


@pytest.mark.parametrize("content", [VRT, GDALG, LINKED, WFS, PATH, "CSV:{}", "WFS:{}", '"{}"'])
@pytest.mark.parametrize("ending", [".geojson", ".json", ".topojson", ".gpkg", ".zip", ".shp"])
def test_no_other_file_is_read_and_no_address_is_asked(tmp_path, monkeypatch, content, ending):
    monkeypatch.chdir(tmp_path)
    dirty.rows(tmp_path / "secret.csv", "name,id,province,WKT", f"{SECRET},S0,P,{SQUARE}")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        for source in ("secret.csv", f"/vsicurl/http://127.0.0.1:{port}/a.geojson",
                       f"http://127.0.0.1:{port}/a.geojson"):  # fmt: skip
            path = tmp_path / f"a{ending}"
            path.write_text(content.format(source))
            for part in (".dbf", ".shx"):
                path.with_suffix(part).write_text(content.format(source))
            said = refused(path)
            assert SECRET not in said
            if not content.startswith(("{{", '"')):
                assert "GeoPackage, or a Shapefile" in said
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_coordinate_system_that_names_a_grid_file_is_refused(tmp_path):
    grid = tmp_path / "secret.gsb"
    grid.write_text(SECRET)
    from holdfast.records.boundaries import Asked, read_boundaries

    made = json.loads(dirty.plain().to_json())
    for name in (f"+proj=longlat +nadgrids={grid} +type=crs", f"+init={grid}:x", str(grid)):
        made["crs"] = {"type": "name", "properties": {"name": name}}
        (tmp_path / "a.geojson").write_text(json.dumps(made))
        assert "links are not followed" in refused(tmp_path / "a.geojson")
    path = dirty.write(dirty.cod(), tmp_path / "a.shp")
    prj = path.with_suffix(".prj")
    plain = prj.read_text()
    prj.write_text(f'{plain[:-1]},EXTENSION["PROJ4","+proj=longlat +nadgrids={grid}"]]')
    with pytest.raises(ScenarioError, match="cannot be used"):
        read_boundaries(path, Asked())
    prj.write_text(f'{plain[:-1]},EXTENSION["PROJ4","+proj=longlat +nadgrids=@null"]]')
    assert len(read_boundaries(path, Asked()).rows) == 6


@pytest.mark.parametrize(
    ("name", "code"),
    [("urn:ogc:def:crs:EPSG::32642", "EPSG:32642"), ("EPSG:32642", "EPSG:32642"),
     ("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84"),
     ("http://www.opengis.net/def/crs/EPSG/0/32642", "EPSG:32642")],
)  # fmt: skip
def test_a_coordinate_system_is_known_by_its_name(tmp_path, name, code):
    made = json.loads(dirty.plain().to_json()) | {
        "crs": {"type": "name", "properties": {"name": name}}
    }
    (tmp_path / "a.geojson").write_text(json.dumps(made))
    assert read_map(tmp_path / "a.geojson", "", "").crs == code


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"error":{"code":400,"message":"Invalid URL"}}', "the error of a service"),
        (b'{"geometryType":"esriGeometryPolygon","features":[]}', "f=geojson"),
        (b'{"features":[]}', "neither GeoJSON nor TopoJSON"), (b"[1]", "neither GeoJSON"),
        (b'{"type":"FeatureCollection"', "is not JSON"), (b"[" * 100_000, "is not JSON"),
        (b"fgb\x03fgb", "FlatGeobuf"), (b"%PDF-1.7", "PDF"), (b"<kml/>", "KML"),
        (b"SQLite format 3\x00", "a database of SQLite"), (b"PK\x03\x04", "a zip file"),
    ],
)  # fmt: skip
def test_what_is_no_map_is_named_for_what_it_is(tmp_path, content, said):
    (tmp_path / "a.json").write_bytes(content)
    assert said in refused(tmp_path / "a.json")


def gpkg(path, *sql):
    """A GeoPackage of the grid with some statements run on it."""
    dirty.write(dirty.plain(), path)
    with sqlite3.connect(path) as base:
        for one in sql:
            base.execute(one)
    base.close()
    return path


ENDLESS = "WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k FROM n) SELECT k AS fid, x'' AS geom"


@pytest.mark.parametrize(
    "sql",
    [
        ("ALTER TABLE a RENAME TO b", f"CREATE VIEW a AS {ENDLESS} FROM n"),
        ("ALTER TABLE a RENAME TO b", "CREATE VIRTUAL TABLE a USING fts4(name)"),
        ("ALTER TABLE gpkg_contents RENAME TO c", "CREATE VIEW gpkg_contents AS SELECT * FROM c"),
        ("DROP TABLE gpkg_geometry_columns",),
        ("UPDATE gpkg_geometry_columns SET table_name = 'sqlite_master'",
         "UPDATE gpkg_contents SET table_name = 'sqlite_master'"),
    ],
)  # fmt: skip
def test_nothing_is_run_that_a_geopackage_brings(tmp_path, sql):
    assert "cure:" in refused(gpkg(tmp_path / "a.gpkg", "PRAGMA legacy_alter_table=ON", *sql))


def test_changes_that_are_not_yet_in_the_file_are_told(tmp_path):
    path = dirty.write(dirty.plain(), tmp_path / "a.gpkg")
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("DELETE FROM gpkg_ogr_contents")
    base.commit()
    assert "close the program that has it open" in refused(path)
    base.close()
    assert len(read_map(path, "", "").shapes) == 6


def test_a_zip_gives_only_the_parts_of_the_shapefile_that_is_named(tmp_path):
    for level in (1, 2):
        dirty.write(dirty.cod(), tmp_path / f"adm{level}.shp")
    path = zipped(tmp_path / "a.zip", *tmp_path.glob("adm*"))
    assert "one of adm" in refused(path)
    assert len(read_map(path, "adm2", "").shapes) == 6
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("adm3.shp")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "a link to another file" in refused(path, "adm3")
    dirty.rows(tmp_path / "a.csv", "name", "x")
    assert "no file of boundaries" in refused(zipped(tmp_path / "b.zip", tmp_path / "a.csv"))


def test_a_pipe_beside_a_shapefile_is_not_waited_for(tmp_path):
    path = dirty.write(dirty.cod(), tmp_path / "a.shp")
    path.with_suffix(".cpg").unlink()
    os.mkfifo(path.with_suffix(".cpg"))
    assert "not a plain file" in refused(path)


ARABIC = ("كابل", "بلخ", "هرات", "غزنة", "فراه", "باميان")


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("names", "really", "cpg", "told", "said"),
    [
        (ARABIC, "utf-8", None, "", "was read as utf-8"),
        (ARABIC, "cp1256", None, "cp1256", ""),
        (ARABIC, "cp1256", "UTF-8", "cp1256", ""),
        (ARABIC, "cp1256", "ANSI 1256", "", ""),
        (ARABIC, "utf-8", "ISO 88591", "", "were read so, not as iso8859-1"),
        (ARABIC, "utf-8", None, "cp1256", "were read so, not as cp1256"),
        (("Évreux", *dirty.NAMES[1:]), "cp1252", None, "", "was read as cp1252"),
    ],
)
def test_a_shapefile_is_read_in_its_encoding(tmp_path, packed, names, really, cpg, told, said):
    path = dirty.write(dirty.cod(names).drop(columns="ADM2_DA"), tmp_path / "a.shp", really)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    path = zipped(tmp_path / "b.zip", *tmp_path.glob("a.*")) if packed else path
    found = read_map(path, "", told)
    assert list(found.columns["ADM2_EN"]) == list(names)
    words = " ".join(one.words for one in found.said)
    assert said in words if said else not words


def test_a_wrong_cpg_is_refused_until_the_encoding_is_told(tmp_path):
    path = dirty.write(dirty.cod(ARABIC).drop(columns="ADM2_DA"), tmp_path / "a.shp", "cp1256")
    path.with_suffix(".cpg").write_text("UTF-8")
    assert "--encoding" in refused(path)
    assert "no encoding is called" in refused(path, "", "cp12")


def test_a_letter_cut_in_two_at_the_end_of_a_field_is_left_off(tmp_path):
    names = ("é" * 100, *dirty.NAMES[1:])
    path = dirty.write(dirty.plain(names), tmp_path / "a.shp", "utf-8")
    dbf = path.with_suffix(".dbf")
    content = dbf.read_bytes()
    at = content.index(("é" * 100).encode())
    dbf.write_bytes(content[: at + 199] + b" " + content[at + 200 :])
    assert read_map(path, "", "").columns["name"][0] == "é" * 99


def test_rows_marked_as_deleted_are_no_districts(tmp_path):
    path = dirty.write(dirty.cod(), tmp_path / "a.shp")
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    begin, width = (int.from_bytes(content[k : k + 2], "little") for k in (8, 10))
    content[begin + width] = ord("*")
    dbf.write_bytes(content)
    found = read_map(path, "", "")
    assert list(found.columns["ADM2_EN"]) == ["Anvil", *dirty.NAMES[2:]]
    assert shapely.equals(found.shapes, [s for k, s in enumerate(dirty.grid()) if k != 1]).all()


def parts_of(ending):
    """The bytes of a small map, by the endings of its files."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        dirty.write(dirty.plain(), Path(folder) / f"a{ending}")
        return {path.suffix: path.read_bytes() for path in Path(folder).glob("a.*")}


PARTS = {ending: parts_of(ending) for ending in (".shp", ".gpkg")}


@settings(max_examples=40, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(data=st.data())
def test_spoilt_bytes_are_read_or_refused_but_never_break(tmp_path, data):
    ending = data.draw(st.sampled_from([".shp", ".gpkg", ".zip"]))
    parts = dict(PARTS[".shp" if ending == ".zip" else ending])
    spoilt = data.draw(st.sampled_from(sorted(parts)))
    for _ in range(data.draw(st.integers(1, 3))):
        content = parts[spoilt]
        at = data.draw(st.integers(0, min(len(content), 4000)))
        put = data.draw(st.sampled_from([b"", b"\xff" * 4, b"\x00" * 4, b"\x7f\xff\xff\xff"]))
        parts[spoilt] = content[:at] + put + content[at + len(put) + (not put) :]
    for name, content in parts.items():
        (tmp_path / f"a{name}").write_bytes(content)
    if ending == ".zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in parts.items():
                archive.writestr(f"a{name}", content)
        content = bytearray(packed.getvalue())
        content[data.draw(st.integers(0, len(content) - 1))] ^= 0xFF
        (tmp_path / "a.zip").write_bytes(content)
    try:
        found = read_map(tmp_path / f"a{ending}", "", "")
    except ScenarioError:
        return
    assert all(len(column) == len(found.shapes) for column in found.columns.values())

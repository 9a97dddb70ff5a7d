"""Files as publishers of boundaries and events write them, and with the dirt that they have."""

import csv
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

WEST, SOUTH, STEP = -140.0, 0.0, 0.5  # in an ocean: nobody lives there
NAMES = ("Anvil", "Birch", "Cairn", "Delta", "Ember", "Fjord")
PROVINCES = ("Upper", "Upper", "Upper", "Lower", "Lower", "Lower")


def grid(columns: int = 3, rows: int = 2, west=WEST, south=SOUTH, step=STEP) -> list[Polygon]:
    """Squares beside and above each other, west to east, then south to north."""
    return [
        box(west + c * step, south + r * step, west + (c + 1) * step, south + (r + 1) * step)
        for r in range(rows)
        for c in range(columns)
    ]


def frame(shapes=None, crs="EPSG:4326", **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=grid() if shapes is None else shapes, crs=crs)


def plain(names=NAMES, shapes=None, crs="EPSG:4326", **columns) -> gpd.GeoDataFrame:
    columns = {"id": [f"X{i}" for i in range(len(names))], "province": PROVINCES} | columns
    kept = {key: list(values) for key, values in columns.items() if values is not None}
    return frame(shapes, crs, name=list(names), **kept)


def geoboundaries(names=NAMES, level="ADM2", group="XYZ", shapes=None) -> gpd.GeoDataFrame:
    n = len(names)
    return frame(
        shapes,
        shapeName=list(names),
        shapeISO=[""] * n,
        shapeID=[f"{k}B9357{k}" for k in range(n)],
        shapeGroup=[group] * n,
        shapeType=[level] * n,
    )


def gadm(names=NAMES, provinces=PROVINCES) -> gpd.GeoDataFrame:
    n = len(names)
    return frame(
        GID_2=[f"XYZ.{1 + k // 3}.{1 + k % 3}_1" for k in range(n)],
        GID_0=["XYZ"] * n,
        COUNTRY=["Nowhere"] * n,
        GID_1=[f"XYZ.{1 + k // 3}_1" for k in range(n)],
        NAME_1=list(provinces),
        NL_NAME_1=["NA"] * n,
        NAME_2=list(names),
        VARNAME_2=["NA"] * n,
        NL_NAME_2=["NA"] * n,
        TYPE_2=["District"] * n,
        ENGTYPE_2=["District"] * n,
        CC_2=["NA"] * n,
        HASC_2=["NA"] * n,
    )


def cod(names=NAMES, provinces=PROVINCES) -> gpd.GeoDataFrame:
    n = len(names)
    return frame(
        Shape_Leng=np.ones(n),
        Shape_Area=np.ones(n),
        ADM2_EN=list(names),
        ADM2_DA=["\u2067كابل\u2069"] * n,
        ADM2_PCODE=[f"XY{1 + k // 3:02d}{1 + k % 3:02d}" for k in range(n)],
        ADM2_REF=[""] * n,
        ADM1_EN=list(provinces),
        ADM1_PCODE=[f"XY{1 + k // 3:02d}" for k in range(n)],
        ADM0_EN=["Nowhere"] * n,
        ADM0_PCODE=["XY"] * n,
        date=["2021-11-17"] * n,
        validOn=["2021-11-17"] * n,
    )


def write(table: gpd.GeoDataFrame, path: Path, encoding: str | None = None, **rest) -> Path:
    """Write a frame; a Shapefile in an encoding and without its .cpg if one is given."""
    if path.suffix in (".geojson", ".json"):
        text = table.to_json(drop_id=True, to_wgs84=False)
        path.write_bytes(text.encode() if encoding is None else as_text(text).encode(encoding))
        return path
    table.to_file(path, engine="pyogrio", **({"encoding": encoding} if encoding else {}), **rest)
    if encoding:
        path.with_suffix(".cpg").unlink()
        dbf = path.with_suffix(".dbf")
        content = bytearray(dbf.read_bytes())
        content[29] = 0  # the mark of the language too
        dbf.write_bytes(bytes(content))
    return path


def as_text(text: str) -> str:
    """The same JSON with its letters as they are, not escaped."""
    return json.dumps(json.loads(text), ensure_ascii=False)


def bow_tie(at: int = 0) -> list[Polygon]:
    """The grid with one square that crosses itself."""
    shapes = grid()
    west, south, east, north = shapes[at].bounds
    shapes[at] = Polygon([(west, south), (east, north), (east, south), (west, north)])
    return shapes


def slivers() -> list[Polygon]:
    """The grid drawn by two hands: a gap of 20 m on one border, an overlap of 20 m on another."""
    shapes = grid()
    west, south, east, north = shapes[0].bounds
    shapes[0] = box(west, south, east - 0.0002, north)
    west, south, east, north = shapes[1].bounds
    shapes[1] = box(west, south, east + 0.0002, north)
    return shapes


def drawn_twice(every: float, by: float = 1e-4) -> list[Polygon]:
    """The grid with a corner `every` so many degrees, each border drawn for either side."""
    rng = np.random.default_rng(1)
    dense = [np.asarray(shapely.segmentize(cell, every).exterior.coords)[:-1] for cell in grid()]
    return [Polygon(ring + rng.normal(0, by, ring.shape)) for ring in dense]


def with_island() -> list:
    """The grid with a second part of the first district, far out."""
    shapes = grid()
    far = box(WEST - 3, SOUTH, WEST - 2.9, SOUTH + 0.1)
    return [MultiPolygon([shapes[0], far]), *shapes[1:]]


def turned(shapes) -> list:
    """The same shapes with latitude before longitude."""
    return [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in shapes]


def rows(path: Path, header: str, *lines: str, encoding="utf-8", end="\n") -> Path:
    path.write_bytes((end.join([header, *lines]) + end).encode(encoding))
    return path


GED = [
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id",
    "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name",
    "side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b",
    "number_of_sources", "source_article", "source_office", "source_date", "source_headline",
    "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2",
    "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region",
    "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b",
    "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
]  # fmt: skip
GED_ROW = {
    "relid": "XYZ-2014-1-1", "year": "2014", "active_year": "True", "code_status": "Clear",
    "type_of_violence": "1", "conflict_name": "Nowhere: Government",
    "dyad_name": "Government of Nowhere - Rebels", "side_a": "Government of Nowhere",
    "side_b": "Rebels", "number_of_sources": "1", "source_article": '"Nine, or ten, killed"',
    "where_prec": "1", "where_coordinates": "Anvil town", "adm_1": "Upper", "adm_2": "Anvil",
    "country": "Nowhere", "date_prec": "1", "date_start": "2014-02-10 00:00:00.000",
    "date_end": "2014-02-10 00:00:00.000", "deaths_a": "2", "deaths_b": "3",
    "deaths_civilians": "0", "deaths_unknown": "0", "best": "5", "high": "7", "low": "5",
    "latitude": "0.25", "longitude": "-139.75",
}  # fmt: skip

ACLED = [
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type",
    "sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2",
    "interaction", "civilian_targeting", "iso", "region", "country", "admin1", "admin2",
    "admin3", "location", "latitude", "longitude", "geo_precision", "source", "source_scale",
    "notes", "fatalities", "tags", "timestamp",
]  # fmt: skip
SECRET = "the words of ACLED itself"
ACLED_ROW = {
    "event_date": "10 February 2014", "year": "2014", "time_precision": "1",
    "disorder_type": "Political violence", "event_type": "Battles",
    "sub_event_type": "Armed clash", "actor1": "Rebels", "inter1": "Rebel group",
    "actor2": "Military Forces of Nowhere", "inter2": "State forces", "country": "Nowhere",
    "admin1": "Upper", "admin2": "Anvil", "location": "Anvil town", "latitude": "0.2500",
    "longitude": "-139.7500", "geo_precision": "1", "source": "Undisclosed Source",
    "notes": SECRET, "fatalities": "4", "timestamp": "1700000000",
}  # fmt: skip


def events(path: Path, header: list[str], usual: dict[str, str], *changes: dict[str, str]) -> Path:
    """A file of events, each the usual row with some cells changed."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        pen = csv.DictWriter(handle, header, restval="")
        pen.writeheader()
        for n, change in enumerate(changes, 1):
            pen.writerow(usual | {header[0]: str(1000 + n)} | change)
    return path


def towns(path: Path) -> Path:
    """A town in each square, named after it but for the first, which has a town of its own."""
    lines = []
    for n, (name, square) in enumerate(zip(NAMES, grid(), strict=True)):
        spot = square.centroid
        lines.append(f"{name if n else 'Anvil town'},{spot.y},{spot.x},{(7 - n) * 10_000}")
    return rows(path, "name,latitude,longitude,population", *lines)


SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def cell(place: str, value: str | int | float, **rest: str) -> str:
    """A cell of a workbook: text, or a number; s="1" makes a number a day."""
    given = "".join(f' {key}="{word}"' for key, word in rest.items())
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"{given}><is><t>{value}</t></is></c>'
    return f'<c r="{place}"{given}><v>{value}</v></c>'


def sheet(*table: tuple, before: str = "", after: str = "") -> str:
    """The XML of a sheet of rows of values; a str that begins with < is a cell as it stands."""
    lines = []
    for n, row in enumerate(table, 1):
        cells = [
            value if str(value).startswith("<") else cell(f"{'ABCDEFGH'[k]}{n}", value)
            for k, value in enumerate(row)
        ]
        lines.append(f'<row r="{n}">{"".join(cells)}</row>')
    return f"{before}<sheetData>{''.join(lines)}</sheetData>{after}"


def workbook(path: Path, sheets: dict[str, str], **more: bytes) -> Path:
    """A workbook of Excel, as small as it may be, of sheets by their names."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    numbered = list(enumerate(sheets, 1))
    listed = "".join(f'<sheet name="{t}" sheetId="{n}" r:id="r{n}"/>' for n, t in numbered)
    links = (
        "".join(
            f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in numbered
        )
        + f'<Relationship Id="r0" Type="{OFFICE}/styles" Target="styles.xml"/>'
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default'
        ' Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml"'
        f' ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
        f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEETS}" xmlns:r="{OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f"{links}</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{SHEETS}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for n, title in numbered:
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{SHEETS}">{sheets[title]}</worksheet>'
        )
    return packed(path, **{name: text.encode() for name, text in parts.items()}, **more)


def packed(path: Path, **files: bytes) -> Path:
    """A zip of files by their names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path

"""A GeoPackage to rows: plain tables, read from memory by SQLite, which may do nothing else."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np

from holdfast.records.problems import ScenarioError
from holdfast.records.raw_map import MOST_ROWS, RawMap, as_text, broken, one_layer
from holdfast.records.whole import refused
from holdfast.records.wkb import shape_of

HEADER = b"SQLite format 3\x00"
TABLES = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys")
ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
ENVELOPES = (0, 32, 48, 48, 64)  # bytes, by the number in the flags
LAYERS = (
    "SELECT c.table_name, g.column_name, g.geometry_type_name, s.organization,"
    " s.organization_coordsys_id, s.definition FROM gpkg_contents AS c"
    " JOIN gpkg_geometry_columns AS g ON g.table_name = c.table_name"
    " LEFT JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = g.srs_id WHERE c.data_type = 'features'"
)


def read_geopackage(content: bytes, file: str, layer: str, encoding: str) -> RawMap:
    """Read one layer; raises ScenarioError.

    No view, virtual table or function is run: they could reach other files, or never end.
    """
    base = _opened(content, encoding)
    try:
        _must_be_tables(base, TABLES, file)
        layers = base.execute(LAYERS).fetchmany(MOST_ROWS)
        areas = [one for one in layers if "POINT" not in str(one[2]).upper()] or layers
        if not areas:
            raise refused(file, "has no layer of shapes", "polygons", "check the file")
        names = [str(one[0]) for one in areas]
        table, column, _, authority, code, definition = areas[one_layer(names, layer, file)]
        _must_be_tables(base, [table], file)
        rows = base.execute(f'SELECT * FROM "{_quoted(table)}" LIMIT {MOST_ROWS + 1}')
        heads = [str(head[0]) for head in rows.description]
        cells = rows.fetchall()
    except UnicodeDecodeError:
        cure = "say which encoding it has: --encoding cp1256, for example"
        raise refused(file, "has names that cannot be read", "text", cure) from None
    except (sqlite3.Error, ValueError, OverflowError) as error:
        if isinstance(error, ScenarioError):
            raise
        raise broken(file, str(error)) from None
    finally:
        base.close()
    if len(cells) > MOST_ROWS:
        raise refused(file, "has too many rows", f"at most {MOST_ROWS:,}", "take one country")
    at = {head.lower(): spot for spot, head in enumerate(heads)}.get(str(column).lower())
    if at is None:
        raise broken(file, f"no column {column}")
    try:
        shapes = _shapes([row[at] for row in cells])
    except (ValueError, IndexError) as error:
        raise broken(file, f"a shape: {error}") from None
    columns = {head: [as_text(row[spot]) for row in cells]
               for spot, head in enumerate(heads) if spot != at}  # fmt: skip
    return RawMap(columns, shapes, _crs(authority, code, definition))


def _opened(content: bytes, encoding: str) -> sqlite3.Connection:
    """The database in memory: no other file stands beside it, none can be attached."""
    base = sqlite3.connect(":memory:")
    rollback = content[:18] + b"\x01\x01" + content[20:]  # WAL needs files, and this has none
    base.deserialize(rollback)
    base.execute("PRAGMA trusted_schema = OFF")
    base.set_authorizer(_only_reading)
    base.text_factory = lambda cell: _text(cell, encoding)
    return base


def _only_reading(action: int, *_: Any) -> int:
    return sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY


def _text(cell: bytes, encoding: str) -> str:
    try:
        return cell.decode()
    except UnicodeDecodeError:
        if not encoding:
            raise
        return cell.decode(encoding)


def _must_be_tables(base: sqlite3.Connection, names: Sequence[str], file: str) -> None:
    for name in names:
        query = "SELECT type, sql FROM sqlite_master WHERE name = ? COLLATE NOCASE"
        found = base.execute(query, (name,)).fetchone()
        if found is None:
            says = f"is a database without the table {name}, so no GeoPackage"
            raise refused(file, says, "GeoPackage", "save it as a GeoPackage")
        words = " ".join(str(found[1]).split()).upper()
        if found[0] != "table" or words.startswith("CREATE VIRTUAL"):
            kind = "a view" if found[0] == "view" else "a virtual table"
            cure = "save the layer as a table of its own (in QGIS: Export, Save Features As)"
            raise refused(file, f"has {kind} in {name}, which is not run", "plain tables", cure)


def _quoted(name: str) -> str:
    return str(name).replace('"', '""')


def _shapes(blobs: Sequence[Any]) -> np.ndarray:
    shapes = np.full(len(blobs), None, dtype=object)
    for spot, blob in enumerate(blobs):
        if isinstance(blob, bytes) and blob[:2] == b"GP":
            flags = blob[3]
            if not flags & 0b10000:  # not empty
                shapes[spot] = shape_of(blob[8 + ENVELOPES[flags >> 1 & 7] :])
    return shapes


def _crs(authority: Any, code: Any, definition: Any) -> str:
    if str(authority).upper() == "EPSG" and isinstance(code, int) and code > 0:
        return f"EPSG:{code}"
    return "" if definition in (None, "", "undefined") or code in (0, -1) else str(definition)

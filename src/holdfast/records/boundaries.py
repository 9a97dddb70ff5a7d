"""A file of boundaries to districts with ids, names and polygons in degrees that fit together."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from holdfast.records.boundary_columns import ROLES, Layout, layout_of
from holdfast.records.check_map import MOST_DISTRICTS
from holdfast.records.districts_named import named
from holdfast.records.outside import decoded, read_whole, refused
from holdfast.records.problems import Problem, ScenarioError, nearest
from holdfast.records.said import About, Said, counted

ENDINGS = (".geojson", ".json", ".gpkg", ".shp", ".zip")
DEGREES = "EPSG:4326"


@dataclass(frozen=True)
class Asked:
    """How a file of boundaries is to be read; empty where it speaks for itself.

    `columns` names the file's column for some of id, name, province, region, corps, country;
    `crs` is a coordinate system as EPSG:32642; `countries` are the words that mean the country
    wanted; `towns` are points [n, 2] of longitude and latitude that lie in it.
    """

    layer: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    crs: str = ""
    encoding: str = ""
    countries: tuple[str, ...] = ()
    towns: np.ndarray | None = None


@dataclass(frozen=True)
class Boundaries:
    """Districts: `rows` has district_id, name, province, region, corps; "" where unknown.

    `shapes` are their polygons, in the same order. `country` is what the file itself says, "" if
    nothing. The layout tells whose file it is.
    """

    file: str
    rows: pd.DataFrame
    shapes: np.ndarray
    layout: Layout
    country: str
    said: tuple[Said, ...]

    @property
    def bounds(self) -> np.ndarray:
        """West, south, east, north in degrees."""
        import shapely

        return shapely.total_bounds(self.shapes)


def read_boundaries(path: Path, asked: Asked) -> Boundaries:
    """Read GeoJSON, GeoPackage or Shapefile; raises ScenarioError with what is wrong."""
    from holdfast.records import polygons
    from holdfast.records.axes import in_order

    table, said = _table(path, asked)
    types = [str(v) for v in table["shapeType"].dropna().unique()] if "shapeType" in table else []
    layout = layout_of(table.columns, asked.columns, path.name, types)
    table, country, left_out = _of_one_country(table, layout, asked, path.name)
    shapes, projected = _in_degrees(table, asked.crs, path.name)
    columns = {role: _texts(table, layout.columns[role]) for role in ROLES}
    shapes, good, mended = polygons.polygonal(shapes, columns["name"])
    if not good.any():
        cure = "check the layer: districts are polygons"
        raise refused(path.name, "has no polygons", "polygons", cure)
    rows = pd.DataFrame(columns).loc[good].reset_index(drop=True)
    shapes, turned = in_order(shapes[good], asked.towns, path.name)
    rows, shapes, told = named(rows, shapes, path.name)
    if len(rows) > MOST_DISTRICTS:
        says = f"has {len(rows):,} polygons"
        raise refused(path.name, says, f"at most {MOST_DISTRICTS:,}", "take a coarser level")
    shapes, closed = polygons.fitted(shapes, list(rows["district_id"]), path.name)
    whose = f"{layout.publisher} layout, " if layout.publisher else ""
    read = Said(About.READ, f"{path.name}: {whose}{counted(len(rows), 'polygon')}")
    said = (read, *said, *left_out, *projected, *mended, *turned, *told, *closed)
    return Boundaries(path.name, rows, shapes, layout, country, said)


def _table(path: Path, asked: Asked) -> tuple[Any, tuple[Said, ...]]:
    """The file as a geopandas frame."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    if path.suffix.lower() not in ENDINGS:
        cure = "give GeoJSON, GeoPackage, or a Shapefile (.shp, or all its parts in a .zip)"
        raise refused(
            str(path), "is not a file of boundaries by its ending", ", ".join(ENDINGS), cure
        )
    content = read_whole(path)
    source, encoding, said = _source(path, content, asked.encoding)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layer = _layer(pyogrio.list_layers(source), asked.layer, path.name)
            table = pyogrio.read_dataframe(
                source, layer=layer, encoding=encoding or None, force_2d=True, on_invalid="fix",
                datetime_as_string=True,
            )  # fmt: skip
    except UnicodeDecodeError:
        cure = "say which encoding it has: --encoding cp1256, for example"
        raise refused(path.name, "has names that cannot be read", "text", cure) from None
    except ScenarioError:
        raise
    except (DataSourceError, DataLayerError, ValueError, TypeError,
            AttributeError, OverflowError, RuntimeError, LookupError) as error:  # fmt: skip
        reason = " ".join(str(error).split())[:160]
        cure = "check that the file is whole; a Shapefile needs its .shx and .dbf beside it"
        raise refused(path.name, f"cannot be read ({reason})", "boundaries", cure) from None
    if not hasattr(table, "geometry") or not len(table):
        raise refused(path.name, "has no shapes", "polygons", "check the file and the layer")
    return table, said


def _source(path: Path, content: bytes, told: str) -> tuple[Any, str, tuple[Said, ...]]:
    """What to hand to the reader, with its encoding, and what is assumed of that."""
    ending = path.suffix.lower()
    if ending in (".geojson", ".json"):
        text, said = decoded(content, path.name, told)
        return text.encode("utf-8", "replace"), "", said
    if ending != ".shp":
        return path, told, ()
    parts = {part.suffix.lower(): part for part in path.parent.glob(f"{escape(path.stem)}.*")}
    for needed in (".dbf", ".shx"):
        if needed not in parts:
            cure = "put all parts of the Shapefile beside it, or give its .zip"
            raise refused(path.name, f"has no {needed} beside it", ".shp, .shx, .dbf", cure)
    if told or ".cpg" in parts:
        return path, told, ()
    found = read_whole(parts[".dbf"])
    body = found[int.from_bytes(found[8:10], "little") :]
    if body.isascii():
        return path, "", ()
    for encoding in ("utf-8", "cp1252"):
        try:
            body.decode(encoding)
        except UnicodeDecodeError:
            continue
        words = f"{path.name} has no .cpg and was read as {encoding}; if names look wrong, give"
        return path, encoding, (Said(About.ASSUMED, f"{words} --encoding"),)
    cure = "say which it is: --encoding cp1256, for example"
    raise refused(
        path.name, "has no .cpg, and its names are neither UTF-8 nor cp1252", "text", cure
    )


def _layer(layers: np.ndarray, wanted: str, file: str) -> int:
    """The number of the layer wanted; of the one that can hold polygons, if none is named."""
    names = [str(name) for name, _ in layers]
    areas = [str(name) for name, kind in layers if "Point" not in str(kind) and kind is not None]
    if wanted:
        if wanted not in names:
            cure = nearest(wanted, names)
            raise refused(file, f"has no layer {wanted!r}", ", ".join(names), cure)
        return names.index(wanted)
    areas = areas or names
    if len(areas) != 1:
        allowed = "one layer, or --layer NAME"
        raise refused(file, f"has {len(areas)} layers", allowed, f"one of {', '.join(areas)}")
    return names.index(areas[0])


def _of_one_country(table: Any, layout: Layout, asked: Asked, file: str):
    """The rows of the country wanted, what the file calls it, and what was left out."""
    column = layout.columns["country"]
    if not column:
        return table, "", ()
    own = pd.Series(_texts(table, column), index=table.index)
    there = sorted(set(own) - {""})
    if not asked.countries:
        if len(there) > 1:
            says = f"has polygons of {len(there)} countries in {column}: {', '.join(there[:8])}"
            cure = "say which: --country CODE"
            raise refused(file, says, "one country", cure)
        return table, there[0] if there else "", ()
    wanted = {word.casefold() for word in asked.countries}
    mine = own.str.casefold().isin(wanted) | (own == "")
    if not mine.any():
        says = f"has nothing of {asked.countries[0]} in {column}, only {', '.join(there[:8])}"
        raise refused(file, says, "polygons of the country", "check --country and the file")
    said = ()
    if not mine.all():
        words = f"{counted(int((~mine).sum()), 'polygon')} of other countries"
        said = (Said(About.LEFT_OUT, words),)
    return table.loc[mine].reset_index(drop=True), asked.countries[0], said


def _in_degrees(table: Any, told: str, file: str) -> tuple[np.ndarray, tuple[Said, ...]]:
    """Shapes in longitude and latitude; a coordinate system that is not said must be degrees."""
    import pyproj
    from pyproj.exceptions import CRSError

    shapes, own = table.geometry, table.crs
    if told:
        try:
            own = pyproj.CRS.from_user_input(told)
        except CRSError:
            cure = "write it as EPSG:32642"
            problem = Problem("--crs", "is no coordinate system", "EPSG:NUMBER", cure, value=told)
            raise ScenarioError([problem]) from None
    bounds = np.asarray(shapes.total_bounds, float)
    if not np.isfinite(bounds).all():
        return np.asarray(shapes.array), ()
    degrees = bool(np.abs(bounds).max() <= 180.0001)
    if own is None and not degrees:
        says = f"says no coordinate system, and {np.abs(bounds).max():,.0f} is no degree"
        cure = "say which it has: --crs EPSG:32642, for example"
        raise refused(file, says, "a .prj, or degrees", cure)
    if own is None:
        words = f"{file} says no coordinate system; it was taken to be longitude and latitude"
        return np.asarray(shapes.array), (Said(About.ASSUMED, f"{words} (WGS 84)"),)
    if own.is_geographic:
        if not degrees:
            says = f"is said to be in degrees but goes to {np.abs(bounds).max():,.0f}"
            cure = "say which coordinate system it has: --crs EPSG:32642, for example"
            raise refused(file, says, "up to 180", cure)
        if own.to_epsg() in (4326, None) or own.name.upper().endswith("CRS84"):
            return np.asarray(shapes.array), ()
    turned = shapes.set_crs(own, allow_override=True).to_crs(DEGREES)
    if not np.isfinite(np.asarray(turned.total_bounds, float)).all():
        cure = "check --crs, or the .prj"
        raise refused(file, f"cannot be turned from {own.name} to degrees", "degrees", cure)
    words = f"{file}: coordinates turned from {own.name} to longitude and latitude"
    return np.asarray(turned.array), (Said(About.MENDED, words),)


def _texts(table: Any, column: str) -> list[str]:
    """The cells of a column as text, "" where there is none."""
    if not column:
        return [""] * len(table)
    return ["" if pd.isna(v) else f"{v:.15g}" if isinstance(v, float) else str(v)
            for v in table[column].tolist()]  # fmt: skip

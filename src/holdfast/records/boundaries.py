"""A file of boundaries to districts with ids, names and polygons in degrees that fit together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from holdfast.records.boundary_columns import ROLES, Layout, layout_of
from holdfast.records.check_map import MOST_DISTRICTS
from holdfast.records.districts_named import named, without
from holdfast.records.map_degrees import in_degrees
from holdfast.records.map_file import read_map
from holdfast.records.one_country import of_one_country
from holdfast.records.said import About, Said, counted
from holdfast.records.water import said_to_be_water
from holdfast.records.whole import refused


@dataclass(frozen=True)
class Asked:
    """How a file of boundaries is to be read; empty where it speaks for itself.

    `columns` names the file's column for some of id, name, province, region, corps, country;
    `crs` is a coordinate system as EPSG:32642; `countries` are the words that mean the country
    wanted; `towns` are points [n, 2] of longitude and latitude that lie in it; `leave_out` are
    ids or names of districts that are not wanted.
    """

    layer: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    crs: str = ""
    encoding: str = ""
    countries: tuple[str, ...] = ()
    towns: np.ndarray | None = None
    leave_out: Sequence[str] = ()


@dataclass(frozen=True)
class Boundaries:
    """Districts: `rows` has district_id, name, province, region, corps; "" where unknown; and
    water, what a column says of a row that is water.

    `shapes` are their polygons, in the same order, on one sheet: a map across 180 degrees has
    longitudes above 180 or under -180. `country` is what the file itself says, "" if nothing. The
    layout tells whose file it is.
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
    """Read GeoJSON, TopoJSON, GeoPackage or Shapefile; raises ScenarioError with what is wrong."""
    from holdfast.records import polygons
    from holdfast.records.axes import in_order
    from holdfast.records.dateline import unrolled

    file = path.name
    raw = read_map(path, asked.layer, asked.encoding)
    if not len(raw.shapes):
        raise refused(file, "has no shapes", "polygons", "check the file and the layer")
    layout = layout_of(raw.columns, asked.columns, file)
    chosen = of_one_country(raw.columns, layout, asked.countries, file)
    table = pd.DataFrame({role: raw.columns[column] if column else ""
                          for role, column in layout.columns.items()},
                         index=range(len(raw.shapes)))[list(ROLES)]  # fmt: skip
    table["province_code"] = raw.columns[layout.province_code] if layout.province_code else ""
    table["water"] = said_to_be_water(raw.columns, layout.columns)
    rows, shapes = table.loc[chosen.rows].reset_index(drop=True), raw.shapes[chosen.rows]
    shapes, projected = in_degrees(shapes, raw.crs, asked.crs, file)
    shapes, good, mended = polygons.polygonal(unrolled(shapes), list(rows["name"]))
    if not good.any():
        cure = "check the layer: districts are polygons"
        raise refused(file, "has no polygons", "polygons", cure)
    rows = rows.loc[good].reset_index(drop=True)
    shapes, turned = in_order(shapes[good], asked.towns, file)
    rows, shapes, told = named(rows, shapes, file, layout.publisher)
    rows, shapes, left_out = without(rows, shapes, asked.leave_out, file)
    if len(rows) > MOST_DISTRICTS:
        says = f"has {len(rows):,} polygons"
        raise refused(file, says, f"at most {MOST_DISTRICTS:,}", "take a coarser level")
    shapes, closed = polygons.fitted(shapes, list(rows["district_id"]), file)
    whose = f"{layout.publisher} layout, " if layout.publisher else ""
    read = Said(About.READ, f"{file}: {whose}{counted(len(rows), 'polygon')}")
    said = (read, *raw.said, *chosen.said, *projected, *mended, *turned, *told, *left_out, *closed)
    said += _across(shapes, file)
    return Boundaries(file, rows, shapes, layout, chosen.country, said)


def _across(shapes: np.ndarray, file: str) -> tuple[Said, ...]:
    """What is told of a map that lies across 180 degrees."""
    import shapely

    west, _, east, _ = shapely.total_bounds(shapes)
    if west >= -180 and east <= 180:
        return ()
    words = f"{file} lies across 180 degrees of longitude: inside, and in cells.geojson, its"
    return (Said(About.MENDED, f"{words} longitudes run on from {west:.4g} to {east:.4g}"),)

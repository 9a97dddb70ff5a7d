"""What a file of boundaries holds, before anything is known of what its columns mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from holdfast.records.problems import ScenarioError, nearest
from holdfast.records.said import Said
from holdfast.records.whole import refused

READ = "GeoJSON, TopoJSON, GeoPackage, or a Shapefile (.shp, or all its parts in a .zip)"
MOST_ROWS = 200_000
MOST_POSITIONS = 50_000_000
MOST_RINGS = 2_000_000
DEGREES = "OGC:CRS84"  # longitude and latitude, in this order


@dataclass(frozen=True)
class RawMap:
    """Rows of one layer: the cells of each column as text, "" where there is none; a shape each.

    Shapes are polygons, multipolygons, or None where the row has none. `crs` is AUTHORITY:CODE or
    WKT, "" if the file does not say.
    """

    columns: Mapping[str, Sequence[str]]
    shapes: np.ndarray
    crs: str
    said: tuple[Said, ...] = ()


def one_layer(names: Sequence[str], wanted: str, file: str) -> int:
    """The number of the layer wanted; of the only one if none is named. Raises ScenarioError."""
    if wanted:
        if wanted not in names:
            raise refused(
                file, f"has no layer {wanted!r}", ", ".join(names), nearest(wanted, names)
            )
        return list(names).index(wanted)
    if len(names) != 1:
        allowed = "one layer, or --layer NAME"
        raise refused(file, f"has {len(names)} layers", allowed, f"one of {', '.join(names)}")
    return 0


def as_text(cell: Any) -> str:
    """A cell as text: "" for none, a whole number without a point."""
    if cell is None or isinstance(cell, bytes) or (isinstance(cell, float) and cell != cell):
        return ""
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def broken(file: str, reason: str) -> ScenarioError:
    """A file that is not whole."""
    cure = "check that the file is whole; a Shapefile needs its .shx and .dbf beside it"
    return refused(file, f"cannot be read ({reason})", "boundaries", cure)

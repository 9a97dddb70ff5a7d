"""GeoJSON and TopoJSON to rows: parsed here, so that nothing in the file can name another one."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from holdfast.records import rings
from holdfast.records.letters import decoded
from holdfast.records.problems import ScenarioError
from holdfast.records.raw_map import DEGREES, MOST_POSITIONS, RawMap, as_text, one_layer
from holdfast.records.whole import refused

GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
              "GeometryCollection")  # fmt: skip
CRS = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:|https?://www\.opengis\.net/(?:def/crs|gml/srs)/)?"
    r"(?P<authority>EPSG|OGC|ESRI|CRS)(?:\.xml#|[:/][\d.]*[:/]|:)(?P<code>\w+)",
    re.IGNORECASE,
)
DEEPEST = 8  # collections in collections
Object = Mapping[str, Any]


def read_json(content: bytes, file: str, stem: str, layer: str, encoding: str) -> RawMap:
    """Read the features of GeoJSON, or of one object of TopoJSON; raises ScenarioError."""
    text, said = decoded(content, file, encoding)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        reason = str(error).partition(": line")[0]
        cure = "check that the file is whole: download it again"
        raise refused(file, f"is not JSON ({reason})", "GeoJSON", cure, line) from None
    kind = found.get("type") if isinstance(found, dict) else None
    if kind == "Topology":
        columns, shapes = _rows(*_topology(found, layer, file), file)
    elif kind in ("FeatureCollection", "Feature", *GEOMETRIES):
        name = found.get("name")
        one_layer([name if isinstance(name, str) and name else stem], layer, file)
        columns, shapes = _rows(_features(found, file), _from_positions, file)
    else:
        raise _no_map(found, file)
    return RawMap(columns, shapes, _crs(found, file), said)


def _no_map(found: Any, file: str) -> ScenarioError:
    """JSON of another kind, with what it says of itself."""
    says = f"is JSON, but neither GeoJSON nor TopoJSON: it is {_told(found)}"
    cure = "download the boundaries again as GeoJSON"
    if isinstance(found, dict) and "error" in found:
        says = f"is not a map but the error of a service: {_told(found['error'])}"
    elif isinstance(found, dict) and ("esri" in str(found.get("geometryType")) or "rings" in found):
        says = "is Esri JSON"
        cure = "ask the service for GeoJSON: f=geojson in its address"
    return refused(file, says, "GeoJSON or TopoJSON", cure)


def _told(found: Any) -> str:
    text = json.dumps(found, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."


def _features(found: Object, file: str) -> list[Object]:
    if found["type"] == "Feature":
        return [found]
    if found["type"] in GEOMETRIES:
        return [{"type": "Feature", "geometry": found, "properties": {}}]
    features = found.get("features")
    if not isinstance(features, list):
        raise refused(file, "has no list of features", "GeoJSON", "check that the file is whole")
    return features


def _rows(features: Sequence[Any], shape_of: Any, file: str):
    """The columns and the shapes of features."""
    names: dict[str, None] = {}
    rows: list[Object] = []
    shapes = np.full(len(features), None, dtype=object)
    for spot, feature in enumerate(features):
        here = feature.get("properties") if isinstance(feature, dict) else ()
        if not isinstance(feature, dict) or not isinstance(here, dict | None):
            raise refused(file, f"feature {spot + 1} is none", "GeoJSON", "check the file")
        row = dict(here or {})
        if isinstance(feature.get("id"), str) and "id" not in map(str.lower, row):
            row["id"] = feature["id"]
        rows.append(row)
        names.update(dict.fromkeys(row))
        try:
            shapes[spot] = shape_of(feature.get("geometry"), 0)
        except ScenarioError:
            raise
        except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
            says = f"has no shape that can be read in feature {spot + 1}"
            allowed = "positions of longitude and latitude, in rings"
            raise refused(file, says, allowed, "check that the file is whole") from None
    return {name: [as_text(row.get(name)) for row in rows] for name in names}, shapes


def _from_positions(geometry: Any, depth: int) -> Any:
    """A shape of a geometry of GeoJSON, None if it is no area."""
    if geometry is None:
        return None
    if geometry["type"] == "Polygon":
        return rings.polygon([_ring(ring) for ring in geometry["coordinates"]])
    if geometry["type"] == "MultiPolygon":
        parts = geometry["coordinates"]
        return rings.together([rings.polygon([_ring(r) for r in part]) for part in parts])
    if geometry["type"] == "GeometryCollection" and depth < DEEPEST:
        members = geometry["geometries"]
        return rings.together([_from_positions(one, depth + 1) for one in members])
    if geometry["type"] not in GEOMETRIES:
        raise ValueError(geometry["type"])
    return None


def _ring(positions: Any) -> np.ndarray:
    ring = np.array([(position[0], position[1]) for position in positions])
    if ring.size and (ring.dtype.kind not in "iuf" or not np.isfinite(ring).all()):
        raise ValueError("no number")
    return ring.astype(float).reshape(-1, 2)


def _topology(found: Object, layer: str, file: str):
    """The features of one object of a topology, and how to draw their shapes from its arcs."""
    try:
        objects = {str(name): one for name, one in found["objects"].items()}
        layers = [name for name, one in objects.items() if _has_area(one, 0)] or list(objects)
        arcs = _arcs(found)
        one = objects[layers[one_layer(layers, layer, file)]]
        members = one["geometries"] if one["type"] == "GeometryCollection" else [one]
        features = [{"id": m.get("id"), "properties": m.get("properties"), "geometry": m}
                    for m in members]  # fmt: skip
    except ScenarioError:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        cure = "check that the file is whole"
        raise refused(file, "is no whole TopoJSON", "objects and arcs", cure) from None
    return features, _Drawn(arcs, file)


def _has_area(one: Any, depth: int) -> bool:
    if one["type"] == "GeometryCollection":
        return depth < DEEPEST and any(_has_area(m, depth + 1) for m in one["geometries"])
    return one["type"] in ("Polygon", "MultiPolygon")


def _arcs(found: Object) -> list[np.ndarray]:
    """The lines of a topology in its coordinates."""
    transform = found.get("transform")
    lines = [_ring(arc) for arc in found["arcs"]]
    if transform is None:
        return lines
    scale, shift = (np.array(transform[key], float) for key in ("scale", "translate"))
    return [np.cumsum(line, axis=0) * scale + shift for line in lines]


class _Drawn:
    """Draws shapes of a topology; counts positions, for one arc can be named a million times."""

    def __init__(self, arcs: Sequence[np.ndarray], file: str) -> None:
        self._arcs, self._file, self._left = arcs, file, MOST_POSITIONS

    def __call__(self, geometry: Any, depth: int) -> Any:
        if geometry is None or geometry["type"] is None:
            return None
        if geometry["type"] == "Polygon":
            return rings.polygon([self._ring(ring) for ring in geometry["arcs"]])
        if geometry["type"] == "MultiPolygon":
            parts = geometry["arcs"]
            return rings.together([rings.polygon([self._ring(r) for r in part]) for part in parts])
        if geometry["type"] == "GeometryCollection" and depth < DEEPEST:
            return rings.together([self(one, depth + 1) for one in geometry["geometries"]])
        if geometry["type"] not in GEOMETRIES:
            raise ValueError(geometry["type"])
        return None

    def _ring(self, numbers: Sequence[int]) -> np.ndarray:
        lines = list(self._lines(numbers))
        self._left -= sum(map(len, lines))
        if self._left < 0:
            allowed = f"at most {MOST_POSITIONS:,} positions"
            raise refused(self._file, "is too large", allowed, "take a coarser map")
        return np.vstack([line[1 if k else 0 :] for k, line in enumerate(lines)])

    def _lines(self, numbers: Sequence[int]) -> Iterator[np.ndarray]:
        for number in numbers:
            yield self._arcs[number] if number >= 0 else self._arcs[~number][::-1]


def _crs(found: Object, file: str) -> str:
    """The coordinate system by its name; nothing that it links to is looked at."""
    told = found.get("crs")
    if told is None:
        return DEGREES
    properties = told.get("properties") if isinstance(told, dict) else None
    if isinstance(properties, dict) and told.get("type") == "name":
        match = CRS.fullmatch(str(properties.get("name")).strip())
        if match:
            code = match["code"].upper()
            return DEGREES if code == "CRS84" else f"{match['authority'].upper()}:{code}"
    if isinstance(properties, dict) and told.get("type") == "EPSG":
        return f"EPSG:{as_text(properties.get('code'))}"
    says = f"has a coordinate system that is not given by name: {_told(told)}"
    allowed = 'none, or {"type": "name"} with a name as EPSG:32642; links are not followed'
    raise refused(file, says, allowed, "take the crs out, and say it with --crs if needed")

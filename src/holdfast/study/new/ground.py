"""What polygons alone give: areas, contacts, the outer border, and shapes to draw."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from holdfast.records.said import About, Said, counted, some
from holdfast.records.whole import refused

EARTH_KM = 6371.0
BRIDGED_KM = 2.0
"""Parts of a map no farther apart than this touch: maps of one country from two hands leave such
gaps along rivers. Judgement."""

WIDEST = 300.0  # degrees: wider maps go around the world, and cannot be drawn
LARGEST_CELLS = 400_000  # bytes of cells.geojson
POSITION = 14  # bytes of a position, at least
FINENESS = 1500  # the map's width over the smallest bend that is drawn at first


@dataclass(frozen=True)
class Ground:
    """Areas of districts, [D] km2; contacts a, b, border_km (NaN across a gap); the outer border
    as a shape in metres."""

    area_km2: np.ndarray
    contacts: pd.DataFrame
    border: Any
    said: tuple[Said, ...]
    to_metres: Any

    def border_km(self, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
        """Distance of points to the outer border."""
        x, y = self.to_metres.transform(longitude, latitude)
        return np.round(shapely.distance(shapely.points(x, y), self.border) / 1000, 1)

    def islands(self, home: int) -> tuple[int, ...]:
        """The first district, by row, of each part of the map that is not that of row `home`."""
        part = _parts(self.contacts, len(self.area_km2))
        first = np.unique(part, return_index=True)[1]
        return tuple(int(row) for row in sorted(first) if part[row] != part[home])


def survey(shapes: np.ndarray, names: Sequence[str], file: str) -> Ground:
    """Measure polygons whose shared borders are one line."""
    west, south, east, north = shapely.total_bounds(shapes)
    if east - west > WIDEST:
        says = f"goes around the world: it is {east - west:.0f} degrees wide, 180 degrees crossed"
        cure = "leave far parts out: --leave-out NAME"
        raise refused(file, says, f"a map under {WIDEST:g} degrees", cure)
    to_metres = _projection((west + east) / 2, (south + north) / 2)
    flat = shapely.transform(shapes, lambda xy: np.column_stack(to_metres.transform(*xy.T)))
    contacts = _contacts(shapes)
    contacts, said = _bridged(contacts, flat, names)
    whole = shapely.coverage_union_all(flat)
    rims = shapely.get_exterior_ring(shapely.get_parts(whole))
    area = shapely.area(flat) / 1e6
    return Ground(area, contacts, shapely.union_all(rims), said, to_metres)


def _projection(longitude: float, latitude: float) -> Any:
    """Equal areas about the middle of the map; lengths are right within a percent or two."""
    from pyproj import Transformer

    plane = f"+proj=laea +lat_0={latitude:.4f} +lon_0={longitude:.4f} +datum=WGS84 +units=m"
    return Transformer.from_crs("EPSG:4326", plane, always_xy=True)


def _contacts(shapes: np.ndarray) -> pd.DataFrame:
    """Pairs of districts that share a line, and its length: every piece of line has one or two
    owners, found by its two ends."""
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    points, at = shapely.get_coordinates(rings, return_index=True)
    _, vertex = np.unique(points[:, 0] + 1j * points[:, 1], return_inverse=True)
    here = np.flatnonzero(at[:-1] == at[1:])
    ends = np.sort(np.column_stack([vertex[here], vertex[here + 1]]), axis=1)
    _, piece = np.unique(ends[:, 0] * (vertex.max() + 1) + ends[:, 1], return_inverse=True)
    owner = of_part[of_ring[at[here]]]
    order = np.lexsort((owner, piece))
    same = np.flatnonzero(piece[order][:-1] == piece[order][1:])
    a, b = owner[order][same], owner[order][same + 1]
    first = here[order][same]
    km = great_circle(*points[first].T, *points[first + 1].T)
    pairs = pd.DataFrame({"a": a, "b": b, "border_km": km}).loc[a != b]
    return pairs.groupby(["a", "b"], as_index=False)["border_km"].sum()


def _bridged(contacts: pd.DataFrame, flat: np.ndarray, names: Sequence[str]):
    """Contacts with those across gaps that part the map, nearest first."""
    added = []
    while True:
        part = _parts(contacts, len(flat))
        home = int(np.bincount(part).argmax())
        found = _nearest_gap(flat, part, home)
        if found is None:
            break
        a, b, km = found
        added.append(f"{names[a]} and {names[b]} ({km:.1f} km)")
        row = pd.DataFrame({"a": [min(a, b)], "b": [max(a, b)], "border_km": [np.nan]})
        contacts = pd.concat([contacts, row], ignore_index=True)
    if not added:
        return contacts, ()
    words = f"taken to touch across a gap: {some(added)}"
    return contacts, (Said(About.ASSUMED, words),)


def _nearest_gap(flat: np.ndarray, part: np.ndarray, home: int) -> tuple[int, int, float] | None:
    """The pair of districts nearest to each other across the gap between two parts of the map."""
    away = np.flatnonzero(part != home)
    if not len(away):
        return None
    tree = shapely.STRtree(flat)
    best = None
    pairs = tree.query(flat[away], predicate="dwithin", distance=BRIDGED_KM * 1000)
    for spot, other in pairs.T:
        here = away[spot]
        if part[here] != part[other]:
            km = float(shapely.distance(flat[here], flat[other])) / 1000
            if best is None or km < best[2]:
                best = (int(here), int(other), km)
    return best


def _parts(contacts: pd.DataFrame, n: int) -> np.ndarray:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    a, b = contacts["a"].to_numpy(int), contacts["b"].to_numpy(int)
    return connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(n, n)), False)[1]


def great_circle(lon_a: Any, lat_a: Any, lon_b: Any, lat_b: Any) -> np.ndarray:
    """Distance in km of points in degrees (haversine)."""
    p, q = np.radians(lat_a), np.radians(lat_b)
    half = np.sin((q - p) / 2) ** 2
    half = half + np.cos(p) * np.cos(q) * np.sin(np.radians(np.subtract(lon_b, lon_a)) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def cells(shapes: np.ndarray, ids: Sequence[str]) -> tuple[str, Said]:
    """`cells.geojson`: districts and the outline, bends left out until it is small enough.

    Neighbours keep one border, since every line is thinned once for both.
    """
    west, south, east, north = shapely.total_bounds(shapes)
    width = max(east - west, north - south)
    decimals = int(np.clip(np.ceil(-np.log10(width / 20_000)), 3, 7))
    tolerance = width / FINENESS
    text = ""
    while not text:
        thin = shapely.coverage_simplify(shapes, tolerance)
        coarsest = tolerance > width / 20
        if coarsest or shapely.get_num_coordinates(thin).sum() * POSITION <= LARGEST_CELLS:
            outline = shapely.coverage_union_all(thin)
            text = _geojson([*thin, outline], [*ids, ""], shapes, decimals)
        if len(text) > LARGEST_CELLS and not coarsest:
            text = ""
        tolerance *= 1 if text else 1.5
    words = f"shapes for drawing only: bends under {tolerance * 111:.2g} km left out"
    words += f", {counted(round(len(text) / 1000), 'kB', 'kB')}"
    return text, Said(About.ASSUMED, words)


def _geojson(
    shapes: Sequence[Any], ids: Sequence[str], whole: np.ndarray, decimals: int
) -> str:  # fmt: skip
    lines = []
    for row, (shape, key) in enumerate(zip(shapes, ids, strict=True)):
        rings = _rings(shape, decimals) or (_rings(whole[row], 9) if key else [])
        says = {"district_id": key} if key else {"kind": "outline"}
        geometry = {"type": "MultiPolygon", "coordinates": rings}
        if len(rings) == 1:
            geometry = {"type": "Polygon", "coordinates": rings[0]}
        feature = {"type": "Feature", "properties": says, "geometry": geometry}
        lines.append(json.dumps(feature, separators=(",", ":")))
    body = ",\n".join(lines)
    return f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n'


def _rings(shape: Any, decimals: int) -> list[list[list[list[float]]]]:
    """Rings of each polygon of a shape, rounded; what rounding makes flat is left out."""
    found = []
    for polygon in shapely.get_parts(shape):
        rings = [_round(ring, decimals) for ring in shapely.get_rings(polygon)]
        if rings[0]:
            found.append([ring for ring in rings if ring])
    return found


def _round(ring: Any, decimals: int) -> list[list[float]]:
    points = np.round(shapely.get_coordinates(ring), decimals) + 0.0
    kept = points[np.append(True, (np.diff(points, axis=0) != 0).any(1))]
    return kept.tolist() if len(np.unique(kept, axis=0)) >= 3 else []

"""Longitude goes round: maps across 180 degrees, brought onto one sheet without a cut.

Inside, the longitudes of a map run on without a break, from its western edge to its eastern one,
and may pass 180: a coast from 179 to -179 lies from 179 to 181. The middle of the sheet is always
between -180 and 180. What does not come near 180 degrees stays as it is, to the bit.
"""

from typing import Any

import numpy as np
import shapely

from holdfast.records.rings import area

TURN = 360.0
CLOSED = 1e-6  # degrees: by so much the ends of a ring may differ
Shapes = np.ndarray  # of shapely polygons and multipolygons, longitude and latitude


def unrolled(shapes: Shapes) -> Shapes:
    """The shapes, every ring that jumps over 180 degrees (from 179.9 to -179.9) drawn without a
    jump. Either axis may be the longitude."""
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    points, at = shapely.get_coordinates(rings, return_index=True)
    if not len(points) or not np.isfinite(points).all() or np.abs(points).max() > TURN:
        return shapes
    step = np.abs(np.diff(points, axis=0)).max(1) > TURN / 2
    jumping = np.unique(of_part[of_ring[at[:-1][step & (at[:-1] == at[1:])]]])
    if not len(jumping):
        return shapes
    shapes = shapes.copy()
    for i in jumping.tolist():
        whole = [_without_jump(part) for part in shapely.get_parts(shapes[i])]
        shapes[i] = whole[0] if len(whole) == 1 else shapely.multipolygons(whole)
    return shapes


def on_one_sheet(shapes: Shapes) -> Shapes:
    """Polygons moved by whole turns so that the map is as narrow as it can be.

    The parts of one shape that meet at 180 degrees are joined there.
    """
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    if not len(parts):
        return shapes
    bounds = shapely.bounds(parts)
    if not np.isfinite(bounds).all():
        return shapes
    by = turns(bounds[:, 0], bounds[:, 2])
    if not by.any():
        return shapes
    moved = np.array([_moved(part, n) for part, n in zip(parts, by, strict=True)])
    shapes = shapes.copy()
    for i in np.unique(of_part[by != 0]).tolist():
        shapes[i] = shapely.union_all(moved[of_part == i])
    return shapes


def turns(west: np.ndarray, east: np.ndarray) -> np.ndarray:
    """By how many turns to move each of some spans of longitude, [n] int, to lie on one sheet.

    The sheet begins where the widest gap on the circle ends.
    """
    begin = np.mod(west, TURN)
    order = np.argsort(begin, kind="stable")
    reach = np.maximum.accumulate((begin + (east - west))[order])
    after = np.append(begin[order][1:], begin[order][0] + TURN)
    widest = int(np.argmax(after - reach))
    first = begin[order][(widest + 1) % len(order)]
    ends = np.where(begin < first, begin + TURN, begin) + (east - west)
    middle = (first + ends.max()) / 2
    back = TURN * np.ceil((middle - TURN / 2) / TURN)
    return np.rint((np.where(begin < first, begin + TURN, begin) - back - west) / TURN).astype(int)


def towards(shapes: Shapes, others: Shapes) -> Shapes:
    """The shapes of one map on the sheet of another."""
    west, _, east, _ = shapely.total_bounds(shapes)
    n = round((_middle(others) - (west + east) / 2) / TURN)
    return np.array([_moved(shape, n) for shape in shapes]) if n else shapes


def near(points: np.ndarray, shapes: Shapes) -> np.ndarray:
    """Points [n, 2] with their longitudes counted as on the sheet of the shapes."""
    middle = _middle(shapes)
    if not len(points) or not np.isfinite(middle):
        return points
    by = np.rint((middle - points[:, 0]) / TURN) * TURN
    return points + np.column_stack([np.nan_to_num(by), np.zeros(len(points))])


def as_published(longitude: np.ndarray) -> np.ndarray:
    """Longitudes from -180 to 180."""
    over, under = longitude > TURN / 2, longitude < -TURN / 2
    return np.where(over, longitude - TURN, np.where(under, longitude + TURN, longitude))


def _middle(shapes: Shapes) -> float:
    west, _, east, _ = shapely.total_bounds(shapes)
    return float(west + east) / 2


def _moved(shape: Any, n: int) -> Any:
    return shapely.transform(shape, lambda xy: xy + [n * TURN, 0.0]) if n else shape


def _without_jump(polygon: Any) -> Any:
    rings = [np.unwrap(shapely.get_coordinates(ring), period=TURN, axis=0)
             for ring in shapely.get_rings(polygon)]  # fmt: skip
    if any(np.abs(ring[0] - ring[-1]).max() > CLOSED for ring in rings):
        return polygon  # it goes around a pole
    for ring in rings:
        ring[-1] = ring[0]
    middle = rings[0].mean(0)
    holes = [ring + TURN * np.rint((middle - ring.mean(0)) / TURN) for ring in rings[1:]]
    return area(rings[0], holes)

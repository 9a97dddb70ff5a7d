"""Cells of a map to paths on a plane: shared borders stay shared, provinces get outlines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import numpy as np

WIDTH = 1000
TALLEST = 20
"""Times its width that a picture may be high: a strip of land along a meridian stays a strip."""

DOT = 6
"""Half the width of what stands for a district too small to draw: large enough to be clicked."""

Point = tuple[int, int]


@dataclass(frozen=True)
class Map:
    """Paths in whole units of a picture `WIDTH` wide, and where a mark on each cell belongs."""

    height: int
    paths: Mapping[str, str]
    marks: Mapping[str, Point]
    borders: str


def draw_map(cells: Mapping[str, Any], province_of: Mapping[str, str]) -> Map | None:
    """The map of the districts that have a shape, None if none has.

    Longitude is shrunk by the cosine of the middle latitude. Positions are rounded before
    anything is drawn, so that neighbours keep one border. Rings that shrink to a point or a line
    by that, as islets do, are left out; a district of nothing else becomes a dot. Cells of unknown
    districts are left out; `borders` are the edges of cells that have no neighbour in their own
    province.
    """
    found = {
        feature["properties"].get("district_id"): _rings(feature["geometry"])
        for feature in cells["features"]
    }
    found = {key: rings for key, rings in found.items() if key in province_of and rings}
    if not found:
        return None
    to_plane, height = _projection(
        np.concatenate([ring for rings in found.values() for ring in rings])
    )
    plane = {key: _drawn([to_plane(ring) for ring in rings]) for key, rings in found.items()}
    return Map(
        height,
        {key: "".join(map(_path, rings)) for key, rings in plane.items()},
        {key: _mark(rings) for key, rings in plane.items()},
        _borders(plane, province_of),
    )


def _rings(geometry: Mapping[str, Any] | None) -> list[np.ndarray]:
    """Every ring that has a point; a feature may be without a geometry."""
    parts = geometry["coordinates"] if geometry else []
    polygons = [parts] if geometry and geometry["type"] == "Polygon" else parts
    return [np.asarray(ring, float)[:, :2] for polygon in polygons for ring in polygon if len(ring)]


def _drawn(rings: list[list[Point]]) -> list[list[Point]]:
    """The rings that still enclose something; a dot in the middle of them where none does."""
    open_ones = [ring for ring in rings if _encloses(ring)]
    if open_ones:
        return open_ones
    x, y = np.rint(np.mean([point for ring in rings for point in ring], 0)).astype(int).tolist()
    return [[(x - DOT, y), (x, y - DOT), (x + DOT, y), (x, y + DOT), (x - DOT, y)]]


def _encloses(ring: list[Point]) -> bool:
    """Whether more is left of a ring than ways there and back along one line.

    The way is shortened wherever it goes straight on or turns back; what encloses nothing shrinks
    to a point by that. An area of nought would not do: the halves of a bow tie cancel.
    """
    way: list[Point] = []
    for point in ring:
        while len(way) > 1 and _in_line(way[-2], way[-1], point):
            way.pop()
        if not way or point != way[-1]:
            way.append(point)
    return len(set(way)) > 2


def _in_line(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) == (b[1] - a[1]) * (c[0] - a[0])


def _projection(points: np.ndarray):
    west, south = points.min(0)
    east, north = points.max(0)
    shrink = cos(radians((south + north) / 2))
    scale = WIDTH / max((east - west) * shrink, (north - south) / TALLEST, 1e-9)

    def to_plane(ring: np.ndarray) -> list[Point]:
        x, y = (ring[:, 0] - west) * shrink * scale, (north - ring[:, 1]) * scale
        whole = [(int(a), int(b)) for a, b in zip(np.rint(x), np.rint(y), strict=True)]
        return [p for i, p in enumerate(whole) if i == 0 or p != whole[i - 1]]

    return to_plane, int(np.ceil((north - south) * scale))


def _path(ring: list[Point]) -> str:
    steps = zip(ring, ring[1:], strict=False)
    moves = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in steps)
    return f"M{ring[0][0]} {ring[0][1]}l{moves}z"


def _mark(rings: list[list[Point]]) -> Point:
    """Centre of the largest ring."""
    ring = np.asarray(max(rings, key=lambda ring: abs(_area(np.asarray(ring)))), float)
    x, y = ring[:, 0], ring[:, 1]
    twist = x[:-1] * y[1:] - x[1:] * y[:-1]
    area = twist.sum()
    middle = [((a[:-1] + a[1:]) * twist).sum() / (3 * area) if area else a.mean() for a in (x, y)]
    if not all(a.min() <= at <= a.max() for a, at in zip((x, y), middle, strict=True)):
        middle = [x.mean(), y.mean()]  # of a ring that crosses itself the centre may lie anywhere
    return round(float(middle[0])), round(float(middle[1]))


def _area(ring: np.ndarray) -> float:
    return float((ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1]).sum())


def _borders(plane: Mapping[str, list[list[Point]]], province_of: Mapping[str, str]) -> str:
    sides: dict[frozenset[Point], list[str]] = defaultdict(list)
    for key, rings in plane.items():
        for ring in rings:
            for edge in zip(ring, ring[1:], strict=False):
                sides[frozenset(edge)].append(province_of[key])
    outer = [edge for edge, here in sides.items() if len(here) == 1 or len(set(here)) > 1]
    return _chained(sorted(map(tuple, map(sorted, outer))))  # type: ignore[arg-type]


def _chained(edges: Iterable[tuple[Point, Point]]) -> str:
    """One path through all edges, each line as long as it goes."""
    at: dict[Point, list[Point]] = defaultdict(list)
    for a, b in edges:
        at[a].append(b)
        at[b].append(a)
    parts = []
    for begin in list(at):
        while at[begin]:
            line, here = [begin], begin
            while at[here]:
                there = at[here].pop()
                at[there].remove(here)
                line.append(there)
                here = there
            parts.append(_path(line)[:-1])
    return "".join(parts)

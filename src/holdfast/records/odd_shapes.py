"""Rule of plausibility of seats and the shapes of their districts."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from holdfast.records.place import called, numbers, odd, texts
from holdfast.records.problems import Problem
from holdfast.records.tables import Tables

FAR_KM = 50.0
"""A seat may lie this far outside its shape, or as far as the shape is long if that is more: small
islands are not drawn, and seats lie across a river; in the wars of the program at most 1.4."""

DEGREE_KM = 111.2


def seats_lie_in_their_shapes(tables: Tables) -> Iterator[Problem]:
    """No seat lies farther outside the shape of its district than 50 km and the shape is long."""
    if tables.cells is None:
        return
    ids = list(texts(tables.districts, "district_id"))
    points = np.stack([numbers(tables.districts, c) for c in ("longitude", "latitude")], 1)
    km, far = np.full(len(ids), np.nan), np.zeros(len(ids), bool)
    row = {district: i for i, district in enumerate(ids)}
    for feature in tables.cells["features"]:
        i = row.get(feature["properties"].get("district_id"))
        if i is not None:
            km[i], most = _km_outside(feature["geometry"], points[i])
            far[i] = km[i] > most
    if far.any():
        drawn = int((~np.isnan(km)).sum())
        whole = " Check the sign and the order of both." if far.sum() * 2 > drawn else ""
        yield odd(
            "districts",
            f"{_seats(int(far.sum()))} far outside the shape of the district in cells.geojson:"
            f" {called(tables, far)}. The first is {km[far][0]:,.0f} km away. Are latitude and"
            f" longitude in districts.csv right?{whole}",
        )


def _km_outside(geometry: dict[str, Any], seat: np.ndarray) -> tuple[float, float]:
    """How many km a seat lies outside a shape, and how many it may."""
    import shapely

    from holdfast.records.dateline import near

    shapes = np.array([shapely.geometry.shape(geometry)])
    west, south, east, north = shapely.total_bounds(shapes)
    scale = DEGREE_KM * np.array([np.cos(np.radians((south + north) / 2)), 1.0])
    long = float(np.hypot(*(np.array([east - west, north - south]) * scale)))
    flat = shapely.transform(shapes[0], lambda xy: xy * scale)
    x, y = near(seat[None, :], shapes)[0] * scale
    return float(shapely.distance(flat, shapely.points(x, y))), max(FAR_KM, long)


def _seats(n: int) -> str:
    return "One seat lies" if n == 1 else f"{n:,} seats lie"

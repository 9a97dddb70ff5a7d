"""`cells.geojson` to a checked mapping: polygons of districts and the outline of the nation."""

import json
from collections.abc import Iterator
from os.path import lexists
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.records.dateline import TURN, turns
from holdfast.records.files import Unreadable, read_text
from holdfast.records.problems import Problem

FILE = "cells.geojson"
DEPTH = {"Polygon": 2, "MultiPolygon": 3}  # how deep the positions lie in the coordinates


def read_cells(folder: Path) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """Read the shapes, None if the scenario has no such file or it has problems."""
    if not lexists(folder / FILE):
        return None, ()
    try:
        found = json.loads(read_text(folder, FILE))
    except Unreadable as error:
        return None, (error.problem,)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        says = f"is not JSON ({error})"
        return None, (Problem(FILE, says, "GeoJSON", "check the syntax", line, check="files"),)
    problems = tuple(_problems(found))
    return (None if problems else _on_one_sheet(found)), problems


def _on_one_sheet(found: dict[str, Any]) -> dict[str, Any]:
    """The same shapes, moved by whole turns if the map lies across 180 degrees, to be drawn."""
    features = [feature | {"geometry": dict(feature["geometry"])} for feature in found["features"]]
    polygons = []
    for feature in features:
        geometry = feature["geometry"]
        several = geometry["type"] == "MultiPolygon"
        parts = [*geometry["coordinates"]] if several else [geometry["coordinates"]]
        polygons += [(geometry, parts, k, several) for k in range(len(parts))]
    spans = [_span(parts[k][0]) for _, parts, k, _ in polygons]
    if not spans or not (by := turns(*np.array(spans).T)).any():
        return found
    for (geometry, parts, k, several), n in zip(polygons, by.tolist(), strict=True):
        parts[k] = [[[p[0] + n * TURN, *p[1:]] for p in ring] for ring in parts[k]]
        geometry["coordinates"] = parts if several else parts[0]
    return found | {"features": features}


def _span(ring: list[list[float]]) -> tuple[float, float]:
    longitudes = [position[0] for position in ring]
    return min(longitudes), max(longitudes)


def _problems(found: Any) -> Iterator[Problem]:
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        yield _problem("is not a collection of features", 'an object with a list "features"')
        return
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            yield _problem(f"feature {number} has no properties", "district_id, or kind: outline")
            continue
        name = properties.get("district_id")
        if not isinstance(name, str) and properties.get("kind") != "outline":
            yield _problem(f"feature {number} has no id", "district_id, or kind: outline")
        if not _is_shape(feature.get("geometry")):
            allowed = "Polygon or MultiPolygon, positions in degrees"
            yield _problem(f"feature {number} has no shape that can be drawn", allowed)


def _problem(says: str, allowed: str) -> Problem:
    return Problem(FILE, says, allowed, "make the shapes anew", check="shapes")


def _is_shape(geometry: Any) -> bool:
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return False
    return _are_rings(geometry.get("coordinates"), DEPTH[geometry["type"]])


def _are_rings(found: Any, depth: int) -> bool:
    if not isinstance(found, list) or not found:
        return False
    if depth > 1:
        return all(_are_rings(part, depth - 1) for part in found)
    return len(found) >= 4 and found[0] == found[-1] and all(map(_is_position, found))


def _is_position(found: Any) -> bool:
    if not isinstance(found, list) or len(found) < 2:
        return False
    plain = all(isinstance(n, int | float) and not isinstance(n, bool) for n in found[:2])
    return plain and abs(found[0]) <= TURN and abs(found[1]) <= 90  # nan is neither

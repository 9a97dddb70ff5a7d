"""Well-known binary of areas to shapes, read warily: sizes are checked before anything is made."""

from typing import Any

import numpy as np

from holdfast.records import rings
from holdfast.records.raw_map import MOST_RINGS

POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7
NO_AREAS = (1, 2, 4, 5, 8, 9, 11, 13)
DEEPEST = 2  # a collection of multipolygons of polygons


def shape_of(content: bytes) -> Any:
    """The shape, None if it is no area; raises ValueError if it is not whole or has curves."""
    return _geometry(content, 0, 0)[0]


def _geometry(content: bytes, at: int, depth: int) -> tuple[Any, int]:
    """A shape that begins at a byte, and the byte after it."""
    big = _byte(content, at) == 0
    code = _number(content, at + 1, big)
    kind, dimensions = _kind(code)
    at += 5 + (4 if code & 0x20000000 else 0)
    if kind == POLYGON:
        return _polygon(content, at, big, dimensions)
    if kind in (MULTIPOLYGON, COLLECTION) and depth < DEEPEST:
        parts = []
        count, at = _number(content, at, big), at + 4
        if count * 9 > len(content) - at:
            raise ValueError("it ends early")
        for _ in range(count):
            part, at = _geometry(content, at, depth + 1)
            parts.append(part)
        return rings.together(parts), at
    if kind in NO_AREAS and depth == 0:
        return None, len(content)
    raise ValueError(f"of kind {kind}, which is not read: make polygons of straight lines of it")


def _kind(code: int) -> tuple[int, int]:
    """What it is, and how many numbers a position has, by ISO or by the flags of PostGIS."""
    extra = (code >> 31 & 1) + (code >> 30 & 1)
    plain = code & 0x0FFFFFFF
    extra += (0, 1, 1, 2)[plain // 1000] if plain < 4000 else 0
    return plain % 1000, 2 + extra


def _polygon(content: bytes, at: int, big: bool, dimensions: int) -> tuple[Any, int]:
    count, at = _number(content, at, big), at + 4
    if count > min(MOST_RINGS, (len(content) - at) // 4):
        raise ValueError("it ends early")
    found = []
    for _ in range(count):
        n, at = _number(content, at, big), at + 4
        size = n * dimensions * 8
        if size > len(content) - at:
            raise ValueError("it ends early")
        numbers = np.frombuffer(content, ">f8" if big else "<f8", n * dimensions, at)
        ring = numbers.astype(float).reshape(n, dimensions)[:, :2]
        if not np.isfinite(ring).all():
            raise ValueError("a position is no number")
        found.append(ring)
        at += size
    return rings.polygon(found), at


def _byte(content: bytes, at: int) -> int:
    if at >= len(content):
        raise ValueError("it ends early")
    return content[at]


def _number(content: bytes, at: int, big: bool) -> int:
    if at + 4 > len(content):
        raise ValueError("it ends early")
    return int.from_bytes(content[at : at + 4], "big" if big else "little")

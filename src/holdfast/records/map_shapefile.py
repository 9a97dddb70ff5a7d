"""A Shapefile to rows, from the bytes of its own parts and of no other file."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from holdfast.records import rings
from holdfast.records.dbf import read_dbf
from holdfast.records.raw_map import MOST_RINGS, MOST_ROWS, RawMap, broken
from holdfast.records.whole import refused

MAGIC = b"\x00\x00\x27\x0a"
NEEDED = (".shp", ".shx", ".dbf")
USED = (*NEEDED, ".prj", ".cpg")
HEAD = 100  # bytes of the header of .shp and of .shx
POLYGONS = (5, 15, 25)  # flat, with heights, with measures
NO_AREAS = (0, 1, 3, 8, 11, 13, 18, 21, 23, 28)
PATCHES = 31


def read_shapefile(parts: Mapping[str, bytes], file: str, encoding: str) -> RawMap:
    """Read the parts of a Shapefile, by their endings in lower case; raises ScenarioError."""
    for needed in NEEDED:
        if needed not in parts:
            cure = "put all parts of the Shapefile beside it, or give its .zip"
            raise refused(file, f"has no {needed} beside it", ", ".join(NEEDED), cure)
    if not parts[".shp"].startswith(MAGIC) or not parts[".shx"].startswith(MAGIC):
        raise broken(file, "its .shp or .shx does not begin as one")
    shapes = _shapes(parts[".shp"], parts[".shx"], file)
    cpg = parts.get(".cpg", b"").decode("ascii", "replace").strip("\ufeff\x00 \t\r\n")
    columns, kept, said = read_dbf(parts[".dbf"], file, cpg, encoding)
    if len(kept) != len(shapes):
        raise broken(file, f"{len(shapes):,} shapes and {len(kept):,} rows of names")
    prj = parts.get(".prj", b"").decode("utf-8", "replace").strip("\ufeff\x00 \t\r\n")
    return RawMap(columns, shapes[kept], prj, said)


def _shapes(content: bytes, index: bytes, file: str) -> np.ndarray:
    """The shape of each record, found by the index, so that what was deleted is passed over."""
    spots = np.frombuffer(index, ">u4", (len(index) - HEAD) // 8 * 2, HEAD).astype(np.int64)
    if len(spots) // 2 > MOST_ROWS:
        raise refused(file, "has too many rows", f"at most {MOST_ROWS:,}", "take one country")
    shapes = np.full(len(spots) // 2, None, dtype=object)
    for row, begin in enumerate(spots[::2] * 2):
        size = int.from_bytes(content[begin + 4 : begin + 8], "big") * 2
        body = content[begin + 8 : begin + 8 + size]
        if begin < HEAD or len(body) < max(size, 4):
            raise broken(file, f"shape {row + 1} ends early")
        try:
            shapes[row] = _shape(body)
        except (ValueError, IndexError) as error:
            raise broken(file, f"shape {row + 1}: {error}") from None
    return shapes


def _shape(body: bytes) -> Any:
    kind = int.from_bytes(body[:4], "little")
    if kind in NO_AREAS:
        return None
    if kind not in POLYGONS:
        what = "is made of patches in space" if kind == PATCHES else f"is of unknown kind {kind}"
        raise ValueError(f"it {what}")
    n_rings, n_points = np.frombuffer(body, "<i4", 2, 36).tolist()
    at = 44 + 4 * n_rings
    if not 0 <= n_rings <= MOST_RINGS or n_points < 0 or at + 16 * n_points > len(body):
        raise ValueError("it ends early")
    begins = np.frombuffer(body, "<i4", n_rings, 44)
    points = np.frombuffer(body, "<f8", 2 * n_points, at).astype(float).reshape(-1, 2)
    ends = np.append(begins[1:], n_points)
    if n_rings and (begins[0] != 0 or (ends < begins).any() or ends.max() > n_points):
        raise ValueError("its rings are out of order")
    if not np.isfinite(points).all():
        raise ValueError("a position is no number")
    return rings.sorted_out([points[a:b] for a, b in zip(begins, ends, strict=True)])

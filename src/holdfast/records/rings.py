"""Rings of positions to polygons, whatever the way round they were drawn."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

Ring = np.ndarray  # [n, 2]


def polygon(rings: Sequence[Ring]) -> Any:
    """A polygon of an outer ring and its holes; None if the outer ring is no area."""
    if not rings or not _is_ring(rings[0]):
        return None
    return area(_closed(rings[0]), [_closed(ring) for ring in rings[1:] if _is_ring(ring)])


def area(shell: Ring, holes: Sequence[Ring] = ()) -> Any:
    """A polygon of closed rings."""
    return shapely.Polygon(shell, holes)


def together(polygons: Sequence[Any]) -> Any:
    """One shape of several polygons; None if there is none."""
    there = [one for one in polygons if one is not None]
    if len(there) < 2:
        return there[0] if there else None
    return shapely.multipolygons(shapely.get_parts(np.array(there)))


def sorted_out(rings: Sequence[Ring]) -> Any:
    """The polygons of a heap of rings, as a Shapefile has them.

    Outer rings go clockwise and holes the other way, as the format says; where all go the same way
    a ring in an odd number of others is a hole.
    """
    rings = [_closed(ring) for ring in rings if _is_ring(ring)]
    if len(rings) < 2:
        return polygon(rings)
    size = np.array([_area(ring) for ring in rings])
    outlines = np.array([area(ring) for ring in rings])
    spots: Any = shapely.points(np.array([ring[0] for ring in rings]))
    if (size > 0).all() or (size < 0).all():
        inner, outer = shapely.STRtree(outlines).query(spots, predicate="intersects")
        deeper = np.abs(size[outer]) > np.abs(size[inner])
        hole = np.bincount(inner[deeper], minlength=len(rings)) % 2 == 1
    else:
        hole = size > 0
    shells = np.flatnonzero(~hole)
    holes: dict[int, list[Ring]] = {int(shell): [] for shell in shells}
    of, within = shapely.STRtree(outlines[shells]).query(spots[hole], predicate="intersects")
    alone = []
    for number, ring in enumerate(np.flatnonzero(hole).tolist()):
        around = shells[within[of == number]]
        around = around[np.abs(size[around]) > abs(size[ring])]
        if len(around):
            holes[int(around[np.abs(size[around]).argmin()])].append(rings[ring])
        else:
            alone.append(area(rings[ring]))
    whole = [area(rings[shell], inside) for shell, inside in holes.items()]
    return together([*whole, *alone])


def _is_ring(ring: Ring) -> bool:
    return len(ring) >= 3 and len(np.unique(ring, axis=0)) >= 3


def _closed(ring: Ring) -> Ring:
    return ring if (ring[0] == ring[-1]).all() else np.vstack([ring, ring[:1]])


def _area(ring: Ring) -> float:
    """Twice the area, above 0 if the ring goes against the clock."""
    x, y = (ring - ring[0]).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())

"""Polygons as publishers give them, to polygons that fit together: mended, and the mending told."""

from collections.abc import Sequence

import numpy as np
import shapely

from holdfast.records.dateline import near
from holdfast.records.problems import Problem, ScenarioError
from holdfast.records.said import About, Said, counted, some

GAP = 0.002  # degrees, some 200 m: gaps and overlaps narrower than this are a slip of the pen
GAP_SHARE = 1 / 500  # and never more than this of the map's width
LOST = 0.5  # share of its area that no polygon may lose when overlaps are settled
CORNERS = 60_000  # above which fitting takes minutes
COARSEST = 16  # gaps: bends wider than so many are never left out
TWICE = 0.1  # share of the borders that do not fit, above which each was drawn by itself
HAIR = 1e-3  # of a gap: by so much a filling overlaps what it touches, so that no line is left
CHANGED = 0.001  # share of its area above which a polygon has visibly changed
Shapes = np.ndarray  # of shapely polygons and multipolygons, longitude and latitude


def polygonal(shapes: Shapes, names: Sequence[str]) -> tuple[Shapes, np.ndarray, tuple[Said, ...]]:
    """Valid polygons on the plane; which of the shapes have one, bool; and what was done.

    Empty shapes, points and lines have none. Rings that cross themselves are taken apart.
    """
    flat = shapely.force_2d(shapes)
    absent = shapely.is_missing(flat) | shapely.is_empty(flat)
    crossed = ~absent & ~shapely.is_valid(flat)
    said = []
    if crossed.any():
        mended = shapely.make_valid(flat[crossed], method="structure", keep_collapsed=False)
        flat[crossed] = mended
        told = some([names[i] for i in _where(crossed)])
        words = f"{counted(int(crossed.sum()), 'polygon')} crossed themselves: {told}"
        said.append(Said(About.MENDED, words))
    kinds = shapely.get_type_id(flat)
    for i in _where(~absent & (kinds == shapely.GeometryType.GEOMETRYCOLLECTION)):
        flat[i] = _areas_of(flat[i])
    good = np.isin(shapely.get_type_id(flat), [3, 6]) & ~shapely.is_empty(flat)
    good &= shapely.area(flat) > 0
    if not good.all():
        lost = [names[i] or f"row {i + 1}" for i in _where(~good)]
        what = "row has" if len(lost) == 1 else "rows have"
        words = f"{len(lost):,} {what} no polygon: {some(lost)}"
        said.append(Said(About.LEFT_OUT, words))
    return flat, good, tuple(said)


def _areas_of(collection: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(collection)
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), [3, 6])])


def fitted(shapes: Shapes, ids: Sequence[str], file: str) -> tuple[Shapes, tuple[Said, ...]]:
    """The polygons with one line for every shared border; raises ScenarioError.

    Narrow gaps go to the neighbour with the longest border; so do overlaps. A polygon that would
    lose half of itself lies under others: two levels or a duplicate in one file.
    """
    west, south, east, north = shapely.total_bounds(shapes)
    gap = min(GAP, GAP_SHARE * max(east - west, north - south))
    if shapely.coverage_is_valid(shapes, gap_width=gap):
        return shapes, ()
    thin, bend = _thinned(shapes, gap)
    before = shapely.area(thin)
    clean = _clean(thin, gap)
    if not shapely.coverage_is_valid(clean, gap_width=gap):
        clean = _clean(_filled(clean, gap), gap)
    after = shapely.area(clean)
    under = _where(after < LOST * before)
    if under:
        says = f"has {counted(len(under), 'polygon')} lying under others: "
        says += some([ids[i] for i in under])
        allowed = "polygons of one level, each once"
        cure = "take out the duplicates, or the polygons of another level: --leave-out ID"
        raise ScenarioError([Problem(file, says, allowed, cure, check="boundaries")])
    changed = np.abs(after - before) > CHANGED * before
    words = f"gaps and overlaps narrower than {gap * 111:.2g} km were closed"
    if changed.any():
        words += f"; {counted(int(changed.sum()), 'polygon')} changed by over 0.1% of the area: "
        words += some([ids[i] for i in _where(changed)])
    if bend:
        words += f"; before that, bends under {bend * 111:.2g} km were left out"
    return clean, (Said(About.MENDED, words),)


def swapped(shapes: Shapes) -> Shapes:
    """The same shapes with latitude and longitude changed about."""
    return shapely.transform(shapes, lambda xy: xy[:, ::-1])


def _thinned(shapes: Shapes, gap: float) -> tuple[Shapes, float]:
    """Shapes of no more corners than can be fitted in a minute, and the bends left out."""
    bend, thin = 0.0, shapes
    if shapely.get_num_coordinates(shapes).sum() > CORNERS and _drawn_twice(shapes, gap):
        bend = gap / 2
        thin = shapes = shapely.make_valid(shapely.simplify(shapes, bend))
    while shapely.get_num_coordinates(thin).sum() > CORNERS and bend < COARSEST * gap:
        bend = 2 * bend or gap / 2
        thin = shapely.make_valid(shapely.coverage_simplify(shapes, bend))
    flat = thin.copy()
    for i in _where(~np.isin(shapely.get_type_id(thin), [3, 6])):
        flat[i] = _areas_of(thin[i])
    return flat, bend


def _drawn_twice(shapes: Shapes, gap: float) -> bool:
    """Whether neighbours have lines of their own, which cannot be thinned together."""
    apart = shapely.coverage_invalid_edges(shapes, gap_width=gap)
    return shapely.length(apart).sum() > TWICE * shapely.length(shapes).sum()


def _clean(shapes: Shapes, gap: float) -> Shapes:
    return shapely.coverage_clean(shapes, gap_width=gap)  # type: ignore[attr-defined]


def _filled(shapes: Shapes, gap: float) -> Shapes:
    """The polygons with gaps between two of them filled that are open to the outside."""
    whole = shapely.union_all(shapes)
    wide = shapely.buffer(whole, gap / 2, join_style="mitre", quad_segs=1)
    closed = shapely.buffer(wide, -gap / 2, join_style="mitre", quad_segs=1)
    pieces = shapely.get_parts(shapely.difference(closed, whole))
    pieces = shapely.buffer(pieces, gap * HAIR, join_style="mitre")
    shapes = shapes.copy()
    piece, other = shapely.STRtree(shapes).query(pieces, predicate="intersects")
    shared = shapely.area(shapely.intersection(pieces[piece], shapes[other]))
    for spot in np.unique(piece):
        near = np.flatnonzero(piece == spot)
        if len(near) > 1:
            best = other[near[shared[near].argmax()]]
            shapes[best] = shapely.union(shapes[best], pieces[spot])
    return shapes


def _where(true: np.ndarray) -> list[int]:
    return [int(i) for i in np.flatnonzero(true)]


def holding(shapes: Shapes, points: np.ndarray) -> np.ndarray:
    """For each point the first shape that holds it, -1 if none does; points are [n, 2].

    Longitudes of points may be counted from -180 or from 0, wherever the map lies.
    """
    at = np.full(len(points), -1)
    if len(points) and len(shapes):
        here = shapely.points(near(points, shapes))
        found = shapely.STRtree(shapes).query(here, predicate="intersects")
        for point, shape in found.T[::-1]:
            at[point] = shape
    return at

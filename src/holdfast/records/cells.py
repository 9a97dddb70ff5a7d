"""A district that has no boundary is drawn as its cell: all the land nearer to it than to others.

Cells are Voronoi cells of the district points, clipped to the national outline. They are for
drawing; nothing is computed from them. Longitudes are shrunk by the cosine of the middle latitude
before distances are compared, so that a degree is as long one way as the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, radians

Point = tuple[float, float]  # longitude, latitude, in degrees
Ring = list[Point]  # not closed: the last point is not the first
HalfPlane = tuple[float, float, float]  # (a, b, c): inside is a*x + b*y <= c

MARGIN = 1.0  # degrees beyond the outline at which an unclipped cell ends


def draw_cells(
    points: Mapping[str, Point], outline: Sequence[Ring], decimals: int = 3
) -> dict[str, list[Ring]]:
    """Return for each district the rings of its cell, none where it has no land.

    Points that coincide cannot be told apart: leave all but one of them out beforehand.
    """
    latitudes = [y for ring in outline for _, y in ring]
    shrink = cos(radians((min(latitudes) + max(latitudes)) / 2))
    land = [[(x * shrink, y) for x, y in ring] for ring in outline]
    sites = {key: (x * shrink, y) for key, (x, y) in points.items()}
    cells = {}
    for key, site in sites.items():
        rings = list(land)
        for half in _bisectors(site, sites.values(), _box(land)):
            rings = [part for ring in rings for part in cut(ring, half)]
        cells[key] = [r for ring in rings if len(r := _rounded(ring, shrink, decimals)) > 2]
    return cells


def cut(ring: Ring, half: HalfPlane) -> list[Ring]:
    """Return the parts of a simple ring that lie inside a half-plane.

    Walking the ring gives chains that enter and leave the half-plane; sorted along the border,
    the crossings join in pairs, and following chain, border, chain gives the parts.

    >>> cut([(0, 0), (2, 0), (2, 1), (0, 1)], (1, 0, 1))
    [[(1.0, 1.0), (0, 1), (0, 0), (1.0, 0.0)]]
    """
    inside = [_beyond(p, half) <= 0 for p in ring]
    if all(inside):
        return [ring]
    chains: list[Ring] = []
    first = next(i for i, kept in enumerate(inside) if not kept)
    for step in range(len(ring)):
        i, j = (first + step) % len(ring), (first + step + 1) % len(ring)
        if not inside[i] and inside[j]:
            chains.append([_crossing(ring[i], ring[j], half)])
        if inside[j]:
            chains[-1].append(ring[j])
        elif inside[i]:
            chains[-1].append(_crossing(ring[i], ring[j], half))
    return _join(chains, half)


def _join(chains: list[Ring], half: HalfPlane) -> list[Ring]:
    a, b, _ = half
    ends = [(chain[end], n, end) for n, chain in enumerate(chains) for end in (0, -1)]
    ends.sort(key=lambda item: (-b * item[0][0] + a * item[0][1], item[2]))
    partner = {}
    for (_, n, end), (_, m, other) in zip(ends[::2], ends[1::2], strict=True):
        partner[n, end], partner[m, other] = m, n
    parts, left = [], set(range(len(chains)))
    while left:
        n = min(left)
        part: Ring = []
        while n in left:
            left.remove(n)
            part += chains[n]
            n = partner[n, -1]
        parts.append(part)
    return parts


def _beyond(point: Point, half: HalfPlane) -> float:
    return half[0] * point[0] + half[1] * point[1] - half[2]


def _crossing(p: Point, q: Point, half: HalfPlane) -> Point:
    at_p, at_q = _beyond(p, half), _beyond(q, half)
    share = at_p / (at_p - at_q)
    return (p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1]))


def _box(land: Sequence[Ring]) -> Ring:
    xs = [x for ring in land for x, _ in ring]
    ys = [y for ring in land for _, y in ring]
    west, east, south, north = (
        min(xs) - MARGIN,
        max(xs) + MARGIN,
        min(ys) - MARGIN,
        max(ys) + MARGIN,
    )
    return [(west, south), (east, south), (east, north), (west, north)]


def _bisectors(site: Point, sites: Iterable[Point], box: Ring) -> list[HalfPlane]:
    """Return the half-planes that bound a site's cell, nearest neighbour first."""
    others = sorted(
        ((x - site[0]) ** 2 + (y - site[1]) ** 2, x, y) for x, y in sites if (x, y) != site
    )
    cell, kept = box, []
    for squared, x, y in others:
        reach = max((px - site[0]) ** 2 + (py - site[1]) ** 2 for px, py in cell)
        if squared > 4 * reach:
            break
        a, b = x - site[0], y - site[1]
        half = (a, b, a * (x + site[0]) / 2 + b * (y + site[1]) / 2)
        smaller = cut(cell, half)[0]
        if smaller != cell:
            cell = smaller
            kept.append(half)
    return kept


def _rounded(ring: Ring, shrink: float, decimals: int) -> Ring:
    points = [(round(x / shrink, decimals), round(y, decimals)) for x, y in ring]
    return [p for p, before in zip(points, points[-1:] + points[:-1], strict=True) if p != before]

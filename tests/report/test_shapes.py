"""Shapes keep their neighbours, provinces get outlines, and a district may have none."""

import re

import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from holdfast.report.shapes import draw_map

# The grammar of paths in SVG 2, as far as lines go: https://www.w3.org/TR/SVG2/paths.html#PathDataBNF
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
PAIR = rf"{NUMBER}(?:\s*,\s*|\s+|(?=[+-]))?{NUMBER}"
PAIRS = rf"\s*{PAIR}(?:(?:\s*,\s*|\s+|(?=[+-]))?{PAIR})*\s*"
PATH = re.compile(rf"\s*(?:[Mm]{PAIRS}(?:[Ll]{PAIRS}|[Zz]\s*)*)*")


def square(key: str, west: float) -> dict:
    ring = [[west, 30], [west + 1, 30], [west + 1, 31], [west, 31], [west, 30]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"district_id": key}, "geometry": shape}


# D has no shape; X is a shape of no district.
CELLS = {"features": [square("A", 60), square("B", 61), square("C", 62), square("X", 80)]}


def test_borders_run_only_where_provinces_meet_or_end():
    provinces = {"A": "P", "B": "P", "C": "Q"}
    drawn = draw_map(CELLS, provinces)
    moves = [list(map(int, re.findall(r"-?\d+", part))) for part in drawn.borders.split("M")[1:]]
    ups = set()
    for line in moves:
        x, y = line[:2]
        for dx, dy in zip(line[2::2], line[3::2], strict=True):
            if dx == 0:
                ups.add(x)
            x, y = x + dx, y + dy
    assert ups == {0, 667, 1000}  # the two ends and the border of C; not that of A with B


def test_neighbours_keep_one_border_when_rounded():
    drawn = draw_map(CELLS, {"A": "P", "B": "P"})
    assert drawn.paths["A"].startswith("M0 ")
    assert drawn.paths["B"].startswith("M500 ")
    assert drawn.marks["A"][0] == pytest.approx(250, abs=1)


def test_a_district_without_a_shape_has_no_path():
    drawn = draw_map(CELLS, dict.fromkeys("ABCD", "P"))
    assert set(drawn.paths) == {"A", "B", "C"}
    assert draw_map({"features": [square("X", 80)]}, {"A": "P"}) is None


def rings_of(path: str) -> list[list[tuple[int, int]]]:
    """The corners of every part of a path, read independently of how it was written."""
    found = []
    for part in path.split("M")[1:]:
        x, y, *steps = map(int, re.findall(r"-?\d+", part))
        ring = [(x, y)]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            ring.append((ring[-1][0] + dx, ring[-1][1] + dy))
        found.append(ring)
    return found


def enclosed(ring: list[tuple[int, int]]) -> float:
    """What a ring encloses, each part of it once."""
    lines = shapely.unary_union(shapely.LineString([*ring, ring[0]]))
    return shapely.area(list(shapely.get_parts(shapely.polygonize([lines])))).sum()


def feature(key, polygons, kind="MultiPolygon"):
    shape = polygons and {"type": kind, "coordinates": polygons}
    return {"type": "Feature", "properties": {"district_id": key}, "geometry": shape}


GRAIN = 0.001
"""Degrees; a map 10 degrees wide has ten of them to a unit of the picture."""
places = st.tuples(st.integers(0, 40), st.integers(0, 40))
rings = st.lists(places, min_size=1, max_size=7).map(lambda ring: [*ring, ring[0]])
countries = st.lists(st.lists(st.lists(rings, min_size=1, max_size=2), max_size=3), max_size=4)
ISLET = [[[(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]]]
SPIT = [[[(0, 0), (90, 0), (90, 2), (0, 2), (0, 0)]]]
BOW_TIE = [[[(0, 0), (90, 90), (90, 0), (0, 90), (0, 0)]]]


@settings(deadline=None, max_examples=60)
@given(countries, st.sampled_from([0.02, 1, 50]), st.booleans())
@example([ISLET], 1, True)
@example([ISLET], 1, False)
@example([SPIT, BOW_TIE, ISLET * 2 + SPIT], 1, True)
@example([[], ISLET], 1, True)
@example([[[[(7, 0), (7, 40), (7, 0)]]]], 50, False)
def test_every_path_is_valid_and_encloses_something(country, size, beside_a_large_one):
    """Islets and spits shrink to points and lines; what is left of a district can be clicked."""
    grown = [
        [
            [[(60 + x * size * GRAIN, 30 + y * size * GRAIN) for x, y in ring] for ring in polygon]
            for polygon in district
        ]
        for district in country
    ]
    features = [feature(str(i), district) for i, district in enumerate(grown)]
    features += [square("large", 69)] if beside_a_large_one else []
    drawn = draw_map(
        {"features": features}, {f["properties"]["district_id"]: "P" for f in features}
    )
    shaped = {str(i) for i, district in enumerate(grown) if district} | {
        "large" for _ in range(beside_a_large_one)
    }
    assert set(drawn.paths if drawn else ()) == shaped
    if drawn is None:
        return
    assert PATH.fullmatch(drawn.borders)
    assert 0 <= drawn.height <= 20_001
    for key, path in drawn.paths.items():
        assert PATH.fullmatch(path), path
        assert path
        assert all(enclosed(ring) > 0 for ring in rings_of(path)), path
        x, y = drawn.marks[key]
        assert -10 <= x <= 1010
        assert -10 <= y <= drawn.height + 10


def test_an_islet_that_shrinks_to_a_point_is_left_out_of_its_district():
    """Two districts of a real map, COD-AB Yemen, were blank by such a path: M0 482lz."""
    mainland = [[[61, 30], [62, 30], [62, 31], [61, 31], [61, 30]]]
    islet = [[[60, 30], [60.0004, 30], [60.0004, 30.0004], [60, 30.0004], [60, 30]]]
    cells = {"features": [feature("A", [islet, mainland]), feature("B", [islet]), square("C", 62)]}
    drawn = draw_map(cells, dict.fromkeys("ABC", "P"))
    assert (
        drawn.paths["A"]
        == draw_map(
            {"features": [feature("A", [mainland]), feature("B", [islet]), square("C", 62)]},
            dict.fromkeys("ABC", "P"),
        ).paths["A"]
    )
    assert len(rings_of(drawn.paths["A"])) == 1
    assert enclosed(rings_of(drawn.paths["B"])[0]) >= 50  # a dot, where it lies
    assert drawn.marks["B"][0] == 0


def test_a_ring_is_left_out_only_if_nothing_of_it_is_left():
    narrow = [[[60, 30], [62, 30], [62, 30.003], [60, 30.003], [60, 30]]]  # two units of the plane
    flat = [[[60, 30], [62, 30], [62, 30.0003], [60, 30.0003], [60, 30]]]  # a line
    drawn = draw_map({"features": [feature("A", [narrow, flat])]}, {"A": "P"})
    assert len(rings_of(drawn.paths["A"])) == 1


def test_a_feature_without_a_geometry_is_a_district_without_a_shape():
    cells = {"features": [square("A", 60), feature("B", None)]}
    assert set(draw_map(cells, {"A": "P", "B": "P"}).paths) == {"A"}

"""Shapes keep their neighbours, provinces get outlines, and a district may have none."""

import re

import pytest

from holdfast.report.shapes import draw_map


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

"""Cells share the land out: all of it, and each place to the district whose seat is nearest."""

import numpy as np
import pytest

from holdfast.records.cells import cut, draw_cells

OUTLINE = [
    (0.0, 0.0),
    (4.0, 0.0),
    (4.0, 1.0),
    (1.0, 1.0),
    (1.0, 3.0),
    (4.0, 3.0),
    (4.0, 4.0),
    (0.0, 4.0),
]


def area(ring):
    x, y = np.array(ring).T
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def holds(ring, point):
    """Whether a ray to the east crosses the ring an odd number of times."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1


@pytest.fixture(scope="module")
def shared():
    dice = np.random.default_rng(3)
    points = {f"D{n}": (float(x), float(y)) for n, (x, y) in enumerate(dice.uniform(0, 4, (25, 2)))}
    return points, draw_cells(points, [OUTLINE], decimals=9)


def test_cells_cover_the_land_once(shared):
    _, cells = shared
    covered = sum(area(ring) for rings in cells.values() for ring in rings)
    assert covered == pytest.approx(area(OUTLINE), rel=1e-6)


def test_a_place_lies_in_the_cell_of_the_nearest_seat(shared):
    points, cells = shared
    shrink = np.cos(np.radians(2.0))
    for x, y in np.random.default_rng(4).uniform(0, 4, (200, 2)):
        if holds(OUTLINE, (x, y)):
            nearest = min(
                points, key=lambda k: ((points[k][0] - x) * shrink) ** 2 + (points[k][1] - y) ** 2
            )
            inside = [k for k, rings in cells.items() if any(holds(r, (x, y)) for r in rings)]
            assert inside == [nearest]


def test_land_cut_in_two_gives_two_parts():
    parts = cut(OUTLINE, (-1.0, 0.0, -2.0))
    assert sorted(area(part) for part in parts) == pytest.approx([2.0, 2.0])
    assert cut(OUTLINE, (1.0, 0.0, -1.0)) == []
    assert cut(OUTLINE, (1.0, 0.0, 9.0)) == [OUTLINE]

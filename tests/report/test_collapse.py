"""A state collapses in a war, not before it."""

import numpy as np

from holdfast.report.findings import collapsed_with

CAPITAL = np.array([True, True, True, False])


def war(*days):
    """What insurgents hold at the end of each day: 0 to 2 are capitals, 0 the national one."""
    return np.array([[[d in held for d in range(4)] for held in days]])


def test_a_loss_on_the_first_day_is_no_collapse_of_that_day():
    told = collapsed_with(war({0}, set(), set()), CAPITAL, 0)
    assert told.tolist() == [[False, False, False]]
    told = collapsed_with(war({1, 2}, {1}, {1}), CAPITAL, 0)
    assert not told.any()


def test_what_is_lost_later_or_stays_lost_counts_from_the_second_day_on():
    assert collapsed_with(war({0}, {0}, set()), CAPITAL, 0).tolist() == [[False, True, True]]
    assert collapsed_with(war(set(), {1}, {1, 2}), CAPITAL, 0).tolist() == [[False, False, True]]
    assert not collapsed_with(war(set(), {3}, {3, 1}), CAPITAL, 0).any()

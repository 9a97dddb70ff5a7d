"""A made-up theatre has as many men as asked for, on a ring, in even posts."""

import numpy as np
import pytest

from holdfast.theatre.synthetic import POST_SIZE, quiet_calendar, synthetic

SIZES = [1, 39, 400, 401, 4_321, 40_000]


@pytest.mark.parametrize("soldiers", SIZES)
def test_every_soldier_asked_for_is_on_the_roll(soldiers):
    paper = np.asarray(synthetic(soldiers)[0].paper)
    assert paper.sum() == soldiers
    assert (paper[:-1] == POST_SIZE).all()
    assert 1 <= paper[-1] <= POST_SIZE


@pytest.mark.parametrize("soldiers", SIZES)
def test_each_district_touches_the_two_beside_it_and_never_itself(soldiers):
    th, _ = synthetic(soldiers)
    neighbour, tie = np.asarray(th.neighbour), np.asarray(th.tie)
    n = len(neighbour)
    itself = neighbour == np.arange(n)[:, None]
    assert (tie[itself] == 0).all()
    assert (abs(tie.sum(1) - 1) < 1e-6).all() or n == 1
    step = (neighbour - np.arange(n)[:, None]) % n
    assert np.isin(step, [1, n - 1, 0] if n == 1 else [1, n - 1]).all()


@pytest.mark.parametrize("soldiers", SIZES)
def test_the_arrays_of_a_made_up_theatre_fit_each_other(soldiers):
    th, names = synthetic(soldiers, posts_in_district=3, districts_in_province=4)
    n, n_posts = len(names.districts), -(-soldiers // POST_SIZE)
    assert n == -(-n_posts // 3)
    assert np.bincount(np.asarray(th.home), minlength=n)[:-1].tolist() == [3] * (n - 1)
    assert th.capital.sum() == len(names.provinces)
    assert th.province_sizes.sum() == th.corps_sizes.sum() == n
    assert (np.asarray(th.capital)[np.asarray(th.garrison_of)] == 1).all()
    assert len(set(np.asarray(th.post_key).tolist())) == n_posts
    assert (np.asarray(th.corps)[np.asarray(th.home)[np.asarray(th.mobile)[:, 0]]]
            == np.arange(len(th.corps_sizes))).all()  # fmt: skip


def test_a_quiet_calendar_dates_nothing():
    cal = quiet_calendar(3)
    for events in (cal.announcements, cal.base_day, cal.appointments, cal.ceasefires, cal.breaches):
        assert np.isinf(events).all()
    assert np.isinf([cal.order_day, cal.capitals_day]).all()
    assert (cal.ally_presence[:, 1] == 1).all()
    assert (cal.pay_here == 0).all()

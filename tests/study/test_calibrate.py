"""Synthetic wars that the inference is checked on, and how odd a record is for a fit."""

import numpy as np
import pytest

from holdfast.infer import Dated
from holdfast.study import load
from holdfast.study.calibrate import PAUSE, STANDSTILL, calibrate, with_a_standstill
from holdfast.study.predictive import recorded_days, weekly

NEVER = np.inf


def test_a_standstill_puts_off_all_that_falls_after_it_and_nothing_else():
    first = np.array([1.0, 2.0, 3.0, 4.0, 5.0, NEVER, 9.0])
    held = np.array([0, 0, 0, 0, 0, 0, 1]) > 0
    stop = np.quantile([1, 2, 3, 4, 5], STANDSTILL)
    found = with_a_standstill(first, held)[:6]
    expected = [x + PAUSE if x > stop else x for x in (1.0, 2.0, 3.0, 4.0, 5.0, NEVER)]
    np.testing.assert_array_equal(found, expected)
    nothing = np.full(3, NEVER)
    assert (with_a_standstill(nothing, np.zeros(3, bool)) == nothing).all()


def test_a_recorded_day_is_drawn_in_its_interval_and_of_the_standing_there_is_none():
    dated = Dated(np.array([2.0, 5.0, 8.0]), np.array([3.0, 9.0, NEVER]), np.ones(3))
    drawn = np.stack([recorded_days(dated, np.random.default_rng(i)) for i in range(200)])
    assert (drawn[:, 2] == NEVER).all()
    for d, (low, high) in enumerate([(2, 3), (5, 9)]):
        assert ((drawn[:, d] >= low) & (drawn[:, d] <= high)).all()
        assert np.ptp(drawn[:, d]) > 0.9 * (high - low)


def test_weeks_count_each_fall_once_and_leave_out_later_ones():
    day = np.array([0.5, 7.0, 7.1, 13.9, 30.0, NEVER])
    np.testing.assert_array_equal(weekly(day, np.array([7.0, 14.0, 21.0])), [2, 2, 0])


@pytest.mark.slow
def test_a_synthetic_war_is_fitted_once_and_kept(tmp_path):
    calibrate(load("ring"), range(1), tmp_path)
    (file,) = tmp_path.glob("war-*.npz")
    with np.load(file) as found:
        assert found["truth"].shape == found["z"].shape[1:] == (20,)
        assert np.isfinite(found["share"]).all()
        assert found["excess"] > 0
    written = file.stat().st_mtime_ns
    calibrate(load("ring"), range(1), tmp_path)
    assert file.stat().st_mtime_ns == written

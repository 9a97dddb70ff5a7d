"""Synthetic wars that the inference is checked on, and how odd a record is for a fit."""

import numpy as np
import pytest

from holdfast.infer import Dated
from holdfast.study import load
from holdfast.study.calibrate import PAUSE, STANDSTILL, calibrate, reported, with_a_standstill
from holdfast.study.catalogue import choose
from holdfast.study.posterior import model_of
from holdfast.study.predictive import recorded_days, weekly
from holdfast.study.standstill import FEWEST, pause, standstill
from holdfast.study.tell_fit import ODD

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
        assert "pause" in found
    written = file.stat().st_mtime_ns
    calibrate(load("ring"), range(1), tmp_path)
    assert file.stat().st_mtime_ns == written


# ------------------------------------------------------------------------ standstills


@pytest.fixture(scope="module")
def fought():
    """The ring's model and one of its own wars, every fall of it dated to a day."""
    scenario = load("ring")
    model = model_of(scenario, choose(scenario.tables.settings.mechanisms))
    strong = {"ground.baseline_exit": 2.5, "ground.hold_ratio": 3, "ground.moment_rate": 1,
              "contagion.strength": 1.5, "siege_and_pay.strength": 1}  # fmt: skip
    truth = np.array([float(strong.get(name, 0)) for name in model.free])
    rng = np.random.default_rng(1)
    return model, truth, reported(scenario, model, truth, 1, 3, rng, misspecified=False).dated


def paused(dated, days):
    """The same falls, dated to two days, with so many days of nothing after half of them."""
    fell = np.isfinite(dated.by)
    late = dated.by > np.median(dated.by[fell])
    by = np.where(fell, dated.by, np.inf) * 0.5 + np.where(late, days, 0)
    return Dated(np.where(fell, by - 1, dated.after), by, np.ones(len(by)))


@pytest.mark.slow
def test_a_pause_that_the_model_has_no_reason_for_is_noticed_and_its_own_is_not(
    fought, monkeypatch
):
    monkeypatch.setattr("holdfast.study.standstill.FEWEST", 6)
    model, truth, dated = fought
    at = truth[None]
    sound, odd = (standstill(model, paused(dated, days), 60 + days, at) for days in (0, 45))
    assert sound.low <= sound.recorded <= sound.high
    assert odd.recorded > odd.high
    assert odd.chance < ODD < sound.chance


def test_a_pause_lies_between_falls_of_the_middle():
    assert np.isnan(pause(np.arange(FEWEST - 1.0)))
    slow_ends = np.array([0.0, 50, 51, 52, 53, 60, 61, 62, 63, 64, 99])
    assert pause(slow_ends) == 7
    assert pause(np.full(20, 3.0)) == 0


@pytest.mark.slow
def test_of_a_record_with_few_dates_nothing_is_said(fought):
    model, truth, dated = fought
    undated = Dated(np.zeros(len(dated.by)), np.maximum(dated.by, 10), dated.counts)
    assert standstill(model, undated, 60, truth[None]) is None

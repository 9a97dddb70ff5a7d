"""What the priors alone say of the war, and what the default set does: before any fit."""

from datetime import date

import numpy as np
import pytest

from holdfast.observe import as_counted, record_series
from holdfast.study import load, simulate

KEPT = {
    "calendar.ally_presence": "1",
    "calendar.air_support": "1",
    "calendar.announcement": "none",
    "calendar.base_handed_over": "none",
}
WORLDS = 200


@pytest.fixture(scope="module")
def scenario():
    return load("afghanistan-2021")


def collapsed(data, scenario):
    """Wars in which the national capital, or two thirds of the capitals, were lost."""
    national = int(scenario.theatre.national_capital)
    capitals = float(np.asarray(scenario.theatre.capital).sum())
    lost = data["held"].isel(district=national).any("day")
    return np.asarray(lost | (data["capitals_held"].max("day") >= 2 / 3 * capitals))


def prior_worlds(scenario, changes):
    return simulate(
        scenario, members=WORLDS, seed=11, parameters="prior", until=date(2021, 8, 28),
        changes=changes,
    ).observables  # fmt: skip


@pytest.mark.nightly
def test_the_priors_leave_the_outcome_open_and_the_record_possible(scenario):
    data = prior_worlds(scenario, {})
    share = collapsed(data, scenario).mean()
    assert 0.1 < share < 0.7, share
    series = record_series(scenario.tables.control, scenario.tables.settings.trackers)
    counted = as_counted(data, series)
    rows = [
        i
        for i, row in enumerate(series.to_dict("records"))
        if row["tracker"] in ("aan", "lwj", "joint_chiefs", "apw", "capitals", "press")
        and row["measure"] != "government"  # nine districts of that map have no shape and no class
        and np.isfinite(counted[:, i]).all()
    ]
    assert len(rows) > 40
    low, high = np.quantile(counted[:, rows], [0.025, 0.975], axis=0)
    told_low, told_high = (series[c].to_numpy(float)[rows] for c in ("low", "high"))
    outside = (np.nan_to_num(told_high, nan=np.inf) < low) | (told_low > high)
    assert not outside.any(), series.iloc[np.asarray(rows)[outside]]


@pytest.mark.nightly
@pytest.mark.parametrize("paid", [False, True])
def test_most_worlds_hold_where_the_ally_stays(scenario, paid):
    changes = KEPT | ({"calendar.pay_arrears": "0"} if paid else {})
    assert collapsed(prior_worlds(scenario, changes), scenario).mean() < 0.5


@pytest.mark.slow
def test_the_default_set_covers_both_waves_and_the_plateau(scenario):
    data = simulate(scenario, members=100, seed=1).observables
    series = record_series(scenario.tables.control, scenario.tables.settings.trackers)
    counted = as_counted(data, series)
    for tracker, measure in (("aan", "held"), ("capitals", "capitals_held")):
        mine = np.flatnonzero((series["tracker"] == tracker) & (series["measure"] == measure))
        assert len(mine)
        dated = [i for i in mine if np.isfinite(counted[:, i]).all()]
        assert dated
        for i in dated:
            low, high = np.quantile(counted[:, i], [0.05, 0.95])
            row = series.iloc[i]
            assert row["low"] <= high, (row, low, high)
            assert not row["high"] < low, (row, low, high)

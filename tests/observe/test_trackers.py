"""Trackers count by their own rules, and disagree only where the rules do."""

import numpy as np
import pytest

from holdfast.observe.trackers import stood_for

# One member, six days, four districts: D1 falls on day 1, D2 on day 2 and is retaken on day 4.
WAR = [[[0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 1, 0, 0], [0, 1, 0, 0]]]


@pytest.mark.parametrize(("lag", "seen"), [(0, 1), (1, 2), (2, 3), (1.5, 3)])
def test_a_tracker_reports_a_fall_as_late_as_its_lag(look, watcher, lag, seen):
    only_one = np.asarray(WAR) * [0, 1, 0, 0]
    counted = look(only_one, {"slow": watcher(lag_days=lag)}).districts_held[0, :, 0]
    assert counted.values.tolist() == [int(day >= seen) for day in range(6)]


def test_a_fall_on_the_first_day_is_reported_late_too(look, watcher):
    counted = look([[[1], [1], [1]]], {"slow": watcher(lag_days=1)}).districts_held[0, :, 0]
    assert counted.values.tolist() == [0, 1, 1]


def test_what_was_held_before_the_first_day_is_reported_at_once(look, watcher):
    trackers = {"slow": watcher(lag_days=30)}
    counted = look([[[1], [1], [0]]], trackers, held_at_start=[[1]]).districts_held[0, :, 0]
    assert counted.values.tolist() == [1, 1, 0]


def test_a_district_retaken_within_the_lag_is_never_reported(look, watcher):
    trackers = {"quick": watcher(), "slow": watcher(lag_days=3)}
    seen = look(WAR, trackers)
    assert seen.captured.sel(tracker="quick")[0, -1] == 2
    assert seen.captured.sel(tracker="slow")[0, -1] == 1
    assert seen.recaptured.sel(tracker="slow")[0, -1] == 0


def test_a_state_that_comes_back_must_stand_anew():
    state = np.array([True, True, False, True, True])[None, :, None]
    stood = stood_for(state, np.array([[False]]), 2)
    assert stood[0, :, 0].tolist() == [False, False, False, False, False]
    assert stood_for(state, np.array([[False]]), 1)[0, :, 0].tolist() == [0, 1, 0, 0, 1]


def test_two_trackers_disagree_exactly_where_their_rules_do(look, watcher):
    centre, country = [[[0, 1, 0, 1]]], [[[95, 40, 60, 90]]]
    trackers = {
        "centres": watcher(),
        "map": watcher(counts="countryside", threshold=0.8, contested_above=0.5),
    }
    seen = look(centre, trackers, countryside=country)
    # The centre of D1 fell in a countryside still the state's; D0 has a garrison in insurgent land.
    assert seen.districts_held[0, 0].values.tolist() == [2, 2]
    both = [[[0, 1, 0, 0]]]
    assert look(both, trackers, countryside=country).districts_held[0, 0].values.tolist() == [1, 2]


def test_contested_lies_between_the_two_lines_and_adds_up(look, watcher):
    trackers = {"map": watcher(counts="countryside", threshold=0.8, contested_above=0.5)}
    seen = look([[[0, 0, 0, 0]]], trackers, countryside=[[[50, 51, 80, 81]]])
    assert seen.contested[0, 0, 0] == 2
    assert seen.districts_held[0, 0, 0] == 1
    assert seen.government[0, 0, 0] == 1


def test_a_counter_of_centres_says_nothing_of_contested(look, watcher):
    seen = look(WAR, {"centres": watcher()})
    assert np.isnan(seen.contested).all()


def test_a_line_drawn_at_a_share_is_crossed_by_as_many_districts_as_it_says(look, watcher):
    """LWJ on 1 May 2021: 73 held and 210 contested of 398, with the countryside even by rank."""
    rank = np.round(100 * (np.arange(398) + 0.5) / 398).astype(int)[None, None]
    line = {"threshold": 1 - 73 / 398, "contested_above": 1 - 283 / 398}
    seen = look(0 * rank, {"lwj": watcher(counts="countryside", **line)}, countryside=rank)
    # Shares are kept as whole percents, about four districts wide.
    assert seen.districts_held[0, 0, 0] == pytest.approx(73, abs=4)
    assert seen.contested[0, 0, 0] == pytest.approx(210, abs=8)


@pytest.mark.parametrize(
    ("units", "counted", "n"), [("all", 2, 4), ("capitals", 1, 1), ("districts", 1, 3)]
)
def test_a_tracker_counts_its_own_districts(look, watcher, units, counted, n):
    seen = look([[[1, 1, 0, 0]]], {"some": watcher(units=units)})
    assert seen.districts_held[0, 0, 0] == counted
    assert seen.n_units[0] == n
    assert seen.capitals_held[0, 0] == 1


def test_captures_recaptures_and_what_is_held_of_them_agree(look, watcher):
    seen = look(WAR, {"centres": watcher()}).isel(member=0, tracker=0)
    assert seen.captured.values.tolist() == [0, 1, 2, 2, 2, 2]
    assert seen.recaptured.values.tolist() == [0, 0, 0, 0, 1, 1]
    assert (seen.captured - seen.recaptured == seen.captured_and_held).all()

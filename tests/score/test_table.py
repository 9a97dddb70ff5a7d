"""Scores beside each other: what is better scores better, and intervals say how surely."""

from datetime import date

import numpy as np
import pytest

from holdfast.score import Forecast, Outcome, differences, score_forecasts
from holdfast.score import scores as s
from holdfast.score.hubverse import hubverse
from holdfast.score.table import expected_log_score

D = 24
DAYS = (37.0, 44.0, 50.0)


@pytest.fixture
def known(ring):
    return ring([3.0, 9.0])


@pytest.fixture
def outcome(known):
    """Half of those at risk fell, one a day; the others stood."""
    by = np.where(np.arange(D) % 2 == 0, 31.0 + np.arange(D) % 18, np.inf)
    by = np.where(known.at_risk, by, known.fell)
    return Outcome(after=np.where(np.isinf(by), 60.0, by - 1), by=by)


def forecast(name, outcome, noise, rng, known):
    falls = np.tile(outcome.best, (300, 1)) + noise * rng.standard_normal((300, D))
    falls = np.clip(falls, known.origin + 0.01, None)
    return Forecast(name, np.where(known.at_risk, falls, known.fell))


def test_who_knows_more_scores_better_everywhere(known, outcome):
    rng = np.random.default_rng(1)
    rows = [forecast(n, outcome, x, rng, known) for n, x in (("sharp", 1.0), ("vague", 12.0))]
    table = score_forecasts(rows, known, outcome, DAYS).set_index("forecast")
    for score in table.columns.drop("top_hits"):
        assert table.loc["sharp", score] < table.loc["vague", score], score
    assert table.loc["sharp", "top_hits"] >= table.loc["vague", "top_hits"]


def test_differences_name_the_better_and_hold_nought_between_equals(known, outcome):
    rng = np.random.default_rng(1)
    make = lambda name, noise: forecast(name, outcome, noise, rng, known)  # noqa: E731
    rows = [make("mine", 4.0), make("vague", 25.0), make("twin", 4.0)]
    found = differences(rows, known, outcome, DAYS, "mine", rng).set_index(["forecast", "score"])
    assert found.loc[("vague", "log_score"), "low95"] > 0
    twin = found.loc[("twin", "log_score")]
    assert twin["low95"] < 0 < twin["high95"]


def test_what_the_record_does_not_say_is_not_scored(known, outcome):
    """A forecast that differs only where the record is silent scores the same."""
    silent = 5
    after = np.where(np.arange(D) == silent, 0.0, outcome.after)
    by = np.where(np.arange(D) == silent, 49.0, outcome.by)
    hidden = Outcome(after, by)
    rng = np.random.default_rng(1)
    one = forecast("one", outcome, 1.0, rng, known)
    other = Forecast("other", np.where(np.arange(D) == silent, 48.5, one.falls))
    table = score_forecasts([one, other], known, hidden, (37.0, 44.0)).set_index("forecast")
    assert table.loc["one", "brier"] == table.loc["other", "brier"]


def test_scores_agree_with_hand_computed_cases():
    assert s.brier(np.array(0.8), np.array(1.0)) == pytest.approx(0.04)
    assert s.log_score(np.array(0.8), np.array(0.0)) == pytest.approx(-np.log(0.2))
    assert s.interval_score(np.arange(101.0), np.array(105.0)) == pytest.approx(90 + 20 * 10)
    bins = np.array([[0.0] * 10])
    assert s.ignorance(bins, np.array([0.0])) == pytest.approx(-np.log2(11 / 21))
    assert s.smoothed(np.array(0), 999) == pytest.approx(0.0005)
    assert s.top_hits(np.array([0.9, 0.8, 0.1]), np.array([1, 0, 1])) == pytest.approx(0.5)
    two = np.array([[0.0, 2.0]])
    assert s.crps(two, np.array([0.0])) == pytest.approx(1.0 - 0.5 * 1.0)
    assert s.energy_score(np.array([[0.0], [2.0]]), np.array([0.0])) == pytest.approx(0.5)


def test_the_truth_scores_best_on_average():
    """Proper scores: no other probability does better than that by which things happen."""
    rng = np.random.default_rng(2)
    happened = (rng.random(40000) < 0.3).astype(float)
    for score in (s.brier, s.log_score):
        means = {p: score(np.full(happened.size, p), happened).mean() for p in (0.2, 0.3, 0.4)}
        assert min(means, key=means.__getitem__) == 0.3


def test_hubverse_rows_say_what_the_draws_say(known, outcome):
    one = forecast("one", outcome, 3.0, np.random.default_rng(1), known)
    ids = [f"R{d:02d}" for d in range(D)]
    rows = hubverse(one, known, date(2021, 5, 1), ids, DAYS)
    assert set(rows["output_type"]) == {"quantile", "pmf"}
    here = rows[(rows["location"] == "R07") & (rows["horizon"] == 14)].set_index("output_type_id")
    share = s.smoothed((one.falls[:, 7] <= 44).sum(), 300)
    assert here.loc["fallen", "value"] == pytest.approx(share)
    assert here["value"].sum() == pytest.approx(1)
    assert rows["origin_date"].iloc[0] == date(2021, 5, 30)
    middle = rows[(rows["target"] == "districts fallen") & (rows["output_type_id"] == 0.5)]
    counts = [(one.falls <= d).sum(1) for d in DAYS]
    assert list(middle["value"]) == [np.sort(n)[len(n) // 2 - 1] for n in counts]


def test_a_fall_of_unknown_day_is_weighed_over_its_interval():
    """Two days into an interval of eight, a fall counts as a quarter."""
    came = Outcome(after=np.array([30.0, -np.inf, 40.0]), by=np.array([38.0, 38.0, np.inf]))
    assert came.chance_fallen(32.0)[0] == pytest.approx(0.25)
    assert np.isnan(came.chance_fallen(32.0)[1])  # nobody says since when it may have fallen
    assert came.chance_fallen(32.0)[2] == 0
    assert np.isnan(came.chance_fallen(41.0)[2])
    assert came.chance_fallen(38.0)[:2].tolist() == [1, 1]


def test_the_score_of_an_undated_fall_is_best_at_its_chance():
    chance = np.array([0.25, 1.0, 0.0])
    p = np.array([0.25, 0.9, 0.9])
    by_hand = [-0.25 * np.log(0.25) - 0.75 * np.log(0.75), -np.log(0.9), -np.log(0.1)]
    assert expected_log_score(p, chance) == pytest.approx(by_hand)
    for off in (-0.1, 0.1):
        assert expected_log_score(p[:1] + off, chance[:1])[0] > by_hand[0]

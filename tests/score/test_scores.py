"""Scores are the numbers that a hand works out, and the truth scores best on average."""

import numpy as np
import pytest
import scoringrules as sr

from holdfast.score import scores
from holdfast.score.reliability import reliability


def test_a_chance_of_a_fifth_for_what_happened_scores_by_hand():
    assert scores.brier(0.2, 1) == pytest.approx(0.64)
    assert scores.log_score(np.array([0.2, 0.2]), np.array([1, 0])) == pytest.approx(
        [-np.log(0.2), -np.log(0.8)]
    )


def test_no_draw_of_a_thousand_still_gives_a_chance():
    assert scores.smoothed(0, 1000) == pytest.approx(0.5 / 1001)
    assert scores.smoothed(1000, 1000) == pytest.approx(1000.5 / 1001)


def test_crps_of_three_draws_by_hand():
    # E|X - 2| = (2 + 1 + 2) / 3; E|X - X'| = 2 (1 + 3 + 4) / 9 with draws 0, 1, 4
    assert scores.crps([[0, 1, 4]], [2.0])[0] == pytest.approx(5 / 3 - 8 / 9)
    assert scores.crps([[2, 2, 2]], [2.0])[0] == pytest.approx(0)
    assert scores.crps([[5, 5]], [2.0])[0] == pytest.approx(3), "a sure forecast: absolute error"


def test_ignorance_counts_one_pseudo_draw_in_each_of_eleven_bins():
    draws = np.array([[0, 0, 1, 2, 7, 2000, 0, 0, 0]])
    assert scores.ignorance(draws, np.array([0])) == pytest.approx(-np.log2(6 / 20))
    assert scores.ignorance(draws, np.array([2])) == pytest.approx(-np.log2(3 / 20))
    assert scores.ignorance(draws, np.array([30])) == pytest.approx(-np.log2(1 / 20))
    assert scores.ignorance(draws, np.array([1001])) == pytest.approx(-np.log2(2 / 20))
    assert scores.bin_shares(draws).sum() == pytest.approx(1)


def test_ranked_probability_by_hand():
    # Half in the first bin and half in the third; the second comes: 0.5^2 + 0.5^2.
    assert scores.ranked_probability(np.array([[0, 4]]), np.array([1])) == pytest.approx(0.5)
    assert scores.ranked_probability(np.array([[1, 2]]), np.array([2])) == pytest.approx(0)


def test_the_interval_is_charged_its_width_and_twenty_times_the_miss():
    draws = np.arange(101.0)[None]
    assert scores.interval_score(draws, np.array([50.0])) == pytest.approx(90)
    assert scores.interval_score(draws, np.array([97.0])) == pytest.approx(90 + 20 * 2)
    assert scores.interval_score(draws, np.array([2.0])) == pytest.approx(90 + 20 * 3)


def test_scores_of_maps_by_hand():
    # Draws (0, 0) and (1, 1) against (1, 0): each is 1 away, and sqrt 2 from each other.
    draws, came = np.array([[0, 0], [1, 1]]), np.array([1, 0])
    assert scores.energy_score(draws, came) == pytest.approx(1 - np.sqrt(2) / 4)
    assert scores.variogram_score(draws, came) == pytest.approx(2), "they never differ; they did"
    assert scores.energy_score(np.array([[1, 0]] * 3), came) == 0
    assert scores.variogram_score(np.array([[1, 0]] * 3), came) == 0


def test_scores_of_maps_are_those_of_scoringrules():
    rng = np.random.default_rng(3)
    draws, came = rng.integers(0, 2, (40, 7)).astype(float), rng.integers(0, 2, 7).astype(float)
    assert scores.energy_score(draws, came) == pytest.approx(
        float(sr.es_ensemble(came, draws, backend="numpy"))
    )
    for order in (0.5, 1, 2):
        expected = sr.vs_ensemble(came, draws, p=order, backend="numpy")
        assert scores.variogram_score(draws, came) == pytest.approx(float(expected))


def test_the_variogram_refuses_what_is_no_map():
    with pytest.raises(ValueError, match="0 and 1"):
        scores.variogram_score(np.array([[0.0, 3.0]]), np.array([0.0, 1.0]))


def test_hits_among_the_most_probable_with_ties_at_their_expectation():
    assert scores.top_hits([0.9, 0.8, 0.1], [1, 1, 0]) == 1
    assert scores.top_hits([0.9, 0.8, 0.1], [0, 0, 1]) == 0
    assert scores.top_hits([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]) == pytest.approx(0.75)
    assert scores.top_hits([0.3] * 4, [1, 0, 0, 0]) == pytest.approx(0.25)
    assert np.isnan(scores.top_hits([0.3, 0.1], [0, 0]))


def test_an_outcome_that_is_one_of_the_draws_has_a_uniform_rank():
    rng = np.random.default_rng(4)
    values = scores.pit(rng.poisson(1, (4000, 9)), rng.poisson(1, 4000), rng)
    share = np.histogram(values, 10, (0, 1))[0] / 4000
    assert np.abs(share - 0.1).max() < 4 * np.sqrt(0.09 / 4000)
    low = scores.pit(rng.poisson(3, (4000, 9)), rng.poisson(1, 4000), rng)
    assert low.mean() < 0.3, "a forecast that is too high must show"


def test_reliability_says_what_came_of_what_was_called_likely():
    table = reliability(
        np.array([0.05, 0.05, 0.95, 0.95, 0.95]), np.array([0, 1, 1, 1, np.nan]), n_bins=2
    )
    assert table["n"].tolist() == [2, 2]
    assert table["share"].tolist() == [0.5, 1]
    assert table["p_mean"].tolist() == pytest.approx([0.05, 0.95])
    assert (table["low"] < table["share"]).all()
    assert reliability(np.array([1.0, 0.0]), np.array([1, 0]))["n"].sum() == 2


WRONG = {"too low": 1.5, "too high": 4.5}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("score", ["crps", "ignorance", "ranked_probability", "interval_score"])
def test_the_law_that_made_the_counts_scores_best(score: str, wrong: str):
    rng = np.random.default_rng(5)
    came = rng.poisson(3, 1500)
    of = getattr(scores, score)
    right = of(rng.poisson(3, (1500, 200)), came)
    other = of(rng.poisson(WRONG[wrong], (1500, 200)), came)
    worse = other - right
    assert worse.mean() > 4 * worse.std() / np.sqrt(1500)


@pytest.mark.parametrize("said", [0.1, 0.45])
def test_the_chance_with_which_things_happened_scores_best(said: float):
    came = np.random.default_rng(6).random(4000) < 0.25
    for of in (scores.brier, scores.log_score):
        worse = of(np.full(4000, said), came) - of(np.full(4000, 0.25), came)
        assert worse.mean() > 3 * worse.std() / np.sqrt(4000)


@pytest.mark.parametrize("of", [scores.energy_score, scores.variogram_score])
def test_maps_that_fall_together_beat_the_same_chances_apart(of):
    rng = np.random.default_rng(7)

    def together(n: int) -> np.ndarray:
        return np.repeat(rng.random((n, 2)) < 0.3, 4, axis=1).astype(float)

    apart = (rng.random((300, 8)) < 0.3).astype(float)
    worse = np.array([of(apart, y) - of(together(300), y) for y in together(150)])
    assert worse.mean() > 3 * worse.std() / np.sqrt(150)

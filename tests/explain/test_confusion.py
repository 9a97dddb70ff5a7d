"""A planted confusion is found again, and wars that cannot tell are refused."""

import numpy as np
import pytest

from holdfast.explain import confusion, confusion_table, merge

NAMES = ["pledge", "fear", "contagion"]
PLANTED = np.array([[0.7, 0.3, 0.0], [0.1, 0.9, 0.0], [0.0, 0.05, 0.95]])


def found(truths, estimates, **options):
    return confusion(truths, estimates, NAMES, rng=np.random.default_rng(6), **options)


def mixtures(n: int) -> np.ndarray:
    return np.random.default_rng(2).dirichlet([0.5, 0.5, 0.5], n)


def test_a_planted_confusion_is_found_again_without_noise():
    truths = mixtures(30)
    got = found(truths, truths @ PLANTED, resamples=20)
    for name in ("credit", "low90", "high90"):
        np.testing.assert_allclose(got[name], PLANTED, atol=1e-9)


def test_with_one_true_explanation_each_row_is_the_mean_of_what_was_credited():
    truths = np.repeat(np.eye(3), [4, 2, 3], axis=0)
    estimates = np.random.default_rng(3).dirichlet([1, 1, 1], 9)
    means = [estimates[:4].mean(0), estimates[4:6].mean(0), estimates[6:].mean(0)]
    np.testing.assert_allclose(found(truths, estimates, resamples=5)["credit"], means)


def test_the_interval_covers_the_planted_credit_in_nine_of_ten():
    rng, hits = np.random.default_rng(9), []
    for _ in range(40):
        truths = rng.dirichlet([0.5] * 3, 60)
        concentration = 20 * truths @ PLANTED + 1e-3
        estimates = rng.gamma(concentration)
        got = found(truths, estimates, resamples=100)
        inside = (got["low90"] <= PLANTED) & (got["high90"] >= PLANTED)
        hits.append(inside.to_numpy()[PLANTED > 0.1])  # credit near 0 is biased up, as stated
    # 40 worlds of credits that share their wars: about 2 standard errors of those
    assert np.mean(hits) == pytest.approx(0.9, abs=0.06)


def test_more_wars_narrow_the_interval():
    rng = np.random.default_rng(1)
    widths = []
    for n in (30, 480):
        truths = mixtures(n)
        got = found(truths, rng.gamma(20 * truths @ PLANTED + 1e-3), resamples=200)
        widths.append((got["high90"] - got["low90"]).to_numpy().mean())
    assert widths[1] == pytest.approx(widths[0] / 4, rel=0.35)


def test_estimates_below_zero_count_as_zero_and_sizes_do_not_matter():
    truths = np.repeat(np.eye(3), 2, axis=0)
    estimates = truths * 5 - 0.5 * np.roll(truths, 1, axis=1)
    np.testing.assert_allclose(found(truths * 3, estimates, resamples=5)["credit"], np.eye(3))


def test_rows_add_up_and_the_table_goes_straight_to_merging():
    truths = mixtures(30)
    table = confusion_table(found(truths, truths @ PLANTED, resamples=5))
    assert table.loc["pledge", "fear"] == pytest.approx(0.3)
    assert table.sum(axis=1).to_numpy() == pytest.approx([1, 1, 1])
    assert [group.mechanisms for group in merge(table)] == [("pledge", "fear"), ("contagion",)]


def test_the_same_dice_give_the_same_intervals():
    truths = mixtures(20)
    assert found(truths, truths**2, resamples=10).identical(found(truths, truths**2, resamples=10))


def test_wars_that_cannot_tell_are_refused():
    once = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]])
    with pytest.raises(ValueError, match="contagion is at work in fewer than 2 wars"):
        found(once, once)
    with pytest.raises(ValueError, match="same mixture"):
        found([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]], np.ones((4, 3)))
    with pytest.raises(ValueError, match="of one shape"):
        found(np.eye(3), np.ones((4, 3)))
    twice = np.repeat(np.eye(3), 2, axis=0)
    with pytest.raises(ValueError, match="nothing is credited where the truth is fear"):
        found(twice, twice * [1, 0, 1])
    with pytest.raises(ValueError, match="0 or more"):
        found(-twice, twice)
    with pytest.raises(ValueError, match="finite"):
        found(twice, twice * np.nan)

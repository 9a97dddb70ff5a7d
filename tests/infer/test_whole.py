"""Whole-war inference against posteriors that algebra gives, and against planted faults."""

import numpy as np
import pytest

from holdfast.infer import whole

FAR_OFF = 4.5
"""Standard errors: by chance one moment in a hundred thousand is so far off."""
TELLS = np.asarray([[2.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.5, 0.0], [0.5, -1.0, 0.0]])
"""What four summaries tell of three parameters: of the third nothing."""
NOISE = 0.7
RECORD = np.asarray([2.5, 0.5, -0.3, 1.2])
WARS, KEEP = 12000, 1500


def fight(z, seed, noise=NOISE):
    """Summaries of toy wars: linear in the parameters, with normal noise."""
    rng = np.random.default_rng(seed)
    return z @ TELLS.T + noise * rng.standard_normal((len(z), len(TELLS)))


def truth(record=RECORD):
    """Mean and covariance of the posterior, the prior being standard normal."""
    covariance = np.linalg.inv(np.eye(3) + TELLS.T @ TELLS / NOISE**2)
    return covariance @ TELLS.T @ record / NOISE**2, covariance


def off_by(found):
    """Standard errors by which means and spreads of the posterior miss, the worst of them."""
    mean, covariance = truth()
    sd = np.sqrt(np.diag(covariance))
    means = np.abs(found.mean - mean) / sd * np.sqrt(found.effective)
    spreads = np.abs(found.sd / sd - 1) * np.sqrt(2 * found.effective)
    return max(means.max(), spreads.max())


@pytest.fixture(scope="module")
def one_round():
    z = np.random.default_rng(1).standard_normal((WARS, 3))
    raw = fight(z, 2)
    return z, raw, whole.learn(z, raw, np.ones(WARS))


@pytest.fixture(scope="module")
def two_rounds(one_round):
    """Two wars in three from a proposal that lies beside the posterior and is tilted."""
    first, raw = (x[: WARS // 2] for x in one_round[:2])
    covariance = np.asarray([[0.4, 0.1, 0.2], [0.1, 0.5, 0.0], [0.2, 0.0, 0.6]])
    proposal = whole.Proposal(truth()[0] + [0.3, -0.3, 0.8], covariance)
    second = proposal.draw(np.random.default_rng(3), WARS)
    z, both = np.concatenate([first, second]), np.concatenate([raw, fight(second, 4)])
    weights = whole.mixture_weights(z, proposal, 2 / 3)
    return z, both, weights


def posterior(z, raw, weights):
    by = whole.learn(z, raw, weights)
    return whole.condition(z, by(raw), weights, by(RECORD), KEEP)


def test_a_normal_posterior_is_found(one_round):
    z, raw, by = one_round
    assert off_by(whole.condition(z, by(raw), np.ones(WARS), by(RECORD), KEEP)) < FAR_OFF


def test_a_normal_posterior_is_found_from_two_rounds(two_rounds):
    assert off_by(posterior(*two_rounds)) < FAR_OFF


def test_weights_that_are_ignored_are_seen(two_rounds):
    z, raw, weights = two_rounds
    assert off_by(posterior(z, raw, np.ones_like(weights))) > FAR_OFF


@pytest.mark.parametrize("sign", [-1, 0], ids=["the wrong way", "not at all"])
def test_draws_adjusted_wrongly_are_seen(one_round, sign):
    z, raw, by = one_round
    found = whole.condition(z, by(raw), np.ones(WARS), by(RECORD), KEEP)
    plain = z[found.rows]
    assert off_by(found._replace(z=plain + sign * (found.z - plain))) > FAR_OFF


def test_a_kernel_that_is_ignored_is_seen(one_round):
    """Weights of the kernel lie nearer to the record than equal ones do."""
    z, raw, by = one_round
    fitted, record = by(raw), by(RECORD)
    found = whole.condition(z, fitted, np.ones(WARS), record, KEEP)
    far = ((fitted[found.rows] - record) ** 2).sum(1)
    assert found.weights @ far < 0.8 * far.mean()
    assert found.effective < KEEP


def test_of_a_parameter_that_no_summary_tells_the_prior_is_left(one_round):
    z, raw, by = one_round
    found = whole.condition(z, by(raw), np.ones(WARS), by(RECORD), KEEP)
    assert found.mean[2] == pytest.approx(0, abs=FAR_OFF / np.sqrt(found.effective))
    assert found.sd[2] == pytest.approx(1, abs=FAR_OFF / np.sqrt(2 * found.effective))
    assert by.foretold[2] == pytest.approx(0, abs=0.01)


def test_summaries_foretell_as_much_as_algebra_says(one_round):
    _, covariance = truth()
    np.testing.assert_allclose(one_round[2].foretold, 1 - np.diag(covariance), atol=0.02)


def test_a_parameter_told_by_a_curve_is_learned():
    """The summary is exp(z), so that z is no straight line of it."""
    z = np.random.default_rng(5).standard_normal((4000, 1))
    raw = np.exp(z) + 0.1 * np.random.default_rng(6).standard_normal((4000, 1))
    straight = whole.learn(z, raw, np.ones(4000), bends=0).foretold
    assert whole.learn(z, raw, np.ones(4000)).foretold > straight + 0.1


def test_weights_are_bounded_and_give_the_prior_back(two_rounds):
    z, _, weights = two_rounds
    assert weights.max() <= 3
    assert weights.mean() == pytest.approx(1, abs=0.03)
    w = weights / weights.sum()
    se = 1 / np.sqrt(1 / (w**2).sum())
    np.testing.assert_allclose(w @ z, 0, atol=FAR_OFF * se)
    np.testing.assert_allclose(w @ z**2, 1, atol=FAR_OFF * se * np.sqrt(2))


def test_the_density_of_a_proposal_is_the_normal_one():
    """At the mean of N(m, s^2) over that of N(0, 1) there: exp(m^2 / 2) / s."""
    ratio = whole.Proposal(np.asarray([1.5]), np.asarray([[0.25]])).log_ratio(np.asarray([[1.5]]))
    assert ratio[0] == pytest.approx(1.5**2 / 2 - np.log(0.5))


def test_a_second_round_is_wider_than_the_first_posterior_but_not_than_the_prior():
    rng = np.random.default_rng(7)
    z = rng.standard_normal((5000, 2)) * [0.2, 1.1] + [1.0, 0.0]
    found = whole.Sample(z, np.full(5000, 1 / 5000), np.arange(5000))
    sd = np.sqrt(np.linalg.eigvalsh(whole.Proposal.around(found).covariance))
    np.testing.assert_allclose(sd, [0.3, 1.0], rtol=0.05)


def test_intervals_hold_what_they_say_on_records_of_the_same_world(one_round):
    z, raw, by = one_round
    found = whole.calibrate(z, by(raw), np.ones(WARS), np.arange(200), 400)
    for level in (0.5, 0.9):
        se = np.sqrt(level * (1 - level) / 200)
        np.testing.assert_allclose(found.covered(level), level, atol=3.5 * se)
    np.testing.assert_allclose(found.contraction, 1 - np.diag(truth()[1]), atol=0.08)


def test_intervals_miss_records_of_a_noisier_world(one_round):
    """The test above would say nothing if it passed whatever the records were."""
    z, raw, by = one_round
    raw = np.concatenate([fight(z[:100], 8, noise=3 * NOISE), raw[100:]])
    found = whole.calibrate(z, by(raw), np.ones(WARS), np.arange(100), 400)
    assert (found.covered(0.9)[:2] < 0.75).all()
    assert found.error[:2].min() > 1.5 * np.diag(truth()[1])[:2].max()


def test_a_pseudo_record_is_not_among_its_own_simulations(one_round):
    """Its parameters being moved far out, all of the posterior is below them."""
    z, raw, by = one_round
    found = whole.calibrate(
        np.vstack([z[:1] + 50, z[1:]]), by(raw), np.ones(WARS), np.zeros(1, int), 400
    )
    np.testing.assert_allclose(found.shares, 1, atol=1e-9)


def test_a_record_that_no_war_is_like_is_flagged(one_round):
    _, raw, by = one_round
    picked = np.arange(300)
    odd = whole.oddness(by, raw, RECORD + [0, 0, 9, 0], picked)
    assert max(odd.as_far[:2]) == pytest.approx(1 / 301)


def test_a_record_in_a_hole_amid_the_wars_is_far_from_the_nearest():
    angle = np.random.default_rng(11).uniform(0, 2 * np.pi, (2000, 1))
    raw = np.concatenate([np.cos(angle), np.sin(angle)], 1)
    by = whole.learn(angle, raw, np.ones(2000))
    odd = whole.oddness(by, raw, np.zeros(2), np.arange(300))
    assert odd.as_far[0] == 1
    assert odd.as_far[1] == pytest.approx(1 / 301)


def test_a_record_made_by_the_model_is_not_flagged(one_round):
    z, raw, by = one_round
    records, picked = fight(z[:40], 9), np.arange(100, 150)
    shares = np.asarray([whole.oddness(by, raw[:2000], r, picked).as_far for r in records])
    assert np.median(shares[:, :2], 0) == pytest.approx(0.5, abs=0.2)


def test_a_record_outside_what_wars_span_is_beyond_description():
    """Wars move both summaries together; a record that moves one alone is far off the line."""
    rng = np.random.default_rng(10)
    z = rng.standard_normal((2000, 1))
    raw = np.concatenate([z, z + 0.01 * rng.standard_normal((2000, 1))], 1)
    by = whole.learn(z, raw, np.ones(2000), components=1)
    odd = whole.oddness(by, raw, np.asarray([0.5, -0.5]), np.arange(300))
    assert odd.as_far[0] > 0.5
    assert odd.as_far[2] == pytest.approx(1 / 301)

"""The sampler against posteriors that algebra gives, and against likelihoods that are wrong."""

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.infer import Sampler

TOLD = np.asarray([1.0, -2.0, 0.5])
COVARIANCE = np.asarray([[1.0, 0.8, 0.0], [0.8, 1.0, -0.3], [0.0, -0.3, 0.5]])
BATCHES = 20
FAR_OFF = 4.5
"""Standard errors: by chance one moment in four thousand is so far off. Nine are tried."""


def data(told=TOLD, covariance=COVARIANCE):
    return jnp.asarray(told, jnp.float32), jnp.asarray(np.linalg.inv(covariance), jnp.float32)


def log_likelihood(z, told, precision):
    off = z - told
    return -0.5 * off @ precision @ off


def posterior(told=TOLD, covariance=COVARIANCE):
    """Mean and covariance, the prior being standard normal."""
    precision = np.linalg.inv(covariance)
    found = np.linalg.inv(precision + np.eye(len(told)))
    return found @ precision @ told, found


def off_by(draws, mean, covariance):
    """Standard errors by which means, spreads and correlations of draws miss, by batch means."""
    sd = np.sqrt(np.diag(covariance))
    unit = (draws - mean) / sd
    rows, columns = np.triu_indices(len(mean))
    moments = np.concatenate([unit, unit[:, rows] * unit[:, columns]], 1)
    truth = np.concatenate([0 * mean, (covariance / np.outer(sd, sd))[rows, columns]])
    batches = moments.reshape(BATCHES, -1, moments.shape[1]).mean(1)
    return np.abs(batches.mean(0) - truth) / (batches.std(0, ddof=1) / np.sqrt(BATCHES))


@pytest.fixture(scope="module")
def sampler():
    return Sampler(log_likelihood, len(TOLD), warmup=300, draws=1000)


@pytest.fixture(scope="module")
def draws(sampler):
    return sampler.draw(1, np.zeros(3), *data())


def test_mean_spread_and_correlation_of_a_normal_posterior_are_found(draws):
    assert (off_by(draws.z, *posterior()) < FAR_OFF).all()


WRONG = {
    "too sure": (TOLD, COVARIANCE / 2),
    "beside the mark": (TOLD + np.asarray([0.0, 0.5, 0.0]), COVARIANCE),
    "the other way": (TOLD, COVARIANCE * np.asarray([[1, -1, 1], [-1, 1, 1], [1, 1, 1]])),
    "blind": (TOLD, COVARIANCE * 1e6),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_draws_of_a_wrong_likelihood_are_told_from_right_ones(draws, wrong):
    """The test above would say nothing if it passed for every posterior."""
    assert (off_by(draws.z, *posterior(*wrong)) > FAR_OFF).any()


def test_the_same_seed_gives_the_same_draws_to_the_bit(sampler, draws):
    again = sampler.draw(1, np.zeros(3), *data())
    assert all(x.tobytes() == y.tobytes() for x, y in zip(draws, again, strict=True))


@pytest.mark.slow
def test_another_seed_gives_other_draws_of_the_same_posterior(sampler, draws):
    other = sampler.draw(2, np.zeros(3), *data()).z
    assert not (other == draws.z).any()
    assert (off_by(other, *posterior()) < FAR_OFF).all()


@pytest.mark.slow
def test_the_same_sampler_takes_another_record(sampler):
    """As right as the first, and the first posterior is not among what it finds."""
    other = (-TOLD, 2 * COVARIANCE)
    found = sampler.draw(1, np.zeros(3), *data(*other)).z
    assert (off_by(found, *posterior(*other)) < FAR_OFF).all()
    assert (off_by(found, *posterior()) > FAR_OFF).any()


def test_draws_come_with_how_likely_they_make_the_record(draws):
    by_hand = [log_likelihood(z, *data()) for z in draws.z[:50]]
    np.testing.assert_allclose(draws.log_likelihood[:50], by_hand, atol=1e-4)


def test_the_sampler_says_what_it_spent_and_where_it_failed(draws):
    assert draws.z.shape == (1000, 3)
    assert not draws.diverging.any()
    assert (draws.gradients >= 1).all()
    assert (draws.gradients <= 63).all()


def test_descent_ends_at_the_middle_of_a_normal_posterior_from_anywhere(sampler):
    mean, _ = posterior()
    for start in (np.zeros(3), np.full(3, 4.0), -TOLD):
        np.testing.assert_allclose(sampler.middle(start, *data()), mean, atol=1e-3)


def test_descent_finds_the_mode_and_not_the_mean():
    """Of nine events where exp(z) are expected: 9 - exp(z) - z = 0 at z = 1.9527."""
    counted = Sampler(lambda z, n: (n * z - jnp.exp(z)).sum(), 1, warmup=1, draws=1)
    mode = counted.middle(np.zeros(1), jnp.asarray([9.0]))[0]
    assert 9 - np.exp(mode) - mode == pytest.approx(0, abs=1e-3)
    assert mode == pytest.approx(1.9527, abs=1e-3)

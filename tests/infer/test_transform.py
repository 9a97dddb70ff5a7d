"""A parameter told in standard deviations of its prior is the parameter that the prior draws."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import ndtr

from holdfast.infer import from_normal
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.posterior import FREE_GROUND
from holdfast.vocabulary.priors import (
    Beta,
    Fixed,
    HalfNormal,
    LogNormal,
    LogUniform,
    Normal,
    Uniform,
    median,
)

PRIORS = {
    "normal": Normal(-1.0, 2.0),
    "half-normal": HalfNormal(3.0),
    "log-normal": LogNormal(0.04, 0.7),
    "log-uniform": LogUniform(0.005, 0.1),
    "uniform": Uniform(-2.0, 5.0),
}
Z = np.linspace(-12, 12, 2401)
each = pytest.mark.parametrize("prior", PRIORS.values(), ids=PRIORS)


def scale(prior):
    return abs(median(prior))


@cache
def told(prior):
    """Values of the prior and their slopes at all of `Z`."""
    both = jax.jit(jax.vmap(jax.value_and_grad(lambda z: from_normal(prior, z))))
    return np.asarray(both(jnp.asarray(Z, jnp.float32)), float)


def near(z):
    return np.isclose(Z[:, None], z, atol=1e-6).any(1)


@each
def test_the_share_of_the_prior_below_is_that_of_a_standard_normal(prior):
    """To single precision: of the value, or of the middle one where it is near nought."""
    bulk = abs(Z) <= 5
    np.testing.assert_allclose(
        told(prior)[0][bulk], prior.quantile(ndtr(Z[bulk])), rtol=2e-5, atol=2e-6 * scale(prior)
    )


@each
def test_far_in_both_tails_too(prior):
    """At 8 the quantile itself is a hundredth off, in double precision; beyond, it is infinite."""
    far = near([-12.0, -10.0, -7.0, 6.0, 7.0, 8.0])
    np.testing.assert_allclose(
        told(prior)[0][far], prior.quantile(ndtr(Z[far])), rtol=1e-2, atol=1e-6 * scale(prior)
    )


@each
def test_far_up_a_value_goes_on_growing_only_where_the_prior_has_no_end(prior):
    high = told(prior)[0][near([6.0, 8.0, 10.0, 12.0])]
    assert (np.diff(high) > 0).all() == (not hasattr(prior, "high"))
    assert (high <= getattr(prior, "high", np.inf) * (1 + 1e-6)).all()


@each
def test_more_standard_deviations_never_make_a_value_smaller(prior):
    values = told(prior)[0]
    assert (np.diff(values) >= -1e-6 * np.maximum(abs(values[1:]), scale(prior))).all()


@each
def test_the_slope_is_that_of_the_value(prior):
    inner, h = abs(Z) <= 4, 1e-3
    z, slope = Z[inner], told(prior)[1][inner]
    rise = (prior.quantile(ndtr(z + h)) - prior.quantile(ndtr(z - h))) / (2 * h)
    np.testing.assert_allclose(slope, rise, rtol=2e-3, atol=1e-5 * scale(prior))


@each
def test_value_and_slope_are_finite_wherever_a_sampler_may_look(prior):
    assert np.isfinite(told(prior)).all()


@pytest.mark.parametrize("prior", [Fixed(2.0), Beta(2.0, 3.0)], ids=["fixed", "beta"])
def test_a_prior_that_cannot_be_told_so_is_refused_by_name(prior):
    with pytest.raises(TypeError, match=rf"{type(prior).__name__}.*hold it fixed"):
        from_normal(prior, jnp.zeros(()))


def test_every_parameter_that_is_fitted_can_be_told_so():
    known = parameters(catalogue().values())
    free = [f"ground.{name}" for name in FREE_GROUND]
    free += [f"{name}.strength" for name in catalogue()]
    for name in free:
        prior = known[name].prior
        middle = float(from_normal(prior, jnp.zeros(())))
        assert middle == pytest.approx(median(prior), rel=1e-5), name

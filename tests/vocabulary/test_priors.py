"""Priors agree with scipy's distributions, and quantile and share below undo each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.vocabulary.priors import (
    PRIORS,
    Beta,
    Fixed,
    HalfNormal,
    LogNormal,
    LogUniform,
    Normal,
    Uniform,
    median,
)

RIVALS = [
    (Normal(-1.0, 2.0), stats.norm(-1.0, 2.0)),
    (HalfNormal(0.7), stats.halfnorm(scale=0.7)),
    (LogNormal(40.0, 0.7), stats.lognorm(0.7, scale=40.0)),
    (LogUniform(3.0, 30.0), stats.loguniform(3.0, 30.0)),
    (Uniform(-2.0, 5.0), stats.uniform(-2.0, 7.0)),
    (Beta(2.0, 8.0), stats.beta(2.0, 8.0)),
]
SHARES = np.linspace(0.001, 0.999, 400)
OUTSIDE = {HalfNormal: [-1.0], LogUniform: [1.0, 100.0], Uniform: [-9.0, 9.0], Beta: [-0.5, 1.5]}
names = [type(prior).__name__ for prior, _ in RIVALS]


@pytest.mark.parametrize(("prior", "rival"), RIVALS, ids=names)
def test_quantiles_and_shares_are_those_of_scipy(prior, rival):
    x = rival.ppf(SHARES)
    np.testing.assert_allclose(prior.quantile(SHARES), x, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(prior.share_below(x), SHARES, rtol=1e-9)


@pytest.mark.parametrize("prior", [prior for prior, _ in RIVALS], ids=names)
@given(u=st.floats(1e-6, 1 - 1e-6))
def test_the_share_below_a_quantile_is_the_share_asked_for(prior, u):
    assert prior.share_below(prior.quantile(u)) == pytest.approx(u, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("prior", "rival"), RIVALS, ids=names)
def test_nothing_lies_beyond_the_ends_of_a_prior(prior, rival):
    for x in OUTSIDE.get(type(prior), []):
        assert prior.share_below(x) == rival.cdf(x)


def test_a_lognormal_has_nothing_at_zero_or_below():
    np.testing.assert_array_equal(LogNormal(3.0, 0.5).share_below(np.asarray([-1.0, 0.0])), 0.0)


@pytest.mark.parametrize(
    ("prior", "middle"),
    [
        (Normal(-1.0, 2.0), -1.0),
        (HalfNormal(1.0), 0.6744897501960817),  # upper quartile of a standard normal
        (LogNormal(40.0, 0.7), 40.0),
        (LogUniform(3.0, 27.0), 9.0),  # geometric mean of the ends
        (Uniform(-2.0, 5.0), 1.5),
        (Beta(4.0, 4.0), 0.5),
        (Beta(1.0, 1.0), 0.5),
        (Fixed(7.0), 7.0),
    ],
)
def test_medians_are_where_algebra_puts_them(prior, middle):
    assert median(prior) == pytest.approx(middle, rel=1e-12)


def test_a_fixed_number_is_not_in_doubt():
    assert (Fixed(7.0).quantile(SHARES) == 7.0).all()
    np.testing.assert_array_equal(Fixed(7.0).share_below(np.asarray([6.9, 7.0, 7.1])), [0, 1, 1])


@pytest.mark.parametrize(
    ("name", "rival"),
    [
        ("normal", stats.norm(0.5, 0.2)),
        ("halfnormal", stats.halfnorm(scale=0.5)),
        ("lognormal", stats.lognorm(0.2, scale=0.5)),
        ("loguniform", stats.loguniform(0.2, 0.5)),
        ("uniform", stats.uniform(0.2, 0.3)),
        ("beta", stats.beta(0.5, 0.2)),
        ("fixed", None),
    ],
)
def test_columns_a_and_b_of_a_table_mean_what_the_name_says(name, rival):
    a, b = (0.2, 0.5) if name in ("loguniform", "uniform") else (0.5, 0.2)
    made = PRIORS[name](a, b)
    wanted = a if rival is None else rival.ppf(0.3)
    assert float(made.quantile(0.3)) == pytest.approx(wanted)


def test_every_name_of_a_prior_was_tried():
    assert set(PRIORS) == {
        "normal", "halfnormal", "lognormal", "loguniform", "uniform", "beta", "fixed",
    }  # fmt: skip

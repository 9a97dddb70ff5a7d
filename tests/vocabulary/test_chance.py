"""Dice depend on their address alone and follow the laws they are named after."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from holdfast.vocabulary import chance
from holdfast.vocabulary.chance import Purpose

KEY = jnp.asarray([7, 11], jnp.uint32)
PLACES = jnp.arange(40_000, dtype=jnp.uint32)
UNIFORMS = ((np.arange(20_000) + 0.5) / 20_000).astype(np.float32)
DRAW, WORDS, UNIFORM = map(jax.jit, (chance.binomial, chance.words, chance.uniform))


def binomials(u, n, p):
    """Counts for every uniform at one n and p."""
    u = jnp.asarray(u, jnp.float32)
    full = np.full(u.shape, n, np.int32), np.full(u.shape, p, np.float32)
    return np.asarray(DRAW(u, *map(jnp.asarray, full)))


# ------------------------------------------------------------------------ addresses

# Known answers of Threefry-2x32, 20 rounds, from the authors' kat_vectors [salmon2011]:
# counter, key, answer.
KNOWN = [
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_words_are_those_that_the_authors_of_the_hash_published(counter, key, answer):
    high, place = counter
    drawn = WORDS(
        jnp.asarray(key, jnp.uint32), high >> 24, high & 0xFFFFFF, jnp.asarray([place], jnp.uint32)
    )
    assert tuple(int(word[0]) for word in drawn) == answer


def test_a_draw_does_not_depend_on_what_else_is_asked_for():
    few = jnp.asarray([3, 999, 17], jnp.uint32)
    many = WORDS(KEY, Purpose.ATTACK, 5, PLACES)
    alone = WORDS(KEY, Purpose.ATTACK, 5, few)
    table = WORDS(KEY, Purpose.ATTACK, jnp.arange(9)[:, None], few[None, :])
    for word_of_many, word_alone, word_of_table in zip(many, alone, table, strict=True):
        assert (word_of_many[few] == word_alone).all()
        assert (word_of_table[5] == word_alone).all()


def test_seed_member_purpose_count_and_place_each_change_the_draw():
    u = [
        UNIFORM(jnp.asarray(key, jnp.uint32), purpose, count, PLACES + place)
        for key, purpose, count, place in [
            ([7, 11], Purpose.ATTACK, 5, 0),
            ([8, 11], Purpose.ATTACK, 5, 0),
            ([7, 12], Purpose.ATTACK, 5, 0),
            ([7, 11], Purpose.BREACH, 5, 0),
            ([7, 11], Purpose.ATTACK, 6, 0),
            ([7, 11], Purpose.ATTACK, 5, 1),
        ]
    ]
    off_diagonal = np.corrcoef(np.asarray(u, float))[np.triu_indices(6, 1)]
    assert abs(off_diagonal).max() < 4.5 / np.sqrt(PLACES.size)  # standard errors, 15 pairs


def test_the_two_words_of_an_address_are_independent():
    first, second = (np.asarray(chance.to_uniform(w)) for w in WORDS(KEY, Purpose.POST, 0, PLACES))
    table = np.histogram2d(first, second, bins=10, range=[[0, 1], [0, 1]])[0]
    assert stats.chi2_contingency(table).pvalue > 1e-3


def test_uniform_numbers_are_uniform_and_never_reach_the_ends():
    u = np.asarray(UNIFORM(KEY, Purpose.SOLDIER, 0, PLACES), float)
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    ends = np.asarray(chance.to_uniform(jnp.asarray([0, 0xFFFFFFFF], jnp.uint32)))
    assert 0 < ends[0] < 1e-6
    assert 1 - 1e-6 < ends[1] < 1


def test_normal_numbers_are_normal():
    z = np.asarray(chance.normal(UNIFORM(KEY, Purpose.SOLDIER, 0, PLACES)), float)
    assert stats.kstest(z, "norm").pvalue > 1e-3
    assert np.isfinite(np.asarray(chance.normal(jnp.asarray([2.0**-24, 1 - 2.0**-24])))).all()


# ------------------------------------------------------------------------ binomial

SUMMED = [(1, 0.3), (5, 0.3), (20, 0.1), (100, 0.0799), (15, 0.5), (40, 0.97), (1000, 0.004),
          (100_000, 5e-5)]  # fmt: skip
ROUNDED = [(16, 0.5), (20, 0.41), (40, 0.6), (100, 0.5), (300, 0.9), (1000, 0.00801), (1000, 0.3),
           (20_000, 0.02)]  # fmt: skip
"""(n, p) below and above an expectation of 8 successes or failures."""


@pytest.mark.parametrize(("n", "p"), SUMMED)
def test_small_binomial_counts_are_the_exact_quantiles(n, p):
    got = binomials(UNIFORMS, n, p)
    exact = stats.binom.ppf(UNIFORMS.astype(float), n, np.float32(p).astype(float))
    # a uniform within rounding of a step of the distribution function may fall to either side
    assert (got != exact).mean() < 2e-4
    assert abs(got - exact).max() <= 1


@pytest.mark.parametrize(("n", "p"), ROUNDED)
def test_large_binomial_counts_lie_within_half_a_percent_of_the_exact_law(n, p):
    got = np.bincount(binomials(UNIFORMS, n, p), minlength=n + 1) / UNIFORMS.size
    exact = stats.binom.pmf(np.arange(n + 1), n, p)
    assert 0.5 * abs(got - exact).sum() < 0.005  # total variation


@pytest.mark.parametrize(("n", "p"), [(20, 0.1), (40, 0.6), (300, 0.02), (1000, 0.3)])
def test_binomial_draws_pass_a_chi_square_test(n, p):
    u = np.asarray(UNIFORM(KEY, Purpose.POOL, n, PLACES[:20_000]))
    count = np.bincount(binomials(u, n, p), minlength=n + 1)
    expected = u.size * stats.binom.pmf(np.arange(n + 1), n, p)
    often = expected >= 10
    seen = np.append(count[often], count[~often].sum())
    due = np.append(expected[often], expected[~often].sum())
    assert stats.chisquare(seen, due * seen.sum() / due.sum()).pvalue > 1e-3


@pytest.mark.parametrize(("n", "p"), [(0, 0.0), (0, 0.5), (0, 1.0), (5000, 0.0), (5000, 1.0)])
def test_binomial_counts_that_are_certain_are_certain(n, p):
    u = np.concatenate([UNIFORMS, [2.0**-24, 1 - 2.0**-24]])
    assert set(binomials(u, n, p).tolist()) == {round(n * p)}


@pytest.mark.parametrize(("n", "p"), [*SUMMED, *ROUNDED])
def test_more_luck_never_makes_a_binomial_count_smaller(n, p):
    assert (np.diff(binomials(UNIFORMS, n, p)) >= 0).all()


def test_a_likelier_success_never_makes_a_count_smaller_by_more_than_one():
    """By one only where the exact sum hands over to the rounded normal."""
    u, p = UNIFORMS[::40, None], np.linspace(0, 1, 1001, dtype=np.float32)
    for n in (5, 16, 40, 300):
        lost = np.diff(binomials(u + 0 * p, n, p + 0 * u), axis=1)
        at = p[:-1] + np.diff(p) / 2
        handed_over = abs(n * np.minimum(at, 1 - at) - 8) < n * 1e-3
        assert (lost >= 0)[:, ~handed_over].all()
        assert lost.min() >= -1
        assert (lost < 0).any(0).sum() <= 2

"""How likely a record is, by hand on small cases, and what must not matter."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import logsumexp
from scipy.stats import norm

from holdfast.infer import Dated, Resolve, Told, by_shared_resolve, log_chance_of_counts
from holdfast.infer.likelihood import DOUBT, FAR, MISDATED, NEAR

NEVER = np.inf
LAST = 4.0
OWN = 1.3


both = lambda f: jax.jit(jax.value_and_grad(f))  # noqa: E731
of_counts = both(log_chance_of_counts)


@both
def of_dates(passed, dated, shared, province):
    alike = Resolve(jnp.float32(OWN), shared, province, 3)
    at_nodes = by_shared_resolve(passed, dated, jnp.float32(LAST), alike)
    return jax.scipy.special.logsumexp(at_nodes, axis=1).sum()


def dates(since, until, after, by, counts=1.0, shared=0.0, province=(0, 1, 2), slope=False):
    """Log chance of three districts' dates, or its slope in what the course has passed.

    `since` and `until` are the chances to have fallen by `after` and `by`, whatever is shared.
    """
    three = lambda x: np.broadcast_to(np.asarray(x, np.float32), 3)  # noqa: E731
    passed = tuple(jnp.asarray(OWN * norm.ppf(three(x)), jnp.float32) for x in (since, until))
    passed = tuple(jnp.clip(x, -50, 50) for x in passed)
    dated = Dated(three(after), three(by), three(counts))
    value, rise = of_dates(passed, dated, jnp.float32(shared), jnp.asarray(province))
    return np.stack(rise) if slope else float(value)


def mixed(chance, any_day):
    return np.log((1 - MISDATED) * chance + MISDATED * any_day)


# ------------------------------------------------------------------------ dates


def test_dates_are_as_likely_as_worked_out_by_hand():
    """The first fell on the second day, the second never, the third on one of the last three."""
    by_hand = mixed(0.3 - 0.1, 1 / 4) + mixed(1 - 0.4, 0.5) + mixed(0.8 - 0.2, 3 / 4)
    found = dates([0.1, 0.4, 0.2], [0.3, 1, 0.8], [1, 4, 1], [2, NEVER, 4])
    assert found == pytest.approx(by_hand, abs=1e-5)


def test_an_interval_is_as_likely_as_its_days_together():
    alone = [1, 0, 0]
    chances = [0.0, 0.2, 0.25, 0.6, 0.9]
    days = [
        dates(chances[d], chances[d + 1], d, d + 1, alone, shared=1.0) for d in range(int(LAST))
    ]
    whole = dates(chances[0], chances[-1], 0, LAST, alone, shared=1.0)
    assert logsumexp(days) == pytest.approx(whole, abs=1e-5)


def test_what_the_record_says_of_a_district_held_from_the_first_does_not_matter():
    known = dates([0.1, 0.4, 0.2], [0.3, 1, 0.8], [1, 4, 1], [2, NEVER, 4], [1, 1, 0])
    other = dates([0.1, 0.4, 0.7], [0.3, 1, 0.9], [1, 4, 3], [2, NEVER, 4], [1, 1, 0])
    assert other == known
    assert dates([0.1, 0.4, 0.2], [0.3, 1, 0.8], [1, 4, 1], [2, NEVER, 4]) != known


def test_a_district_perhaps_held_from_the_first_weighs_by_that_chance():
    one, half = (dates(0.1, 0.3, 1, 2, [counts, 0, 0]) for counts in (1.0, 0.5))
    assert half == pytest.approx(one / 2, rel=1e-5)


@pytest.mark.parametrize("surely", [0.0, 1.0])
def test_a_fall_that_cannot_be_is_taken_for_misdated_and_no_more(surely):
    """Fallen by none of the days or by all of them, the record saying otherwise."""
    after, by = [2, 4, 4], [4, NEVER, NEVER]
    one = mixed(0.0, 2 / 4) + 2 * mixed(1 - surely, 0.5)
    assert dates(surely, surely, after, by) == pytest.approx(one, rel=1e-5)
    assert np.isfinite(dates(surely, surely, after, by, slope=True)).all()


def test_a_date_beyond_the_days_looked_at_is_no_trouble():
    after, by = [5, 7, 3], [9, NEVER, 6]
    assert np.isfinite(dates(0.5, 0.9, after, by, shared=1.0))
    assert np.isfinite(dates(0.5, 0.9, after, by, shared=1.0, slope=True)).all()


def test_the_more_a_fall_was_expected_when_it_came_the_likelier_the_record():
    assert dates(0.0, 0.9, 1, 2) > dates(0.0, 0.1, 1, 2)
    assert dates(0.9, 0.9, 2, 4) < dates(0.1, 0.9, 2, 4)
    stood = [dates(p, 1, LAST, NEVER) for p in (0.1, 0.5, 0.9)]
    assert stood[0] > stood[1] > stood[2]


@pytest.mark.parametrize("shared", [0.3, 1.0, 2.5])
def test_what_a_province_shares_is_summed_out(shared):
    """Two districts of one province, one fallen and one not, against the integral itself."""

    def at(u):
        fell = norm.cdf((0.4 - shared * u) / OWN) - norm.cdf((-0.7 - shared * u) / OWN)
        stood = 1 - norm.cdf((0.9 - shared * u) / OWN)
        return norm.pdf(u) * np.exp(mixed(fell, 0.25) + mixed(stood, 0.5))

    chances = [norm.cdf(x / OWN) for x in (-0.7, 0.9)], [norm.cdf(0.4 / OWN), 1.0]
    found = dates(*([*c, 0.5] for c in chances), [1, 4, 1], [2, NEVER, 2], [1, 1, 0], shared,
                  province=(2, 2, 0))  # fmt: skip
    assert found == pytest.approx(np.log(quad(at, -8, 8)[0]), abs=0.01)


def test_districts_of_one_province_that_met_one_fate_are_likelier_than_of_two():
    stood = lambda province, shared: dates(0.6, 1, 4, NEVER, 1, shared, province)  # noqa: E731
    assert stood((0, 0, 0), 1.0) > stood((0, 1, 2), 1.0) + 0.1
    assert stood((0, 0, 0), 0.0) == pytest.approx(stood((0, 1, 2), 0.0), abs=1e-5)


# ------------------------------------------------------------------------ counts


def counts(expected, low, high=None, doubt=0.3, used=1.0, slope=False, filling=0.0):
    """Log chance of up to three counts, or its slope in the numbers expected."""
    n = np.size(expected)
    rows = [expected, low, low if high is None else high, doubt, used]
    rows = [np.broadcast_to(np.asarray(x, np.float32), n) for x in rows]
    fill = (filling, filling, 2 * filling, 0.5, 0.0)
    rows = [np.append(x, np.full(3 - n, y, np.float32)) for x, y in zip(rows, fill, strict=True)]
    value, rise = of_counts(rows[0], Told(*rows[1:]))
    return np.asarray(rise)[:n] if slope else float(value)


def test_a_count_is_as_likely_as_worked_out_by_hand():
    """Told 99 to 399, expected 49: the middle of the range is 199, a factor of four away."""
    off, half = np.log(200 / 50), np.log(400 / 100) / 2
    spreads = np.hypot([NEAR, FAR], half)
    by_hand = np.log([0.7, 0.3] @ norm.pdf(off, scale=spreads))
    assert counts(49, 99, 399) == pytest.approx(by_hand, rel=1e-5)


def test_counts_of_several_rows_are_likely_together():
    both = counts([10, 500], [12, 300], doubt=[0.3, 0.9])
    assert both == pytest.approx(counts(10, 12) + counts(500, 300, doubt=0.9), rel=1e-5)


def test_nobody_expected_and_nobody_told_are_no_trouble():
    assert np.isfinite(counts(0, 1000))
    assert np.isfinite(counts(1e6, 0))
    assert np.isfinite(counts(5, 5, doubt=0.0))
    assert np.isfinite(counts(0, 1000, slope=True)).all()


@pytest.mark.parametrize("doubt", DOUBT.values(), ids=DOUBT)
def test_the_further_from_what_was_told_the_less_likely_on_either_side(doubt):
    away = np.exp(np.linspace(0, 6, 25))
    for expected in (101 * away - 1, 101 / away - 1):
        found = np.asarray([counts(x, 100, doubt=doubt) for x in expected])
        assert (np.diff(found) < 0).all()


def test_a_disputed_row_weighs_less():
    """What is lost by expecting ten times too many is less, the more the row is disputed."""
    lost = [counts(100, 100, doubt=d) - counts(1000, 100, doubt=d) for d in DOUBT.values()]
    assert (np.diff(lost) < 0).all()
    assert (np.diff(list(DOUBT.values())) > 0).all()
    assert lost[-1] > 0


def test_rows_that_fill_the_table_change_nothing():
    alone = counts(50, 80)
    assert counts(50, 80, filling=1e4) == alone
    assert counts([50, 700], [80, 3], used=[1, 0]) == alone
    assert counts([50, 700], [80, 3], used=[1, 0], slope=True)[1] == 0


def test_a_wider_range_says_less():
    wide = [counts(50, 100 / k, 100 * k) - counts(500, 100 / k, 100 * k) for k in (1, 2, 8)]
    assert (np.diff(np.abs(wide)) < 0).all()


def test_within_its_range_a_row_is_as_likely_at_one_end_as_at_the_other():
    assert counts(200, 200, 1200) == pytest.approx(counts(1200, 200, 1200), rel=1e-5)
    assert counts(490, 200, 1200) > counts(200, 200, 1200)

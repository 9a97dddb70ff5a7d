"""How likely a record is, by hand on small cases, and what must not matter."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from holdfast.infer import Dated, Told, log_chance_of_counts, log_chance_of_dates
from holdfast.infer.likelihood import DOUBT, FAR, MISDATED, NEAR
from holdfast.vocabulary.along import at_days

ENDS = jnp.asarray([1.0, 2.0, 4.0])
FALLEN = jnp.asarray([[0.1, 0.0, 0.2], [0.3, 0.1, 0.2], [0.7, 0.4, 0.8]])
NEVER = np.inf


both = lambda f: jax.jit(jax.value_and_grad(f))  # noqa: E731
of_dates, of_counts = both(log_chance_of_dates), both(log_chance_of_counts)


def dates(after, by, counts=1.0, fallen=FALLEN, slope=False):
    """Log chance of three districts' dates, or its slope in the chances of having fallen."""
    given = (np.broadcast_to(np.asarray(x, np.float32), 3) for x in (after, by, counts))
    value, rise = of_dates(fallen, ENDS, Dated(*given))
    return np.asarray(rise) if slope else float(value)


def mixed(chance, any_day):
    return np.log((1 - MISDATED) * chance + MISDATED * any_day)


# ------------------------------------------------------------------------ dates


def test_dates_are_as_likely_as_worked_out_by_hand():
    """The first fell on the second day, the second never, the third on one of the last three.

    The third's chance on day 1 is 0.2, so over (1, 4] it is 0.8 - 0.2.
    """
    by_hand = mixed(0.3 - 0.1, 1 / 4) + mixed(1 - 0.4, 0.5) + mixed(0.8 - 0.2, 3 / 4)
    assert dates([1, 4, 1], [2, NEVER, 4]) == pytest.approx(by_hand, abs=1e-6)


def test_between_the_ends_of_steps_chances_grow_evenly():
    """Day 3 lies halfway between 2 and 4; half a day has half the chance of the first."""
    found = at_days(FALLEN, ENDS, jnp.asarray([3.0, 0.5, 0.0]))
    np.testing.assert_allclose(found, [0.5, 0.0, 0.0], atol=1e-7)
    np.testing.assert_allclose(at_days(FALLEN, ENDS, ENDS), np.diag(FALLEN), atol=1e-7)
    by_hand = mixed(0.5 - 0.3, 1 / 4)
    assert dates([2, 0, 0], [3, NEVER, NEVER], [1, 0, 0]) == pytest.approx(by_hand, abs=1e-6)


def test_a_district_known_to_stand_until_a_day_may_fall_on_any_later_one():
    one = dates([2, 0, 0], [NEVER] * 3, [1, 0, 0])
    assert one == pytest.approx(mixed(1 - 0.3, 0.5), abs=1e-6)


def test_an_interval_is_as_likely_as_its_days_together():
    days = np.arange(0.0, 4.0)
    log_chances = [dates([d, 0, 0], [d + 1, NEVER, NEVER], [1, 0, 0]) for d in days]
    whole = dates([0, 0, 0], [4, NEVER, NEVER], [1, 0, 0])
    assert np.exp(log_chances).sum() == pytest.approx(np.exp(whole), rel=1e-5)


def test_what_the_record_says_of_a_district_held_from_the_first_does_not_matter():
    known = dates([1, 4, 1], [2, NEVER, 4], [1, 1, 0])
    assert dates([1, 4, 3], [2, NEVER, NEVER], [1, 1, 0]) == known
    moved = FALLEN.at[:, 2].set(1.0)
    assert dates([1, 4, 1], [2, NEVER, 4], [1, 1, 0], fallen=moved) == known
    assert dates([1, 4, 1], [2, NEVER, 4]) != known


def test_a_district_perhaps_held_from_the_first_weighs_by_that_chance():
    alone = dates([1, 0, 0], [2, NEVER, NEVER], [1, 0, 0])
    half = dates([1, 0, 0], [2, NEVER, NEVER], [0.5, 0, 0])
    assert half == pytest.approx(alone / 2, rel=1e-5)


@pytest.mark.parametrize("surely", [0.0, 1.0])
def test_a_fall_that_cannot_be_is_taken_for_misdated_and_no_more(surely):
    """Fallen by none of the days or by all of them, the record saying otherwise."""
    fallen = jnp.full((3, 3), surely)
    after, by = [2, 4, 4], [4, NEVER, NEVER]
    one = mixed(0.0, 2 / 4) + 2 * mixed(1 - surely, 0.5)
    assert dates(after, by, fallen=fallen) == pytest.approx(one, rel=1e-5)
    assert np.isfinite(dates(after, by, fallen=fallen, slope=True)).all()


def test_a_date_beyond_the_days_looked_at_is_no_trouble():
    assert np.isfinite(dates([5, 7, 3], [9, NEVER, 6]))
    assert np.isfinite(dates([5, 7, 3], [9, NEVER, 6], slope=True)).all()


def test_the_more_a_fall_was_expected_when_it_came_the_likelier_the_record():
    of = lambda *chances: jnp.tile(jnp.asarray(chances)[:, None], (1, 3))  # noqa: E731
    timely, late = of(0.0, 0.9, 0.9), of(0.0, 0.1, 0.9)
    assert dates(1, 2, fallen=timely) > dates(1, 2, fallen=late)
    assert dates(2, 4, fallen=timely) < dates(2, 4, fallen=late)
    stood = [dates(4, NEVER, fallen=of(p, p, p)) for p in (0.1, 0.5, 0.9)]
    assert stood[0] > stood[1] > stood[2]


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

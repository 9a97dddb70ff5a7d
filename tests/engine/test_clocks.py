"""Events come at the pace that they are pressed to, and at the same times for every step length."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.engine.draw import ring as run_clock
from holdfast.engine.run import cast, keys

PLACES, DAYS = 3000, 60
MEMBERS = 30


@pytest.fixture(scope="module")
def lots(ring, compiled):
    """Lots of attacks on the twelve districts of 250 wars."""
    drawn = compiled(cast, "n_steps")
    wars = [drawn(ring, key, n_steps=9).attack for key in keys(1, np.arange(PLACES // 12))]
    return jnp.concatenate(wars, 1)


def ring_times(lots, rate, dt):
    """Day on which the n-th event of each place comes, inf if it does not, [n, places]."""

    def one(now, k):
        clock, count = now
        ring = run_clock(lots, clock, count, rate, dt)
        return (ring.clock, count + ring.rang), ring.rang

    start = jnp.zeros(PLACES), jnp.zeros(PLACES, jnp.int32)
    _, rang = jax.lax.scan(one, start, jnp.arange(round(DAYS / dt)))
    rang = np.asarray(rang)
    times = np.full((len(lots), PLACES), np.inf)
    for step, place in np.argwhere(rang):
        times[np.isfinite(times[:, place]).sum(), place] = (step + 1) * dt
    return times


@pytest.fixture(scope="module")
def by_day(lots):
    return ring_times(lots, 0.2, 1.0)


def is_poisson(counts, mean):
    """Mean and variance within four standard errors of Poisson's."""
    counts = np.asarray(counts, float).ravel()
    n = counts.size
    assert counts.mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / n))
    spread = np.sqrt((mean + 2 * mean**2) / n)  # of a Poisson variance
    assert counts.var() == pytest.approx(mean, abs=4 * spread)


def test_events_at_a_constant_rate_are_a_poisson_process(by_day):
    is_poisson(np.isfinite(by_day).sum(0), 0.2 * DAYS)
    # and counts of two halves are independent
    halves = [((by_day > a) & (by_day <= a + 30)).sum(0) for a in (0, 30)]
    assert abs(np.corrcoef(*halves)[0, 1]) < 4 / np.sqrt(PLACES)


def test_the_nth_event_comes_when_the_hazard_has_passed_the_first_n_lots(lots, by_day):
    """At the end of the step in which it does, but at most one a step."""
    exact = np.cumsum(np.asarray(lots, float), 0) / 0.2
    wanted = np.full_like(by_day, np.inf)
    last = np.zeros(PLACES)
    for n, row in enumerate(exact):
        last = np.maximum(np.ceil(row), last + 1)
        wanted[n] = np.where(last <= DAYS, last, np.inf)
    assert (wanted == by_day).mean() > 0.9999  # single precision, right at the end of a day


def test_events_come_at_the_same_times_for_every_step_length(lots, by_day):
    by_quarter = ring_times(lots, 0.2, 0.25)
    both = np.isfinite(by_day) & np.isfinite(by_quarter)
    later = by_day[both] - by_quarter[both]
    before = np.vstack([np.zeros(PLACES), by_day[:-1]])
    alone = by_day[both] - before[both] > 1  # no other event the day before
    assert (later[alone] >= 0).all()
    assert (later[alone] < 1).all()
    assert (later >= 0).all()
    assert (np.isfinite(by_day) != np.isfinite(by_quarter)).mean() < 1e-3


def test_a_clock_that_nothing_presses_never_rings(lots):
    assert np.isinf(ring_times(lots, 0.0, 1.0)).all()


# ------------------------------------------------------------------------ in the war


def with_all_roads_cut(war):
    """Insurgents run all of every countryside and hold no centre."""
    x = jnp.ones_like(war.state.countryside)
    state = war.state._replace(countryside=x, held=x < 0)
    seen = war.carry.seen | {"countryside": x, "siege": x, "held": 0 * x}
    return war._replace(carry=war.carry._replace(state=state, seen=seen))


def counts(wars, ring, values, what, dt=1.0):
    """Events by member and place after 60 days of open roads."""
    peace = ring._replace(
        held_chance=0 * ring.held_chance,
        calendar=ring.calendar._replace(ceasefires=ring.calendar.ceasefires + jnp.inf),
    )
    wars_fought = [
        wars.go(with_all_roads_cut(wars.start(peace, values, k, dt=dt)), values, DAYS, dt)
        for k in range(MEMBERS)
    ]
    return np.stack([np.asarray(getattr(war.state, what)) for war in wars_fought])


@pytest.fixture(scope="module")
def besieged(silence):
    """Nobody leaves or dies; attacks and visits come at constant rates."""
    quiet = {
        "ground_baseline_exit": 1e-30, "ground_kill_quiet": 0.0, "ground_kill_rate": 0.0,
        "ground_assault_crew": 1e-6, "ground_parley_threshold": 2.0, "councils_ties": 0.0,
    }  # fmt: skip
    return lambda **changes: silence(**(quiet | changes))


@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_attacks_on_a_district_come_at_their_rate(wars, ring, besieged, dt):
    """0.1 a day where all the countryside is theirs, times 1.05."""
    got = counts(wars, ring, besieged(ground_attack_rate=0.1), "attacks", dt)
    is_poisson(got, 0.1 * 1.05 * DAYS)


def test_attacks_are_scaled_down_to_what_the_fighters_can_man(wars, ring, besieged):
    """150 free fighters man 150 / (2 days x 100) = 0.75 assaults a day; 6.3 were wanted."""
    few = besieged(
        ground_attack_rate=0.5, ground_fighters=1.0, ground_fighters_lost=0.0,
        ground_assault_days=2.0, ground_assault_crew=100.0,
    )  # fmt: skip
    is_poisson(counts(wars, ring, few, "attacks").sum(1), 0.75 * DAYS)


def test_elders_visit_a_post_at_their_rate(wars, ring, besieged):
    """Few visits each: 0.02 a day."""
    got = counts(wars, ring, besieged(councils_strength=0.02), "parleys")
    is_poisson(got, 0.02 * 1.001 * DAYS)


def test_elders_visit_a_post_at_their_rate_when_they_come_often(wars, ring, besieged):
    """0.1 a day, the upper end of the prior: six visits."""
    got = counts(wars, ring, besieged(councils_strength=0.1), "parleys")
    is_poisson(got, 0.1 * 1.001 * DAYS)

"""Where no explanation speaks, what happens follows from the ground's numbers by algebra."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from holdfast.engine.soldiers import class_nodes
from holdfast.vocabulary.words import Fate, index

MEMBERS, DAYS = 20, 60
MEN = 600 * MEMBERS


def many(wars, ring, values, dt=1.0, days=DAYS):
    """Men serving on every tenth day, and men by fate at the end, over twenty wars."""
    serving, fates = np.zeros(days // 10 + 1, int), np.zeros(len(Fate), int)
    never_held = ring._replace(held_chance=0 * ring.held_chance)
    for member in range(MEMBERS):
        war = wars.start(never_held, values, member, dt=dt)
        for k in range(days // 10 + 1):
            serving[k] += int(war.state.serving.sum())
            war = wars.go(war, values, 10, dt) if k < days // 10 else war
        fates += np.asarray(war.state.fates.sum(0))
    return serving, dict(zip(Fate, fates.tolist(), strict=True))


def test_without_pressure_there_is_no_loss(wars, ring, silence):
    nothing = silence(ground_baseline_exit=1e-30, ground_kill_quiet=0.0)
    serving, fates = many(wars, ring, nothing)
    assert (serving == MEN).all()
    assert not any(fates.values())


def test_an_undisturbed_soldier_leaves_after_an_exponential_time(wars, ring, silence):
    """At `baseline_exit`; Kolmogorov and Smirnov's distance over 12,000 men."""
    rate = 0.02
    serving, _ = many(wars, ring, silence(ground_baseline_exit=rate, ground_kill_quiet=0.0))
    days = np.arange(0, DAYS + 1, 10)
    assert abs(serving / MEN - np.exp(-rate * days)).max() < stats.kstwo.ppf(0.999, MEN)


def test_men_of_different_resolve_leave_at_their_own_rates(wars, ring, silence):
    """A mixture of four exponentials: rate m / (1 + (m/b - 1) e^(spread z))."""
    b, m, spread = 0.01, 0.12, 1.5
    quiet = silence(ground_baseline_exit=b, ground_moment_rate=m, ground_kill_quiet=0.0,
                    ground_spread_soldier=spread)  # fmt: skip
    serving, _ = many(wars, ring, quiet)
    rates = m / (1 + (m / b - 1) * np.exp(spread * class_nodes()))
    days = np.arange(0, DAYS + 1, 10)
    # classes of the ring are a man apart in a few posts, the first class first
    by_class = sum(np.bincount((np.arange(n) - key) % 4, minlength=4) for n, key in zip(
        ring.paper.tolist(), (np.asarray(ring.post_key) % 4).tolist(), strict=True))  # fmt: skip
    wanted = (np.exp(-np.outer(days, rates)) * by_class).sum(1) / 600
    assert abs(serving / MEN - wanted).max() < stats.kstwo.ppf(0.999, MEN)


@pytest.mark.parametrize(("appeal", "nest"), [(-0.5, 0.5), (1.0, 0.2)])
def test_doors_split_as_a_nested_logit_says(wars, ring, silence, appeal, nest):
    quiet = silence(ground_baseline_exit=0.05, ground_kill_quiet=0.0,
                    ground_surrender_appeal=appeal, ground_nest=nest)  # fmt: skip
    _, fates = many(wars, ring, quiet)
    seen = np.asarray([fates[Fate.SURRENDERED], fates[Fate.DESERTED]])
    share = 1 / (1 + np.exp(-appeal / nest))
    assert stats.chisquare(seen, np.asarray([share, 1 - share]) * seen.sum()).pvalue > 1e-3
    assert fates[Fate.ABROAD] == fates[Fate.KILLED] == 0


def test_leaving_and_dying_share_the_men_by_their_rates(wars, ring, silence):
    leave, die = 0.02, 0.01
    quiet = silence(ground_baseline_exit=leave, ground_kill_quiet=die)
    serving, fates = many(wars, ring, quiet, dt=0.25)
    gone = fates[Fate.SURRENDERED] + fates[Fate.DESERTED]
    over = 1 - np.exp(-(leave + die) * DAYS)
    shares = np.asarray([leave * over, die * over, (leave + die) * (1 - over)]) / (leave + die)
    seen = [gone, fates[Fate.KILLED], serving[-1]]
    assert sum(seen) == MEN
    assert stats.chisquare(seen, shares * MEN).pvalue > 1e-3


def test_the_same_men_leave_whatever_the_step(wars, ring, silence):
    """At a constant hazard; single men may move by rounding."""
    quiet = silence(ground_baseline_exit=0.02, ground_kill_quiet=0.0)
    days = many(wars, ring, quiet)[0]
    quarters = many(wars, ring, quiet, dt=0.25)[0]
    assert abs(days - quarters).max() <= MEN * 1e-4


def test_trapped_men_are_gone_within_a_step(wars, ring, silence):
    quiet = silence(ground_baseline_exit=1e-30, ground_kill_quiet=0.0)
    war = wars.start(ring._replace(held_chance=0 * ring.held_chance), quiet)
    state = war.state._replace(held=war.state.held.at[1].set(True))
    after = wars.go(war._replace(carry=war.carry._replace(state=state)), quiet, 1).state
    left = np.asarray(after.serving.sum(0))
    assert (left[np.asarray(ring.home) == 1] == 0).all()
    assert left.sum() == 600 - 36
    assert int(after.fates[1, [index(Fate.SURRENDERED), index(Fate.DESERTED)]].sum()) == 36


def test_a_place_held_from_the_start_has_its_posts_in_the_garrison_town(wars, ring, values):
    """R10 stands with six chances in ten; its posts are then in R07, and nobody is trapped."""
    held = []
    for member in range(60):
        s = wars.start(ring, values(ground_ghosts=0.0), member).state
        held.append(bool(s.held[9]))
        where = set(np.asarray(s.place)[np.asarray(ring.home) == 9].tolist())
        assert where == ({6} if held[-1] else {9})
    assert stats.binomtest(sum(held), 60, 0.6).pvalue > 1e-3


def test_insurgents_run_the_countryside_by_rank(wars, ring, values):
    """Shares are even, and highest where the proxy is; what is held comes first."""
    proxy = np.random.default_rng(3).permutation(12).astype(np.float32)
    weak = ring._replace(contest_proxy=jnp.asarray(proxy))
    by_proxy = values(ground_contest_proxy=10.0)
    s = wars.start(weak._replace(held_chance=0 * ring.held_chance), by_proxy).state
    np.testing.assert_allclose(s.countryside, (proxy + 0.5) / 12, rtol=1e-6)
    s = wars.start(weak._replace(held_chance=jnp.zeros(12).at[0].set(1.1)), by_proxy).state
    assert float(s.countryside[0]) == pytest.approx(11.5 / 12)


def test_fighters_stand_where_their_countryside_is(wars, ring, values):
    v = values(ground_fighters=1.0, ground_holders=10.0)
    s = jax.device_get(wars.start(ring._replace(held_chance=jnp.zeros(12).at[3].set(1.1)), v).state)
    weight = np.where(np.arange(12) == 3, 0, 0.05 + s.countryside)
    assert s.fighters_at == pytest.approx((150 - 10) * weight / weight.sum(), rel=1e-5)

"""Soldiers leave and die as the hazards say, and a head-count by lots misses nobody."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from holdfast.engine.run import keys
from holdfast.engine.soldiers import (
    CLASSES,
    ROWS,
    Hazards,
    class_nodes,
    continuum,
    draw,
    individuals,
    present,
)
from holdfast.theatre.synthetic import synthetic
from holdfast.vocabulary.state import Lots

POSTS = 500
COUNT, MUSTER = jax.jit(individuals), jax.jit(draw)
TOP = 65535
KEY = keys(1, np.asarray([0]))[0]


@pytest.fixture(scope="module")
def lots():
    """Lots of twenty thousand men in 500 full posts."""
    theatre, _ = synthetic(CLASSES * ROWS * POSTS)
    return MUSTER(theatre, KEY, 0.0)


def hazards(left=(0.0, 0.0), died=(0.0, 0.0), surrender=1.0, desert=1.0, posts=POSTS):
    """Hazards around a step, the same everywhere."""
    by_class = lambda x: jnp.full((CLASSES, posts), x, jnp.float32)  # noqa: E731
    by_post = lambda x: jnp.full(posts, x, jnp.float32)  # noqa: E731
    return Hazards(*map(by_class, left), *map(by_post, died), by_class(surrender), by_class(desert))


def total(count):
    """Serving, surrendered, deserted, abroad, killed."""
    return [int(x.sum()) for x in count]


# ------------------------------------------------------------------------ who is there


def test_a_post_has_the_men_on_its_roll_less_its_ghosts(lots):
    assert int(present(lots).sum()) == CLASSES * ROWS * POSTS
    theatre, _ = synthetic(4000)
    theatre = theatre._replace(paper=jnp.full(100, 30, jnp.int32))
    men = np.concatenate([
        np.asarray(present(MUSTER(theatre, keys(1, np.asarray([k]))[0], 0.45))).sum(0)
        for k in range(20)
    ])  # fmt: skip
    # floor(16.5 + a uniform number): 16 and 17 with even chances
    assert set(men.tolist()) == {16, 17}
    assert men.mean() == pytest.approx(16.5, abs=4 * 0.5 / np.sqrt(men.size))


def test_an_army_of_ghosts_has_nobody(lots):
    theatre, _ = synthetic(4000)
    assert int(present(MUSTER(theatre, KEY, 1.0)).sum()) == 0


def test_the_men_of_a_post_are_spread_over_its_classes():
    theatre, _ = synthetic(4000)
    theatre = theatre._replace(paper=jnp.arange(100, dtype=jnp.int32) % 41)
    men = np.asarray(present(MUSTER(theatre, KEY, 0.0)))
    for post, paper in enumerate(theatre.paper.tolist()):
        # man i is in class (i - the post's key) mod 4
        wanted = np.bincount((np.arange(paper) - post) % CLASSES, minlength=CLASSES)
        assert men[:, post].tolist() == wanted.tolist()


def test_one_more_soldier_changes_nobody_elses_lots():
    theatre, _ = synthetic(4000)
    fewer = theatre._replace(paper=theatre.paper.at[7].set(24))
    more = theatre._replace(paper=theatre.paper.at[7].set(25))
    for before, after in zip(MUSTER(fewer, KEY, 0.0), MUSTER(more, KEY, 0.0), strict=True):
        changed = np.argwhere(np.asarray(before) != np.asarray(after))
        assert changed.tolist() == [[6, (24 - 7) % CLASSES, 7]]  # row 24 // 4 of his class


def test_the_three_lots_of_a_soldier_are_independent_and_uniform(lots):
    leave, die, door = (np.asarray(x, float).ravel() / TOP for x in lots)
    for one in (leave, die, door):
        assert stats.kstest(one, "uniform").pvalue > 1e-3
    correlations = np.corrcoef([leave, die, door])[np.triu_indices(3, 1)]
    assert abs(correlations).max() < 4 / np.sqrt(leave.size)


def test_classes_have_the_medians_of_equal_parts_of_a_normal():
    nodes = class_nodes()
    assert nodes.mean() == pytest.approx(0, abs=1e-6)
    assert nodes.std() == pytest.approx(1)
    wanted = stats.norm.ppf([1 / 8, 3 / 8, 5 / 8, 7 / 8])
    assert nodes / nodes[3] == pytest.approx(wanted / wanted[3])


# ------------------------------------------------------------------------ who serves


def test_without_pressure_nobody_is_lost(lots):
    men = present(lots)
    count = COUNT(lots, men, hazards())
    assert total(count) == [CLASSES * ROWS * POSTS, 0, 0, 0, 0]


def test_a_hazard_without_end_leaves_nobody(lots):
    assert total(COUNT(lots, present(lots), hazards(left=(0, 50.0))))[0] == 0
    assert total(COUNT(lots, present(lots), hazards(died=(0, 50.0))))[0] == 0


def test_men_who_are_not_there_never_serve_and_never_leave():
    nobody = Lots(*[jnp.zeros((ROWS, CLASSES, POSTS), jnp.uint16)] * 3)
    for h in (hazards(), hazards(left=(0, 1.0)), hazards(left=(0, 50.0), died=(0, 1.0))):
        assert total(COUNT(nobody, present(nobody), h)) == [0] * 5


def test_waiting_times_under_a_constant_hazard_are_exponential(lots):
    """Kolmogorov and Smirnov's distance over 20,000 men, read off a fine grid of days."""
    for which in ("left", "died"):
        days = np.linspace(0.02, 5, 250)
        serving = [total(COUNT(lots, present(lots), hazards(**{which: (0, t)})))[0] for t in days]
        men = CLASSES * ROWS * POSTS
        distance = abs(np.asarray(serving) / men - np.exp(-days)).max()
        assert distance < stats.kstwo.ppf(0.999, men)


@pytest.mark.parametrize(("leave", "die"), [(0.3, 0.1), (0.05, 0.2), (1.0, 1.0)])
def test_leaving_and_dying_share_the_men_as_competing_risks_do(lots, leave, die):
    """In steps of a tenth of a day leaving goes first: the shares of a geometric race."""
    dt, steps = 0.1, 60
    serving, gone, killed = present(lots), 0, 0
    for k in range(steps):
        at = lambda rate, k=k: (rate * dt * k, rate * dt * (k + 1))  # noqa: E731
        count = COUNT(lots, serving, hazards(at(leave), at(die)))
        serving = count.serving
        gone += total(count)[1]
        killed += total(count)[4]
    stay_a_step, live_a_step = np.exp(-leave * dt), np.exp(-die * dt)
    over = 1 - (stay_a_step * live_a_step) ** steps
    left = (1 - stay_a_step) / (1 - stay_a_step * live_a_step) * over
    shares = np.asarray([left, over - left, 1 - over])
    seen = [gone, killed, int(serving.sum())]
    assert stats.chisquare(seen, shares * sum(seen)).pvalue > 1e-3
    # and those are the shares of continuous time, up to the length of a step
    assert left / over == pytest.approx(leave / (leave + die), abs=dt * die)


def test_who_leaves_does_not_depend_on_the_length_of_the_step(lots):
    h = 0.37
    once = COUNT(lots, present(lots), hazards(left=(0, h)))
    half = COUNT(lots, present(lots), hazards(left=(0, h / 2)))
    then = COUNT(lots, half.serving, hazards(left=(h / 2, h)))
    assert (then.serving == once.serving).all()
    assert (half.surrendered + then.surrendered == once.surrendered).all()


# ------------------------------------------------------------------------ by which door


def test_doors_take_their_shares(lots):
    men = present(lots)
    count = COUNT(lots, men, hazards(left=(0, 50.0), surrender=0.2, desert=0.7))
    seen = total(count)[1:4]
    assert stats.chisquare(seen, np.asarray([0.2, 0.5, 0.3]) * sum(seen)).pvalue > 1e-3


@pytest.mark.parametrize(
    ("surrender", "desert", "door"), [(1.0, 1.0, 1), (0.0, 1.0, 2), (0.0, 0.0, 3)]
)
def test_nobody_leaves_by_a_door_that_is_shut(lots, surrender, desert, door):
    h = hazards(left=(0, 50.0), surrender=surrender, desert=desert)
    assert total(COUNT(lots, present(lots), h))[door] == CLASSES * ROWS * POSTS


def test_rounding_lets_nobody_through_a_door_that_is_shut(lots):
    """Two shares that make up the whole may add up to one less a rounding."""
    almost = 1 - 2.0**-24
    h = hazards(left=(0, 50.0), surrender=0.3, desert=almost)
    full = Lots(lots.leave, lots.die, jnp.full_like(lots.door, TOP))
    assert total(COUNT(full, present(full), h))[3] == 0


def test_a_soldiers_taste_for_doors_is_independent_of_his_lot_for_leaving(lots):
    """Those who leave early take the doors in the same shares as those who leave late."""
    early = COUNT(lots, present(lots), hazards(left=(0, 0.2), surrender=0.5))
    late = COUNT(lots, early.serving, hazards(left=(0.2, 50.0), surrender=0.5))
    table = [[int(c.surrendered.sum()), int(c.deserted.sum())] for c in (early, late)]
    assert stats.chi2_contingency(table).pvalue > 1e-3


# ------------------------------------------------------------------------ a slow rival


def march_past(lots, h):
    """The same step soldier by soldier: who serves, by class, and who went how, by post."""
    leave, die, door = (np.asarray(x).tolist() for x in lots)
    cut = lambda x: (TOP * -np.expm1(-np.asarray(x, np.float32))).astype(int)  # noqa: E731
    left0, left, died0, died = map(cut, (h.left_before, h.left, h.died_before, h.died))
    share = [(TOP * np.asarray(x)).astype(int) for x in (h.surrender, h.desert)]
    serving = np.zeros(left.shape, int)
    out = {name: np.zeros(left.shape[1], int) for name in ("s", "d", "a", "k")}
    for man in range(ROWS):
        for k in range(left.shape[0]):
            for u in range(left.shape[1]):
                e, f, t = leave[man][k][u], die[man][k][u], door[man][k][u]
                if e <= left0[k][u] or f <= died0[u]:
                    continue  # not there, or gone before
                if e <= left[k][u]:
                    by = "s" if t <= share[0][k][u] else "d" if t <= share[1][k][u] else "a"
                    out[by][u] += 1
                elif f <= died[u]:
                    out["k"][u] += 1
                else:
                    serving[k, u] += 1
    return serving, *out.values()


def test_the_head_count_is_that_of_a_march_past(lots):
    rng = np.random.default_rng(5)
    posts = 60
    few = Lots(*(x[:, :, :posts] for x in lots))
    few = Lots(*(jnp.where(rng.random(few.leave.shape) < 0.8, x, 0) for x in few))
    left0 = rng.exponential(0.3, (CLASSES, posts)).astype(np.float32)
    died0 = rng.exponential(0.1, posts).astype(np.float32)
    surrender = rng.random((CLASSES, posts)).astype(np.float32)
    before = Hazards(0 * left0, left0, 0 * died0, died0, surrender, surrender)
    serving = individuals(few, present(few), Hazards(*map(jnp.asarray, before))).serving
    h = Hazards(
        left0, left0 + rng.exponential(0.5, left0.shape).astype(np.float32),
        died0, died0 + rng.exponential(0.3, posts).astype(np.float32),
        surrender, surrender + (1 - surrender) * rng.random((CLASSES, posts)).astype(np.float32),
    )  # fmt: skip
    count = individuals(few, serving, Hazards(*map(jnp.asarray, h)))
    for mine, slow in zip(count, march_past(few, h), strict=True):
        np.testing.assert_array_equal(np.asarray(mine), slow)


# ------------------------------------------------------------------------ the continuum


def test_expected_shares_are_the_means_of_head_counts(lots):
    h = hazards(left=(0.1, 0.8), died=(0.05, 0.3), surrender=0.3, desert=0.6)
    men = present(lots)
    there = COUNT(lots, men, hazards(left=(0, 0.1), died=(0, 0.05))).serving
    counted = total(COUNT(lots, there, h))
    shares = [float(x.sum()) / POSTS for x in continuum(lots, jnp.full_like(
        there, float(there.sum()) / there.size, dtype=jnp.float32), h)]  # fmt: skip
    n = int(there.sum())
    for seen, share in zip(counted, np.asarray(shares) * POSTS / n, strict=True):
        assert seen / n == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / n))


def test_the_continuum_loses_nobody_and_is_smooth(lots):
    men = jnp.full((CLASSES, POSTS), 10.0)

    def serving(hazard):
        return continuum(lots, men, hazards(left=(0, 0), died=(0, 0))._replace(
            left=jnp.full((CLASSES, POSTS), hazard))).serving.sum()  # fmt: skip

    # d/dh of n e^-h
    assert float(jax.grad(serving)(0.5)) == pytest.approx(
        -float(men.sum()) * np.exp(-0.5), rel=1e-5
    )
    h = hazards(left=(0.1, 0.8), died=(0.05, 0.3), surrender=0.3, desert=0.6)
    assert sum(float(x.sum()) for x in continuum(lots, men, h)) == pytest.approx(float(men.sum()))

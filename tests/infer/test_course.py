"""What is expected of each district along a recorded war: sound at all values, and what it says of
when a district falls and of the resolve of one that fell or stood."""

from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr

from holdfast.engine.facts import read_calendar
from holdfast.engine.given import (
    LEAST,
    OF_POSTS,
    SLACK,
    Course,
    Replayed,
    course,
    fallen_by,
    garrisons,
    passed,
    passed_at,
    resolve_given,
)
from holdfast.engine.run import COUNTINGS, begin, keys
from holdfast.engine.step import first, step
from holdfast.study import Request, load
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.draws import with_scenario_priors
from holdfast.study.simulate import prepare
from holdfast.study.simulate import values as values_of
from holdfast.vocabulary.state import Given

DAYS, EVERY, D = 60, 3, 12
QUICKLY = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}


@pytest.fixture(scope="module")
def war():
    """The ring with every mechanism, in the scenario's own numbers."""
    return prepare(load("ring"), Request(members=1))


@pytest.fixture(scope="module")
def ring(war):
    return jax.tree.map(jnp.asarray, war.theatre)


@pytest.fixture(scope="module")
def values(war):
    """Those numbers [1], some of them changed: values(ground={"ghosts": 0})."""
    own = jax.tree.map(jnp.asarray, values_of(war, np.arange(1)))
    as_own = lambda x: jnp.full(1, x, jnp.float32)  # noqa: E731
    return lambda **changes: (
        own
        | {
            owner: own[owner] | {name: as_own(x) for name, x in of.items()}
            for owner, of in changes.items()
        }
    )


@pytest.fixture(scope="module")
def path(war, ring, values):
    """What was shown on every third day of a war in which most districts fall on a given day."""
    falls = np.random.default_rng(0).integers(1, 90, D)
    told = jnp.asarray(falls <= np.arange(DAYS)[:, None] + 1, jnp.int8)
    given = Given(jnp.zeros(D, bool), told, jnp.zeros(D))
    v, counting = jax.tree.map(lambda x: x[0], values()), COUNTINGS["continuum"]

    @partial(jax.jit, compiler_options=QUICKLY)
    def fight():
        key = keys(1, np.arange(1))[0]
        world, lots, state = begin(ring, v["ground"], key, 0, counting, DAYS, given)

        def a_day(carry, day):
            facts = read_calendar(world, carry.seen, day * 1.0, 1.0)
            shown = {name: x for name, x in facts.items() if name not in OF_POSTS}
            go = partial(step, world, lots, war.mechanisms, v["ground"], v, counting)
            return go(carry, day, 1.0, told[day]), (shown, carry.memories)

        carry = first(world, state, war.mechanisms, v, 1.0)
        return jax.lax.scan(a_day, carry, jnp.arange(DAYS))[1]

    facts, memories = jax.tree.map(lambda x: x[::EVERY], fight())
    return Replayed(facts["day"], float(EVERY), facts, memories)


@pytest.fixture(scope="module")
def course_of(war, ring, path):
    """The course along the path at several sets of values, without one of the mechanisms."""

    @cache
    def compiled(without):
        some = [m for m in war.mechanisms if m.name != without]
        one = partial(course, ring, some, garrisons(ring), path)
        return jax.jit(jax.vmap(one), compiler_options=QUICKLY)

    return lambda values, without=None: compiled(without)(values)


@pytest.fixture(scope="module")
def sets(war):
    """Medians; each parameter at two standard deviations either way; all at once; 20 corners."""
    known = with_scenario_priors(parameters(war.mechanisms), war.scenario.tables.priors)
    n, rng = len(known), np.random.default_rng(3)
    z = [np.zeros((1, n)), 2 * np.eye(n), -2 * np.eye(n), [[2] * n], [[-2] * n]]
    share = ndtr(np.concatenate([*z, rng.choice([-2, 2], (20, n))]))
    found = {}
    for (name, parameter), u in zip(known.items(), share.T, strict=True):
        owner, short = name.split(".")
        number = jnp.asarray(parameter.prior.quantile(u), jnp.float32)
        found.setdefault(owner, {})[short] = number
    return found


@pytest.fixture(scope="module")
def courses(course_of, sets):
    return course_of(sets)


# ------------------------------------------------------------------------ what is expected


def test_garrisons_add_up_all_men(ring):
    found = np.asarray(garrisons(ring))
    assert found.sum() == float(ring.paper.sum()) == 600
    by_hand = np.zeros_like(found)
    for home, branch, men in zip(
        *map(np.asarray, (ring.home, ring.branch, ring.paper)), strict=True
    ):
        by_hand[branch, home] += men
    np.testing.assert_array_equal(found, by_hand)


def test_without_any_pressure_garrisons_wear_out_at_the_rate_of_the_ground(
    ring, path, values, course_of
):
    """b a day: depletion b t. Of 80 % present all take a door: surrender by odds exp(a / nest)."""
    silent = {name: {"strength": 0.0} for name in catalogue()}
    ground = {"ghosts": 0.2, "kill_quiet": 0, "attack_rate": 0, "spread_soldier": 0}
    v = values(**silent, ground=ground | {"baseline_exit": 0.01})
    found = jax.tree.map(lambda x: np.asarray(x[0]), course_of(v))
    ends = np.asarray(path.days + path.every)[:, None] * np.ones(D)
    np.testing.assert_allclose(found.depletion, 0.01 * ends, rtol=1e-3)
    odds = np.exp(v["ground"]["surrender_appeal"] / v["ground"]["nest"])
    men = np.bincount(ring.home, ring.paper) * 0.8
    gone = men * -np.expm1(-0.01 * ends) * odds / (1 + odds)
    np.testing.assert_allclose(found.surrendered, gone, rtol=0.02)
    assert found.abroad.max() == found.killed.max() == 0


def test_without_a_mechanism_it_is_as_if_all_were_silent(ring, path, values, course_of):
    """Nothing presses by post or by class then, and there is nothing to tell branches apart."""
    v = values(**{name: {"strength": 0.0} for name in catalogue()})
    alone = {"ground": jax.tree.map(lambda x: x[0], v["ground"])}
    found = course(ring, [], garrisons(ring), path, alone)
    expected = jax.tree.map(lambda x: x[0], course_of(v))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_men_whom_elders_win_over_surrender(values, course_of):
    """All who are won over do; of the others some would have left by that door anyway."""
    few, many = (course_of(values(councils={"strength": x})) for x in (0.0, 0.05))
    more = lambda name: np.asarray(getattr(many, name) - getattr(few, name))[0, -1]  # noqa: E731
    assert (more("surrendered") > 0.5).all()
    assert (more("abroad") <= 0).all()
    assert (more("killed") < 0).all()
    assert (more("depletion") >= 0).all()  # where nobody is left nothing is added
    assert (more("depletion") > 0).sum() >= 10


def test_a_course_is_finite_and_only_grows_at_all_values(courses):
    for name, x in courses._asdict().items():
        assert np.isfinite(x).all(), name
        assert (np.asarray(x) >= 0).all(), name
        if name != "threshold":
            assert (np.diff(x, axis=1) >= 0).all(), name
    assert float(courses.depletion.max()) > 5


def test_no_more_go_than_were_there(ring, courses, sets):
    men = np.bincount(ring.home, ring.paper) * (1 - np.asarray(sets["ground"]["ghosts"])[:, None])
    gone = (courses.surrendered + courses.abroad + courses.killed)[:, -1]
    assert (np.asarray(gone) <= men * (1 + 1e-4)).all()


def test_its_slope_is_finite_in_every_parameter_at_all_values(war, ring, path, sets):
    def everything_of(values):
        found = course(ring, war.mechanisms, garrisons(ring), path, values)
        return sum(x.sum() for x in (*found, passed(found)))

    slopes = jax.jit(jax.vmap(jax.grad(everything_of)), compiler_options=QUICKLY)(sets)
    named = {f"{owner}.{k}": x for owner, of in slopes.items() for k, x in of.items()}
    assert not [name for name, x in named.items() if not np.isfinite(x).all()]
    heeded = {name for name, x in named.items() if np.asarray(x).any()}
    assert {"ground.baseline_exit", "ground.moment_rate", "ground.hold_ratio"} <= heeded
    assert {"councils.strength", "flight.strength", "pledge.strength", "fear.strength"} <= heeded


QUICK = ("contagion", "councils", "flight", "tactical_retreat")


@pytest.mark.parametrize(
    "name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in catalogue()]
)
def test_at_zero_strength_a_mechanism_might_as_well_be_left_out(values, course_of, name):
    without = course_of(values(), name)
    silent = course_of(values(**{name: {"strength": 0.0}}))
    for x, y in zip(silent, without, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-4, atol=1e-5)
    heard = np.asarray(course_of(values()).depletion / without.depletion)
    assert abs(heard - 1).max() > 0.005 or name not in QUICK


# ------------------------------------------------------------------------ falls


def test_a_chance_to_have_fallen_never_shrinks(courses, sets, course_of, values):
    by_day = jax.vmap(fallen_by)
    chance = np.asarray(by_day(courses, sets["ground"]))
    assert ((chance >= 0) & (chance <= 1)).all()
    assert (np.diff(chance, axis=1) >= 0).all()
    own = by_day(course_of(values()), values()["ground"])
    assert 0.1 < own[0, -1].mean() < 0.95


ENDS = jnp.arange(1.0, 11.0)
BY_HAND = Course(
    jnp.tile(jnp.linspace(0.05, 2.0, 10)[:, None], (1, 400)), jnp.full((10, 400), 0.5),
    *[None] * 3,
)  # fmt: skip
SPREAD = 0.5
WHOLE = np.hypot(SPREAD, SLACK)
LOTS = jnp.linspace(0.001, 0.999, 400)


SPREADS = {"spread_district": jnp.float32(SPREAD), "spread_province": jnp.float32(0.8)}


@partial(jax.jit, compiler_options=QUICKLY)
def compiled_resolve(at, ends, after, by, shared):
    low, high = (passed_at(at, ends, jnp.full(400, day)) for day in (after, by))
    return resolve_given(low, high, jnp.isfinite(by), SPREADS, shared, LOTS)


def resolve(after, by, at=BY_HAND, ends=ENDS, shared=0.0):
    return np.asarray(compiled_resolve(at, ends, *map(jnp.float32, (after, by, shared))))


def over(day):
    """What the course by hand passes by its day, in logits: 0 where half are expected to fall."""
    return np.log(np.linspace(0.05, 2.0, 10)[day - 1] + LEAST) - np.log(0.5 + LEAST)


def test_a_district_falls_where_its_resolve_is_passed():
    np.testing.assert_allclose(
        fallen_by(BY_HAND, SPREADS)[:, 0],
        [ndtr(over(day) / np.hypot(WHOLE, 0.8)) for day in range(1, 11)], rtol=1e-4,
    )  # fmt: skip


def test_a_threshold_that_rises_raises_nobody_again():
    rising = BY_HAND._replace(threshold=BY_HAND.threshold.at[5:].set(100.0))
    assert (np.diff(passed(rising), axis=0) >= 0).all()
    np.testing.assert_allclose(passed(rising)[-1, 0], over(5), atol=1e-5)


def test_of_whom_nothing_is_known_resolve_is_normal_with_the_whole_spread():
    expected = WHOLE * stats.norm.ppf(1 - np.asarray(LOTS))
    np.testing.assert_allclose(resolve(0, np.inf), expected, rtol=1e-3, atol=1e-4)


def test_a_province_s_resolve_is_added_where_nothing_is_known():
    np.testing.assert_allclose(resolve(0, np.inf, shared=0.7), resolve(0, np.inf) + 0.7, rtol=1e-3,
                               atol=1e-3)  # fmt: skip


def test_between_the_ends_of_steps_a_course_goes_evenly():
    """From nobody gone on day 0; a day after the last end is as the last."""
    found = passed_at(BY_HAND, ENDS, jnp.asarray([0.0, 0.5, 4.5, 12.0] * 100))
    nobody = np.log(LEAST) - np.log(0.5 + LEAST)
    by_hand = [nobody, (nobody + over(1)) / 2, (over(4) + over(5)) / 2, over(10)]
    np.testing.assert_allclose(found[:4], by_hand, rtol=1e-4)


@pytest.mark.parametrize("shared", [0.0, 1.1])
@pytest.mark.parametrize("day", [1, 4, 10])
def test_who_stood_has_more_resolve_than_was_passed(day, shared):
    drawn, low = resolve(day, np.inf, shared=shared), (over(day) - shared) / WHOLE
    assert (drawn > over(day) - 1e-3).all()
    expected = shared + WHOLE * stats.truncnorm.ppf(1 - np.asarray(LOTS), low, np.inf)
    np.testing.assert_allclose(drawn, expected, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("shared", [0.0, -0.9])
@pytest.mark.parametrize(("after", "by"), [(1, 2), (3, 7), (9, 10)])
def test_who_fell_in_an_interval_has_a_resolve_that_was_passed_in_it(after, by, shared):
    drawn = resolve(after, by, shared=shared)
    bounds = [(over(day) - shared) / WHOLE for day in (after, by)]
    assert ((drawn > over(after) - 1e-3) & (drawn < over(by) + 1e-3)).all()
    expected = shared + WHOLE * stats.truncnorm.ppf(1 - np.asarray(LOTS), *bounds)
    np.testing.assert_allclose(drawn, expected, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize(("after", "by"), [(4, 5), (0, 2)])
def test_an_interval_within_a_step_leaves_resolve_open_between_its_ends(after, by):
    """A course told every third day: by the ends of days 3, 6 and 9."""
    every_third = jax.tree.map(lambda x: x[2::3], BY_HAND)
    drawn = resolve(after, by, every_third, ENDS[2::3])
    assert np.ptp(drawn) > 0.01
    assert (drawn > (over(3) if after else -4 * WHOLE)).all()

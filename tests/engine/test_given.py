"""A war told by a record obeys it, loses nobody and is free from then on; and districts of
simulated wars fall about when it is expected of them (what is: tests/infer/test_course.py)."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.engine.consequences import BRINK, stand
from holdfast.engine.draw import Drawn, silent
from holdfast.engine.given import course, garrisons, passed, replay
from holdfast.engine.run import COUNTINGS, Plan, begin, compile_members, keys
from holdfast.engine.soldiers import Hazards
from holdfast.engine.step import first, step
from holdfast.study import Request, load
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.simulate import chunks, fight, join, prepare
from holdfast.study.simulate import values as values_of
from holdfast.vocabulary.state import Given
from holdfast.vocabulary.words import Fate, index

DAYS, D, UNTIL = 60, 12, 25
R02, R03, R04 = 1, 2, 3
FREE, GOVERNMENT, INSURGENTS = -1, 0, 1
STEPS_QUICKLY = {"xla_backend_optimization_level": 0}
QUICKLY = STEPS_QUICKLY | {"xla_cpu_use_fusion_emitters": False}
"""Compile in half the time, and each to the same bits told and untold: not so the other way round,
where a product and a sum may be rounded once or twice."""
LOST = [index(f) for f in (Fate.DESERTED, Fate.KILLED, Fate.KILLED_AFTER_SURRENDER)]


class ToldWars:
    """Wars with every mechanism, man by man, day by day."""

    def __init__(self, ring, mechanisms):
        self.ring, self.mechanisms = ring, mechanisms
        self._begin = jax.jit(self._first, compiler_options=QUICKLY)
        self._step = jax.jit(self._day, compiler_options=STEPS_QUICKLY)

    def _first(self, values, key, given):
        world, lots, state = begin(
            self.ring, values["ground"], key, len(self.mechanisms), COUNTINGS["individuals"], DAYS,
            given,
        )  # fmt: skip
        carry = first(world, state, self.mechanisms, values, 1.0)
        return world, lots, jax.tree.map(lambda x: jax.lax.convert_element_type(x, x.dtype), carry)

    def _day(self, world, lots, values, carry, number, told):
        counting = COUNTINGS["individuals"]
        return step(world, lots, self.mechanisms, values["ground"], values, counting, carry, number,
                    1.0, told)  # fmt: skip

    def begin(self, values, given=None, member=0):
        return self._begin(values, keys(1, np.asarray([member]))[0], given)

    def go(self, begun, values, told=None, number=0, days=DAYS):
        """What each day began with, and the last day's end: `days + 1` of them."""
        world, lots, carry = begun
        carries = [carry]
        for k in range(number, number + days):
            carries.append(
                self._step(world, lots, values, carries[-1], k, None if told is None else told[k])
            )
        return carries


def bits(tree):
    return [np.asarray(x).tobytes() for x in jax.tree.leaves(tree)]


@pytest.fixture(scope="module")
def told_wars(ring, everything):
    return ToldWars(ring, [catalogue()[name] for name in everything])


@pytest.fixture(scope="module")
def district_resolve(told_wars, values):
    """What each district draws when nothing is given: its posts' resolve if they add nothing."""
    world, _, _ = told_wars.begin(values(ground_spread_post=0.0))
    home = np.asarray(world.theatre.home)
    return world.character.resolve[np.unique(home, return_index=True)[1]]


def a_map(seed):
    """Districts that fall on some day, some retaken later, some held before the first; [60, D]."""
    rng = np.random.default_rng(seed)
    day, falls = np.arange(DAYS)[:, None] + 1, rng.integers(-10, 90, D)
    retaken = np.where(rng.random(D) < 0.4, falls + rng.integers(1, 15, D), 1000)
    return (falls <= 0), ((falls <= day) & (day < retaken)).astype(np.int8)


def given(held, told, resolve=None):
    return Given(jnp.asarray(held), jnp.asarray(told, jnp.int8),
                 jnp.zeros(D) if resolve is None else resolve)  # fmt: skip


def whole_map(of_all):
    return given(np.zeros(D, bool), np.full((DAYS, D), of_all))


def maps_of(carries):
    return np.stack([carry.state.held for carry in carries])


def accounted_for(state):
    outside = state.captives + state.released + state.away + state.returned
    return int(state.serving.sum() + outside.sum() + state.fates[:, np.asarray(LOST)].sum())


# ------------------------------------------------------------------------ the map


@pytest.mark.parametrize("seed", range(3))
def test_a_war_told_by_a_record_has_its_map_every_day(told_wars, values, seed):
    """And its falls and retakings, each dated at the end of its day."""
    held, told = a_map(seed)
    carries = told_wars.go(told_wars.begin(values(), given(held, told)), values(), told)
    expected = np.concatenate([held[None], told.astype(bool)])
    assert (maps_of(carries) == expected).all()
    turns, last = np.diff(expected.astype(int), axis=0), carries[-1].state
    assert (np.asarray(last.n_falls) == (turns > 0).sum(0)).all()
    assert (np.asarray(last.n_retaken) == (turns < 0).sum(0)).all()
    fell = np.where((turns > 0).any(0), (turns > 0).argmax(0) + 1.0, np.inf)
    assert (np.asarray(last.first_fall) == fell).all()
    assert np.isfinite(fell).any()
    assert (turns < 0).any()


def test_from_the_end_of_the_record_the_model_decides(told_wars, values):
    """The first days are those of a war told to its end; from then on it is a war untold."""
    held, told = a_map(1)
    until = np.where(np.arange(DAYS)[:, None] < UNTIL, told, FREE).astype(np.int8)
    begun = told_wars.begin(values(), given(held, told))
    to_its_end = told_wars.go(begun, values(), told)
    free = told_wars.go(begun, values(), until)
    assert bits(free[: UNTIL + 1]) == bits(to_its_end[: UNTIL + 1])
    untold = told_wars.go((*begun[:2], free[UNTIL]), values(), None, UNTIL, DAYS - UNTIL)
    assert bits(untold) == bits(free[UNTIL:])
    assert (maps_of(free)[-1] != maps_of(to_its_end)[-1]).any()


def test_a_war_of_which_nothing_is_told_is_the_untold_war_to_the_bit(
    told_wars, values, district_resolve
):
    untold = told_wars.begin(values())
    nothing = given(untold[2].state.held, np.full((DAYS, D), FREE), district_resolve)
    begun = told_wars.begin(values(), nothing)
    assert bits(begun) == bits(untold)
    one = told_wars.go(begun, values(), np.asarray(nothing.told))
    assert bits(one) == bits(told_wars.go(untold, values()))
    assert int(one[-1].state.n_falls.sum()) > 2


def test_what_the_record_says_of_resolve_is_that_of_all_posts_of_the_district(told_wars, values):
    plain, _, _ = told_wars.begin(values(), whole_map(FREE))
    firm = whole_map(FREE)._replace(resolve=jnp.zeros(D).at[R03].set(2.0))
    raised = told_wars.begin(values(), firm)[0].character.resolve - plain.character.resolve
    np.testing.assert_allclose(raised, 2.0 * (np.asarray(plain.theatre.home) == R03), atol=1e-6)


def test_posts_of_a_district_held_from_the_first_stand_in_its_garrison_town(told_wars, values):
    held = np.arange(D) == R03
    world, _, carry = told_wars.begin(values(), whole_map(FREE)._replace(held=jnp.asarray(held)))
    assert (np.asarray(carry.state.held) == held).all()
    home, place = np.asarray(world.theatre.home), np.asarray(carry.state.place)
    town = np.asarray(world.theatre.garrison_of)[R03]
    assert (place[home == R03] == town).all()
    assert (place[home != R03] == home[home != R03]).all()
    assert town != R03


# ------------------------------------------------------------------------ men


def at_random(mechanisms, seed):
    rng, found = np.random.default_rng(seed), {}
    for name, parameter in parameters(mechanisms).items():
        owner, short = name.split(".")
        number = jnp.float32(parameter.prior.quantile(rng.uniform(0.01, 0.99)))
        found.setdefault(owner, {})[short] = number
    return found


@pytest.mark.parametrize("seed", range(4))
def test_everyone_meets_one_fate_whatever_the_record_says(told_wars, seed):
    """Even where districts change hands at random every day, at random numbers of the prior."""
    numbers, rng = at_random(told_wars.mechanisms, seed), np.random.default_rng(seed)
    told = rng.choice([FREE, GOVERNMENT, INSURGENTS], (DAYS, D)).astype(np.int8)
    begun = told_wars.begin(numbers, given(rng.random(D) < 0.3, told))
    men = int(begun[0].present.sum())
    for carry in told_wars.go(begun, numbers, told):
        assert accounted_for(carry.state) == men
        for count in (carry.state.serving, carry.state.returned, carry.state.captives):
            assert int(count.min()) >= 0


class Eve(NamedTuple):
    """A war with many attackers in which every district stands, day by day."""

    world: object
    days: list
    ratio: float
    gaps: float

    def holding(self, strength):
        fullness = np.clip(strength / np.maximum(self.world.full_strength, 1e-9), 0, 1)
        return np.asarray(strength * fullness**self.gaps)


@pytest.fixture(scope="module")
def eve(told_wars, values):
    numbers = values(ground_hold_ratio=0.5)
    begun = told_wars.begin(numbers, whole_map(GOVERNMENT))
    days = told_wars.go(begun, numbers, np.asarray(whole_map(GOVERNMENT).told))
    return Eve(begun[0], days, 0.5, float(numbers["ground"]["gaps"]))


def on_the_brink(eve, carry):
    return eve.holding(carry.seen["strength"]) < BRINK * eve.ratio * carry.state.fighters_at


def test_a_district_that_stood_had_no_more_before_it_than_it_held_off(eve):
    for carry in eve.days[1:]:
        assert not carry.state.held.any()
        needed = eve.ratio * np.asarray(carry.state.fighters_at)
        assert (eve.holding(carry.seen["strength"]) >= needed * (1 - 1e-5)).all()


def test_nobody_gives_up_a_garrison_on_the_brink_of_a_fall_that_was_not(eve):
    """A day or two beside it, men of other districts go on leaving."""
    stayed = gone = 0
    for before, after in zip(eve.days, eve.days[1:], strict=False):
        here = np.asarray(on_the_brink(eve, before))[np.asarray(before.state.place)]
        went = np.asarray((before.state.serving - after.state.serving).sum(0))
        assert not went[here].any()
        stayed, gone = stayed + here.sum(), gone + went.sum()
    assert stayed > 100
    assert gone > 50


def test_every_day_on_the_brink_is_counted_against_the_numbers(eve):
    """At the end of a day, those who were on the brink at its beginning."""
    days = np.cumsum([on_the_brink(eve, carry) for carry in eve.days[:-1]], axis=0)
    counted = np.asarray([carry.state.forced for carry in eve.days])
    assert (counted[1:] == days).all()
    assert not counted[0].any()
    assert days[-1].max() > 10


def test_no_post_marches_off_from_the_brink_either(eve):
    for before, after in zip(eve.days, eve.days[1:], strict=False):
        here = np.asarray(on_the_brink(eve, before))[np.asarray(before.state.place)]
        moved = np.asarray(before.state.place != after.state.place)
        assert not (moved & here & (np.asarray(after.state.serving.sum(0)) > 0)).any()


@pytest.mark.parametrize(
    ("told", "spared"), [(GOVERNMENT, True), (INSURGENTS, False), (FREE, False)]
)
def test_only_who_the_record_says_stood_is_spared_and_only_on_the_brink(eve, values, told, spared):
    """R02 and R03 have as many before them that they hold off BRINK times those, give or take."""
    state, strength = eve.days[0].state, eve.days[0].seen["strength"]
    line = eve.holding(strength) / (BRINK * eve.ratio)
    before = jnp.zeros(D).at[R02].set(1.001 * line[R02]).at[R03].set(0.999 * line[R03])
    none = jnp.zeros_like(state.left)
    hazards = Hazards(none, none + 1, none[0], none[0] + 1, none, none)
    nothing = dict.fromkeys(Drawn._fields) | {"withdraw": silent(none[0])}
    drawn = Drawn(**(nothing | {"hazards": hazards}))
    ground = values(ground_hold_ratio=eve.ratio)["ground"]
    state = state._replace(fighters_at=before)
    drawn, brink = stand(eve.world, ground, state, strength, drawn, jnp.full(D, told))
    assert (np.asarray(brink) == ((np.arange(D) == R02) & spared)).all()
    after, still = drawn.hazards, (np.asarray(state.place) == R02) & spared
    assert (np.asarray(after.left) == ~still[None]).all()
    assert (np.asarray(after.died) == ~still).all()


# ------------------------------------------------------------------------ whole replays


@pytest.mark.slow
def test_a_replay_shows_the_recorded_war_day_by_day(ring, told_wars, values):
    """As a war told the same map, men counted as shares; three members the mean of each."""
    maps = [a_map(seed) for seed in range(3)]
    held, told = (jnp.asarray(np.stack(x)) for x in zip(*maps, strict=True))
    every = Given(held, told, jnp.zeros((3, D)))
    some = lambda tree, at: jax.tree.map(lambda x: x[at], tree)  # noqa: E731
    v, address = jax.tree.map(lambda x: jnp.full(3, x), values()), keys(1, np.arange(3))
    shown = lambda at, n=1: replay(  # noqa: E731
        ring, told_wars.mechanisms, some(v, at), address[at], some(every, at), n
    )
    ones, three = [shown(slice(m, m + 1)) for m in range(3)], shown(slice(0, 3))
    for one, (first_held, after) in zip(ones, maps, strict=True):
        expected = np.concatenate([first_held[None], after[:-1]])
        assert (np.asarray(one.facts["held"]) == expected).all()
    for name in ("held", "garrison", "surrendered_now", "siege", "ally_presence"):
        mean = np.mean([one.facts[name] for one in ones], axis=0)
        np.testing.assert_allclose(three.facts[name], mean, rtol=1e-4, atol=1e-4)
    third = shown(slice(0, 1), 3)
    assert third.every == 3
    for x, y in ((third.facts, ones[0].facts), (third.memories, ones[0].memories)):
        assert bits(x) == bits(jax.tree.map(lambda z: z[::3], y))
    began = told_wars.go(told_wars.begin(values(), some(every, 0)), values(), maps[0][1])[:-1]
    for name in ("held", "lost_share", "capitals_lost_share"):
        np.testing.assert_allclose(ones[0].facts[name], [c.seen[name] for c in began], rtol=1e-5)
    stands = np.cumsum(ones[0].facts["held"], axis=0) == 0  # the fallen are shown as they were
    for name in ("neighbours_lost", "garrison_held"):
        shown_now, seen = (np.asarray(x) for x in (
            ones[0].facts[name], [c.seen[name] for c in began]))  # fmt: skip
        np.testing.assert_allclose(shown_now[stands], seen[stands], rtol=1e-5)
    for name, memory in began[-1].memories.items():
        assert set(memory) == set(ones[0].memories[name])
        for key, x in memory.items():
            assert ones[0].memories[name][key].shape == (DAYS, *np.shape(x))


def test_a_replay_shows_nothing_of_what_a_fall_did_to_the_fallen(ring, told_wars, values):
    """From its first fall on a district's own facts stay as they were shown before, but the map."""
    first_held, after = a_map(1)
    given_once = Given(*(jnp.asarray(x)[None] for x in (first_held, after)), jnp.zeros((1, D)))
    v = jax.tree.map(lambda x: jnp.full(1, x), values())
    shown = replay(ring, told_wars.mechanisms, v, keys(1, np.arange(1)), given_once)
    held = np.asarray(shown.facts["held"]) > 0
    fell = [d for d in range(D) if not held[0, d] and held[:, d].any()]
    assert fell
    own = {"garrison": shown.facts["garrison"], "bled": shown.memories["attrition"]["bled"]}
    for d in fell:
        day = int(held[:, d].argmax())
        for x in map(np.asarray, own.values()):
            assert (x[day:, d] == x[day - 1, d]).all()
        assert own["garrison"][day, d] > 0
    stood = [d for d in range(D) if not held[:, d].any()]
    assert all(len(set(np.asarray(own["garrison"])[:, d])) > 3 for d in stood)


@pytest.mark.slow
def test_a_run_of_which_nothing_is_told_is_the_run_untold_to_the_bit(
    ring, told_wars, values, district_resolve
):
    """In the program that users run. The first member only: resolve is that of his dice.

    The mean resolve of a garrison, which is only shown, is rounded otherwise where it is given.
    """
    run = compile_members(ring, told_wars.mechanisms, Plan(DAYS), False)
    v, address = jax.tree.map(lambda x: x[None], values()), keys(1, np.arange(1))
    untold = run(address, v)
    nothing = given(untold.held_at_start[0] > 0, np.full((DAYS, D), FREE), district_resolve)
    told = run(address, v, jax.tree.map(lambda x: x[None], nothing))
    np.testing.assert_array_max_ulp(told.resolve, untold.resolve, maxulp=4)
    assert bits(told._replace(resolve=untold.resolve)) == bits(untold)
    assert int(untold.n_falls.sum()) > 2


@pytest.mark.slow
def test_districts_fall_about_when_their_course_passes_nought(measured):
    """The basis of SLACK: 6 simulated wars, each looked at as if its map were the record."""
    war = prepare(load(), Request(members=6, seed=5))
    fought = join([found for _, found in fight(war, chunks(6))])
    numbers, rng = values_of(war, np.arange(6)), np.random.default_rng(5)
    posts, every, n = garrisons(war.theatre), 2, fought.first_fall.shape[1]
    expect = jax.jit(lambda path, v: passed(course(war.theatre, war.mechanisms, posts, path, v)))
    found = []
    for m in range(6):
        first_held, fell_on = fought.held_at_start[m] > 0, fought.first_fall[m]
        ends = np.arange(war.plan.days)[:, None] + 1
        told = ((fell_on <= ends) | first_held).astype(np.int8)
        v = jax.tree.map(lambda x, m=m: jnp.float32(x[m]), numbers)
        resolves = v["ground"]["spread_district"] * rng.standard_normal((4, n))
        four = lambda x: jnp.stack([jnp.asarray(x)] * 4)  # noqa: E731
        record = Given(four(first_held), four(told), jnp.asarray(resolves, jnp.float32))
        shown = replay(war.theatre, war.mechanisms, jax.tree.map(four, v), keys(99, np.arange(4)),
                       record, every)  # fmt: skip
        fell = np.flatnonzero(np.isfinite(fell_on) & ~first_held)
        at = np.asarray(expect(shown, v))[((fell_on[fell] - 1) // every).astype(int), fell]
        found.append(at)
        measured(f"passed at the fall, war {m}, mean of {len(fell)}", at.mean())
        measured(f"passed at the fall, war {m}, spread", at.std())
    found = np.concatenate(found)
    measured("passed at the fall, mean", found.mean())
    measured("passed at the fall, spread", found.std())
    assert abs(found.mean()) < 0.6
    assert 0.7 < found.std() < 1.7

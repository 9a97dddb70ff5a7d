"""Running: one member from its dice to its trajectory, and many members in chunks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from holdfast.engine.consequences import Counting
from holdfast.engine.facts import FEW_POSTS, World, by_district, strength_of
from holdfast.engine.soldiers import CLASSES, continuum, draw, individuals, present
from holdfast.engine.step import Carry, first, step
from holdfast.vocabulary import chance
from holdfast.vocabulary.chance import Purpose
from holdfast.vocabulary.state import Character, Dice, Given, Lots, News, State
from holdfast.vocabulary.types import Mechanism, Theatre, Trajectory, Values, weeks
from holdfast.vocabulary.words import Fate, Manner

INDIVIDUALS = Counting(individuals, chance.binomial, lambda x: jnp.ceil(x).astype(jnp.int32))
CONTINUUM = Counting(continuum, lambda u, n, p: n * p, lambda x: x)
EVENTS_OF_POST, EVENTS_OF_DISTRICT = 16, 64
"""Lots drawn ahead for each clock; a place with more events uses them again in turn."""

COUNTINGS = {"individuals": INDIVIDUALS, "continuum": CONTINUUM}


@dataclass(frozen=True)
class Plan:
    """How a war is run: so many days, in steps of `dt` days; one row is kept a day.

    Without `reasons` the pressures behind each fall are not kept, which is faster.
    """

    days: int
    dt: float = 1.0
    counting: str = "individuals"
    reasons: bool = True

    @property
    def steps_a_day(self) -> int:
        """Whole number of steps in a day."""
        return round(1 / self.dt)


def character(
    theatre: Theatre, ground: Values, key: Array, given: Given | None = None
) -> Character:
    """What posts and districts of one member draw for the whole war."""
    first, second = chance.words(key, Purpose.POST, 0, theatre.post_key)
    third, _ = chance.words(key, Purpose.POST, 1, theatre.post_key)
    own, ties = chance.words(key, Purpose.DISTRICT, 0, theatre.district_key)
    normal = lambda word: chance.normal(chance.to_uniform(word))  # noqa: E731
    resolve = ground["spread_post"] * normal(first)
    if given is None:
        alike, _ = chance.words(key, Purpose.PROVINCE, 0, theatre.province_key)
        of_district = (
            ground["spread_district"] * normal(own)
            + (ground["spread_province"] * normal(alike))[theatre.province]
        )
    else:
        of_district = given.resolve
    resolve = resolve + of_district[theatre.home]
    return Character(
        resolve=resolve,
        nerve=chance.to_uniform(second),
        gains=(chance.to_uniform(third) < ground["commander_gains"]).astype(jnp.float32),
        elder_ties=theatre.elder_proxy + ground["elder_spread"] * normal(ties),
        replaced=_chiefs(theatre, key) < theatre.calendar.replaced_share[:, None],
    )


def _chiefs(theatre: Theatre, key: Array) -> Array:
    """Uniform numbers of the chief of each district at each appointment, [events, D]."""

    def at(appointment: Array) -> Array:
        own = chance.own_dice(key, Purpose.CHIEF, appointment)
        return chance.uniform(own, Purpose.CHIEF, 1, theatre.district_key)

    return jax.vmap(at)(theatre.calendar.appointment_key)


def cast(theatre: Theatre, key: Array, n_steps: int) -> Dice:
    """Lots of all events of one member, each at its own address."""
    d, p = theatre.district_key, theatre.post_key

    def lots(purpose: Purpose, rows: int, place: Array) -> Array:
        pairs = chance.words(key, purpose, jnp.arange(rows // 2)[:, None], place[None])
        return -jnp.log(chance.to_uniform(jnp.concatenate(pairs)))

    pool = chance.words(key, Purpose.POOL, jnp.arange(2 * n_steps)[:, None], d[None])
    pool = chance.to_uniform(jnp.stack(pool)).reshape(2, n_steps, 2, -1)
    return Dice(
        parley=lots(Purpose.PARLEY, EVENTS_OF_POST, p),
        withdraw=lots(Purpose.WITHDRAW, EVENTS_OF_POST // 4, p),
        attack=lots(Purpose.ATTACK, EVENTS_OF_DISTRICT, d),
        breach=lots(Purpose.BREACH, EVENTS_OF_DISTRICT, d),
        counter=lots(Purpose.COUNTERATTACK, EVENTS_OF_DISTRICT, d),
        retake=jnp.exp(-lots(Purpose.RETAKE, EVENTS_OF_DISTRICT, d)),
        pools=jnp.moveaxis(pool, 0, 1).reshape(n_steps, 4, -1),
    )


def first_countryside(theatre: Theatre, ground: Values, key: Array, held: Array) -> Array:
    """Share of each district that insurgents run on the first day: even over districts.

    Districts are ranked by `contest_proxy * (weak state presence) + a normal number`; those held
    come first. The share is the rank, so as many districts lie below any share as it says.
    """
    noise = chance.normal(chance.uniform(key, Purpose.DISTRICT, 1, theatre.district_key))
    score = ground["contest_proxy"] * theatre.contest_proxy + noise + 100.0 * held
    rank = jnp.argsort(jnp.argsort(score))
    return (rank + 0.5) / score.shape[0]


def begin(
    theatre: Theatre, ground: Values, key: Array, n_mechanisms: int, counting: Counting, steps: int,
    given: Given | None = None,
) -> tuple[World, Lots, State]:  # fmt: skip
    """World, lots and state of one member on the first day.

    Centres already held are drawn by each district's chance unless they are given; their posts
    stand in the garrison town. Fighters stand before districts in proportion to the countryside
    they run.
    """
    lots = draw(theatre, key, ground["ghosts"])
    men = present(lots)
    whole = counting is INDIVIDUALS
    men = men if whole else men.astype(jnp.float32)
    n, n_posts = theatre.population.shape[0], theatre.paper.shape[0]
    held = chance.uniform(key, Purpose.HELD, 0, theatre.district_key) < theatre.held_chance
    held = held if given is None else given.held
    country = first_countryside(theatre, ground, key, held)
    town = theatre.garrison_of[theatre.home]
    place = jnp.where(held[theatre.home] & ~held[town], town, theatre.home)
    fighters = ground["fighters"] * theatre.insurgents
    free = jnp.maximum(fighters - ground["holders"] * held.sum(), 0.0)
    weight = (0.05 + country) * ~held
    of = lambda shape, dtype=jnp.float32: jnp.zeros(shape, dtype)  # noqa: E731
    count = jnp.int32 if whole else jnp.float32
    d_count, d_int = of(n, count), of(n, jnp.int32)
    state = State(
        left=of((CLASSES, n_posts)),
        died=of(n_posts),
        serving=men,
        gone=of(n_posts, count),
        place=place.astype(jnp.int32),
        parley_clock=of(n_posts),
        parleys=of(n_posts, jnp.int32),
        withdraw_clock=of(n_posts),
        withdrawals=of(n_posts, jnp.int32),
        held=held,
        countryside=country,
        fighters_at=free * weight / jnp.maximum(weight.sum(), 1e-9),
        fighters=fighters,
        assault=of(n),
        attack_clock=of(n),
        attacks=d_int,
        breach_clock=of(n),
        breaches=d_int,
        counter_clock=of(n),
        counters=d_int,
        captives=d_count,
        released=d_count,
        away=d_count,
        returned=d_count,
        fates=of((n, len(Fate)), count),
        tally=of((n, len(Manner)), count),
        first_fall=jnp.full(n, jnp.inf),
        manner=jnp.full(n, -1, jnp.int32),
        n_falls=d_int,
        n_retaken=d_int,
        forced=d_int,
        news=News(of(n, bool), of(n, bool), *([d_count] * (len(News._fields) - 2))),
        recent=of((n, n_mechanisms)),
        why=of((n, n_mechanisms)),
    )
    dice = cast(theatre, key, steps)
    full = strength_of(theatre, men.sum(0), place)
    world = World(theatre, character(theatre, ground, key, given), dice, men.sum(0), full)
    return world, lots, state


def member(
    theatre: Theatre,
    mechanisms: Sequence[Mechanism],
    plan: Plan,
    key: Array,
    values: Mapping[str, Values],
    given: Given | None = None,
) -> Trajectory:
    """One war. `key` is (seed, member); `values` maps `ground` and each mechanism to numbers.
    `given` is what the record decides in it.

    Rows are kept at the end of each day. Mechanisms are taken in the order of their names, so
    that sums do not depend on the order in which they were handed over.
    """
    mechanisms = sorted(mechanisms, key=lambda m: m.name)
    ground, counting = values["ground"], COUNTINGS[plan.counting]
    steps = plan.days * plan.steps_a_day
    kept = len(mechanisms) if plan.reasons else 0
    world, lots, state = begin(theatre, ground, key, kept, counting, steps, given)
    held_at_start = state.held
    carry = first(world, state, mechanisms, values, plan.dt)
    one = partial(step, world, lots, mechanisms, ground, values, counting)

    def a_day(carry: Carry, day: Array) -> tuple[Carry, dict[str, Array]]:
        told = None if given is None else given.told[day]

        def a_step(k: int, carry: Carry) -> Carry:
            return one(carry, day * plan.steps_a_day + k, plan.dt, told)

        if plan.steps_a_day == 1:
            carry = a_step(0, carry)
        else:
            carry = jax.lax.fori_loop(0, plan.steps_a_day, a_step, carry)
        return carry, _row(world, carry)

    (state, *_), rows = jax.lax.scan(a_day, carry, jnp.arange(plan.days, dtype=jnp.int32))
    push = rows.pop("push")[weeks(plan.days)]
    n = theatre.population.shape[0]
    weight = jnp.maximum(world.present, 1).astype(jnp.float32)
    resolve, of = (
        by_district(x, theatre.home, n) for x in (world.character.resolve * weight, weight)
    )
    return Trajectory(
        **rows,
        fates_by_district=state.fates,
        first_fall=state.first_fall,
        manner=state.manner,
        n_falls=state.n_falls,
        n_retaken=state.n_retaken,
        forced=state.forced,
        held_at_start=held_at_start.astype(jnp.uint8),
        present=by_district(world.present, theatre.home, n),
        why=state.why,
        push=push,
        resolve=resolve / jnp.maximum(of, 1e-9),
    )


def _row(world: World, carry: Carry) -> dict[str, Array]:
    state = carry.state
    return {
        "held": state.held.astype(jnp.uint8),
        "countryside": jnp.round(100 * state.countryside).astype(jnp.uint8),
        "serving": _in_posts(world, carry) + state.returned,
        "surrendered": state.fates[:, list(Fate).index(Fate.SURRENDERED)],
        "abroad": state.fates[:, list(Fate).index(Fate.ABROAD)],
        "fates": in_the_nation(state.fates),
        "fighters": state.fighters,
        "push": state.recent.astype(jnp.float16),
    }


def _in_posts(world: World, carry: Carry) -> Array:
    """Men who serve in the posts of each district, [D], to a man."""
    state, few = carry.state, world.theatre.paper.shape[0] <= FEW_POSTS
    if few:
        return carry.men[:, 0].astype(state.returned.dtype)
    return by_district(state.serving.sum(0), state.place, state.held.shape[0])


def in_the_nation(counts: Array) -> Array:
    """Sum of `counts` [D, ...] over districts. Of whole men it is a uint32, which holds twice what
    a district's count does: a man who withdraws three times is three withdrawals."""
    whole = jnp.issubdtype(counts.dtype, jnp.integer)
    return counts.astype(jnp.uint32).sum(0) if whole else counts.sum(0)


def compile_members(
    theatre: Theatre, mechanisms: Sequence[Mechanism], plan: Plan, side_by_side: bool
) -> Callable[..., Trajectory]:
    """A function from keys [B, 2], values [B] and, where the record decides, `Given` [B, ...] to
    trajectories [B, ...], compiled at first use.

    `side_by_side` runs members as one batch, best on a GPU; otherwise one after another, so that
    a member's bits do not depend on how many share its chunk. Theatres of the same shape share
    one compiled program.
    """
    ordered = tuple(sorted(mechanisms, key=lambda m: m.name))
    return partial(_program(ordered, plan, side_by_side), theatre)


def compiler_options() -> dict[str, str]:
    """Keep what `once` asks for: by default XLA drops it on processors."""
    on_cpu = jax.default_backend() == "cpu"
    return {"xla_disable_hlo_passes": "cse_barrier_expander"} if on_cpu else {}


@lru_cache(maxsize=16)
def _program(
    mechanisms: tuple[Mechanism, ...], plan: Plan, side_by_side: bool
) -> Callable[..., Trajectory]:
    def one(
        theatre: Theatre, key: Array, values: Mapping[str, Values], given: Given | None
    ) -> Trajectory:
        return member(theatre, mechanisms, plan, key, values, given)

    @partial(jax.jit, compiler_options=compiler_options())
    def many(
        theatre: Theatre, keys: Array, values: Mapping[str, Values], given: Given | None = None
    ) -> Trajectory:
        if side_by_side:
            return jax.vmap(partial(one, theatre))(keys, values, given)
        return jax.lax.map(lambda kvg: one(theatre, *kvg), (keys, values, given))

    return many


def keys(seed: int, members: np.ndarray) -> np.ndarray:
    """Addresses of members' dice, [B, 2] uint32."""
    return np.stack([np.full(len(members), seed), members], -1).astype(np.uint32)

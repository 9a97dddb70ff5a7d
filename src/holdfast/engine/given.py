"""The war as the record tells it: what each garrison would do, given who held what.

A war is replayed with the record's map in place of the model's own, and what mechanisms are shown
is kept. On that path the chance that each district has fallen by each day is a smooth function of
the parameters, and costs a few milliseconds: what a likelihood needs (docs/model.md section 8).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from holdfast.engine.facts import FIGHTING_WORTH, World, read_calendar
from holdfast.engine.facts import ties as ties_of
from holdfast.engine.pressure import Sums, add, doors_at_posts, expit, opened, rate_at_posts, spread
from holdfast.engine.run import COUNTINGS, Plan, begin, compiler_options
from holdfast.engine.soldiers import class_nodes
from holdfast.engine.step import first, step
from holdfast.vocabulary.along import at_days
from holdfast.vocabulary.state import Given
from holdfast.vocabulary.types import Mechanism, Scene, Theatre, Values
from holdfast.vocabulary.words import Branch, Option, Verb, index

OF_POSTS = ("is_police", "is_commando", "gone_share")
"""Facts by post; on a path they are those of whole garrisons."""

SOFT = 0.1
"""Width on which a post's assent to terms is smoothed, as a share. Judgement."""

SETTLING = 40.0
"""Days over which a chief is new when tenures of wars with and without a change are averaged.
Judgement."""

SLACK = 1.2
"""Spread in logits of the time of falls about their course, above that between districts:
measured on simulated wars (tests/engine/test_given.py)."""

LEAST = 1e-3
"""Depletion, and threshold of depletion, that are not told from none. Judgement."""


IN_ORDER = slice(None)
"""Where garrisons stand: one in every district, in the order of districts."""


class Replayed(NamedTuple):
    """What mechanisms are shown along a recorded war, at the start of every `every` days."""

    days: Array  # [T]
    every: float
    facts: dict[str, Array]  # [T], [T, D]
    memories: dict[str, dict[str, Array]]  # [T, ...]


class Course(NamedTuple):
    """What is expected of each district along the path, cumulative to the end of each step."""

    depletion: Array  # [T, D] minus log of the strength left, of that on the first day
    threshold: Array  # [T, D] depletion at which those before it take it
    abroad: Array  # [T, D] men who cross a border, of those expected to be there
    surrendered: Array  # [T, D]
    killed: Array  # [T, D]


def garrisons(theatre: Theatre) -> Array:
    """Men on the roll of each branch in each district, counted together, [B, D]."""
    men = np.zeros((len(Branch), theatre.population.shape[0]))
    np.add.at(
        men, (np.asarray(theatre.branch), np.asarray(theatre.home)), np.asarray(theatre.paper)
    )
    return jnp.asarray(men, jnp.float32)


def replay(
    theatre: Theatre,
    mechanisms: Sequence[Mechanism],
    values: Mapping[str, Mapping[str, np.ndarray]],
    keys: np.ndarray,
    given: Given,
    every: int = 1,
) -> Replayed:
    """Facts and memories along wars whose map the record decides, averaged over members.

    `keys` [B, 2], `values` [B] and `given` [B, ...] are those of the members; men are counted as
    expected shares. Once a district has fallen, its own facts stay as they were shown before; but
    for `held`.
    """
    ordered = tuple(sorted(mechanisms, key=lambda m: m.name))
    mean = _replayed(ordered, given.told.shape[1])(theatre, jnp.asarray(keys), values, given)
    facts, memories = jax.tree.map(lambda x: x[::every], mean)
    facts["leader_tenure"] = -SETTLING * jnp.log(jnp.maximum(facts["leader_tenure"], 1e-30))
    return Replayed(facts["day"], float(every), facts, memories)


@lru_cache(maxsize=16)
def _replayed(mechanisms: tuple[Mechanism, ...], days: int) -> Any:
    plan = Plan(days, counting="continuum", reasons=False)
    counting = COUNTINGS[plan.counting]

    def one(theatre: Theatre, kvg: Any) -> Any:
        key, values, given = kvg
        world, lots, state = begin(theatre, values["ground"], key, 0, counting, days, given)
        carry = first(world, state, mechanisms, values, 1.0)
        go = partial(step, world, lots, mechanisms, values["ground"], values, counting)

        def a_day(so_far: Any, now: Any) -> Any:
            (carry, fallen, before), (number, here) = so_far, now
            shown = shown_on(carry, number)
            fallen = fallen | (shown[0]["held"] > 0)
            seen = jax.tree.map(partial(as_before_the_fall, fallen & (number > 0)), shown, before)
            seen[0]["held"] = shown[0]["held"]
            return (go(carry, number, 1.0, here), fallen, seen), seen

        def shown_on(carry: Any, number: Array) -> Any:
            facts = read_calendar(world, carry.seen, number * 1.0, 1.0)
            facts["leader_tenure"] = jnp.exp(-facts["leader_tenure"] / SETTLING)
            return {k: v for k, v in facts.items() if k not in OF_POSTS}, carry.memories

        none_fell = jnp.zeros(given.told.shape[1], bool)
        start = (carry, none_fell, shown_on(carry, jnp.zeros((), jnp.int32)))
        return jax.lax.scan(a_day, start, (jnp.arange(days), given.told))[1]

    @partial(jax.jit, compiler_options=compiler_options())
    def mean(theatre: Theatre, keys: Array, values: Any, given: Given) -> Any:
        members = (keys, values, given)
        add_one = lambda total, kvg: (jax.tree.map(jnp.add, total, one(theatre, kvg)), None)  # noqa: E731
        start = one(theatre, jax.tree.map(lambda x: x[0], members))
        total, _ = jax.lax.scan(add_one, start, jax.tree.map(lambda x: x[1:], members))
        return jax.tree.map(lambda x: x / keys.shape[0], total)

    return mean


def as_before_the_fall(fallen: Array, now: Array, before: Array) -> Array:
    """What is shown of each district [D], as it was `before` where it has `fallen`.

    What a fall does to a garrison would otherwise pass for what brought it about: the day of a
    fall is not known to the hour, and a path is a mean of wars that differ in it.
    """
    return jnp.where(fallen, before, now) if now.shape == fallen.shape else now


def course(
    theatre: Theatre,
    mechanisms: Sequence[Mechanism],
    posts: Array,
    path: Replayed,
    values: Mapping[str, Values],
) -> Course:
    """What is expected of every district along the path, at these values of the parameters.

    `posts` [B, D] are the garrisons. The path's facts and memories stay what they are; pressures,
    doors and verbs are worked out anew at every step by the mechanisms' own `press`. Smooth in
    `values`.
    """
    ground = values["ground"]
    sums = _pressures(theatre, mechanisms, path, values)
    assault, need = _attackers(theatre, ground, sums, path)
    branches = len(posts)  # told, since it may be that nothing presses by post or class
    of_branches = jax.vmap(
        partial(_rates, ground), in_axes=(BY_BRANCH, None, None), axis_size=branches
    )
    leave, killed, shares = jax.vmap(of_branches)(sums, assault, path.facts)
    gone = jnp.cumsum(leave * path.every, 0)  # [T, B, K, D]
    dead = jnp.cumsum(killed * path.every, 0)  # [T, B, D]
    left = jnp.exp(-gone) * jnp.exp(-dead)[:, :, None]
    worth = jnp.asarray(FIGHTING_WORTH, jnp.float32)[:, None] * posts
    full = jnp.maximum(worth.sum(0), 1e-6)
    share = (left.mean(2) * worth).sum(1) / full
    holding = jnp.log(jnp.maximum(full * (1 - ground["ghosts"]), 1e-6))
    threshold = jax.nn.softplus((holding - jnp.log(need)) * 10) / 10 / (1 + ground["gaps"])
    men = posts * (1 - ground["ghosts"])
    before = jnp.concatenate([jnp.ones_like(left[:1]), left[:-1]])
    leavers = before * -jnp.expm1(-leave * path.every)
    dying = (before - leavers) * -jnp.expm1(-killed * path.every)[:, :, None]
    flow = lambda gone: jnp.cumsum((gone.mean(2) * men).sum(1), 0)  # noqa: E731
    return Course(
        depletion=-jnp.log(jnp.maximum(share, 1e-12)),
        threshold=threshold,
        surrendered=flow(leavers * shares[:, :, 0]),
        abroad=flow(leavers * shares[:, :, 1]),
        killed=flow(dying),
    )


BY_BRANCH: Any = Sums(None, 0, 0)  # type: ignore[arg-type]
"""What differs between garrisons of one district: sums by post and by class."""


def _pressures(
    theatre: Theatre, mechanisms: Sequence[Mechanism], path: Replayed, values: Mapping[str, Values]
) -> Sums:
    """Sums at every step: of districts [T, D]; by post [T, B, D] and by class [T, B, K, D]."""
    ordered = sorted(mechanisms, key=lambda m: m.name)
    n = theatre.population.shape[0]
    ties = ties_of(theatre, IN_ORDER)
    world = World(theatre, *[None] * (len(World._fields) - 1))  # type: ignore[arg-type]

    def at(facts: dict[str, Array], memories: dict[str, dict[str, Array]], branch: Array) -> Sums:
        own = {
            "is_police": jnp.full(n, branch == index(Branch.POLICE), jnp.float32),
            "is_commando": jnp.full(n, branch == index(Branch.COMMANDO), jnp.float32),
            "gone_share": jnp.zeros(n),
        }
        pressures = [
            m.press(Scene(facts | own, ties, memories.get(m.name, {}), 1.0), values[m.name])
            for m in ordered
        ]
        return add(world, values["ground"], pressures, opened(ordered))

    of_branches = jax.vmap(at, in_axes=(None, None, 0), out_axes=BY_BRANCH)
    branches = jnp.arange(len(Branch))
    return jax.vmap(lambda facts, memories: of_branches(facts, memories, branches))(
        path.facts, path.memories
    )


def _attackers(theatre: Theatre, ground: Values, sums: Sums, path: Replayed) -> tuple[Array, Array]:
    """Expected intensity of assaults, and the strength that holds off those before a district."""
    held = path.facts["held"]
    weight = jnp.exp(sums.district[Verb.ATTACK]) * (0.05 + path.facts["countryside"])
    total = jnp.maximum((weight * (1 - held)).sum(-1, keepdims=True), 1e-9)
    fighters = ground["fighters"] * theatre.insurgents
    free = jnp.maximum(fighters - ground["holders"] * held.sum(-1), 0.1 * fighters)[:, None]
    crews = jnp.minimum(1.0, free / (total * ground["assault_days"] * ground["assault_crew"]))
    rate = weight * crews * (1 - path.facts["ceasefire"][:, None])
    rate = -jnp.expm1(-rate)  # at most one a day
    ago = (path.days[:, None] - path.days[None, :])[..., None]
    since = jnp.where(ago >= 0, jnp.exp(-jnp.maximum(ago, 0) / ground["assault_days"]), 0)[..., 0]
    assault = path.every * since @ rate
    marched = jnp.where(ago >= 0, jnp.exp(-jnp.maximum(ago, 0) / ground["march_days"]), 0)[..., 0]
    marched = marched / marched.sum(1, keepdims=True)
    need = ground["hold_ratio"] * (marched @ (free * weight / total))
    return assault, jnp.maximum(need, 1e-6)


def _rates(
    ground: Values, sums: Sums, assault: Array, facts: dict[str, Array]
) -> tuple[Array, Array, Array]:
    """Per day: hazard of leaving [K, D] and of dying [D]; shares of doors [2, K, D]."""
    stay = spread(sums, Option.STAY, IN_ORDER)
    value, shares = doors_at_posts(sums, ground["nest"], IN_ORDER)
    moment = rate_at_posts(sums, Verb.MOMENT, IN_ORDER, 1 + ground["assault_moments"] * assault)
    types = ground["spread_soldier"] * jnp.asarray(class_nodes())[:, None]
    if Option.STAY in sums.klass:
        types = types + sums.klass[Option.STAY]
    regular = moment * expit(value - stay - types)
    agreed = _agreed(ground, sums, stay, types)
    ordered = jnp.zeros_like(moment)
    if Option.WITHDRAW in sums.district:
        pull = spread(sums, Option.WITHDRAW, IN_ORDER)
        ordered = moment * expit(pull - stay) * facts["garrison_held"]
    danger = ground["kill_quiet"] + ground["kill_rate"] * assault
    killed = rate_at_posts(sums, Verb.KILL, IN_ORDER, danger)
    leave = regular + agreed + ordered
    surrendered = (regular * shares[0] + agreed) / leave
    abroad = regular * shares[2] / leave
    return leave, killed, jnp.stack([surrendered, abroad])


def _agreed(ground: Values, sums: Sums, stay: Array, types: Array) -> Array:
    """Expected hazard that elders' terms add, [K, D]; assent is smoothed over `SOFT`."""
    if Verb.PARLEY not in sums.district:
        return jnp.zeros(())
    rate = rate_at_posts(sums, Verb.PARLEY, IN_ORDER)
    pull = spread(sums, Option.SURRENDER, IN_ORDER) + ground["parley_guarantee"]
    willing = expit(pull - stay - types)
    say, share = ground["parley_weight"], willing.mean(0)
    assents = lambda gains: expit(  # noqa: E731
        (say * gains + (1 - say) * share - ground["parley_threshold"]) / SOFT
    )
    gain = ground["commander_gains"]
    chance = gain * assents(1.0) + (1 - gain) * assents(0.0)
    return rate * chance * ground["parley_binding"] * willing


def passed(course: Course) -> Array:
    """How far each district's depletion has passed its threshold so far, [T, D] logits."""
    over = jnp.log(course.depletion + LEAST) - jnp.log(course.threshold + LEAST)
    return jax.lax.cummax(over, axis=0)


def passed_at(course: Course, ends: Array, day: Array) -> Array:
    """How far each district's depletion has passed its threshold by its own `day` [D], logits."""
    nobody = jnp.log(LEAST) - jnp.log(course.threshold[0] + LEAST)  # gone on the first day
    return at_days(passed(course), ends, day, nobody)


def unshared(ground: Values) -> Array:
    """Standard deviation of a district's resolve around its province's, slack counted in."""
    return jnp.sqrt(ground["spread_district"] ** 2 + SLACK**2)


def fallen_by(course: Course, ground: Values) -> Array:
    """Chance that each district has fallen by the end of each step, [T, D].

    A garrison is depleted `exp(-z)` times as fast where its resolve is z above the expected; z is
    normal, and has a part of the district's own, a part of its province's, and `SLACK` for what
    the path leaves out, that assaults come in bursts above all. The district has fallen where z
    is passed.
    """
    spread = jnp.sqrt(unshared(ground) ** 2 + ground["spread_province"] ** 2)
    return jax.scipy.special.ndtr(passed(course) / spread)


def resolve_given(
    low: Array, high: Array, known: Array, ground: Values, shared: Array, lots: Array
) -> Array:
    """Resolve of each district given when it fell or that it stood, [D] logits.

    Its course had come to `low` while it stood for certain, and to `high` when it had fallen, if
    that is `known`. Its resolve around its province's, `shared`, is normal and known to lie
    between the two: it is drawn there by `lots` [D] (uniform). Slack counts as resolve: whatever
    let the district stand may do so again.
    """
    own = unshared(ground)
    ndtr, ndtri = jax.scipy.special.ndtr, jax.scipy.special.ndtri
    top = jnp.where(known, ndtr((shared - high) / own), 0.0)  # the upper tail, where it is exact
    between = top + lots * (ndtr((shared - low) / own) - top)
    return shared - own * ndtri(jnp.clip(between, 1e-30, 1 - 1e-6))

"""Adding: the summed pull of each option and log-rate of each verb, level by level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from holdfast.engine.facts import World, by_district, scene
from holdfast.vocabulary.once import once
from holdfast.vocabulary.state import State
from holdfast.vocabulary.types import Mechanism, Pressure, Values
from holdfast.vocabulary.words import DOORS, Level, Option, Verb

SHUT = -1.0e4
"""Pull of a door, or log-rate of a verb, that nobody has opened."""

HIGHEST_LOG_RATE = 30.0
"""Log-rate above which a rate grows no more: what happens 1e13 times a day happens at once."""

LEAST = 1e-12
"""Hazard of leaving, per day, below which nobody ever leaves."""

GROUND_OPEN = frozenset(
    {Option.STAY, Option.SURRENDER, Option.DESERT, Verb.MOMENT, Verb.ATTACK, Verb.KILL}
)
"""What exists without any mechanism."""


class Sums(NamedTuple):
    """Sums over mechanisms: by district, and on top of them by post and by class."""

    district: dict[Option | Verb, Array]  # each [D]
    post: dict[Option | Verb, Array]  # each [P]
    klass: dict[Option | Verb, Array]  # each [K, P]


def opened(mechanisms: Sequence[Mechanism]) -> frozenset[Option | Verb]:
    """Doors and verbs that exist in a war with these mechanisms."""
    return GROUND_OPEN.union(*(m.claim.opens for m in mechanisms))


def ground_pulls(ground: Values) -> dict[Option | Verb, Array]:
    """Pulls and log-rates before any mechanism speaks.

    The pull of staying is set so that a man of middling resolve leaves at `baseline_exit`.
    """
    appeal, nest = ground["surrender_appeal"], ground["nest"]
    doors = nest * jnp.logaddexp(appeal / nest, 0.0)
    odds = jnp.maximum(
        ground["moment_rate"] / jnp.maximum(ground["baseline_exit"], LEAST) - 1, 1e-3
    )
    return {
        Option.STAY: doors + jnp.log(odds),
        Option.SURRENDER: appeal,
        Option.DESERT: jnp.zeros(()),
        Verb.MOMENT: jnp.log(ground["moment_rate"]),
        Verb.ATTACK: jnp.log(ground["attack_rate"]),
        Verb.KILL: jnp.zeros(()),
    }


def press_all(
    world: World,
    state: State,
    facts: dict[str, Array],
    memory: Mapping[str, dict[str, Array]],
    mechanisms: Sequence[Mechanism],
    values: Mapping[str, Values],
    dt: float,
) -> list[Pressure]:
    """What each mechanism says of this scene."""
    return [
        m.press(scene(world, state, facts, memory.get(m.name, {}), dt), values[m.name])
        for m in mechanisms
    ]


def add(
    world: World, ground: Values, pressures: Sequence[Pressure], open_: frozenset[Option | Verb]
) -> Sums:
    """Sum the pressures of all mechanisms on what is open; what is shut stays shut."""
    n = world.theatre.population.shape[0]
    base = ground_pulls(ground)
    words = [w for w in (*Option, *Verb) if w in open_]  # in one order in every process
    district = {w: jnp.broadcast_to(base.get(w, jnp.zeros(())), (n,)) for w in words}
    post: dict[Option | Verb, Array] = {}
    klass: dict[Option | Verb, Array] = {}
    for pressure in pressures:
        for word, (level, pull) in pressure.items():
            if word not in open_:
                continue
            if level in (Level.NATION, Level.DISTRICT):
                district[word] = district[word] + pull
            elif level is Level.POST:
                post[word] = post.get(word, 0.0) + pull
            else:
                klass[word] = klass.get(word, 0.0) + pull
    return Sums(district, post, klass)


def door_shares(pulls: Sequence[Array], nest: Array) -> tuple[Array, list[Array]]:
    """Inclusive value of the nest of doors, and the share of each; pulls [..., doors]."""
    stacked = jnp.stack(pulls)
    top = stacked.max(0)
    weight = jnp.exp((stacked - top) / nest)
    total = weight.sum(0)
    return top + nest * jnp.log(total), list(weight / total)


def attribution(
    world: World,
    state: State,
    sums: Sums,
    pressures: Sequence[Pressure],
    nest: Array,
    men: Array,
) -> Array:
    """How hard each mechanism pushes the men of each district to leave, [D, M] in logits.

    The pull it adds to each door, weighed by the door's share, less what it adds to staying,
    plus what it adds to the log-rate of the moment: the first-order change of the log-odds of
    leaving. Pressure by post is averaged over the `men` [D] who serve.
    """
    n = world.theatre.population.shape[0]
    closed = jnp.full((n,), SHUT)
    _, shares = door_shares([sums.district.get(d, closed) for d in DOORS], nest)
    weight: dict[Option | Verb, Array] = dict(zip(DOORS, shares, strict=True))
    weight |= {Option.STAY: -jnp.ones(n), Verb.MOMENT: jnp.ones(n)}
    serving = state.serving.sum(0).astype(jnp.float32)
    speaks = lambda word: word in weight and word in sums.district  # noqa: E731
    below = [
        (pull if level is Level.POST else pull.mean(0)) * serving
        for pressure in pressures
        for word, (level, pull) in pressure.items()
        if speaks(word) and level in (Level.POST, Level.CLASS)
    ]
    in_one_pass = jnp.stack(below, -1) if below else jnp.zeros((serving.size, 0))
    totals = by_district(in_one_pass, state.place, n).T
    means = iter([total / jnp.maximum(men, 1e-9) for total in totals])
    columns = []
    for pressure in pressures:
        total = jnp.zeros(n)
        for word, (level, pull) in pressure.items():
            if speaks(word):
                pull = next(means) if level in (Level.POST, Level.CLASS) else pull
                total = total + weight[word] * jnp.clip(pull, -20.0, 20.0)
        columns.append(total)
    return jnp.stack(columns, -1) if columns else jnp.zeros((n, 0))


def spread(sums: Sums, word: Option | Verb, place: Array | slice) -> Array:
    """District and post parts of a word's sum for every post, [P]; `place` their districts."""
    if word not in sums.district:
        return jnp.full_like(sums.district[Option.STAY][place], SHUT)
    total = once(sums.district[word])[place]
    return total + sums.post[word] if word in sums.post else total


def rate_of(log_rate: Array) -> Array:
    """Rate per day of a log-rate, finite whatever was added up to it."""
    return jnp.exp(jnp.minimum(log_rate, HIGHEST_LOG_RATE))


def rate_at_posts(
    sums: Sums, verb: Verb, place: Array | slice, scale: Array | float = 1.0
) -> Array:
    """Rate of a verb per day for every post, [P], times `scale` of its district."""
    rate = once(rate_of(sums.district[verb]) * scale)[place]
    return rate * rate_of(sums.post[verb]) if verb in sums.post else rate


def doors_at_posts(sums: Sums, nest: Array, place: Array | slice) -> tuple[Array, list[Array]]:
    """Inclusive value and shares of the doors that are open, for every post [P]; 0 for a shut one.

    Worked out by district where no mechanism presses on a door by post.
    """
    open_ = [d for d in DOORS if d in sums.district]
    if any(d in sums.post for d in open_):
        value, shares = door_shares([spread(sums, d, place) for d in open_], nest)
    else:
        value, shares = door_shares([sums.district[d] for d in open_], nest)
        value, *shares = (x[place] for x in once([value, *shares]))
    found = dict(zip(open_, shares, strict=True))
    return value, [found.get(d, jnp.zeros_like(value)) for d in DOORS]


def expit(x: Array) -> Array:
    """Logistic function."""
    return jax.nn.sigmoid(x)

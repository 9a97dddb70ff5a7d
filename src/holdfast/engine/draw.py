"""Drawing: hazards of this step, and which clocks ring in it."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from holdfast.engine.facts import World
from holdfast.engine.pressure import (
    SHUT,
    Sums,
    doors_at_posts,
    expit,
    rate_at_posts,
    rate_of,
    spread,
)
from holdfast.engine.soldiers import GONE, Hazards, class_nodes, over_classes
from holdfast.vocabulary.once import once
from holdfast.vocabulary.state import State
from holdfast.vocabulary.types import Values
from holdfast.vocabulary.words import Option, Verb

NEVER = 1e-12
"""Rate per day up to which nothing happens, whatever hazard is left over."""


class Ring(NamedTuple):
    """A clock after a step: whether it rang, how far it has run since, and had it not rung."""

    rang: Array
    clock: Array
    unanswered: Array


class Drawn(NamedTuple):
    """Everything that chance and pressure decide in a step, before anything is applied."""

    hazards: Hazards
    parley: Ring  # [P]
    withdraw: Ring  # [P]
    keeps: Array  # [P] bool, would keep together and withdraw if its district fell now
    attack: Ring  # [D]
    attack_weight: Array  # [D] where fighters go, summing to 1
    breach: Ring  # [D]
    counter: Ring  # [D]
    rejoin: Array  # [D] rate per day


def lot_of(table: Array, count: Array) -> Array:
    """The lot of each place's next event, [places], from a table of lots [n, places]."""
    return jnp.take_along_axis(table, (count % table.shape[0])[None], 0)[0]


def ring(lots: Array, clock: Array, count: Array, rate: Array, dt: float) -> Ring:
    """Let an event clock run: it rings when the hazard since its last ring passes its lot.

    Lots are exponential and belong to place and count, so the n-th event of a place comes at the
    same accumulated hazard in every world and for every `dt`. At most one a step; none at rate 0.
    """
    lot = lot_of(lots, count)
    run = clock + rate * dt
    rang = (run >= lot) & (rate > NEVER)
    return Ring(rang, jnp.where(rang, run - lot, run), run)


def silent(clock: Array) -> Ring:
    """A clock that cannot ring."""
    return Ring(jnp.zeros(clock.shape, bool), clock, clock)


def draw(
    world: World,
    ground: Values,
    state: State,
    sums: Sums,
    facts: dict[str, Array],
    dt: float,
) -> Drawn:
    """Hazards of leaving and dying, door shares and rings of all clocks for one step."""
    dice, place = world.dice, state.place
    stay = spread(sums, Option.STAY, place) + world.character.resolve
    value, shares = doors_at_posts(sums, ground["nest"], place)
    assault = 1 + ground["assault_moments"] * state.assault
    moment = rate_at_posts(sums, Verb.MOMENT, place, assault)
    types = _class_pull(sums, ground, stay)
    regular = dt * moment * expit(value - stay - types)
    trapped = state.held[place]
    regular = jnp.where(trapped, GONE, regular)

    parley, agreed = _parley(world, ground, state, sums, stay, types, dt)
    regular, agreed = once((regular, agreed))
    leaving = regular + agreed
    left = state.left + leaving
    total = jnp.maximum(leaving, 1e-30)
    surrender = (regular * shares[0] + agreed) / total
    desert = surrender + regular * shares[1] / total

    danger = ground["kill_quiet"] + ground["kill_rate"] * state.assault
    kill = rate_at_posts(sums, Verb.KILL, place, danger)
    hazards = Hazards(state.left, left, state.died, state.died + dt * kill, surrender, desert)
    withdraw, keeps = _withdraw(world, state, sums, facts, stay, value, moment, trapped, dt)
    weight = _attack_rate(sums, state)
    attack_rate = weight * (1 - facts["ceasefire"]) * _within_means(ground, state, weight)
    rate = lambda verb: rate_of(sums.district.get(verb, jnp.full_like(weight, SHUT)))  # noqa: E731
    return Drawn(
        hazards=hazards,
        parley=parley,
        withdraw=withdraw,
        keeps=keeps,
        attack=ring(dice.attack, state.attack_clock, state.attacks, attack_rate, dt),
        attack_weight=weight / jnp.maximum(weight.sum(), 1e-30),
        breach=ring(
            dice.breach, state.breach_clock, state.breaches,
            rate(Verb.BREACH) * jnp.minimum(state.captives, 1), dt,
        )
        if Verb.BREACH in sums.district
        else silent(state.breach_clock),
        counter=ring(
            dice.counter, state.counter_clock, state.counters,
            rate(Verb.COUNTERATTACK) * state.held, dt,
        )
        if Verb.COUNTERATTACK in sums.district
        else silent(state.counter_clock),
        rejoin=rate(Verb.REJOIN),
    )  # fmt: skip


def _class_pull(sums: Sums, ground: Values, stay: Array) -> Array:
    """Resolve of each class over its post's, [K, P]."""
    own = ground["spread_soldier"] * jnp.asarray(class_nodes())[:, None]
    if Option.STAY in sums.klass:
        own = own + sums.klass[Option.STAY]
    return jnp.broadcast_to(own, (own.shape[0], stay.shape[0]))


def _parley(
    world: World,
    ground: Values,
    state: State,
    sums: Sums,
    stay: Array,
    types: Array,
    dt: float,
) -> tuple[Ring, Array]:
    """Visits of elders, and the hazard that a post's assent adds to each class, [K, P].

    A post assents when `w * (commander gains) + (1 - w) * (share of willing men)` passes the
    threshold; then willing men follow: with binding b and willingness p, `1 - exp(-b p)` of a
    class surrenders. So a post can split.
    """
    if Verb.PARLEY not in sums.district:
        return silent(state.parley_clock), jnp.zeros_like(state.left)
    serving = over_classes(state.serving)
    rate = rate_at_posts(sums, Verb.PARLEY, state.place) * jnp.minimum(serving, 1)
    parley = ring(world.dice.parley, state.parley_clock, state.parleys, rate, dt)
    surrender = spread(sums, Option.SURRENDER, state.place)
    willing = expit(surrender + ground["parley_guarantee"] - stay - types)
    share = over_classes(willing * state.serving) / jnp.maximum(serving, 1)
    say = ground["parley_weight"]
    assent = say * world.character.gains + (1 - say) * share > ground["parley_threshold"]
    agreed = jnp.where(parley.rang & assent, ground["parley_binding"] * willing, 0.0)
    return parley, agreed


def _withdraw(
    world: World,
    state: State,
    sums: Sums,
    facts: dict[str, Array],
    stay: Array,
    value: Array,
    moment: Array,
    trapped: Array,
    dt: float,
) -> tuple[Ring, Array]:
    """Posts that move to their garrison as one, and those that would if their district fell."""
    if Option.WITHDRAW not in sums.district:
        return silent(state.withdraw_clock), jnp.zeros(state.place.shape, bool)
    pull = spread(sums, Option.WITHDRAW, state.place)
    free = (facts["garrison_held"][state.place] > 0) & ~trapped
    rate = moment * expit(pull - stay) * free * jnp.minimum(over_classes(state.serving), 1)
    withdraw = ring(world.dice.withdraw, state.withdraw_clock, state.withdrawals, rate, dt)
    return withdraw, world.character.nerve < expit(pull - value)


def _attack_rate(sums: Sums, state: State) -> Array:
    """Assaults that each district would draw, per day: none where insurgents hold already."""
    return rate_of(sums.district[Verb.ATTACK]) * (0.05 + state.countryside) * ~state.held


def free_fighters(ground: Values, state: State) -> Array:
    """Fighters not tied down by what is held; at least a tenth of all."""
    tied = ground["holders"] * state.held.sum()
    return jnp.maximum(state.fighters - tied, 0.1 * state.fighters)


def _within_means(ground: Values, state: State, weight: Array) -> Array:
    """Share of the wanted assaults that the free fighters can man."""
    wanted = weight.sum() * ground["assault_days"] * ground["assault_crew"]
    return jnp.minimum(1.0, free_fighters(ground, state) / jnp.maximum(wanted, 1e-9))

"""Applying: what each verb does to the world. The only place that writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from holdfast.engine.draw import Drawn, free_fighters, lot_of
from holdfast.engine.facts import World, by_district, strength_of, worth
from holdfast.engine.soldiers import HeadCount
from holdfast.vocabulary.once import once
from holdfast.vocabulary.state import Lots, News, State
from holdfast.vocabulary.types import Values
from holdfast.vocabulary.words import Fate, Manner

RETAKEN_COUNTRYSIDE = 0.7
"""Share of a district that insurgents still run when its centre is retaken. Judgement."""

ASSAULTED = 0.25
"""Intensity above which men still present when a district falls count as taken by assault:
an assault one and a half assault-lengths old or younger. Judgement."""

MEMORY_DAYS = 7.0
"""Half-life of the pressure that `why` reports."""


class Counting(NamedTuple):
    """How men are counted: by lots, or as expected shares."""

    head_count: HeadCount
    thin: Callable[[Array, Array, Array], Array]  # (uniform, n, chance) -> how many of n
    whole: Callable[[Array], Array]  # rounds up to men


BRINK = 1.2
"""Strength, against what holds off those before it, below which a district is about to fall.
Judgement."""


def stand(
    world: World, ground: Values, state: State, strength: Array, drawn: Drawn, told: Array
) -> tuple[Drawn, Array]:
    """What was drawn, but that nobody leaves a garrison on the brink of a fall that was not, and
    which districts [D] those are.

    `strength` [D]; `told` as in `step`. The record says that the district stood, so what would
    have made it fall did not happen.
    """
    fullness = jnp.clip(strength / jnp.maximum(world.full_strength, 1e-9), 0, 1)
    holding = strength * fullness ** ground["gaps"]
    brink = (told == 0) & ~state.held & (holding < BRINK * ground["hold_ratio"] * state.fighters_at)
    here = brink[state.place]
    h = drawn.hazards
    hazards = h._replace(
        left=jnp.where(here, h.left_before, h.left), died=jnp.where(here, h.died_before, h.died)
    )
    withdraw = drawn.withdraw._replace(rang=drawn.withdraw.rang & ~here)
    return drawn._replace(hazards=hazards, withdraw=withdraw), brink


class Pools(NamedTuple):
    """Men outside posts after a step, [D] each, and the flows between."""

    captives: Array
    released: Array
    away: Array
    returned: Array
    deserted: Array
    let_go: Array
    breached: Array
    rejoined: Array


def apply(
    world: World,
    ground: Values,
    state: State,
    lots: Lots,
    drawn: Drawn,
    counting: Counting,
    step: Array,
    day: Array,
    dt: float,
    served: Array,
    told: Array | None = None,
) -> State:
    """The state after a step, into which `served` men [D] went; `told` as in `step`."""
    th = world.theatre
    n = th.population.shape[0]
    count = once(counting.head_count(lots, state.serving, drawn.hazards))
    now = count.serving.sum(0)
    moved = drawn.withdraw.rang & ~state.held[state.place]
    flows = by_district(
        jnp.stack(
            [count.surrendered, count.deserted, count.abroad, count.killed,
             drawn.parley.rang.astype(now.dtype), jnp.where(moved, now, 0)],
            -1,
        ),
        state.place, n,
    )  # fmt: skip
    surrendered, deserted, abroad, killed, visits, withdrew = flows.T
    pools = _pools(world, ground, state, drawn, counting, step, dt, flows, served)
    place = jnp.where(moved, th.garrison_of[state.place], state.place)

    assault = state.assault * jnp.exp(-dt / ground["assault_days"]) + drawn.attack.rang
    fighters = state.fighters - ground["fighters_lost"] * drawn.attack.rang.sum()
    fighters = jnp.maximum(fighters, 0.0)
    target = free_fighters(ground, state) * drawn.attack_weight
    share = -jnp.expm1(-dt / ground["march_days"])
    fighters_at = state.fighters_at + (target - state.fighters_at) * share

    strength = strength_of(th, now, place) + pools.returned.astype(jnp.float32)
    fullness = jnp.clip(strength / jnp.maximum(world.full_strength, 1e-9), 0, 1)
    holding = strength * fullness ** ground["gaps"]
    fell = ~state.held & (holding < ground["hold_ratio"] * fighters_at)
    if told is not None:
        counter = drawn.counter._replace(rang=drawn.counter.rang & (told < 0))
        drawn = drawn._replace(counter=counter)
        spared = fell & (told == 0)  # fewer stood before it than the model sent
        fighters_at = jnp.where(spared, holding / ground["hold_ratio"], fighters_at)
        fell = jnp.where(told < 0, fell, ~state.held & (told == 1))
    held = state.held | fell
    escapes = fell[place] & drawn.keeps & ~held[th.garrison_of[place]]
    fates_of_posts = jnp.stack([escapes, fell[place] & ~escapes], -1) * now[:, None]
    escaped, left_behind = by_district(fates_of_posts, place, n).T
    place = jnp.where(escapes, th.garrison_of[place], place)

    tally = _tally(state, fell, assault, surrendered, deserted + abroad, killed, withdrew,
                   escaped, left_behind)  # fmt: skip
    dispersed = jnp.where(fell, pools.returned, 0)
    retaken, place, attempted = _counterattack(world, ground, state, drawn, held, place, now)
    if told is not None:
        retaken = retaken | (held & (told == 0))

    fates = _fates(state, surrendered, deserted + pools.deserted + dispersed, abroad, killed,
                   pools.breached, pools.rejoined, withdrew + escaped)  # fmt: skip
    first = fell & jnp.isinf(state.first_fall)
    return state._replace(
        left=drawn.hazards.left,
        died=drawn.hazards.died,
        serving=count.serving,
        gone=state.gone + count.surrendered + count.deserted + count.abroad,
        place=place,
        parley_clock=drawn.parley.clock,
        parleys=state.parleys + drawn.parley.rang,
        withdraw_clock=drawn.withdraw.clock,
        withdrawals=state.withdrawals + drawn.withdraw.rang,
        held=held & ~retaken,
        countryside=_countryside(state, drawn.attack.rang, fell, retaken),
        fighters_at=fighters_at,
        fighters=fighters,
        assault=assault,
        attack_clock=drawn.attack.clock,
        attacks=state.attacks + drawn.attack.rang,
        breach_clock=drawn.breach.clock,
        breaches=state.breaches + drawn.breach.rang,
        counter_clock=jnp.where(attempted, drawn.counter.clock, drawn.counter.unanswered),
        counters=state.counters + attempted,
        captives=pools.captives,
        released=pools.released,
        away=pools.away,
        returned=pools.returned - dispersed,
        fates=fates,
        tally=jnp.where(retaken[:, None], 0, tally),
        first_fall=jnp.where(first, day + dt, state.first_fall),
        manner=jnp.where(first, tally.argmax(-1), state.manner),
        n_falls=state.n_falls + fell,
        n_retaken=state.n_retaken + retaken,
        news=News(fell, retaken, surrendered + deserted + abroad, surrendered, pools.let_go,
                  killed, pools.breached, visits),
        why=jnp.where(first[:, None], state.recent, state.why),
    )  # fmt: skip


def _pools(
    world: World,
    ground: Values,
    state: State,
    drawn: Drawn,
    counting: Counting,
    step: Array,
    dt: float,
    flows: Array,
    served: Array,
) -> Pools:
    """Move captives, released, fled and returned men; killings of captives among them."""
    th = world.theatre
    surrendered, deserted, abroad, killed, _, _ = flows.T
    back = drawn.rejoin * ~state.held[th.national_capital]
    lost = (surrendered + deserted + abroad + killed) / jnp.maximum(served, 1)
    rates = jnp.stack(
        [jnp.full_like(back, 1 / ground["captivity_days"]), back, back * ground["word_broken"]]
    )
    chances = jnp.concatenate([-jnp.expm1(-dt * rates), jnp.clip(lost, 0, 1)[None]])
    men = jnp.stack([state.captives, state.away, state.released, state.returned])
    thinned = counting.thin(*once((world.dice.pools[step], men, chances)))
    let_go, from_away, from_word, gone_again = once(thinned)

    at_risk = state.captives - let_go
    breached = jnp.where(drawn.breach.rang, counting.whole(at_risk * ground["breach_share"]), 0)
    breached = jnp.minimum(breached, at_risk).astype(at_risk.dtype)
    rejoined = from_away + from_word
    town = jnp.where(state.held[th.garrison_of], th.national_capital, th.garrison_of)
    arrived = jnp.zeros_like(rejoined).at[town].add(rejoined)
    return Pools(
        captives=at_risk - breached + surrendered,
        released=state.released + let_go - from_word,
        away=state.away + abroad - from_away,
        returned=state.returned - gone_again + arrived,
        deserted=gone_again,
        let_go=let_go,
        breached=breached,
        rejoined=rejoined,
    )


def _tally(
    state: State,
    fell: Array,
    assault: Array,
    surrendered: Array,
    ran: Array,
    killed: Array,
    withdrew: Array,
    escaped: Array,
    left_behind: Array,
) -> Array:
    """Ways each garrison went so far, in the order of Manner, those present at the fall too."""
    stormed = fell & (assault >= ASSAULTED)
    columns = {
        Manner.NEGOTIATED: surrendered,
        Manner.ABANDONED: ran + jnp.where(stormed, 0, left_behind),
        Manner.ASSAULT: killed + jnp.where(stormed, left_behind, 0),
        Manner.ORDERED: withdrew + escaped,
    }
    return state.tally + jnp.stack([columns[m] for m in Manner], -1)


def _fates(
    state: State,
    surrendered: Array,
    deserted: Array,
    abroad: Array,
    killed: Array,
    breached: Array,
    rejoined: Array,
    withdrew: Array,
) -> Array:
    columns = {
        Fate.SURRENDERED: surrendered,
        Fate.DESERTED: deserted,
        Fate.ABROAD: abroad,
        Fate.KILLED: killed,
        Fate.KILLED_AFTER_SURRENDER: breached,
        Fate.RETURNED: rejoined,
        Fate.WITHDREW: withdrew,
    }
    return state.fates + jnp.stack([columns[f] for f in Fate], -1)


def _countryside(state: State, attacked: Array, fell: Array, retaken: Array) -> Array:
    """An assault wins a tenth of what was left outside the centre; a fall wins all of it."""
    grown = state.countryside + 0.1 * (1 - state.countryside) * attacked
    return jnp.where(retaken, RETAKEN_COUNTRYSIDE, jnp.where(fell, 1.0, grown))


def _counterattack(
    world: World,
    ground: Values,
    state: State,
    drawn: Drawn,
    held: Array,
    place: Array,
    now: Array,
) -> tuple[Array, Array, Array]:
    """Send at most one mobile company of each corps a step; requests without one wait, and
    the one that has waited longest is served.

    Succeeds with chance `expit(retake_odds + log(strength of the company / holders))`, by a
    lot of its own. Returns districts retaken, where posts stand, and districts attempted.
    """
    th = world.theatre
    n, n_posts = held.shape[0], place.shape[0]
    nothing = jnp.zeros(n, bool)
    if th.mobile.size == 0:
        return nothing, place, nothing
    company = jnp.maximum(th.mobile, 0)
    at_hand = (
        (th.mobile >= 0) & (now[company] > 0) & (th.capital[place[company]] > 0)
        & ~held[place[company]]
    )  # fmt: skip
    chosen = jnp.take_along_axis(company, at_hand.argmax(-1, keepdims=True), -1)[:, 0]
    asks = drawn.counter.rang & held
    wait = jnp.where(asks, drawn.counter.clock, -1.0)  # since the request rang: no two alike
    longest = jnp.full(chosen.shape, -1.0).at[th.corps].max(wait)
    served = jnp.where(wait == longest[th.corps], jnp.arange(n), n - 1)
    target = jnp.full(chosen.shape, n - 1).at[th.corps].min(served)
    go = (longest >= 0) & at_hand.any(-1)
    strength = worth(th)[chosen] * now[chosen]
    odds = ground["retake_odds"] + jnp.log((strength + 1) / (ground["holders"] + 1))
    lot = lot_of(world.dice.retake, state.counters)[target]
    wins = go & (lot < 1 / (1 + jnp.exp(-odds)))
    attempted = nothing.at[jnp.where(go, target, n)].set(True, mode="drop")
    retaken = nothing.at[jnp.where(wins, target, n)].set(True, mode="drop")
    place = place.at[jnp.where(wins, chosen, n_posts)].set(target, mode="drop")
    return retaken, place, attempted

"""Listening: the facts of the scene, read off theatre, calendar and state."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from holdfast.vocabulary.state import Character, Dice, State
from holdfast.vocabulary.types import MOST_MEN_IN_A_POST, Calendar, Scene, Theatre, Ties
from holdfast.vocabulary.words import Branch, index

FIGHTING_WORTH = (0.8, 1.0, 3.0)
"""Worth of a man of each branch (police, army, commando) in holding ground. Judgement:
commandos, 7-10% of the army, were said to do 70-80% of its fighting [anti-empire-2021]."""


FEW_POSTS = 2**24 // MOST_MEN_IN_A_POST
"""Posts whose men single precision counts one by one, should they all stand in one district."""


class World(NamedTuple):
    """Everything fixed while one member is fought."""

    theatre: Theatre
    character: Character
    dice: Dice
    present: Array  # [P] men there on the first day
    full_strength: Array  # [D] fighting worth of the garrison on the first day


def ties(theatre: Theatre, place: Array | slice) -> Ties:
    """Who hears whom, with posts standing in districts `place` [P]."""
    return Ties(
        theatre.neighbour, theatre.tie, theatre.province, theatre.corps,
        theatre.province_sizes, theatre.corps_sizes, place,
    )  # fmt: skip


def worth(theatre: Theatre) -> Array:
    """Worth in holding ground of a man of each post, [P]."""
    return jnp.asarray(FIGHTING_WORTH, jnp.float32)[theatre.branch]


def by_district(x: Array, place: Array, n: int) -> Array:
    """Sum of post quantities `x` [P, ...] over the districts in which the posts stand."""
    return jnp.zeros((n, *x.shape[1:]), x.dtype).at[place].add(x)


def muster(world: World, state: State) -> Array:
    """Men who serve in posts and their fighting worth, by district, [D, 2]."""
    return men_and_worth(world.theatre, state.serving.sum(0), state.place)


def men_and_worth(theatre: Theatre, men: Array, place: Array) -> Array:
    """`men` [P] and their worth in holding ground by the district `place` of their post, [D, 2].

    Where a district could hold more men than single precision tells apart, they are added up as
    whole numbers, branch by branch.
    """
    n = theatre.population.shape[0]
    if theatre.paper.shape[0] <= FEW_POSTS:
        both = jnp.stack([men, worth(theatre) * men], -1).astype(jnp.float32)
        return by_district(both, place, n)
    kinds = len(Branch)
    counts = by_district(men, place * kinds + theatre.branch, n * kinds).reshape(n, kinds)
    whole = counts.sum(-1).astype(jnp.float32)
    return jnp.stack([whole, counts.astype(jnp.float32) @ jnp.asarray(FIGHTING_WORTH)], -1)


def strength_of(theatre: Theatre, men: Array, place: Array) -> Array:
    """Worth in holding ground of the `men` [P] of posts, by the district `place` of each, [D]."""
    if theatre.paper.shape[0] <= FEW_POSTS:
        return by_district(worth(theatre) * men, place, theatre.population.shape[0])
    return men_and_worth(theatre, men, place)[:, 1]


def look(world: World, state: State, men: Array) -> dict[str, Array]:
    """The facts that do not depend on the calendar; `men` as mustered."""
    th = world.theatre
    n = th.population.shape[0]
    held = state.held.astype(jnp.float32)
    serving = state.serving.sum(0)
    returned = state.returned.astype(jnp.float32)
    gov = 1 - held
    neighbours_lost = (held[th.neighbour] * th.tie).sum(-1)
    asked = state.place[jnp.maximum(th.mobile, 0)]
    at_hand = (th.mobile >= 0) & (serving[jnp.maximum(th.mobile, 0)] > 0) & (th.capital[asked] > 0)
    size = jnp.maximum((th.mobile >= 0).sum(-1), 1)
    facts = {
        "held": held,
        "lost_share": held.mean(),
        "capitals_lost_share": (held * th.capital).sum() / jnp.maximum(th.capital.sum(), 1),
        "countryside": state.countryside,
        "garrison": (men[:, 0] + returned) * gov,
        "strength": (men[:, 1] + returned) * gov,
        "fighters": state.fighters_at,
        "siege": 1 - (1 - state.countryside) * (1 - neighbours_lost),
        "neighbours_lost": neighbours_lost,
        "assault": state.assault,
        "garrison_held": ((held[th.garrison_of] == 0) & (th.garrison_of != jnp.arange(n))).astype(
            jnp.float32
        ),
        "reserve_share": (at_hand.sum(-1) / size)[th.corps],
        "captives": state.captives.astype(jnp.float32),
        "capital": th.capital,
        "legitimacy": th.legitimacy,
        "media_reach": th.media_reach,
        "elder_ties": world.character.elder_ties,
        "border_km": th.border_km,
        "border_value": th.border_value,
        "garrison_km": th.garrison_km,
        "air_km": th.air_km,
        "gone_share": state.gone / jnp.maximum(world.present, 1),
        "is_police": (th.branch == index(Branch.POLICE)).astype(jnp.float32),
        "is_commando": (th.branch == index(Branch.COMMANDO)).astype(jnp.float32),
    }
    facts.update({f"{name}_now": x.astype(jnp.float32) for name, x in state.news._asdict().items()})
    return facts


def read_calendar(world: World, seen: dict[str, Array], day: Array, dt: float) -> dict[str, Array]:
    """Every fact of `words.FACTS`: those seen, and the calendar's for the step from `day`."""
    cal, n = world.theatre.calendar, world.theatre.population.shape[0]
    return seen | {"day": day} | _today(cal, world.character, day, dt, n)


def _today(cal: Calendar, character: Character, day: Array, dt: float, n: int) -> dict[str, Array]:
    along = lambda knots: jnp.interp(day, knots[:, 0], knots[:, 1])  # noqa: E731
    since = jnp.where(character.replaced, day - cal.appointments, -1.0)
    owed_here = jnp.where(cal.pay_here[:, :1] <= day, cal.pay_here[:, 1:], 0).max(0)
    now = (cal.breaches[:, 0] >= day) & (cal.breaches[:, 0] < day + dt)
    news_now = (cal.breach_news[:, 0] >= day) & (cal.breach_news[:, 0] < day + dt)
    where = jnp.where(now, cal.breaches[:, 1], 0).astype(jnp.int32)
    return {
        "ally_presence": along(cal.ally_presence),
        "air_support": along(cal.air_support),
        "pay_arrears": jnp.maximum(along(cal.pay_arrears), owed_here),
        "announced": jnp.clip(
            jnp.where(cal.announcements[:, 0] <= day, cal.announcements[:, 1], 0).sum(), 0, 1
        ),
        "base_gone": (cal.base_day <= day).astype(jnp.float32),
        "leader_tenure": jnp.where(since >= 0, since, jnp.inf).min(0, initial=1e4),
        "order_days": day - cal.order_day,
        "capitals_days": day - cal.capitals_day,
        "ceasefire": ((cal.ceasefires[:, 0] <= day) & (day < cal.ceasefires[:, 1]))
        .any()
        .astype(jnp.float32),
        "breach_here": jnp.zeros(n).at[where].add(jnp.where(now, cal.breaches[:, 2], 0)),
        "breach_public": jnp.where(news_now, cal.breach_news[:, 1], 0).sum(),
    }


def scene(
    world: World, state: State, facts: dict[str, Array], memory: dict[str, Array], dt: float
) -> Scene:
    """What one mechanism is shown."""
    return Scene(facts, ties(world.theatre, state.place), memory, dt)

"""One step of the war: listen, add, draw, apply, remember.

| order | what happens |
|---|---|
| 1 listen | facts are read off theatre, calendar and state as they stand |
| 2 add | every mechanism presses on the same facts; pressures are summed level by level |
| 3 draw | hazards of leaving and dying; visits, withdrawals, assaults, breaches, counter-attacks |
| 4 apply | men leave by their doors and die; posts move; districts fall and are retaken |
| 5 remember | mechanisms with a memory hear the news of the step |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from holdfast.engine import consequences
from holdfast.engine.consequences import MEMORY_DAYS, Counting
from holdfast.engine.draw import draw
from holdfast.engine.facts import World, look, muster, read_calendar, scene
from holdfast.engine.pressure import add, attribution, opened, press_all
from holdfast.vocabulary.state import Lots, State
from holdfast.vocabulary.types import Mechanism, Values

ORDER = ("listen", "add", "draw", "apply", "remember")

Memories = dict[str, dict[str, Array]]


class Carry(NamedTuple):
    """What passes from one step to the next."""

    state: State
    men: Array  # [D, 2] as mustered
    seen: dict[str, Array]  # facts of that state
    memories: Memories


def step(
    world: World,
    lots: Lots,
    mechanisms: Sequence[Mechanism],
    ground: Values,
    values: Mapping[str, Values],
    counting: Counting,
    carry: Carry,
    number: Array,
    dt: float,
    told: Array | None = None,
) -> Carry:
    """The war after one more step of `dt` days; `number` counts steps from 0.

    `told` [D] is who holds what after it if the record decides: 1 insurgents, 0 the government,
    -1 the model decides.
    """
    state, men, seen, memories = carry
    day = number * dt
    facts = read_calendar(world, seen, day, dt)
    pressures = press_all(world, state, facts, memories, mechanisms, values, dt)
    sums = add(world, ground, pressures, opened(mechanisms))
    drawn = draw(world, ground, state, sums, facts, dt)
    if told is not None:
        drawn, forced = consequences.stand(world, ground, state, facts["strength"], drawn, told)
        state = state._replace(forced=state.forced + forced)
    if state.recent.shape[-1]:
        push = attribution(world, state, sums, pressures, ground["nest"], men[:, 0])
        fade = 2.0 ** (-dt / MEMORY_DAYS)
        state = state._replace(recent=state.recent * fade + push * (1 - fade))
    state = consequences.apply(
        world, ground, state, lots, drawn, counting, number, day, dt, men[:, 0], told
    )
    men = muster(world, state)
    seen = look(world, state, men)
    facts = read_calendar(world, seen, day, dt)
    return Carry(state, men, seen, remember(world, state, facts, memories, mechanisms, values, dt))


def first(
    world: World, state: State, mechanisms: Sequence[Mechanism], values: Mapping[str, Values],
    dt: float,
) -> Carry:  # fmt: skip
    """Where a war begins."""
    men = muster(world, state)
    seen = look(world, state, men)
    facts = read_calendar(world, seen, jnp.zeros(()), dt)
    memories = {
        m.name: dict(m.begin(scene(world, state, facts, {}, dt), values[m.name]))
        for m in mechanisms
        if m.begin is not None
    }
    return Carry(state, men, seen, memories)


def remember(
    world: World,
    state: State,
    facts: dict[str, Array],
    memories: Memories,
    mechanisms: Sequence[Mechanism],
    values: Mapping[str, Values],
    dt: float,
) -> Memories:
    """Every memory after the news of the step."""
    return {
        m.name: dict(m.remember(scene(world, state, facts, memories[m.name], dt), values[m.name]))
        for m in mechanisms
        if m.remember is not None
    }

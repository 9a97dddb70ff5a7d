"""Wars of the engine and of slow_and_plain on the ring, with the same values, side by side."""

import random
from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from multiprocessing import get_context

import numpy as np

import slow_and_plain

DAYS = 60
PROCESSES = 2
# Chosen so that in 60 days most districts of the ring fall, by every manner, and men take every
# door; not estimates of anything.
VALUES = {
    "ground": {
        "baseline_exit": 0.006, "moment_rate": 0.12, "spread_soldier": 0.8, "spread_post": 0.4,
        "spread_district": 0.4, "spread_province": 0.5, "nest": 0.6, "surrender_appeal": 0.6,
        "ghosts": 0.13,
        "fighters": 1.7, "holders": 8.0, "march_days": 4.0, "attack_rate": 0.2,
        "assault_days": 2.0, "assault_crew": 10.0, "fighters_lost": 0.5, "contest_proxy": 0.7,
        "assault_moments": 3.0, "kill_rate": 0.02, "kill_quiet": 0.001, "hold_ratio": 0.3,
        "parley_guarantee": 2.0, "parley_weight": 0.5, "parley_threshold": 0.4,
        "parley_binding": 1.5, "commander_gains": 0.5, "captivity_days": 2.5, "breach_share": 0.35,
        "word_broken": 0.3, "retake_odds": 1.0, "elder_spread": 0.5, "gaps": 0.5,
    },
    "ally_withdrawal": {"strength": 1.6, "announcement": 0.4, "material": 0.8},
    "attrition": {"strength": 1.5, "odds": 0.6, "half_life": 20.0},
    "broadcast": {"strength": 2.0, "half_life": 8.0},
    "broken_pledge": {
        "strength": 1.2, "on_surrender": -2.0, "on_staying": 1.0, "rate": 0.08,
        "after_fighting": 0.6, "half_life": 25.0, "delay": 8.0,
    },
    "contagion": {
        "strength": 3.0, "half_life": 10.0, "first_weight": 8.0, "contact": 0.7, "province": 0.6,
        "corps": 0.5, "nation": 0.8, "capital": 5.0,
    },
    "councils": {"strength": 0.06, "ties": 0.6},
    "counterattack": {"strength": 0.06, "crowding": 0.8},
    "fear": {"strength": 1.8, "slope": 0.8},
    "flight": {"strength": 2.5, "distance": 0.01, "rejoin": 0.06},
    "leadership": {"strength": 1.5, "settling": 70.0, "let_down": 0.8, "half_life": 12.0},
    "legitimacy": {"strength": 0.9, "feedback": 1.2, "question": 0.8, "half_life": 20.0},
    "pledge": {
        "strength": 1.3, "allowance": 0.4, "first_belief": 0.45, "first_weight": 5.0,
        "media_weight": 0.3, "half_life": 30.0,
    },
    "siege_and_pay": {"strength": 1.6, "pay": 0.8, "stock": 10.0, "resupply": 0.06, "reach": 150.0},
    "tactical_retreat": {
        "strength": 0.8, "order": 1.8, "order_shift": -10.0, "distance": 0.008, "roads": 1.5,
        "stretch": 2.5,
    },
    "targeting": {
        "strength": 0.8, "border": 1.2, "joined": 1.2, "contested": 1.2, "spared": 2.0,
        "sought": 1.5, "capitals_shift": -5.0,
    },
    "waiting": {"strength": 1.8, "half_life": 6.0},
}  # fmt: skip
CALMER = {"baseline_exit": 0.0003}
"""What of the ground is different where all mechanisms press at once, so that the war lasts."""

MECHANISMS = tuple(sorted(set(VALUES) - {"ground"}))


@dataclass(frozen=True)
class Sample:
    """What many wars did; arrays by member [B], district [D], day [T] and fate [F]."""

    first_fall: np.ndarray  # [B, D] day, inf if never
    manner: np.ndarray  # [B, D] of the first fall, -1 if none
    fates: np.ndarray  # [B, D, F]
    falls: np.ndarray  # [B, D]
    retaken: np.ndarray  # [B, D]
    held: np.ndarray  # [B, T] districts
    serving: np.ndarray  # [B, T] men
    fighters: np.ndarray  # [B] at the end


@cache
def ring():
    """The theatre of the ring."""
    from holdfast.records.read import read_scenario
    from holdfast.theatre.build import build

    tables = read_scenario("ring")
    return build(
        tables.districts, tables.links, tables.strengths, tables.calendar, tables.settings
    )[0]


def values(mechanisms):
    """Parameters of a war with these mechanisms."""
    ground = VALUES["ground"] | (CALMER if len(mechanisms) > 1 else {})
    return VALUES | {"ground": ground}


def of_engine(mechanisms, members, seed, dt=1.0):
    """Wars of the engine."""
    import jax.numpy as jnp

    from holdfast.engine.run import Plan, compile_members, keys
    from holdfast.vocabulary.types import Mechanism

    made = [Mechanism.of(import_module(f"holdfast.mechanisms.{m}")) for m in mechanisms]
    filled = {
        m: {name: jnp.full(members, x, jnp.float32) for name, x in values(mechanisms)[m].items()}
        for m in ("ground", *mechanisms)
    }
    wars = compile_members(ring(), made, Plan(DAYS, dt, "individuals"), False)
    done = wars(keys(seed, np.arange(members)), filled)
    return Sample(
        first_fall=np.asarray(done.first_fall),
        manner=np.asarray(done.manner),
        fates=np.asarray(done.fates_by_district),
        falls=np.asarray(done.n_falls),
        retaken=np.asarray(done.n_retaken),
        held=np.asarray(done.held).sum(-1, dtype=int),
        serving=np.asarray(done.serving).sum(-1),
        fighters=np.asarray(done.fighters)[:, -1],
    )


def of_slow_model(mechanisms, members, seed, dt=1.0, change=None):
    """Wars of slow_and_plain, with one of its rules changed if so asked."""
    land = slow_and_plain.read_land(ring())
    tasks = [(land, mechanisms, part, seed, dt, change)
             for part in np.array_split(np.arange(members), PROCESSES)]  # fmt: skip
    with get_context("spawn").Pool(PROCESSES) as pool:
        parts = pool.map(_some_wars, tasks)
    return Sample(**{f.name: np.concatenate([p[f.name] for p in parts]) for f in fields(Sample)})


def _some_wars(task):
    land, mechanisms, part, seed, dt, change = task
    if change:
        CHANGES[change]()
    wars = [
        _row(slow_and_plain.fight(
            land, set(mechanisms), values(mechanisms), DAYS, dt, random.Random(f"{seed}/{member}")
        ), round(1 / dt))
        for member in part
    ]  # fmt: skip
    return {f.name: np.asarray([war[f.name] for war in wars]) for f in fields(Sample)}


def _row(war, steps_a_day):
    manners = slow_and_plain.MANNERS
    return {
        "first_fall": [d.first_fall for d in war.districts],
        "manner": [manners.index(d.manner) if d.manner else -1 for d in war.districts],
        "fates": [[d.fates[fate] for fate in slow_and_plain.FATES] for d in war.districts],
        "falls": [d.n_falls for d in war.districts],
        "retaken": [d.n_retaken for d in war.districts],
        "held": [sum(day) for day in war.held_by_day[steps_a_day - 1 :: steps_a_day]],
        "serving": war.serving_by_day[steps_a_day - 1 :: steps_a_day],
        "fighters": war.fighters,
    }


# ------------------------------------------------------------------ rules changed on purpose


def _leave_more(factor):
    """Men leave by themselves so many times as often."""
    rule = slow_and_plain.leaving_hazard
    slow_and_plain.leaving_hazard = lambda *a: factor * rule(*a)


def _breach_before_release():
    """A breach comes before the day's releases, not after."""

    def captives(war, here, d, freed, verbs, news):
        dead = 0
        if here.captives and here.breach.rings(war.dt * slow_and_plain.rate(verbs, "breach")):
            dead = slow_and_plain.ceil(war.g.breach_share * here.captives)
        news["breached"][d] = dead
        here.fates["killed_after_surrender"] += dead
        news["released"][d] = min(freed, here.captives - dead)
        here.released -= freed - news["released"][d]
        here.captives += news["surrendered"][d] - dead - news["released"][d]

    slow_and_plain.captives = captives


def _lots_kept():
    """A clock starts again from nothing at each event, and what it ran over is lost."""

    def after_ring(clock):
        clock.time, clock.lot = 0.0, clock.rng.expovariate(1)
        return True

    slow_and_plain.Clock.next = after_ring


def _fighters_at_once():
    """Fighters are where they are sent on the same day."""
    rule = slow_and_plain.insurgents

    def insurgents(war, *rest):
        march, war.g.march_days = war.g.march_days, 1e-3
        rule(war, *rest)
        war.g.march_days = march

    slow_and_plain.insurgents = insurgents


CHANGES = {
    "leave_15%_more": lambda: _leave_more(1.15),
    "leave_half_more": lambda: _leave_more(1.5),
    "breach_before_release": _breach_before_release,
    "clock_forgets": _lots_kept,
    "fighters_at_once": _fighters_at_once,
}

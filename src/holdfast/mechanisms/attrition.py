"""Attrition: losses wear a garrison down, by number and in spirit."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, LogUniform
from holdfast.vocabulary.types import Claim, Memory, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Field, Level, Option, Verb

CLAIM = Claim(
    says="Men leave a garrison that bleeds, and a garrison outnumbered bleeds faster.",
    wrong_if="garrisons that lost more of their men in action give up no sooner",
    claims=(),
    sources=("lanchester-1916", "helmbold-1971"),
    reads=("killed_now", "garrison", "fighters"),
    presses=(Option.STAY, Verb.KILL),
    parameters={
        "strength": Parameter(
            HalfNormal(1.0), "logit", "pull of staying lost for a tenth killed",
            "S", "breakpoints seldom depend on casualties alone [helmbold-1971]",
        ),
        "odds": Parameter(
            HalfNormal(0.5), "log per log", "more deaths against greater numbers", "J",
            "aimed fire: exponent 1 [lanchester-1916]",
        ),
        "half_life": Parameter(LogUniform(5, 60), "day", "time for losses to be made up", "J", ""),
    },
)  # fmt: skip
MEMORY = {"bled": Field(Level.DISTRICT, "share", 0, 1, "part of the garrison killed of late")}


def begin(scene: Scene, p: Values) -> Memory:
    """Nobody has been killed."""
    return {"bled": jnp.zeros_like(scene.garrison)}


def press(scene: Scene, p: Values) -> Pressure:
    """Pull of staying by losses; deaths under assault by the odds, between 1:10 and 10:1."""
    odds = jnp.log((scene.fighters + 1) / (scene.garrison + 1))
    deaths = jnp.minimum(p["strength"], 1.0) * p["odds"] * jnp.clip(odds, -2.3, 2.3)
    return {
        Option.STAY: (Level.DISTRICT, -p["strength"] * 10 * scene.memory["bled"]),
        Verb.KILL: (Level.DISTRICT, deaths),
    }


def remember(scene: Scene, p: Values) -> Memory:
    """Share of the garrison killed in the step, on top of what is not yet forgotten."""
    fade = 2.0 ** (-scene.dt / p["half_life"])
    now = scene.killed_now / jnp.maximum(scene.garrison + scene.killed_now, 1)
    return {"bled": jnp.clip(scene.memory["bled"] * fade + now, 0, 1)}

"""Ally withdrawal: the ally leaves, and with it air support and the hope of rescue."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import Beta, HalfNormal, Normal
from holdfast.vocabulary.types import Claim, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Level, Option, Verb

CLAIM = Claim(
    says="As the ally announces, departs and flies less, men stop believing in the outcome.",
    wrong_if="losses do not follow announcement, hand-over of bases, or the level of air support",
    claims=("C17",),
    sources=("fetzer-2021", "sigar-2022"),
    reads=("announced", "ally_presence", "base_gone", "air_support"),
    presses=(Option.STAY, Verb.KILL, Verb.ATTACK),
    parameters={
        "strength": Parameter(
            Normal(0.8, 0.5), "logit", "pull of staying lost when all support is gone", "S",
            "first of six factors, or one of six equals [sigar-2022]; sign not forced",
        ),
        "announcement": Parameter(
            Beta(2, 2), "share", "part that goes with words, the rest with troops and bases", "J",
            "violence fell at announcement, rose at departure [fetzer-2021]",
        ),
        "material": Parameter(
            HalfNormal(0.7), "log", "more assaults and deaths when no air support is left", "J",
            "up to e-fold; the first wave hit the north, though the south lost its base first",
        ),
    },
)  # fmt: skip


def press(scene: Scene, p: Values) -> Pressure:
    """Pull of staying falls with words and with departures; verbs grow with missing aircraft."""
    departed = 0.8 * (1 - scene.ally_presence) + 0.2 * scene.base_gone
    lost = p["announcement"] * scene.announced + (1 - p["announcement"]) * departed
    felt = jnp.minimum(jnp.abs(p["strength"]), 1.0)
    bare = felt * p["material"] * jnp.clip(1 - scene.air_support, -1, 1)
    return {
        Option.STAY: (Level.DISTRICT, -p["strength"] * lost),
        Verb.KILL: (Level.NATION, 0.5 * bare),
        Verb.ATTACK: (Level.NATION, bare),
    }

"""Waiting: save oneself to fight another day, while there is a state to come back to."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, LogUniform
from holdfast.vocabulary.types import Claim, Memory, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Field, Level, Option

CLAIM = Claim(
    says="While the state seems to last, doors that can be walked back through draw men.",
    wrong_if="doors do not turn from home, border and garrison to surrender as hope goes",
    claims=("C23",),
    sources=("angeletos-2007",),
    reads=("lost_share", "capitals_lost_share"),
    presses=(Option.DESERT, Option.ABROAD, Option.WITHDRAW, Option.SURRENDER),
    parameters={
        "strength": Parameter(
            HalfNormal(0.7), "logit", "worth of being able to come back", "J", "size unknown"
        ),
        "half_life": Parameter(LogUniform(2, 20), "day", "time for hope to follow news", "J", ""),
    },
)  # fmt: skip
MEMORY = {"hope": Field(Level.NATION, "share", 0, 1, "belief that the state survives")}


def _news(scene: Scene):
    """Chance of survival that the day's map suggests."""
    return (1 - scene.capitals_lost_share) * (1 - 0.5 * scene.lost_share)


def begin(scene: Scene, p: Values) -> Memory:
    """Hope is what the first map suggests."""
    return {"hope": _news(scene)}


def press(scene: Scene, p: Values) -> Pressure:
    """In full for withdrawal, by half for home and border, against surrender."""
    worth = p["strength"] * scene.memory["hope"]
    return {
        Option.WITHDRAW: (Level.NATION, worth),
        Option.DESERT: (Level.NATION, 0.5 * worth),
        Option.ABROAD: (Level.NATION, 0.5 * worth),
        Option.SURRENDER: (Level.NATION, -worth),
    }


def remember(scene: Scene, p: Values) -> Memory:
    """Hope follows the map with a lag."""
    share = 1 - 2.0 ** (-scene.dt / p["half_life"])
    hope = scene.memory["hope"]
    return {"hope": jnp.clip(hope + share * (_news(scene) - hope), 0, 1)}

"""Broken pledge: men who surrendered are killed, a war crime, and the word of it spreads."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, LogUniform, Normal
from holdfast.vocabulary.types import Claim, Memory, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Field, Level, Option, Verb

CLAIM = Claim(
    says="News that men were killed after they surrendered changes who surrenders and who stays.",
    wrong_if="neither surrender nor holding changes, nearby in June or anywhere after 13 July",
    claims=("C15", "C16"),
    sources=("wallace-2015", "cnn-2021-07-13", "hrw-2021-11"),
    reads=("breached_now", "breach_here", "breach_public", "assault", "media_reach"),
    presses=(Verb.BREACH, Option.SURRENDER, Option.STAY),
    opens=(Verb.BREACH,),
    parameters={
        "strength": Parameter(
            HalfNormal(1.0), "factor", "scale of all this news does and how often", "J", ""
        ),
        "on_surrender": Parameter(
            Normal(0.0, 1.0), "logit", "pull on surrender after a killing heard of; sign free", "J",
            "two cases forbid building the sign in",
        ),
        "on_staying": Parameter(
            Normal(0.0, 1.0), "logit", "pull on staying after a killing heard of; sign free", "J",
            "fear or resolve: both are argued",
        ),
        "rate": Parameter(
            LogUniform(1e-3, 3e-2), "1/day", "killings where captives are held", "J",
            "two are dated in the record, May to August",
        ),
        "after_fighting": Parameter(
            HalfNormal(1.0), "log", "more killings after hard fighting", "S", "[wallace-2015]"
        ),
        "half_life": Parameter(LogUniform(7, 60), "day", "time for the news to fade", "J", ""),
        "delay": Parameter(
            LogUniform(3, 40), "day", "time for a killing to be known nation-wide", "S",
            "Dawlat Abad: 27 days",
        ),
    },
)  # fmt: skip
_SIZE = Field(Level.DISTRICT, "report", 0, float("inf"), "killings heard of nearby, in tens of men")
MEMORY = {
    "near": _SIZE,
    "on_its_way": Field(Level.NATION, "report", 0, float("inf"), "killings not yet public"),
    "public": Field(Level.NATION, "report", 0, float("inf"), "killings known nation-wide"),
}


def begin(scene: Scene, p: Values) -> Memory:
    """Nothing has been heard."""
    return {
        "near": jnp.zeros_like(scene.media_reach),
        "on_its_way": jnp.zeros(()),
        "public": jnp.zeros(()),
    }


def press(scene: Scene, p: Values) -> Pressure:
    """Signed pulls that saturate with what was heard; log-rate of killings after fighting."""
    heard = 1 - jnp.exp(-(scene.memory["near"] + scene.media_reach * scene.memory["public"]))
    weight = p["strength"] * heard
    rate = jnp.log(p["strength"] * p["rate"]) + p["after_fighting"] * jnp.minimum(scene.assault, 3)
    return {
        Verb.BREACH: (Level.DISTRICT, rate),
        Option.SURRENDER: (Level.DISTRICT, p["on_surrender"] * weight),
        Option.STAY: (Level.DISTRICT, p["on_staying"] * weight),
    }


def remember(scene: Scene, p: Values) -> Memory:
    """Killings are known at once nearby; their public story comes after a delay."""
    here = (scene.breached_now + scene.breach_here) / 10
    fade = 2.0 ** (-scene.dt / p["half_life"])
    out = 1 - jnp.exp(-scene.dt / p["delay"])
    waiting = scene.memory["on_its_way"]
    broke = waiting * out + scene.breach_public / 10
    return {
        "near": scene.memory["near"] * fade + here + scene.neighbours(here),
        "on_its_way": waiting * (1 - out) + scene.breached_now.sum() / 10,
        "public": scene.memory["public"] * fade + broke,
    }

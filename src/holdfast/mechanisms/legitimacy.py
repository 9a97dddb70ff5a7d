"""Legitimacy: whom do you defend? Distrust of the government, which feeds itself."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, LogUniform
from holdfast.vocabulary.types import Claim, Memory, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Field, Level, Option

CLAIM = Claim(
    says="Men hold less where the government stands low, and ground lost lowers it further.",
    wrong_if="districts of low standing fall no earlier than others alike in force and place",
    claims=("C14", "C19", "C20"),
    sources=("epstein-2002", "asia-foundation-2018", "chen-2017"),
    reads=("legitimacy", "lost_share", "parleys_now", "garrison"),
    presses=(Option.STAY,),
    parameters={
        "strength": Parameter(
            HalfNormal(0.7), "logit per sd", "worth of standing in holding men", "J",
            "predicts where rather than when; size unknown",
        ),
        "feedback": Parameter(
            HalfNormal(1.0), "sd", "standing lost when all districts are lost", "J",
            "C20: the loss feeds itself; size unknown",
        ),
        "question": Parameter(
            HalfNormal(0.5), "factor", "how much elders' question sharpens it", "J", "C14"
        ),
        "half_life": Parameter(LogUniform(5, 60), "day", "time for a visit to fade", "J", ""),
    },
)  # fmt: skip
MEMORY = {
    "asked": Field(Level.DISTRICT, "share", 0, 1, "posts asked of late whom they defend"),
}


def begin(scene: Scene, p: Values) -> Memory:
    """Nobody has asked."""
    return {"asked": jnp.zeros_like(scene.legitimacy)}


def press(scene: Scene, p: Values) -> Pressure:
    """Pull of staying: standing less what lost ground took, sharper where elders asked."""
    standing = scene.legitimacy - p["feedback"] * scene.lost_share
    sharper = 1 + p["question"] * scene.memory["asked"]
    return {Option.STAY: (Level.DISTRICT, p["strength"] * standing * sharper)}


def remember(scene: Scene, p: Values) -> Memory:
    """Visits, for every thirty men of the garrison, up to all of them."""
    fade = 2.0 ** (-scene.dt / p["half_life"])
    share = scene.parleys_now / jnp.maximum(scene.garrison / 30, 1)
    return {"asked": jnp.minimum(scene.memory["asked"] * fade + share, 1.0)}

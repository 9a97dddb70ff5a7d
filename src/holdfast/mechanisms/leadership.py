"""Leadership: new chiefs whom nobody knows, and leaders who let their men down."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, LogUniform
from holdfast.vocabulary.types import Claim, Memory, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Field, Level, Option

CLAIM = Claim(
    says="Men hold less under chiefs just put in, and when the seat above them is given up.",
    wrong_if="holding does not drop after replacements, or no more for police than for others",
    claims=("C18", "C21"),
    sources=("shils-janowitz-1948", "sigar-2022"),
    reads=("leader_tenure", "is_police", "is_commando", "fell_now", "capital"),
    presses=(Option.STAY,),
    parameters={
        "strength": Parameter(
            HalfNormal(1.0), "logit", "pull of staying under a chief of long standing", "J",
            "whole units move when the leader goes [shils-janowitz-1948]; size unknown",
        ),
        "settling": Parameter(
            LogUniform(30, 180), "day", "time for a new chief to be known", "J",
            "weeks to half a year",
        ),
        "let_down": Parameter(
            HalfNormal(0.7), "logit", "pull lost when the seat above gives up", "J",
            "bursts among the men of a leader who left; size unknown",
        ),
        "half_life": Parameter(LogUniform(3, 30), "day", "time for it to fade", "J", ""),
    },
)  # fmt: skip
MEMORY = {
    "forsaken": Field(Level.DISTRICT, "share", 0, 1, "seat of the province given up of late"),
}


def begin(scene: Scene, p: Values) -> Memory:
    """No seat has been given up."""
    return {"forsaken": jnp.zeros_like(scene.capital)}


def press(scene: Scene, p: Values) -> Pressure:
    """What a new chief lacks, police in full, soldiers by half, commandos by a quarter.

    `strength` scales both parts; `let_down` is the second in units of the first.
    """
    new = jnp.exp(-scene.leader_tenure / p["settling"])
    down = new + p["let_down"] * scene.memory["forsaken"]
    own = 0.5 + 0.5 * scene.is_police - 0.25 * scene.is_commando
    return {Option.STAY: (Level.POST, -p["strength"] * own * scene.at_posts(down))}


def remember(scene: Scene, p: Values) -> Memory:
    """A capital that falls lets down its province."""
    fade = 2.0 ** (-scene.dt / p["half_life"])
    seats = scene.provinces(scene.capital)
    gone = scene.provinces(scene.fell_now * scene.capital) / jnp.maximum(seats, 1e-9)
    return {"forsaken": jnp.minimum(scene.memory["forsaken"] * fade + gone, 1.0)}

"""Broadcast: surrenders are recorded and spread on social media."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, LogUniform
from holdfast.vocabulary.types import Claim, Memory, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Field, Level, Option

CLAIM = Claim(
    says="Pictures of surrender show men with a telephone that the door is open and used.",
    wrong_if="after mass surrenders, surrender elsewhere does not rise with the reach of media",
    claims=("C10",),
    sources=("armand-atwell-gomes-2020", "edmond-2013"),
    reads=("surrendered_now", "media_reach"),
    presses=(Option.SURRENDER,),
    parameters={
        "strength": Parameter(
            HalfNormal(0.5), "logit", "pull on surrender for each tenfold rise of what is shown",
            "J", "no effect size at hand; messages about returnees raised defection",
        ),
        "half_life": Parameter(LogUniform(2, 20), "day", "time for a picture to fade", "J", ""),
    },
)  # fmt: skip
MEMORY = {
    "shown": Field(Level.NATION, "soldier", 0, float("inf"), "surrenders shown of late"),
}


def begin(scene: Scene, p: Values) -> Memory:
    """Nothing has been shown."""
    return {"shown": jnp.zeros(())}


def press(scene: Scene, p: Values) -> Pressure:
    """Pull on surrender, by what is shown (on a log scale) and by who can see it."""
    volume = jnp.log10(1 + scene.memory["shown"])
    return {Option.SURRENDER: (Level.DISTRICT, p["strength"] * scene.media_reach * volume)}


def remember(scene: Scene, p: Values) -> Memory:
    """Surrenders of the step join what is shown; old ones fade."""
    fade = 2.0 ** (-scene.dt / p["half_life"])
    return {"shown": scene.memory["shown"] * fade + scene.surrendered_now.sum()}

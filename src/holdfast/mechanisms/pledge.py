"""Pledge: surrender and live, with an allowance and leave to go home."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import Beta, HalfNormal, LogUniform
from holdfast.vocabulary.types import Claim, Memory, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Field, Level, Option

CLAIM = Claim(
    says="Men surrender where they believe that those who surrender are let go unharmed.",
    wrong_if="surrenders, among all who leave, do not rise where releases were seen or heard of",
    claims=("C08", "C09"),
    sources=("reiter-stam-1997", "grauer-2014", "armand-atwell-gomes-2020", "hrw-2021-11"),
    reads=("released_now", "media_reach"),
    presses=(Option.SURRENDER,),
    parameters={
        "strength": Parameter(
            HalfNormal(0.7), "logit per logit", "weight of the belief that the pledge is kept",
            "J", "size unknown; both conditions of [grauer-2014] must hold",
        ),
        "allowance": Parameter(
            HalfNormal(0.4), "per strength", "pull of an allowance of a month's pay",
            "J", "small beside the promise of life",
        ),
        "first_belief": Parameter(
            Beta(4, 4), "share", "belief before anything is heard", within=(0.01, 0.99)
        ),
        "first_weight": Parameter(
            LogUniform(2, 30), "report", "reports that the first belief is worth", "J",
            "from two reports to thirty: open minds to set ones",
        ),
        "media_weight": Parameter(
            Beta(2, 8), "share", "weight of a release seen in media against one nearby", "J",
            "discounted because the captor selects it",
        ),
        "half_life": Parameter(
            LogUniform(10, 90), "day", "time for a report to lose half its force", "J", ""
        ),
    },
    followed="in 2021 more than a hundred former members of the forces were killed or disappeared"
    " within three months; that was in four provinces, after the end of the war that this model was"
    " made for, and the letters and lists made to protect them were used to find them"
    " [hrw-2021-11]; killing people who have surrendered is a war crime",
)  # fmt: skip
MEMORY = {
    "kept": Field(Level.DISTRICT, "report", 0, float("inf"), "reports of a pledge that was kept"),
}


def begin(scene: Scene, p: Values) -> Memory:
    """Nothing has been heard."""
    return {"kept": jnp.zeros_like(scene.media_reach)}


def press(scene: Scene, p: Values) -> Pressure:
    """Pull on surrender: the logit of a Beta belief, and the allowance, scaled by belief."""
    for_it = p["first_weight"] * p["first_belief"] + scene.memory["kept"]
    against = p["first_weight"] * (1 - p["first_belief"])
    belief = for_it / (for_it + against)
    pull = p["strength"] * (jnp.log(for_it / against) + p["allowance"] * belief)
    return {Option.SURRENDER: (Level.DISTRICT, pull)}


def remember(scene: Scene, p: Values) -> Memory:
    """Releases count in tens of men: in full among neighbours, discounted through media."""
    seen = scene.released_now / 10
    heard = seen + scene.neighbours(seen) + p["media_weight"] * scene.media_reach * seen.sum()
    fade = 2.0 ** (-scene.dt / p["half_life"])
    return {"kept": scene.memory["kept"] * fade + heard}

"""Contagion: if everyone else will run there is no point in fighting."""

import jax.numpy as jnp
from jax import Array

from holdfast.vocabulary.priors import HalfNormal, LogUniform
from holdfast.vocabulary.types import Claim, Memory, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Field, Level, Option

CLAIM = Claim(
    says="News that districts like one's own gave up makes staying look pointless.",
    wrong_if="falls are no more clustered along ties than shared risk predicts, or do not fade",
    claims=("C22",),
    sources=("lehmann-zhukov-2019", "granovetter-1978", "bonnasse-gahot-2018"),
    reads=("fell_now", "retaken_now", "capital", "media_reach"),
    presses=(Option.STAY,),
    parameters={
        "strength": Parameter(
            HalfNormal(3.0), "logit", "weight of the belief that others hold", "J",
            "P(above 4) = .18, so tipping is allowed, not assumed",
        ),
        "half_life": Parameter(
            LogUniform(3, 30), "day", "time for a precedent to lose half its force", "J",
            "precedents count while they are recent [lehmann-zhukov-2019]",
        ),
        "first_weight": Parameter(
            LogUniform(2, 30), "report", "reports that the first belief is worth", "J", ""
        ),
        "contact": Parameter(HalfNormal(1.0), "weight", "tie of neighbours", "J", "relative"),
        "province": Parameter(
            HalfNormal(1.0), "weight", "tie of a province, a stand-in for kin", "J", "relative"
        ),
        "corps": Parameter(HalfNormal(1.0), "weight", "tie of a corps", "J", "relative"),
        "nation": Parameter(HalfNormal(1.0), "weight", "tie through media", "J", "relative"),
        "capital": Parameter(
            HalfNormal(10.0), "fall", "ordinary falls that the fall of a capital is worth", "J", ""
        ),
    },
)  # fmt: skip
MEMORY = {
    "fell": Field(Level.DISTRICT, "report", 0, float("inf"), "falls heard of, fading"),
    "held_out": Field(Level.DISTRICT, "report", 0, float("inf"), "districts retaken heard of"),
}
FIRST_BELIEF = 0.9
"""Belief that others hold before anything is heard. With `strength` free it sets only the
zero of the scale; judgement."""


def begin(scene: Scene, p: Values) -> Memory:
    """Nothing has been heard."""
    nothing = jnp.zeros_like(scene.capital)
    return {"fell": nothing, "held_out": nothing}


def press(scene: Scene, p: Values) -> Pressure:
    """Pull of staying in proportion to the Beta belief that others hold, less its first value."""
    holds = p["first_weight"] * FIRST_BELIEF + scene.memory["held_out"]
    fails = p["first_weight"] * (1 - FIRST_BELIEF) + scene.memory["fell"]
    belief = holds / (holds + fails)
    return {Option.STAY: (Level.DISTRICT, p["strength"] * (belief - FIRST_BELIEF))}


def remember(scene: Scene, p: Values) -> Memory:
    """Falls are heard along four ties: neighbours, province, corps and, by reach, the nation."""
    worth = 1 + p["capital"] * scene.capital
    fade = 2.0 ** (-scene.dt / p["half_life"])

    def heard(x: Array) -> Array:
        """Reports of `x` that reach each district; shares of ties become counts of ten."""
        near = p["contact"] * scene.neighbours(x) + p["province"] * scene.provinces(x)
        far = p["corps"] * scene.corps(x) + p["nation"] * scene.media_reach * x.mean()
        return 10 * (near + far)

    return {
        "fell": scene.memory["fell"] * fade + heard(scene.fell_now * worth),
        "held_out": scene.memory["held_out"] * fade + heard(scene.retaken_now * worth),
    }

"""Councils: elders carry terms to whole posts."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, LogUniform
from holdfast.vocabulary.types import Claim, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Level, Verb

CLAIM = Claim(
    says="Elders with ties to the insurgents offer terms to posts, and posts go together.",
    wrong_if="surrenders come man by man, no more by whole posts where elders have ties",
    claims=("C11", "C12", "C13"),
    sources=("christia-2012", "nyt-2021-05-27"),
    reads=("elder_ties", "siege"),
    presses=(Verb.PARLEY,),
    opens=(Verb.PARLEY,),
    parameters={
        "strength": Parameter(
            LogUniform(0.005, 0.1), "1/day", "visits to a post in a wholly besieged district",
            "J", "26 posts in May in four provinces [nyt-2021-05-27]",
        ),
        "ties": Parameter(
            HalfNormal(1.0), "log per sd", "more visits where elders have ties", "J",
            "no table of party networks is at hand; the ties themselves are latent",
        ),
    },
)  # fmt: skip


def press(scene: Scene, p: Values) -> Pressure:
    """Log-rate of visits: in proportion to the siege, more where elders have ties."""
    rate = jnp.log(p["strength"]) + jnp.log(scene.siege + 1e-3) + p["ties"] * scene.elder_ties
    return {Verb.PARLEY: (Level.DISTRICT, rate)}

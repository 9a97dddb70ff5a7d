"""Flight: soldiers cross a border that is near, and some are brought back."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, LogNormal
from holdfast.vocabulary.types import Claim, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Level, Option, Verb

CLAIM = Claim(
    says="Where a border is near men flee over it, and may return to duty.",
    wrong_if="crossings are not confined to border districts about the time those fall",
    claims=("C04", "C07"),
    sources=("asia-plus-2021-07-05", "rferl-2021-07-07"),
    reads=("border_km",),
    presses=(Option.ABROAD, Verb.REJOIN),
    opens=(Option.ABROAD, Verb.REJOIN),
    parameters={
        "strength": Parameter(
            LogNormal(1.0, 1.0), "odds", "pull of a border at the door against going home", "J", ""
        ),
        "distance": Parameter(
            HalfNormal(0.05), "logit/km", "pull lost with each kilometre", "J",
            "0.02 is added so that nobody crosses from afar",
        ),
        "rejoin": Parameter(
            LogNormal(0.04, 0.7), "1/day", "pace at which those abroad return to duty", "S",
            "280 to 600 of some 1,573 within a week [rferl-2021-07-07]",
        ),
    },
)  # fmt: skip
FAR_KM = 60.0
"""Beyond this from a border nobody flees over it on foot. Judgement: a night's or two's march;
every crossing in the record was in a border district."""


def press(scene: Scene, p: Values) -> Pressure:
    """Log-odds of the border less its distance; the rate of return is the same everywhere."""
    pull = jnp.log(p["strength"]) - (0.02 + p["distance"]) * scene.border_km
    pull = jnp.where(scene.border_km < FAR_KM, pull, -1.0e3)
    exists = jnp.where(p["strength"] > 0, 0.0, -jnp.inf)
    return {
        Option.ABROAD: (Level.DISTRICT, pull),
        Verb.REJOIN: (Level.NATION, jnp.log(p["rejoin"]) + exists),
    }

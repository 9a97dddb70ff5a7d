"""Counter-attack: ground changes hands while there are companies to send."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, LogNormal
from holdfast.vocabulary.types import Claim, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Level, Verb

CLAIM = Claim(
    says="The army retakes districts with its few mobile companies, until there are none.",
    wrong_if="retakings do not become rarer as more districts ask at once",
    claims=("C27",),
    sources=("aan-2021-07-24", "coffee-or-die-2021"),
    reads=("held", "reserve_share", "lost_share"),
    presses=(Verb.COUNTERATTACK,),
    opens=(Verb.COUNTERATTACK,),
    parameters={
        "strength": Parameter(
            LogNormal(0.005, 1.0), "1/day", "counter-attacks on a district in insurgent hands", "J",
            "8 of 133 captures were reversed by the end of June 2021 [aan-2021-07-24]",
        ),
        "crowding": Parameter(
            HalfNormal(2.0), "log", "fewer for each district when all districts ask", "J",
            "relief falls as simultaneous requests rise",
        ),
    },
)  # fmt: skip


def press(scene: Scene, p: Values) -> Pressure:
    """Log-rate for each held district: by what is left of the reserve and by who else asks."""
    queue = jnp.log(scene.reserve_share + 1e-6) - p["crowding"] * scene.lost_share
    rate = jnp.log(p["strength"]) + queue * scene.held
    return {Verb.COUNTERATTACK: (Level.DISTRICT, rate)}

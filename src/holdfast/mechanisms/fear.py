"""Fear: the enemy seems so strong that men may simply be too scared."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal
from holdfast.vocabulary.types import Claim, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Level, Option

CLAIM = Claim(
    says="The more fighters men see before them, the less they stay.",
    wrong_if="at equal news, districts with more fighters before them lose men no faster",
    claims=("C24",),
    sources=("grauer-2014", "malkasian-2021"),
    reads=("fighters", "garrison", "assault", "siege"),
    presses=(Option.STAY,),
    parameters={
        "strength": Parameter(
            HalfNormal(1.0), "logit", "pull of staying lost to certain defeat", "J",
            "size unknown",
        ),
        "slope": Parameter(
            HalfNormal(0.5), "log per log", "how sharply perceived odds frighten", "S",
            "kept small: 1,800 beat 4,500 [malkasian-2021]",
        ),
    },
)  # fmt: skip


def press(scene: Scene, p: Values) -> Pressure:
    """Perceived risk q = 1 - exp(-0.3 odds^slope); odds of fighters seen to men."""
    seen = scene.fighters * (0.2 + scene.siege + scene.assault)
    odds = (seen + 1) / (scene.garrison + 1)
    risk = 1 - jnp.exp(-0.3 * odds ** p["slope"])
    return {Option.STAY: (Level.DISTRICT, -p["strength"] * risk)}

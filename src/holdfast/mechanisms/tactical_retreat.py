"""Tactical retreat: posts pull back on order, and an enemy that must hold ground can be hit."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, LogNormal, Normal
from holdfast.vocabulary.types import Claim, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Level, Option, Verb

CLAIM = Claim(
    says="Losses are withdrawals on order, men and kit reappear, and the enemy is stretched.",
    wrong_if="men of fallen districts do not reappear in garrison towns, nor retakings follow",
    claims=("C25", "C26"),
    sources=("deitchman-1962", "reuters-consolidation-2021-07"),
    reads=("order_days", "garrison_km", "siege", "capital", "lost_share"),
    presses=(Option.WITHDRAW, Verb.COUNTERATTACK),
    opens=(Option.WITHDRAW,),
    parameters={
        "strength": Parameter(
            LogNormal(0.05, 1.5), "odds", "pull of withdrawing before any order, as odds", "J", ""
        ),
        "order": Parameter(
            HalfNormal(2.0), "logit", "pull added by the order to consolidate", "J",
            "refused in autumn 2020, acknowledged policy about 22 July 2021",
        ),
        "order_shift": Parameter(
            Normal(0.0, 7.0), "day", "days by which the order took effect after its date", "J", ""
        ),
        "distance": Parameter(
            LogNormal(0.01, 0.7), "logit/km", "pull lost with each kilometre of road", "J", ""
        ),
        "roads": Parameter(
            HalfNormal(3.0), "logit", "pull lost when all roads are cut", "J", ""
        ),
        "stretch": Parameter(
            LogNormal(2.0, 0.5), "factor", "more counter-attacks when the enemy holds all ground",
            "J", "aimed against area fire [deitchman-1962]", within=(0.01, 1e4),
        ),
    },
)  # fmt: skip


def press(scene: Scene, p: Values) -> Pressure:
    """Pull of withdrawal by order, distance and roads; never from a capital. Stretch by holding."""
    ordered = (scene.order_days >= p["order_shift"]).astype(jnp.float32)
    costs = p["distance"] * scene.garrison_km + p["roads"] * scene.siege
    stays_put = 50.0 * scene.capital
    pull = jnp.log(p["strength"]) + p["order"] * ordered - costs - stays_put
    exists = jnp.minimum(p["strength"] / 1e-6, 1.0)
    stretch = exists * jnp.log(p["stretch"]) * scene.lost_share
    return {
        Option.WITHDRAW: (Level.DISTRICT, pull),
        Verb.COUNTERATTACK: (Level.NATION, stretch),
    }

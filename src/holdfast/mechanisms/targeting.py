"""Targeting: where the insurgents go, so that their plan is not taken for others' yielding."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, Normal
from holdfast.vocabulary.types import Claim, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Level, Verb

CLAIM = Claim(
    says="Insurgents go where roads join what they hold and borders pay, and spare capitals first.",
    wrong_if="assaults, failed ones too, are spread as if at random over contested districts",
    claims=(),
    sources=("aan-2021-07-02", "aan-2021-07-16"),
    reads=("border_value", "neighbours_lost", "capital", "capitals_days", "countryside"),
    presses=(Verb.ATTACK,),
    parameters={
        "strength": Parameter(
            HalfNormal(1.0), "factor", "how far the plan departs from chance", "J", ""
        ),
        "border": Parameter(
            HalfNormal(1.5), "log", "more assaults where a border pays", "S",
            "crossings and revenue first, the ally's border last [aan-2021-07-02]",
        ),
        "joined": Parameter(
            HalfNormal(1.5), "log", "more assaults where all neighbours are held", "J", ""
        ),
        "contested": Parameter(
            HalfNormal(1.5), "log", "more assaults where the countryside is theirs", "S",
            "80% to 95% of losses came from contested districts [lwj-2021-06-29]",
        ),
        "spared": Parameter(
            Normal(4.0, 1.0), "log", "fewer assaults on capitals before their day", "S",
            "none fell before 6 August",
        ),
        "sought": Parameter(
            Normal(2.0, 1.0), "log", "more assaults on capitals after it", "J", ""
        ),
        "capitals_shift": Parameter(
            Normal(0.0, 15.0), "day", "days by which they turn on capitals after the date", "J",
            "free within weeks",
        ),
    },
)  # fmt: skip


def press(scene: Scene, p: Values) -> Pressure:
    """Log-rate of assaults on each district."""
    value = (
        p["border"] * scene.border_value
        + p["joined"] * scene.neighbours_lost
        + p["contested"] * scene.countryside
    )
    turned = (scene.capitals_days >= p["capitals_shift"]).astype(jnp.float32)
    capitals = scene.capital * (p["sought"] * turned - p["spared"] * (1 - turned))
    return {Verb.ATTACK: (Level.DISTRICT, p["strength"] * (value + capitals))}

"""Siege and pay: posts that are cut off run out, and men who are not paid owe nothing."""

import jax.numpy as jnp

from holdfast.vocabulary.priors import HalfNormal, LogNormal
from holdfast.vocabulary.types import Claim, Memory, Parameter, Pressure, Scene, Values
from holdfast.vocabulary.words import Field, Level, Option

CLAIM = Claim(
    says="Men leave when supply runs out and pay is owed.",
    wrong_if="the hazard of falling does not rise with days under siege or with distance by air",
    claims=(),
    sources=("nyt-2021-05-27", "wp-2021-08-15", "wsj-2021-08-14"),
    reads=("siege", "air_support", "air_km", "pay_arrears", "is_police"),
    presses=(Option.STAY,),
    parameters={
        "strength": Parameter(
            HalfNormal(1.0), "logit", "pull of staying lost when nothing is left", "J",
            "intact, better supplied posts gave up too [malkasian-2021]",
        ),
        "pay": Parameter(
            HalfNormal(0.5), "per strength", "the same for each log month of arrears", "J",
            "arrears of five to six months reported",
        ),
        "stock": Parameter(
            LogNormal(14, 0.6), "day", "supply of a post that is full", "J",
            "two weeks; one post held two months [wsj-2021-08-14]",
        ),
        "resupply": Parameter(
            LogNormal(0.05, 1.0), "1/day", "share of the gap filled in a day by air at its full",
            "J", "",
        ),
        "reach": Parameter(
            LogNormal(150, 0.5), "km", "distance that thins resupply by e", within=(1, 40_000)
        ),
    },
)  # fmt: skip
MEMORY = {"supply": Field(Level.DISTRICT, "share", 0, 1, "what is left of a full stock")}


def begin(scene: Scene, p: Values) -> Memory:
    """Every stock is full."""
    return {"supply": jnp.ones_like(scene.siege)}


def press(scene: Scene, p: Values) -> Pressure:
    """Pull of staying: lost with the empty half of the stock; pay weighs on police in full."""
    empty = jnp.clip(1 - scene.memory["supply"] / 0.5, 0, 1)
    owed = scene.at_posts(jnp.log1p(scene.pay_arrears)) * (0.5 + 0.5 * scene.is_police)
    return {
        Option.STAY: (Level.POST, -p["strength"] * (scene.at_posts(empty) + p["pay"] * owed)),
    }


def remember(scene: Scene, p: Values) -> Memory:
    """A besieged day eats a day of stock; open roads and aircraft fill it."""
    supply = scene.memory["supply"]
    by_air = p["resupply"] * scene.air_support * jnp.exp(-scene.air_km / p["reach"])
    by_road = 0.5 * (1 - scene.siege)
    gain = (by_air + by_road) * (1 - supply)
    return {"supply": jnp.clip(supply + scene.dt * (gain - scene.siege / p["stock"]), 0, 1)}

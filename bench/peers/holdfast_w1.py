"""W1 in Holdfast: one mechanism, no others, in the whole engine.

The mechanism presses the pace of the moment so that the accumulated hazard of leaving is that of a
logistic resolve: `softplus(pull - 2)`, its highest value so far.
"""

import jax
import jax.numpy as jnp
import numpy as np

import w1
from holdfast.engine.run import Plan, compile_members, keys
from holdfast.theatre.synthetic import synthetic
from holdfast.vocabulary.priors import Fixed
from holdfast.vocabulary.types import Claim, Mechanism, Parameter
from holdfast.vocabulary.words import Field, Level, Option, Verb

# the mechanism: from here ...
CLAIM = Claim(
    says="Men leave as their post, their district and the two beside it leave, and as time passes.",
    wrong_if="it is made up",
    claims=(),
    sources=(),
    reads=("gone_share", "day", "left_now"),
    presses=(Option.STAY, Verb.MOMENT),
    parameters={"strength": Parameter(Fixed(1.0), "", "scale")},
)
MEMORY = {
    "left": Field(Level.DISTRICT, "share", 0, 1, "men of the district who left"),
    "due": Field(Level.POST, "hazard", 0, np.inf, "reached"),
    "worn": Field(Level.POST, "hazard", 0, np.inf, "applied"),
}


def hazard(scene, left, day):
    """Accumulated hazard of leaving that the pull of a day amounts to, [P]."""
    ring = (left + 2 * scene.neighbours(left)) / 3
    pull = w1.START + w1.UNIT_WEIGHT * scene.gone_share + w1.RAMP * day / 100
    return jax.nn.softplus(pull + w1.RING_WEIGHT * scene.at_posts(ring) - w1.RESOLVE_MEAN)


def begin(scene, p):
    """Nobody has left."""
    left = jnp.zeros_like(scene.left_now)
    return {"left": left, "due": hazard(scene, left, 0.0), "worn": jnp.zeros_like(scene.gone_share)}


def press(scene, p):
    """The part of the hazard that is due; whoever has his moment leaves."""
    pace = jnp.log(jnp.maximum(scene.memory["due"] - scene.memory["worn"], 1e-30) / scene.dt)
    return {Verb.MOMENT: (Level.POST, pace), Option.STAY: (Level.NATION, jnp.float32(-100.0))}


def remember(scene, p):
    """Who left, and what is due tomorrow."""
    left = scene.memory["left"] + scene.left_now / w1.DISTRICT_SIZE
    due = jnp.maximum(scene.memory["due"], hazard(scene, left, scene.day + scene.dt))
    return {"left": left, "due": due, "worn": scene.memory["due"]}


# ... to here


def build(n: int, seed: int) -> w1.Simulate:
    """Compiles the engine for this theatre; the dice are thrown within the simulation."""
    from holdfast.engine.ground import GROUND
    from holdfast.vocabulary.priors import median

    theatre, _ = synthetic(n, posts_in_district=w1.DISTRICT_UNITS)
    mechanism = Mechanism("w1", CLAIM, press, MEMORY, begin, remember)
    quiet = {"spread_soldier", "spread_post", "spread_district", "ghosts", "attack_rate"}
    ground = {name: 0.0 if name in quiet else median(p.prior) for name, p in GROUND.items()}
    ground |= {"hold_ratio": 0.0, "moment_rate": 1.0, "kill_quiet": w1.DEATH_HAZARD}
    values = {
        "ground": {name: np.full(1, x, np.float32) for name, x in ground.items()},
        "w1": {"strength": np.ones(1, np.float32)},
    }
    run = compile_members(theatre, [mechanism], Plan(w1.DAYS, reasons=False), side_by_side=False)
    jax.block_until_ready(run(keys(seed + 1_000_000, np.arange(1)), values))

    def simulate() -> tuple[int, int, int]:
        war = jax.block_until_ready(run(keys(seed, np.arange(1)), values))
        present = np.asarray(war.serving[0])
        left = int(np.asarray(war.fates[0, -1])[:3].sum())
        return left, n - left - int(present[-1].sum()), int(present.sum())

    return simulate


if __name__ == "__main__":
    import importlib.metadata

    # three lots of two bytes read a soldier and day
    w1.measure("Holdfast", importlib.metadata.version("holdfast"), build, bytes_per_agent_step=6)

"""Made-up scenes, and small wars in which one thing at a time is true."""

import pkgutil
from functools import cache, partial
from importlib import import_module
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast import mechanisms as folder
from holdfast.engine import consequences, run, step
from holdfast.engine.ground import GROUND
from holdfast.engine.run import INDIVIDUALS, Plan, compile_members
from holdfast.study import load
from holdfast.theatre.synthetic import synthetic
from holdfast.vocabulary.state import State
from holdfast.vocabulary.types import Calendar, Mechanism, Scene, Theatre, Ties, Trajectory
from holdfast.vocabulary.words import FACTS, Branch, Field, Level, index

FILES = sorted(m.name for m in pkgutil.iter_modules(folder.__path__))


@cache
def declared(name: str) -> Mechanism:
    return Mechanism.of(import_module(f"{folder.__name__}.{name}"))


@pytest.fixture(params=FILES, scope="session")
def mechanism(request) -> Mechanism:
    """Every mechanism in the folder, one after another."""
    return declared(request.param)


@pytest.fixture(scope="session")
def every_mechanism() -> list[Mechanism]:
    return [declared(name) for name in FILES]


# ------------------------------------------------------------------------------- scenes

DISTRICTS, POSTS, CLASSES = 6, 9, 4
SIZES = {
    Level.NATION: (),
    Level.DISTRICT: (DISTRICTS,),
    Level.POST: (POSTS,),
    Level.CLASS: (CLASSES, POSTS),
}
USUAL = {
    "day": 40.0, "soldier": 300.0, "fighter": 500.0, "intensity": 4.0, "visit": 9.0, "sd": 3.0,
    "km": 200.0, "index": 2.0, "month": 8.0, "report": 2.0,
}  # fmt: skip
"""How far values without a bound go, by unit, in a scene that is not extreme."""
EXTREME = 200.0
"""How many times farther they go in one that is; standard scores go to 3 times."""


class WatchedScene(Scene):
    """A scene that notes which facts and which ties were used, and keeps nothing private."""

    def __init__(self, facts, ties, memory, dt):
        super().__init__({}, ties, memory, dt)
        self.given, self.facts_used, self.ties_used = facts, set(), set()

    def __getattr__(self, name):
        if name not in FACTS:
            raise AttributeError(f"'{name}' is not a fact")
        self.facts_used.add(name)
        return self.given[name]

    def neighbours(self, x):
        self.ties_used.add("neighbours")
        return super().neighbours(x)

    def provinces(self, x):
        self.ties_used.add("provinces")
        return super().provinces(x)

    def corps(self, x):
        self.ties_used.add("corps")
        return super().corps(x)


def bounds(field: Field, reach: float = 1.0) -> tuple[float, float]:
    """Ends of a quantity: its own, or `reach` times the usual where it has none."""
    far = reach * USUAL.get(field.unit, 100.0)
    return max(field.low, -far), min(field.high, far)


def some(rng: np.random.Generator, field: Field, how: str = "mixed") -> jax.Array:
    """Values of a quantity: all at their lowest, all at their highest, or mixed."""
    if how == "mixed":
        low, high = bounds(field)
        drawn = rng.uniform(low, high, SIZES[field.level])
    else:
        low, high = bounds(field, 3.0 if field.unit == "sd" else EXTREME)
        never = -np.inf if field.unit == "day" and field.low == -np.inf else low
        drawn = np.full(SIZES[field.level], never if how == "low" else high)
    return jnp.asarray(drawn.round() if field.unit == "0 or 1" else drawn, jnp.float32)


@pytest.fixture(scope="session")
def place():
    """Six districts on a ring, in two provinces and two corps, with nine posts."""
    d = np.arange(DISTRICTS)
    return Ties(
        neighbour=jnp.asarray(np.stack([(d - 1) % DISTRICTS, (d + 1) % DISTRICTS], -1)),
        tie=jnp.asarray(np.tile([0.25, 0.75], (DISTRICTS, 1)), jnp.float32),
        province=jnp.asarray(d // 3),
        corps=jnp.asarray(d % 2),
        province_sizes=jnp.full(2, 3.0),
        corps_sizes=jnp.full(2, 3.0),
        place=jnp.asarray(np.arange(POSTS) % DISTRICTS),
    )


@pytest.fixture(scope="session")
def draw_facts():
    """Facts of a made-up scene, as far as a mechanism declares that it reads them."""

    def draw_facts(seed, mechanism, how=None):
        rng = np.random.default_rng(seed)
        asked = dict.fromkeys(mechanism.claim.reads, "mixed") | (how or {})
        return {name: some(rng, FACTS[name], asked.get(name, "mixed")) for name in FACTS}

    return draw_facts


@pytest.fixture(scope="session")
def draw_memory():
    """Any memory that the declared range of a mechanism allows."""

    def draw_memory(seed, mechanism, how="mixed"):
        rng = np.random.default_rng(seed)
        return {name: some(rng, field, how) for name, field in mechanism.fields.items()}

    return draw_memory


@pytest.fixture(scope="session")
def see():
    """A watched scene."""
    return WatchedScene


@pytest.fixture(scope="session")
def size_of():
    """Shape of what is said at a level, in a made-up scene."""
    return SIZES.__getitem__


@pytest.fixture(scope="session")
def by_prior():
    """Parameter values at given shares of their priors; medians unless told."""

    def by_prior(mechanism, shares=None, **fixed):
        shares = shares or {}
        values = {
            name: jnp.float32(parameter.prior.quantile(shares.get(name, 0.5)))
            for name, parameter in mechanism.claim.parameters.items()
        }
        return values | {name: jnp.float32(x) for name, x in fixed.items()}

    return by_prior


# ----------------------------------------------------------------- wars, followed by the day

LIVELY = {
    "baseline_exit": 0.01, "attack_rate": 0.2, "assault_crew": 10.0, "holders": 4.0,
    "hold_ratio": 1.0, "kill_rate": 0.02, "kill_quiet": 0.001, "parley_threshold": 0.3,
    "retake_odds": 1.0, "ghosts": 0.1,
}  # fmt: skip
"""Ground on which most districts of a small theatre fall within a month; the rest at medians."""


@pytest.fixture(scope="session")
def day_by_day():
    """States of one war after each step, without compiling the war as a whole.

    The engine's own `step` is followed eagerly; those of its parts that do not depend on which
    mechanisms there are are compiled once for all wars, as a program for each war would cost
    seconds.
    """
    quickly = partial(jax.jit, compiler_options={"xla_backend_optimization_level": 0})
    begin = quickly(run.begin, static_argnums=(3, 4, 5))
    parts = {name: quickly(getattr(step, name)) for name in ("draw", "look", "read_calendar")}
    apply = quickly(consequences.apply, static_argnums=5)

    def day_by_day(theatre, mechanisms, values, days=25) -> list[State]:
        mechanisms = sorted(mechanisms, key=lambda m: m.name)
        ground = {k: jnp.float32(p.prior.quantile(0.5)) for k, p in GROUND.items()}
        ground |= {k: jnp.float32(x) for k, x in LIVELY.items()}
        key = jnp.asarray([1, 0], jnp.uint32)
        world, lots, state = begin(theatre, ground, key, len(mechanisms), INDIVIDUALS, days)
        with pytest.MonkeyPatch.context() as patch:
            for name, part in parts.items():
                patch.setattr(step, name, part)
            patch.setattr(consequences, "apply", apply)
            carry = step.first(world, state, mechanisms, values, 1.0)
            states = []
            for number in range(days):
                carry = step.step(
                    world, lots, mechanisms, ground, values, INDIVIDUALS, carry,
                    jnp.int32(number), 1.0,
                )  # fmt: skip
                states.append(carry.state)
        return states

    return day_by_day


# ------------------------------------------------------------------------ many wars at once

MEMBERS, DAYS = 64, 40
QUIET = {
    "baseline_exit": 0.01, "moment_rate": 0.2, "spread_soldier": 0.0, "spread_post": 0.0,
    "spread_district": 0.0, "spread_province": 0.0, "nest": 0.5, "surrender_appeal": 0.0,
    "ghosts": 0.0, "fighters": 1.0,
    "holders": 1.0, "march_days": 5.0, "attack_rate": 1e-9, "assault_days": 2.0,
    "assault_crew": 1.0, "fighters_lost": 0.0, "contest_proxy": 0.0, "assault_moments": 0.0,
    "kill_rate": 0.0, "kill_quiet": 0.0, "hold_ratio": 0.0, "parley_guarantee": 2.0,
    "parley_weight": 0.0, "parley_threshold": 0.3, "parley_binding": 4.0, "commander_gains": 0.5,
    "captivity_days": 2.0, "breach_share": 0.5, "word_broken": 0.0, "retake_odds": 50.0,
    "elder_spread": 0.0, "gaps": 0.0,
}  # fmt: skip
"""Ground on which men leave at one hazard everywhere and nothing else happens."""


def _still_land() -> Theatre:
    """48 districts on a ring, one post of 40 men in each, all alike but for their branch.

    Eight provinces of six districts, whose first is the capital; police and army in turn, and a
    mobile company of commandos in each capital; provinces belong to two corps in turn.
    """
    land, _ = synthetic(1920, posts_in_district=1, districts_in_province=6)
    d = np.arange(48)
    capitals = d[::6]
    flat = lambda level: jnp.asarray([[0.0, level], [1.0, level], [2.0, level]])  # noqa: E731
    branch = np.where(d % 6 == 0, index(Branch.COMMANDO), d % 2)
    return land._replace(
        corps=jnp.asarray(d // 6 % 2, jnp.int32),
        corps_sizes=jnp.full(2, 24.0),
        mobile=jnp.asarray([capitals[0::2], capitals[1::2]], jnp.int32),
        branch=jnp.asarray(branch, jnp.int32),
        border_value=jnp.zeros(48),
        border_km=jnp.full(48, 200.0),
        garrison_km=jnp.full(48, 30.0),
        air_km=jnp.zeros(48),
        media_reach=jnp.zeros(48),
        calendar=land.calendar._replace(
            ally_presence=flat(1.0), air_support=flat(1.0), pay_arrears=flat(0.0)
        ),
    )


@pytest.fixture(scope="session")
def still_land() -> Theatre:
    return _still_land()


def _wars(compiled, theatre, mechanisms, changes, seed=1) -> Trajectory:
    middles = lambda known: {k: float(p.prior.quantile(0.5)) for k, p in known.items()}  # noqa: E731
    values = {"ground": middles(GROUND) | QUIET} | {
        m.name: middles(m.claim.parameters) | {"strength": 0.0} for m in mechanisms
    }
    for name, x in (changes or {}).items():
        owner, short = name.split(".")
        assert short in values[owner], name
        values[owner][short] = x
    filled = jax.tree.map(lambda x: np.full(MEMBERS, x, np.float32), values)
    theatre = jax.tree.map(np.asarray, theatre)  # no weak types: one program for all
    done = compiled(theatre, run.keys(seed, np.arange(MEMBERS)), filled)
    return Trajectory(*(np.asarray(x) for x in jax.device_get(done)))


@pytest.fixture(scope="session")
def fight(every_mechanism):
    """64 wars of 40 days at once: every mechanism is there, silent unless its strength is given.

    What is not given is at the median of its prior, or for the ground as in QUIET. One program
    serves all, as theatres differ only in their numbers.
    """
    wars = compile_members(_still_land(), every_mechanism, Plan(DAYS), True).func

    def fight(theatre, changes=None, seed=1) -> Trajectory:
        return _wars(wars, theatre, every_mechanism, changes, seed)

    return fight


@pytest.fixture(scope="session")
def fight_without_any():
    """The same, without any mechanism."""
    wars = compile_members(_still_land(), [], Plan(DAYS), True).func

    def fight_without_any(theatre, changes=None, seed=1) -> Trajectory:
        return _wars(wars, theatre, [], changes, seed)

    return fight_without_any


@pytest.fixture(scope="session")
def standard_errors():
    """How many of its standard errors a mean over members lies above zero."""

    def standard_errors(x) -> float:
        x = np.asarray(x, float)
        spread = x.std(ddof=1) / np.sqrt(len(x))
        return float(x.mean() / spread) if spread > 0 else np.sign(x.mean()) * np.inf

    return standard_errors


# -------------------------------------------------------------------------- the same, renamed


@pytest.fixture(scope="session")
def relabel():
    """The same theatre with its districts and posts in other rows: new row i was row order[i]."""

    def relabel(theatre: Theatre, districts: np.ndarray, posts: np.ndarray) -> Theatre:
        row, post_row = np.argsort(districts), np.argsort(posts)
        names = lambda x: jnp.asarray(row)[x].astype(x.dtype)  # noqa: E731
        of_district = (
            "district_key", "population", "capital", "province", "corps", "held_chance",
            "contest_proxy", "elder_proxy", "legitimacy", "media_reach", "border_km",
            "border_value", "garrison_km", "air_km", "tie",
        )  # fmt: skip
        of_post = ("post_key", "paper", "branch")
        cal: Calendar = theatre.calendar
        known = jnp.isfinite(cal.breaches[:, 1])
        at = jnp.where(known, names(jnp.where(known, cal.breaches[:, 1], 0).astype(int)), jnp.inf)
        owed = jnp.concatenate([cal.pay_here[:, :1], cal.pay_here[:, 1:][:, districts]], 1)
        mobile = jnp.where(
            theatre.mobile >= 0, jnp.asarray(post_row)[jnp.maximum(theatre.mobile, 0)], -1
        )
        return theatre._replace(
            **{name: getattr(theatre, name)[districts] for name in of_district},
            **{name: getattr(theatre, name)[posts] for name in of_post},
            national_capital=names(theatre.national_capital),
            garrison_of=names(theatre.garrison_of[districts]),
            neighbour=names(theatre.neighbour[districts]),
            home=names(theatre.home[posts]),
            mobile=mobile.astype(jnp.int32),
            calendar=cal._replace(
                pay_here=owed,
                base_day=cal.base_day[districts],
                appointments=cal.appointments[:, districts],
                breaches=cal.breaches.at[:, 1].set(at),
            ),
        )

    return relabel


# --------------------------------------------------------------------------------- two theatres


@pytest.fixture(scope="session")
def ring() -> Theatre:
    """The twelve made-up districts, with every kind of dated fact in their calendar."""
    return load("ring").theatre


@pytest.fixture(scope="session")
def page() -> str:
    """The page that alone is enough to write the model again."""
    return (Path(__file__).parents[2] / "docs" / "model.md").read_text()


@pytest.fixture(scope="session")
def mechanism_named():
    """A mechanism of the folder by its name."""
    return declared

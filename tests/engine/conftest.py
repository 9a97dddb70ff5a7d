"""Wars that a test can stop at any step, compiled once for all tests of a session."""

import json
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.engine.facts import World
from holdfast.engine.run import COUNTINGS, begin, keys
from holdfast.engine.step import Carry, first, step
from holdfast.study import load
from holdfast.study.catalogue import catalogue
from holdfast.vocabulary.state import Lots, State
from holdfast.vocabulary.words import Fate

GOLDEN = Path(__file__).with_name("golden_ring.json")
MOST_STEPS = 4096
"""Rows of dice for men outside posts: enough for 60 days of 64 steps."""
QUICKLY = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}
"""Compiles in a quarter of the time what then runs half as fast. test_same_seed.py compares it with
what users run."""


class Watch(NamedTuple):
    """What a bookkeeper saw over many steps."""

    missing: jax.Array  # most men unaccounted for after any step
    lowest: jax.Array  # least value that any count or clock had
    finite: jax.Array  # no number of state or memory was ever infinite or undefined


class War(NamedTuple):
    """One war, at the end of some step."""

    world: World
    lots: Lots
    carry: Carry
    steps: int  # taken so far
    watch: Watch

    @property
    def state(self) -> State:
        return self.carry.state


class Wars:
    """Wars with some mechanisms, in one way of counting. Theatre, values and dt are arguments."""

    def __init__(self, mechanisms: tuple[str, ...], counting: str):
        self.mechanisms = [catalogue()[name] for name in sorted(mechanisms)]
        self.counting = COUNTINGS[counting]
        self._start = jax.jit(self._begin, compiler_options=QUICKLY)
        self._go = jax.jit(self._steps, compiler_options=QUICKLY)

    def start(self, theatre, values, member=0, seed=1, dt=1.0) -> War:
        """A war on its first day."""
        key = keys(seed, np.asarray([member]))[0]
        world, lots, carry = self._start(theatre, key, self._mine(values), float(dt))
        return War(world, lots, carry, 0, Watch(jnp.zeros(()), jnp.zeros(()), jnp.asarray(True)))

    def go(self, war: War, values, days, dt=1.0) -> War:
        """The same war some days later."""
        n = round(days / dt)
        carry, watch = self._go(
            war.world, war.lots, self._mine(values), war.carry, war.watch, war.steps, n, float(dt)
        )
        return War(war.world, war.lots, carry, war.steps + n, watch)

    def fight(self, theatre, values, member=0, seed=1, days=60, dt=1.0) -> War:
        """A whole war."""
        return self.go(self.start(theatre, values, member, seed, dt), values, days, dt)

    def _mine(self, values):
        return {name: values[name] for name in ("ground", *(m.name for m in self.mechanisms))}

    def _begin(self, theatre, key, values, dt):
        n = len(self.mechanisms)
        world, lots, state = begin(theatre, values["ground"], key, n, self.counting, MOST_STEPS)
        carry = first(world, state, self.mechanisms, values, dt)
        # as a step leaves it, so that the first step and the next are one compiled function
        strong = jax.tree.map(lambda x: jax.lax.convert_element_type(x, x.dtype), carry)
        return world, lots, strong

    def _steps(self, world, lots, values, carry, watch, number, n, dt):
        one = partial(step, world, lots, self.mechanisms, values["ground"], values, self.counting)

        def body(k, now):
            carry, watch = now
            carry = one(carry, number + k, dt)
            return carry, look_after(world, carry, watch)

        return jax.lax.fori_loop(0, n, body, (carry, watch))


def look_after(world: World, carry: Carry, watch: Watch) -> Watch:
    """Account for every man, and look for numbers that cannot be."""
    s = carry.state
    away = s.captives + s.released + s.away + s.returned
    for_good = s.fates[:, [list(Fate).index(f) for f in LOST_FOR_GOOD]]
    total = s.serving.sum() + away.sum() + for_good.sum()
    counts = [x for name, x in s._asdict().items() if name in NEVER_NEGATIVE]
    lowest = jnp.stack([x.min().astype(jnp.float32) for x in counts if x.size]).min()
    rest = jax.tree.leaves((s._replace(first_fall=0.0), carry.seen, carry.memories))
    finite = jnp.stack([jnp.isfinite(x).all() for x in rest]).all()
    return Watch(
        jnp.maximum(watch.missing, abs(total - world.present.sum()).astype(jnp.float32)),
        jnp.minimum(watch.lowest, lowest),
        watch.finite & finite,
    )


LOST_FOR_GOOD = (Fate.DESERTED, Fate.KILLED, Fate.KILLED_AFTER_SURRENDER)
NEVER_NEGATIVE = tuple(
    name for name in State._fields if name not in ("manner", "news", "recent", "why")
)


@cache
def wars_with(mechanisms: tuple[str, ...], counting: str) -> Wars:
    return Wars(mechanisms, counting)


@pytest.fixture(scope="session")
def compiled():
    """Compiles a function, once for a session: compiled(apply, "counting")."""
    return cache(lambda f, *static: jax.jit(f, static_argnames=static, compiler_options=QUICKLY))


@pytest.fixture(scope="session")
def everything() -> tuple[str, ...]:
    """Mechanisms of the golden run; one written later does not change it."""
    parameters = json.loads(GOLDEN.read_text())["parameters"]
    return tuple(sorted({name.split(".")[0] for name in parameters} - {"ground"}))


@pytest.fixture(scope="session")
def wars(everything) -> Wars:
    """Wars with every mechanism, counted man by man."""
    return wars_with(everything, "individuals")


@pytest.fixture(scope="session")
def wars_of():
    """Wars with the mechanisms named, counted as asked."""
    return lambda mechanisms, counting="individuals": wars_with(tuple(mechanisms), counting)


@pytest.fixture(scope="session")
def ring():
    """Twelve districts, 27 posts, 600 men on the roll."""
    return jax.tree.map(jnp.asarray, load("ring").theatre)


@pytest.fixture(scope="session")
def values():
    """The numbers of the golden run, some of them changed: values(ground_ghosts=0)."""
    kept = json.loads(GOLDEN.read_text())["parameters"]

    def values(**changes):
        changed = dict(kept)
        for name, x in changes.items():
            owner = max((o for o in OWNERS if name.startswith(o + "_")), key=len)
            changed[f"{owner}.{name[len(owner) + 1 :]}"] = x
        assert set(changed) == set(kept), "no such parameter"
        nested = {}
        for name, x in changed.items():
            owner, short = name.split(".")
            nested.setdefault(owner, {})[short] = jnp.asarray(x, jnp.float32)
        return nested

    OWNERS = {name.split(".")[0] for name in kept}
    return values


@pytest.fixture(scope="session")
def silence(values, everything):
    """Numbers under which no mechanism speaks, nothing is attacked and no district falls."""
    quiet = {f"{m}_strength": 0.0 for m in everything}
    quiet |= {"ground_attack_rate": 0.0, "ground_hold_ratio": 0.0, "ground_ghosts": 0.0}
    quiet |= {f"ground_spread_{of}": 0.0 for of in ("soldier", "post", "district", "province")}
    return lambda **changes: values(**(quiet | changes))


MEASURED: list[str] = []


@pytest.fixture(scope="session")
def measured():
    """Notes a number that a test found, to be told at the end of the session."""
    return lambda what, number: MEASURED.append(f"{what}: {number:+.3f}")


def pytest_terminal_summary(terminalreporter):
    for line in MEASURED and ["", "Measured:", *MEASURED]:
        terminalreporter.write_line(line)

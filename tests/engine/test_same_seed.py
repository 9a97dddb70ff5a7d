"""The same seed gives the same war to the bit: twice, in any batch, on any number of threads."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.engine.run import Plan, compile_members, keys
from holdfast.study.catalogue import catalogue

MEMBERS = 10


def bits(tree):
    return [np.asarray(x).tobytes() for x in jax.tree.leaves(tree)]


def repeated(values, n):
    """The same values for n members."""
    return jax.tree.map(lambda x: jnp.full(n, x), values)


def test_the_same_seed_and_member_give_the_same_war_twice(wars, ring, values):
    once, again = (wars.fight(ring, values(), member=3, seed=5) for _ in range(2))
    assert bits(once.carry) == bits(again.carry)


def test_another_seed_or_member_gives_another_war(wars, ring, values):
    fought = [wars.fight(ring, values(), *at).state.left for at in [(3, 5), (4, 5), (3, 6)]]
    assert len({x.tobytes() for x in map(np.asarray, fought)}) == 3


def test_a_war_that_pauses_is_the_war_that_does_not(wars, ring, values):
    war = wars.start(ring, values(), member=3)
    for days in (1, 9, 30, 20):
        war = wars.go(war, values(), days)
    assert bits(war.carry) == bits(wars.fight(ring, values(), member=3).carry)


def of_members(theatre, everything, values, members, batch):
    """Trajectories of some members computed in batches of a size, and the compiled function."""
    run = compile_members(theatre, [catalogue()[m] for m in everything], Plan(60), False)
    parts = [
        run(keys(1, np.asarray(members[k : k + batch])), repeated(values, batch))
        for k in range(0, len(members), batch)
    ]
    return jax.tree.map(lambda *x: np.concatenate(x), *parts)


@pytest.fixture(scope="module")
def together(ring, everything, values):
    return of_members(ring, everything, values(), list(range(MEMBERS)), MEMBERS)


@pytest.mark.slow
@pytest.mark.parametrize("batch", [1, 7])
def test_a_member_is_the_same_in_any_batch(ring, everything, values, together, batch):
    members = list(range(MEMBERS)) if batch == 1 else [4, 9, 0, 8, 7, 1, 5]
    apart = of_members(ring, everything, values(), members, batch)
    assert bits(apart) == bits(jax.tree.map(lambda x: x[np.asarray(members)], together))


@pytest.mark.slow
def test_a_trajectory_tells_of_the_war_that_was_fought(wars, ring, values, together):
    """Step by step here, in one compiled sweep there; single men may move by rounding."""
    for member in range(MEMBERS):
        war = wars.start(ring, values(), member)
        for day in range(60):
            war = wars.go(war, values(), 1)
            serving = int(war.state.serving.sum() + war.state.returned.sum())
            assert abs(int(together.serving[member, day].sum()) - serving) <= 2
            assert (together.held[member, day] == np.asarray(war.state.held)).all()
        for field in ("first_fall", "manner", "n_falls", "n_retaken"):
            np.testing.assert_array_equal(
                getattr(together, field)[member], np.asarray(getattr(war.state, field))
            )
        assert abs(together.fates_by_district[member] - np.asarray(war.state.fates)).max() <= 2
        assert (together.fates_by_district[member].sum(0) == together.fates[member, -1]).all()
        assert int(together.present[member].sum()) == int(war.world.present.sum())


ALONE = """
import hashlib, json, sys
import jax, jax.numpy as jnp, numpy as np
from holdfast.engine.run import Plan, compile_members, keys
from holdfast.study import load
from holdfast.study.catalogue import catalogue
flat = json.load(open(sys.argv[1]))["parameters"]
values = {}
for name, x in flat.items():
    owner, short = name.split(".")
    values.setdefault(owner, {})[short] = jnp.full(10, x, jnp.float32)
mechanisms = [catalogue()[m] for m in sorted(values) if m != "ground"]
theatre = jax.tree.map(jnp.asarray, load("ring").theatre)
run = compile_members(theatre, mechanisms, Plan(60), False)
out = jax.device_get(run(keys(1, np.arange(10)), values))
print(hashlib.sha256(b"".join(np.asarray(x).tobytes() for x in jax.tree.leaves(out))).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["one thread", "one processor"])
def test_a_run_is_the_same_on_any_number_of_threads(together, how):
    golden = Path(__file__).with_name("golden_ring.json")
    call, environment = [sys.executable, "-c", ALONE, str(golden)], dict(os.environ)
    if how == "one thread":
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    elif shutil.which("taskset") is None:
        pytest.skip("no taskset on this system")
    else:
        call = ["taskset", "-c", str(min(os.sched_getaffinity(0))), *call]
    done = subprocess.run(call, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    here = hashlib.sha256(b"".join(bits(together))).hexdigest()
    assert done.stdout.strip() == here


def test_the_numbers_of_the_golden_run_are_all_that_the_engine_needs(everything):
    """A parameter written later needs a value there."""
    from holdfast.study.catalogue import parameters

    kept = json.loads(Path(__file__).with_name("golden_ring.json").read_text())["parameters"]
    assert set(kept) == set(parameters(catalogue()[m] for m in everything))

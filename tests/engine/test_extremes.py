"""Wars at the limits of what may be asked for: everyone still meets one fate, and every number is
a number."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.engine.facts import FEW_POSTS, by_district, men_and_worth, strength_of
from holdfast.engine.run import in_the_nation
from holdfast.study.catalogue import parameters
from holdfast.study.limits import limits
from holdfast.theatre.synthetic import POST_SIZE, synthetic
from holdfast.vocabulary.chance import binomial


def at_limits(wars, which):
    """Every parameter at its lower limit (0) or its upper one (1), by the shares `which`."""
    nested = {"ground": {}} | {m.name: {} for m in wars.mechanisms}
    for (name, parameter), upper in zip(parameters(wars.mechanisms).items(), which, strict=True):
        owner, short = name.split(".")
        nested[owner][short] = jnp.asarray(limits(name, parameter)[int(upper)], jnp.float32)
    return nested


def is_sound(war, slack=0):
    assert bool(war.watch.finite), "a number of state or memory was infinite or undefined"
    assert float(war.watch.lowest) >= -slack, "a count or a clock was below zero"
    assert float(war.watch.missing) <= slack, "somebody was lost or counted twice"


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**31), share=st.floats(0, 1), member=st.integers(0, 1000))
def test_everyone_meets_one_fate_at_the_limits_of_all_numbers(wars, ring, seed, share, member):
    """Twenty standard deviations out, on either side, in any mixture."""
    n = len(parameters(wars.mechanisms))
    which = np.random.default_rng(seed).uniform(size=n) < share
    is_sound(wars.fight(ring, at_limits(wars, which), member, seed, days=20))


def test_every_parameter_alone_may_go_to_its_limits(wars, ring, values):
    kept = values()
    for name, parameter in parameters(wars.mechanisms).items():
        owner, short = name.split(".")
        for end in limits(name, parameter):
            changed = kept | {owner: kept[owner] | {short: jnp.asarray(end, jnp.float32)}}
            war = wars.fight(ring, changed, days=30)
            assert bool(war.watch.finite), f"{name} = {end}"
            assert float(war.watch.lowest) >= 0, f"{name} = {end}"
            assert float(war.watch.missing) == 0, f"{name} = {end}"


def test_a_rate_that_overflows_is_seen(wars, ring, values):
    """The planted fault: without limits a war comes to no numbers at all."""
    war = wars.fight(ring, values(ground_nest=0.0), days=10)
    assert not bool(war.watch.finite)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**31),
    ghosts=st.sampled_from([0.0, 0.5, 1.0]),
    linked=st.booleans(),
    mobile=st.booleans(),
    held=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_everyone_meets_one_fate_on_any_map(wars, ring, values, seed, ghosts, linked, mobile, held):
    """Nobody present, no links, no mobile companies, all held: in any mixture."""
    there = jnp.arange(12)[:, None]
    alone = jnp.broadcast_to(there, ring.neighbour.shape)
    theatre = ring._replace(
        neighbour=ring.neighbour if linked else alone,
        tie=ring.tie * linked,
        mobile=ring.mobile if mobile else jnp.full_like(ring.mobile, -1),
        held_chance=jnp.full_like(ring.held_chance, held),
    )
    war = wars.fight(theatre, values(ground_ghosts=ghosts), seed, seed, days=60)
    is_sound(war)
    assert (int(war.world.present.sum()) == 0) == (ghosts == 1)


@pytest.mark.slow
def test_ten_thousand_days_leave_nobody_unaccounted_for(wars, ring, values):
    is_sound(wars.fight(ring, values(), days=4_000))  # the dice of this fixture last so long
    assert is_sound(wars.fight(ring, values(), days=60, dt=1 / 64)) is None


# ------------------------------------------------------------------------ counts of a billion


@pytest.fixture(scope="module")
def crowded():
    """More posts than single precision can count the men of, half of them in one district."""
    theatre, _ = synthetic(POST_SIZE * (FEW_POSTS + 1_000))
    place = jnp.where(jnp.arange(len(theatre.home)) % 2 == 0, 0, theatre.home)
    return theatre, place


def test_men_of_a_crowded_district_are_counted_one_by_one(crowded):
    theatre, place = crowded
    men = theatre.paper - jnp.arange(len(theatre.paper)) % 3  # odd numbers, so that rounding shows
    found = np.asarray(by_district(men, place, len(theatre.capital)))
    told = np.bincount(np.asarray(place), np.asarray(men), len(theatre.capital))
    assert (found == told).all()
    rough = np.asarray(men_and_worth(theatre, men, place))[:, 0]
    assert (rough == told.astype(np.float32)).all(), "not even the nearest single to the count"


def test_a_billion_men_in_one_district_are_worth_what_they_are(crowded):
    """A hundred times the men stand for a hundred times the posts. Added one after the other in
    single precision they came out a quarter too many."""
    theatre, place = crowded
    men = theatre.paper * 50
    everyone = jnp.zeros_like(place)
    exact = (np.asarray(theatre.branch) * 0.2 + 0.8) @ np.asarray(men, float)
    found = float(strength_of(theatre, men, everyone)[0])
    assert found == pytest.approx(exact, rel=1e-6)
    one_by_one = np.add.accumulate(np.asarray(men, np.float32), dtype=np.float32)[-1]
    assert abs(one_by_one / np.asarray(men, np.int64).sum() - 1) > 1e-6, "the fault is not planted"


def test_few_posts_are_added_up_as_they_always_were(ring):
    men = jnp.asarray(ring.paper)
    both = np.asarray(men_and_worth(ring, men, ring.home))
    worth = np.asarray([0.8, 1.0, 3.0])[np.asarray(ring.branch)]
    assert (both[:, 0] == np.bincount(ring.home, men, 12)).all()
    assert both[:, 1] == pytest.approx(np.bincount(ring.home, worth * np.asarray(men), 12))


def test_the_nation_holds_more_than_a_district_can():
    """Three districts through which the same billion and a bit withdrew, one after the other."""
    counts = jnp.full((3, 7), 1_400_000_000, jnp.int32)
    assert (np.asarray(counts.sum(0)) < 0).all(), "the fault is not planted"
    assert (np.asarray(in_the_nation(counts)) == 4_200_000_000).all()
    shares = jnp.full((3, 7), 0.5)
    assert np.asarray(in_the_nation(shares)).tolist() == [1.5] * 7


@pytest.mark.parametrize("p", [0.0, 0.3, 0.999999, 1.0])
@pytest.mark.parametrize("n", [2**24 + 3, 2**30 + 71, 2**31 - 1])
def test_no_more_men_are_drawn_than_there_are(n, p):
    """Single precision rounds these numbers up: a pool of captives would fall below zero."""
    u = jnp.asarray([0.001, 0.5, 0.999])
    drawn = np.asarray(binomial(u, jnp.full(3, n, jnp.int32), jnp.full(3, p)), np.int64)
    assert (drawn >= 0).all()
    assert (drawn <= n).all()
    assert abs(drawn - n * p).max() <= 4 * np.sqrt(n * p * (1 - p)) + 1e-6 * n

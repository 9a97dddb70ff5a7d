"""Every man is accounted for after every step, whatever the numbers, and no number goes astray."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.study.catalogue import parameters
from holdfast.theatre.synthetic import synthetic

LOW, MIDDLE, HIGH = 0.001, 0.5, 0.999


def of_priors(wars, shares):
    """Numbers at the given shares of their priors, {owner: {parameter: value}}."""
    nested = {"ground": {}} | {m.name: {} for m in wars.mechanisms}
    known = parameters(wars.mechanisms)
    for (name, parameter), u in zip(
        known.items(), np.broadcast_to(shares, len(known)), strict=True
    ):
        owner, short = name.split(".")
        nested[owner][short] = jnp.asarray(parameter.prior.quantile(u), jnp.float32)
    return nested


def at_random(wars, seed, only_ends):
    rng, n = np.random.default_rng(seed), len(parameters(wars.mechanisms))
    return of_priors(wars, rng.choice([LOW, HIGH], n) if only_ends else rng.uniform(LOW, HIGH, n))


def is_sound(war, slack=0):
    assert bool(war.watch.finite), "a number of state or memory was infinite or undefined"
    assert float(war.watch.lowest) >= -slack, "a count or a clock was below zero"
    assert float(war.watch.missing) <= slack, "somebody was lost or counted twice"
    assert (np.asarray(war.state.countryside) <= 1).all()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**31),
    only_ends=st.booleans(),
    member=st.integers(0, 1000),
    dt=st.sampled_from([1.0, 0.5, 0.25]),
)
def test_everyone_meets_one_fate_whatever_the_numbers(wars, ring, seed, only_ends, member, dt):
    war = wars.fight(ring, at_random(wars, seed, only_ends), member, seed, days=60, dt=dt)
    is_sound(war)
    assert int(war.world.present.sum()) > 0


@pytest.mark.parametrize("share", [LOW, MIDDLE, HIGH])
def test_everyone_meets_one_fate_at_the_ends_of_all_priors(wars, ring, share):
    is_sound(wars.fight(ring, of_priors(wars, share)))


def test_the_bookkeeper_misses_nobody_because_he_looks(wars, ring, values):
    """A man conjured up is seen, and so is a clock that runs backwards."""
    war = wars.start(ring, values())
    for field, wrong in (("captives", 1), ("attack_clock", -1.0)):
        state = war.state._replace(**{field: getattr(war.state, field).at[3].add(wrong)})
        after = wars.go(war._replace(carry=war.carry._replace(state=state)), values(), 1)
        assert float(after.watch.missing) == (field == "captives")
        assert (float(after.watch.lowest) < 0) == (field == "attack_clock")


# ------------------------------------------------------------------------ extreme but legal


def test_strengths_of_nothing_are_no_trouble(wars, ring, values, everything):
    is_sound(wars.fight(ring, values(**{f"{m}_strength": 0.0 for m in everything})))


def test_an_army_of_ghosts_loses_every_district_that_somebody_stands_before(wars, ring, values):
    war = wars.fight(ring, values(ground_ghosts=1.0))
    is_sound(war)
    assert int(war.world.present.sum()) == 0
    assert int(war.state.fates.sum()) == 0
    assert war.state.held.all()


def test_a_district_without_soldiers_is_no_trouble(wars, ring, values):
    empty = ring._replace(paper=jnp.where(ring.home == 1, 0, ring.paper))
    war = wars.fight(empty, values(ground_ghosts=0.0))
    is_sound(war)
    assert int(war.world.present.sum()) == 600 - 36
    assert float(war.state.first_fall[1]) == 1.0  # there is nobody to hold it


def test_districts_that_touch_none_are_no_trouble(wars, ring, values):
    alone = jnp.broadcast_to(jnp.arange(12)[:, None], ring.neighbour.shape)
    is_sound(wars.fight(ring._replace(neighbour=alone, tie=0 * ring.tie), values()))


def test_steps_of_a_sixty_fourth_of_a_day_are_no_trouble(wars, ring, values):
    is_sound(wars.fight(ring, values(), days=20, dt=1 / 64))


def test_insurgents_who_hold_everything_from_the_start_are_no_trouble(wars, ring, values):
    war = wars.fight(ring._replace(held_chance=ring.held_chance + 1), values())
    is_sound(war)
    assert int(war.state.serving.sum()) == 0  # all were trapped


def test_a_war_without_insurgents_is_no_trouble(wars, ring, silence):
    war = wars.fight(ring, silence(ground_fighters=0.0, ground_hold_ratio=10.0))
    is_sound(war)
    assert not war.state.held[np.asarray(ring.held_chance) < 0.1].any()


@pytest.mark.slow
@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**31), only_ends=st.booleans())
def test_expected_shares_add_up_whatever_the_numbers(wars_of, everything, ring, seed, only_ends):
    """In the continuum, up to the rounding of single precision over 60 steps."""
    wars = wars_of(everything, "continuum")
    is_sound(wars.fight(ring, at_random(wars, seed, only_ends), seed, seed), slack=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("mechanisms", ["none", "all"])
def test_a_nation_of_one_district_is_no_trouble(wars_of, everything, values, mechanisms):
    theatre, _ = synthetic(360)
    assert len(theatre.capital) == 1
    wars = wars_of(everything if mechanisms == "all" else ())
    is_sound(wars.fight(theatre, values(ground_ghosts=0.0)))


@pytest.mark.slow
def test_a_war_without_any_explanation_is_no_trouble(wars_of, ring, values):
    war = wars_of(()).fight(ring, values(ground_ghosts=0.0))
    is_sound(war)
    assert int(war.state.serving.sum()) < 600
    assert war.state.recent.shape == (12, 0)


@pytest.mark.slow
def test_a_theatre_without_mobile_companies_is_no_trouble(wars_of, everything, ring, values):
    war = wars_of(everything).fight(ring._replace(mobile=ring.mobile[:, :0]), values())
    is_sound(war)
    assert int(war.state.n_retaken.sum()) == 0

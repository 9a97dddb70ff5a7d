"""Pressures are summed by level, and the sums mean what the page says that they mean."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.engine.facts import muster
from holdfast.engine.pressure import (
    SHUT,
    add,
    attribution,
    door_shares,
    ground_pulls,
    opened,
    spread,
)
from holdfast.vocabulary.words import DOORS, Level, Option, Verb

OPEN = frozenset({Option.STAY, *DOORS, Verb.MOMENT, Verb.ATTACK, Verb.KILL})


@pytest.fixture(scope="module")
def war(wars, ring, values):
    return wars.start(ring, values(ground_ghosts=0.0))


@pytest.fixture(scope="module")
def ground(values):
    return values()["ground"]


def everywhere(x):
    return jnp.full(12, x, jnp.float32)


def leaving(sums, ground, place):
    """Log of the rate of leaving of a man of middling resolve of each post."""
    value, _ = door_shares([spread(sums, d, place) for d in DOORS], ground["nest"])
    stay = spread(sums, Option.STAY, place)
    return spread(sums, Verb.MOMENT, place) + jax.nn.log_sigmoid(value - stay)


def test_a_man_of_middling_resolve_leaves_at_the_baseline_where_nothing_presses(war, ground):
    sums = add(war.world, ground, [], OPEN - {Option.ABROAD})
    rate = np.exp(leaving(sums, ground, war.state.place))
    assert rate == pytest.approx(float(ground["baseline_exit"]), rel=1e-4)


def test_what_nobody_opened_does_not_exist(war, ground, wars):
    assert opened([]) == OPEN - {Option.ABROAD}
    assert {Option.ABROAD, Option.WITHDRAW, Verb.BREACH} <= opened(wars.mechanisms)
    pressed = [{Verb.BREACH: (Level.DISTRICT, everywhere(3.0))}]
    sums = add(war.world, ground, pressed, opened([]))
    assert Verb.BREACH not in sums.district
    assert (spread(sums, Verb.BREACH, war.state.place) == SHUT).all()


def test_pressures_of_all_levels_add_up_at_a_post(war, ground):
    by_post = jnp.arange(27, dtype=jnp.float32)
    pressed = [
        {Option.STAY: (Level.NATION, jnp.float32(0.5))},
        {Option.STAY: (Level.DISTRICT, jnp.arange(12, dtype=jnp.float32))},
        {Option.STAY: (Level.POST, by_post)},
        {Option.STAY: (Level.POST, 2 * by_post)},
    ]
    place = war.state.place
    quiet = spread(add(war.world, ground, [], OPEN), Option.STAY, place)
    total = spread(add(war.world, ground, pressed, OPEN), Option.STAY, place)
    assert np.asarray(total - quiet) == pytest.approx(0.5 + np.asarray(place) + 3 * by_post)


@pytest.mark.parametrize("nest", [0.05, 0.5, 1.0])
def test_doors_share_as_in_a_nested_logit(nest):
    """Shares e^(V/t) / sum, worth t ln sum e^(V/t), for pulls far apart too."""
    for pulls in ([0.0, -1.0, 0.5], [30.0, -40.0, 29.0]):
        scaled = np.asarray(pulls) / nest
        weights = np.exp(scaled - scaled.max())
        value, shares = door_shares([jnp.asarray([v]) for v in pulls], jnp.float32(nest))
        worth = nest * (np.log(weights.sum()) + scaled.max())
        assert float(value[0]) == pytest.approx(worth, rel=1e-5)
        assert [float(s[0]) for s in shares] == pytest.approx(weights / weights.sum(), abs=1e-5)


def test_a_door_more_lets_no_more_men_out_when_doors_are_alike():
    """And as many more as a door has when they are not: the nest goes from 0 to 1."""
    worth = lambda n, nest: float(door_shares([jnp.zeros(1)] * n, jnp.float32(nest))[0][0])  # noqa: E731
    assert worth(3, 0.001) == pytest.approx(worth(2, 0.001), abs=1e-3)
    assert worth(3, 1.0) - worth(2, 1.0) == pytest.approx(np.log(3 / 2))


def test_the_ground_sets_staying_so_that_doors_make_up_for_each_other(ground):
    """Whatever surrender appeals, a man leaves at the baseline."""
    for appeal in (-3.0, 0.0, 3.0):
        pulls = ground_pulls(ground | {"surrender_appeal": jnp.float32(appeal)})
        doors = [pulls[Option.SURRENDER], pulls[Option.DESERT]]
        value, _ = door_shares([jnp.atleast_1d(d) for d in doors], ground["nest"])
        m = float(ground["moment_rate"])
        rate = m / (1 + np.exp(float(pulls[Option.STAY]) - float(value[0])))
        assert rate == pytest.approx(float(ground["baseline_exit"]), rel=1e-4)


def men(war):
    return muster(war.world, war.state)[:, 0]


@pytest.mark.parametrize("word", [Option.STAY, Option.SURRENDER, Option.ABROAD, Verb.MOMENT])
def test_what_is_told_of_an_explanation_is_what_its_absence_would_change(war, ground, word):
    """To first order: the slope of the log rate of leaving, where leaving is rare."""
    little = 0.01
    pressed = [{word: (Level.DISTRICT, everywhere(little))}]
    place = war.state.place
    sums, without = (add(war.world, ground, p, OPEN) for p in (pressed, []))
    change = leaving(sums, ground, place) - leaving(without, ground, place)
    told = attribution(war.world, war.state, without, pressed, ground["nest"], men(war))
    assert told.shape == (12, 1)
    assert np.asarray(told)[np.asarray(place), 0] == pytest.approx(np.asarray(change), rel=0.03)


def test_pressure_on_posts_is_told_as_the_mean_over_their_men(war, ground):
    """R02 has 24 police and 12 soldiers in its posts; -3 on the first is -2 in the mean."""
    by_post = jnp.zeros(27).at[4].set(-3.0)
    pressed = [{Option.STAY: (Level.POST, by_post)}]
    sums = add(war.world, ground, pressed, OPEN)
    told = attribution(war.world, war.state, sums, pressed, ground["nest"], men(war))
    assert np.asarray(told)[:, 0] == pytest.approx([0, 2.0] + [0] * 10, abs=1e-6)

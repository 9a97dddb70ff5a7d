"""Wars with every mechanism in the folder: what must hold of all of them together."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.engine.ground import GROUND
from holdfast.engine.run import Plan, keys, member

HARD = {
    "ground.baseline_exit": 0.005, "ground.spread_district": 0.5, "ground.spread_soldier": 0.5,
    "ground.ghosts": 0.1, "ground.attack_rate": 0.2, "ground.hold_ratio": 0.8,
    "ground.kill_rate": 0.02, "ground.kill_quiet": 0.001, "ground.assault_moments": 3.0,
    "ground.contest_proxy": 1.0, "ground.elder_spread": 0.5, "ground.fighters_lost": 0.5,
    "ground.holders": 3.0, "ground.retake_odds": 2.0, "ground.word_broken": 0.3,
    "councils.strength": 0.05, "counterattack.strength": 0.1, "tactical_retreat.strength": 0.5,
    "flight.strength": 2.0, "broken_pledge.strength": 1.0, "broken_pledge.rate": 0.05,
    "pledge.strength": 1.0, "broadcast.strength": 0.5, "contagion.strength": 3.0,
    "leadership.strength": 1.0, "legitimacy.strength": 0.7, "waiting.strength": 0.7,
    "fear.strength": 1.0, "siege_and_pay.strength": 1.0, "attrition.strength": 1.0,
    "ally_withdrawal.strength": 0.8, "targeting.strength": 0.8,
}  # fmt: skip
"""A war in which districts fall and are retaken, and men go by every door."""


@pytest.fixture(scope="session")
def uneven_land(still_land):
    """The still land with borders, media, standing and a calendar that differ by district."""
    d = np.arange(48)
    return still_land._replace(
        border_km=jnp.where(d % 6 == 5, 15.0, 200.0),
        media_reach=jnp.asarray(d % 5 / 5, jnp.float32),
        legitimacy=jnp.asarray(d % 7 / 3 - 1, jnp.float32),
        held_chance=jnp.asarray(np.where(d % 11 == 4, 0.5, 0.0), jnp.float32),
        calendar=still_land.calendar._replace(
            appointments=jnp.asarray(np.where(d % 4 == 1, 10.0, np.inf)[None], jnp.float32),
            replaced_share=jnp.asarray([0.7]),
            breaches=jnp.asarray([[12.0, 7.0, 20.0]]),
            breach_news=jnp.asarray([[20.0, 20.0]]),
            order_day=jnp.float32(15),
            capitals_day=jnp.float32(20),
        ),
    )


@pytest.fixture(scope="session")
def hard_war(fight, uneven_land):
    return fight(uneven_land, HARD)


def test_in_a_hard_war_everything_happens(hard_war):
    """The tests below would say little of wars in which little happens."""
    assert (hard_war.fates[:, -1].sum(0) > 50).all()
    assert hard_war.n_falls.sum() > 500
    assert hard_war.n_retaken.sum() > 20
    assert set(np.unique(hard_war.manner)) == {-1, 0, 1, 2, 3}


def renamed_war_is_the_war_renamed(fight, relabel, land, changes):
    rng = np.random.default_rng(3)
    districts, posts = rng.permutation(48), rng.permutation(48)
    here, there = fight(land, changes), fight(relabel(land, districts, posts), changes)
    for name in ("held", "serving", "surrendered", "abroad"):
        assert np.array_equal(getattr(there, name), getattr(here, name)[:, :, districts]), name
    for name in (
        "fates_by_district", "first_fall", "manner", "n_falls", "n_retaken", "held_at_start",
        "present",
    ):  # fmt: skip
        assert np.array_equal(getattr(there, name), getattr(here, name)[:, districts]), name
    assert np.array_equal(there.fates, here.fates)
    np.testing.assert_allclose(there.fighters, here.fighters, rtol=1e-5)
    np.testing.assert_allclose(there.why, here.why[:, districts], rtol=1e-3, atol=1e-4)
    countryside = here.countryside[:, :, districts].astype(int)
    assert np.abs(there.countryside - countryside).max() <= 1  # percent, rounded


def test_renaming_districts_and_posts_renames_the_war(fight, relabel, uneven_land):
    """Counts are equal; real numbers to rounding, as sums over districts follow their rows.

    Rounding could flip a count where a hazard comes within it of a man's lot, some 1e-7 of man and
    day. In these 64 wars it flips none.
    """
    renamed_war_is_the_war_renamed(
        fight, relabel, uneven_land, HARD | {"counterattack.strength": 0.0}
    )


def test_renaming_districts_and_posts_renames_a_war_with_counter_attacks(
    fight, relabel, uneven_land
):
    """Districts of a corps that fell on one day have equal clocks; their lots tell them apart."""
    renamed_war_is_the_war_renamed(fight, relabel, uneven_land, HARD)


def test_the_order_in_which_mechanisms_are_given_changes_no_bit(ring, every_mechanism, by_prior):
    """Not even the program that is compiled."""
    values = {m.name: by_prior(m) for m in every_mechanism}
    values["ground"] = {k: jnp.float32(p.prior.quantile(0.5)) for k, p in GROUND.items()}
    key = jnp.asarray(keys(1, np.arange(1))[0])

    def program(mechanisms):
        war = partial(member, ring, mechanisms, Plan(30))
        return str(jax.make_jaxpr(war)(key, values))

    forward = program(every_mechanism)
    assert forward == program(every_mechanism[::-1])
    assert forward != program(every_mechanism[1:])


@pytest.mark.slow
def test_all_at_zero_strength_are_a_war_without_any(fight, fight_without_any, uneven_land):
    """Compiled, too: no bit of any field differs, but for the columns of reasons."""
    ground = {name: x for name, x in HARD.items() if name.startswith("ground.")}
    silent, without = fight(uneven_land, ground), fight_without_any(uneven_land, ground)
    assert without.n_falls.sum() > 100
    for name, a, b in zip(silent._fields, silent, without, strict=True):
        assert name in ("why", "push") or np.array_equal(a, b), name

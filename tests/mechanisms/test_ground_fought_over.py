"""Where and by whom ground changes hands: targeting, tactical_retreat and counterattack.

Wars as in test_ways_out.py: only the mechanisms named have a strength; a claim must stand out by 5
standard errors, and at zero strength be absent, within 4 or to the bit where dice are shared.
"""

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.vocabulary.words import Fate, Manner, index

D = np.arange(48)
CAPITAL = D % 6 == 0
HALF = D // 2 % 2 == 1
WITHDREW = index(Fate.WITHDREW)
ORDERED = index(Manner.ORDERED)


def real(x):
    return jnp.asarray(x, jnp.float32)


def dated(land, **calendar):
    return land._replace(calendar=land.calendar._replace(**calendar))


# ---------------------------------------------------------------------------------- targeting

TARGETS = {f"targeting.{name}": 0.0 for name in ("border", "joined", "contested", "sought")}
NO_ASSAULT_SUCCEEDS = {"ground.attack_rate": 0.03, "ground.hold_ratio": 0.0}


def assaults(war, where, days=slice(0, 40)):
    """Assaults that failed, by member: days on which one won more of the countryside."""
    return (np.diff(war.countryside[:, days].astype(int), axis=1) > 0)[..., where].sum((1, 2))


def test_capitals_are_spared_before_the_day_and_sought_after_it(fight, still_land, standard_errors):
    land = dated(still_land, capitals_day=jnp.float32(20))

    def by_season(strength, shift=0.0):
        plan = TARGETS | NO_ASSAULT_SUCCEEDS | {
            "targeting.strength": strength, "targeting.spared": 30.0, "targeting.sought": 1.0,
            "targeting.capitals_shift": shift,
        }  # fmt: skip
        war = fight(land, plan)
        return [assaults(war, CAPITAL, days) for days in (slice(0, 20), slice(20, 40))]

    before, after = by_season(1.0)
    assert not before.any()
    assert after.sum() > 100
    before, after = by_season(1.0, shift=-30.0)  # they turned early
    assert before.sum() > 100
    before, after = by_season(0.0)
    assert before.sum() > 50
    assert standard_errors(by_season(1.0)[1] - after) > 5


@pytest.mark.parametrize(
    ("draw", "change"),
    [
        ("border", {"border_value": real(HALF)}),
        ("joined", {"held_chance": real(D % 4 == 3)}),  # next to 0 and 2 of each four, not to 1
        ("contested", {"contest_proxy": real(np.where(HALF, 3.0, 0.0))}),
    ],
)
def test_assaults_go_where_a_border_pays_roads_join_and_land_is_contested(
    fight, still_land, draw, change, standard_errors
):
    """Beside the same war without a plan, in which they go by countryside alone."""
    land = still_land._replace(**change)
    sought, other = {
        "border": (HALF, ~HALF),
        "joined": (D % 4 == 2, D % 4 == 1),
        "contested": (HALF, ~HALF),
    }[draw]

    def preference(strength, weight=1.5):
        plan = TARGETS | NO_ASSAULT_SUCCEEDS | {
            "targeting.strength": strength, f"targeting.{draw}": weight, "targeting.spared": 0.0,
            "ground.contest_proxy": 0.3,
        }  # fmt: skip
        war = fight(land, plan)
        return assaults(war, sought) - assaults(war, other)

    assert standard_errors(preference(1.0) - preference(0.0)) > 5
    assert not (preference(1.0, weight=0.0) - preference(0.0)).any()


# --------------------------------------------------------------------------- tactical_retreat

RETREAT = {"tactical_retreat.roads": 0.0, "tactical_retreat.distance": 0.0}


def test_men_who_withdraw_reappear_in_garrison_towns(fight, still_land):
    """Man by man: in a capital serve those of the first day and those who came, less who left."""
    war = fight(still_land, RETREAT | {"tactical_retreat.strength": 2.0})
    moved = war.fates_by_district[..., WITHDREW]
    gone = war.fates_by_district.sum(-1) - moved
    assert (moved.sum(1) > 100).all()
    # a clock that ran on past its lot can ring once more where posts now stand
    assert moved[:, CAPITAL].sum() < 0.02 * moved.sum()
    came = moved[:, ~CAPITAL].sum(1)
    first, last = (x[:, CAPITAL].sum(1) for x in (war.present, war.serving[:, -1]))
    assert np.array_equal(last, first + came - gone[:, CAPITAL].sum(1))
    silent = fight(still_land, RETREAT)
    assert not silent.fates[..., WITHDREW].any()
    assert (np.diff(silent.serving[..., CAPITAL].astype(int), axis=1) <= 0).all()


def test_posts_pull_back_more_once_they_are_ordered_to(fight, still_land, standard_errors):
    ordered = dated(still_land, order_day=jnp.float32(15))

    def wars(strength, order=3.0, shift=0.0):
        policy = RETREAT | {
            "tactical_retreat.strength": strength, "tactical_retreat.order": order,
            "tactical_retreat.order_shift": shift,
        }  # fmt: skip
        return [fight(land, policy).fates[..., WITHDREW] for land in (ordered, still_land)]

    told, not_told = wars(0.02)
    assert np.array_equal(told[:, :15], not_told[:, :15])
    assert standard_errors(told[:, -1] - not_told[:, -1]) > 5
    late, not_told = wars(0.02, shift=10.0)
    assert np.array_equal(late[:, :25], not_told[:, :25])
    assert np.array_equal(*wars(0.02, order=0.0))
    assert np.array_equal(*wars(0.0))


def test_distance_and_cut_roads_keep_posts_where_they_are(fight, still_land, standard_errors):
    far = still_land._replace(garrison_km=real(np.where(HALF, 300.0, 0.0)))
    hemmed = still_land._replace(contest_proxy=real(np.where(HALF, 9.0, -9.0)))

    def fewer(land, **costs):
        policy = {f"tactical_retreat.{name}": x for name, x in costs.items()}
        moved = fight(
            land,
            RETREAT | policy | {"tactical_retreat.strength": 2.0, "ground.contest_proxy": 1.0},
        ).fates_by_district[..., WITHDREW]
        return moved[:, ~HALF].sum(1) - moved[:, HALF].sum(1)

    assert standard_errors(fewer(far, distance=0.01)) > 5
    assert abs(standard_errors(fewer(far))) < 4
    assert standard_errors(fewer(hemmed, roads=3.0)) > 5
    assert abs(standard_errors(fewer(hemmed))) < 4


def test_a_district_whose_posts_were_pulled_back_counts_as_ordered(fight, still_land):
    pressed = {"ground.hold_ratio": 2.5}
    fallen = fight(still_land, RETREAT | pressed | {"tactical_retreat.strength": 2.0})
    assert (fallen.manner == ORDERED).sum() > 100
    assert (fight(still_land, RETREAT | pressed).manner != ORDERED).all()


def test_an_enemy_that_holds_ground_can_be_hit(fight, still_land, standard_errors):
    lost = still_land._replace(held_chance=real((D % 4 == 1) | (D % 4 == 2)))

    def retaken(strength, stretch=8.0, where=lost):
        return fight(
            where,
            RETREAT | {
                "tactical_retreat.strength": strength, "tactical_retreat.stretch": stretch,
                "tactical_retreat.order": 0.0, "counterattack.strength": 0.002,
                "counterattack.crowding": 0.0,
            },
        ).n_retaken.sum(1)  # fmt: skip

    assert standard_errors(retaken(1e-5) - retaken(0.0)) > 5
    assert not (retaken(1e-5, stretch=1.0) - retaken(0.0)).any()
    assert not retaken(1e-5, where=still_land).any()


# ------------------------------------------------------------------------------ counterattack

RETAKE = {"counterattack.strength": 0.01, "counterattack.crowding": 2.0}
FEW, MANY = np.isin(D, (2, 15, 28, 41)), ~CAPITAL


def retakings(fight, land, held, **changes):
    """Retakings for each district in insurgent hands on the first day, by member."""
    policy = RETAKE | {f"counterattack.{name}": x for name, x in changes.items()}
    war = fight(land._replace(held_chance=real(held)), policy)
    return war.n_retaken.sum(1) / held.sum()


def test_retakings_grow_rarer_for_each_district_as_more_ask(fight, still_land, standard_errors):
    few, many = (retakings(fight, still_land, held) for held in (FEW, MANY))
    assert standard_errors(few - many) > 5
    eager = retakings(fight, still_land, MANY, crowding=0.0)
    assert standard_errors(eager - many) > 5
    assert not retakings(fight, still_land, MANY, strength=0.0).any()


def test_there_are_no_more_retakings_than_companies_to_send(fight, still_land):
    """Eight companies; one that has retaken a district stays there."""
    eager = {"strength": 1.0, "crowding": 0.0}
    done = retakings(fight, still_land, MANY, **eager) * MANY.sum()
    assert (np.round(done) == 8).all()
    none_left = still_land._replace(paper=jnp.where(jnp.asarray(CAPITAL), 0, still_land.paper))
    assert not retakings(fight, none_left, MANY, **eager).any()


def test_fewer_companies_at_hand_are_sent_less_often(
    mechanism_named, place, see, draw_facts, by_prior
):
    counterattack = mechanism_named("counterattack")
    facts = draw_facts(0, counterattack) | {
        "held": jnp.ones(6), "reserve_share": real([1, 0.5, 0.25, 0, 1, 1]),
        "lost_share": real(0.5),
    }  # fmt: skip
    p = by_prior(counterattack, strength=0.01, crowding=2.0)
    ((_, rate),) = counterattack.press(see(facts, place, {}, 1.0), p).values()
    usual = 0.01 * np.exp(-1.0)
    expected = usual * np.asarray([1, 0.5, 0.25, 1e-6, 1, 1])
    np.testing.assert_allclose(np.exp(rate), expected, rtol=1e-3)
